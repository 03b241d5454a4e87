//! The Nix flake and its modules.

mod flake;
mod github;
