//! Arguments that are defined when their command is given: defining those of all commands takes longer than most runs.

use std::convert::identity;
use std::ops::Deref;

use clap::error::Error;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, Id};

use super::help;
use crate::app::output_format;

/// The arguments of a command. The definition of the command line has them once the command is given, or after
/// [`Command::build`].
#[derive(Debug)]
pub(crate) struct Deferred<T>(T);

impl<T> Deref for Deferred<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Args> Args for Deferred<T> {
    fn augment_args(command: Command) -> Command {
        command.defer(define::<T>)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<T: FromArgMatches> FromArgMatches for Deferred<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// Adds the arguments to the command. Its description is that of the command, not of the type of its arguments.
fn define<T: Args>(command: Command) -> Command {
    let about = command.get_about().cloned().unwrap_or_default();
    // clap has copied the global options already; the help lists options in the order in which they were added.
    let global: Vec<Id> = command.get_arguments().map(Arg::get_id).cloned().collect();
    let command = T::augment_args(command).about(about).long_about(None::<&str>);
    let command = global.iter().fold(command, |command, id| command.mut_arg(id, identity));
    help::folded(output_format::with_option(command))
}
