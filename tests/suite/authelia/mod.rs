//! What Authelia itself says, recorded from the real one.

mod digests;
mod recorders;
mod relying_parties;
mod rule_examples;
mod verdicts;
mod versions;
