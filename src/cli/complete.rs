//! What shells may offer for an argument.

use clap_complete::ArgValueCompleter;

use crate::command::candidates;

pub(super) fn files() -> ArgValueCompleter {
    ArgValueCompleter::new(candidates::files)
}

pub(super) fn paths() -> ArgValueCompleter {
    ArgValueCompleter::new(candidates::paths)
}

pub(super) fn clients() -> ArgValueCompleter {
    ArgValueCompleter::new(candidates::clients)
}

pub(super) fn profiles() -> ArgValueCompleter {
    ArgValueCompleter::new(candidates::profiles)
}

pub(super) fn rules() -> ArgValueCompleter {
    ArgValueCompleter::new(candidates::rules)
}

pub(super) fn revisions() -> ArgValueCompleter {
    ArgValueCompleter::new(candidates::revisions)
}
