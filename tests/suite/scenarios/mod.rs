//! Long stories that use many commands.

mod host_secrets;
mod life;
mod newcomers;
mod story;
