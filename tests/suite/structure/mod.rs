//! The layers of the crate and its dependencies.

mod dependencies;
mod layers;
mod phrases;
