//! Sops files, held against the real sops.

mod files;
mod recipients;
