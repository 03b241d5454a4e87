//! Sops files, compared with the real sops.

mod commands;
mod doctor;
mod files;
mod generated_merges;
mod merging;
mod names;
mod recipients;
