//! Sops files, compared with the real sops.

mod commands;
mod doctor;
mod files;
mod merging;
mod names;
mod recipients;
