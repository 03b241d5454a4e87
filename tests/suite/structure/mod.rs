//! The layers of the crate and its dependencies.

mod circles;
mod container_interface;
mod dependencies;
mod layers;
mod phrases;
mod printing;
mod sources;
