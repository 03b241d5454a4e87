//! Comparisons with recorded results of the real Authelia.

mod digests;
mod log_lines;
mod recorders;
mod relying_parties;
mod rule_examples;
mod verdicts;
mod versions;
