//! Comparisons with recorded results of the real Authelia.

mod digests;
mod recorders;
mod relying_parties;
mod rule_examples;
mod verdicts;
mod versions;
