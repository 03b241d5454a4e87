//! What Authelia itself says, recorded from the real one.

mod digests;
mod relying_parties;
mod verdicts;
mod versions;
