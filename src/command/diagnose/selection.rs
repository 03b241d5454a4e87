//! Selects findings with `--client` and `--cause`.

use super::args::DiagnoseArgs;
use crate::authelia::{Diagnosis, cause_names};
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::{CommandLine, Shown};

/// The clients and causes on the command line.
pub(super) struct Selection<'a> {
    clients: &'a [String],
    causes: &'a [String],
}

impl<'a> Selection<'a> {
    /// Reads the selection from the command line.
    ///
    /// # Errors
    /// `usage` for an unknown cause, with the nearest name.
    pub(super) fn of(args: &'a DiagnoseArgs) -> Result<Self> {
        let known = cause_names();
        if let Some(unknown) = args.cause.iter().find(|cause| !known.contains(&cause.as_str())) {
            let likeness = |name: &&&str| strsim::jaro_winkler(name, unknown);
            let nearest = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).copied().unwrap_or_default();
            return Err(Error::new(ErrorKind::Usage, shown!("`{}` is not a cause", CommandLine::shown(unknown)))
                .hint(shown!("did you mean `{}`? known: {}", nearest, Shown::join(known, ", "))));
        }
        Ok(Self { clients: &args.client, causes: &args.cause })
    }

    /// Whether the finding is selected.
    pub(super) fn includes(&self, diagnosis: &Diagnosis) -> bool {
        (self.clients.is_empty() || self.names_client(diagnosis))
            && (self.causes.is_empty() || self.names_cause(diagnosis))
    }

    /// Whether `--apply` may apply the finding's patch. A stranger can put almost anything into a log, so a patch that
    /// makes Authelia accept more than before requires that the user names the client and the cause.
    pub(super) fn permits(&self, diagnosis: &Diagnosis) -> bool {
        diagnosis.patch.is_some()
            && (!diagnosis.widens || (self.names_client(diagnosis) && self.names_cause(diagnosis)))
    }

    fn names_client(&self, diagnosis: &Diagnosis) -> bool {
        let is_named = |id: &String| self.clients.contains(id);
        diagnosis.client.as_ref().map_or_else(|| diagnosis.candidates.iter().any(is_named), is_named)
    }

    fn names_cause(&self, diagnosis: &Diagnosis) -> bool {
        self.causes.iter().any(|cause| cause == diagnosis.cause.name)
    }
}
