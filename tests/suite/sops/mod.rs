//! Sops files, held against the real sops.

mod doctor;
mod files;
mod merging;
mod recipients;
