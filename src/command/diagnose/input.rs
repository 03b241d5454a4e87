//! The input to diagnose: a log, or the URL of a login.

use super::args::DiagnoseArgs;
use crate::app::flow;
use crate::app::stdin::{self, Stdin};
use crate::authelia::Request;
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};

/// The input to diagnose.
pub(super) enum Input {
    Log(String),
    Url(Request),
}

impl Input {
    pub(super) fn of(args: &DiagnoseArgs) -> Result<Self> {
        if let Some(url) = &args.url {
            let url = match url.as_str() {
                flow::FILTER => String::from_utf8_lossy(stdin::read()?.expose()).into_owned(),
                url => url.to_owned(),
            };
            // The URL that the browser was redirected to contains the error.
            return match url.contains("error_description=") || url.contains("error_hint=") {
                true => Ok(Self::Log(url)),
                false => Request::parse(&url).map(Self::Url),
            };
        }
        match &args.log {
            Some(path) if path.as_os_str() != flow::FILTER => {
                let bytes = input::read_named(path, Limit::Secret)
                    .map_err(|error| Error::io("cannot read the log", &error).in_file(path.display()))?;
                Ok(Self::Log(String::from_utf8_lossy(&bytes).into_owned()))
            }
            _ if args.file.as_deref() == Some(flow::FILTER) => {
                Err(Error::new(ErrorKind::Usage, "stdin cannot be both the log and the Authelia file")
                    .hint("give the log with `--log FILE`"))
            }
            _ => {
                if Stdin::is_terminal() {
                    return Err(Error::new(ErrorKind::Usage, "the log is missing")
                        .hint("`journalctl -u authelia | agepatch diagnose`, or `--log FILE`"));
                }
                Ok(Self::Log(String::from_utf8_lossy(stdin::read()?.expose()).into_owned()))
            }
        }
    }
}
