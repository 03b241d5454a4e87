//! Long stories that use many commands.

mod life;
mod newcomers;
mod story;
