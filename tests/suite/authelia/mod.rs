//! What Authelia itself says, recorded from the real one.

mod digests;
mod relying_parties;
mod rule_examples;
mod verdicts;
mod versions;
