//! The arguments of the tools that only read.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Arguments, names, words};
use crate::command::mcp::invocation::Invocation;
use crate::command::mcp::names::{FileName, Revision};
use crate::error::{Error, ErrorKind, Result};

/// No arguments.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::command::mcp) struct ListFiles {}

impl Arguments for ListFiles {
    fn invocation(self) -> Result<Invocation> {
        Ok(Invocation::new(""))
    }
}

/// Arguments of `show`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::command::mcp) struct Show {
    file: FileName,
    /// The part to show, such as `identity_providers.oidc.clients[mediamanager]`; without it, the entire file
    path: Option<String>,
}

impl Arguments for Show {
    fn invocation(self) -> Result<Invocation> {
        Ok(Invocation::new("show").positionals([self.file.as_str()]).positionals(self.path.as_deref()))
    }
}

/// Arguments of `diff`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::command::mcp) struct Diff {
    /// A revision to compare with the working tree, or a range such as `HEAD~3..HEAD`; without it, HEAD
    revision: Option<Revision>,
    /// The files to compare; without them, all
    #[serde(default)]
    files: Vec<FileName>,
}

impl Arguments for Diff {
    fn invocation(self) -> Result<Invocation> {
        let revision = self.revision.as_ref().map(Revision::as_str);
        Ok(Invocation::new("diff").word(revision).positionals(names(&self.files)))
    }
}

/// Arguments of `check`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::command::mcp) struct Check {
    /// The files to check; without them, every file that is recognized as Authelia's
    #[serde(default)]
    files: Vec<FileName>,
    /// Further configuration files that Authelia reads, in its order
    #[serde(default)]
    with: Vec<FileName>,
    /// The version of Authelia whose rules apply, such as 4.39
    authelia: Option<String>,
}

impl Arguments for Check {
    fn invocation(self) -> Result<Invocation> {
        let line = Invocation::new("check").options("with", names(&self.with));
        Ok(line.option("authelia", self.authelia.as_deref()).positionals(names(&self.files)))
    }
}

/// Arguments of `explain`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::command::mcp) struct Explain {
    /// The rule, as findings name it; without it, the list of all rules
    rule: Option<String>,
}

impl Arguments for Explain {
    fn invocation(self) -> Result<Invocation> {
        Ok(Invocation::new("explain").positionals(self.rule.as_deref()))
    }
}

/// Arguments of `diagnose`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::command::mcp) struct Diagnose {
    /// Lines of Authelia's log
    log: Option<String>,
    /// The authorization URL from the browser's address bar, instead of `log`
    url: Option<String>,
    /// The Authelia file; without it, the one that there is
    file: Option<FileName>,
    /// Only findings about these clients
    #[serde(default)]
    clients: Vec<String>,
}

impl Arguments for Diagnose {
    fn invocation(self) -> Result<Invocation> {
        let (option, text) = match (self.log, self.url) {
            (Some(log), None) => ("log", log),
            (None, Some(url)) => ("url", url),
            _ => return Err(Error::new(ErrorKind::Usage, "`diagnose` takes exactly one of `log` and `url`")),
        };
        let line = Invocation::new("diagnose").option(option, Some("-")).options("client", words(&self.clients));
        Ok(line.positionals(self.file.as_ref().map(FileName::as_str)).stdin(text.into_bytes()))
    }
}

/// Arguments of `doctor`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::command::mcp) struct Doctor {
    /// Look at headers only: no key is needed
    #[serde(default)]
    no_decrypt: bool,
}

impl Arguments for Doctor {
    fn invocation(self) -> Result<Invocation> {
        Ok(Invocation::new("doctor").flag("no-decrypt", self.no_decrypt))
    }
}
