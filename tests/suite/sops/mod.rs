//! Sops files, compared with the real sops.

mod doctor;
mod files;
mod merging;
mod recipients;
