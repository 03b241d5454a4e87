//! `agepatch recipients`: who can read each file, by the rules, by its header, and the difference. No key is needed.

use std::process::ExitCode;

use crate::app::Context;
use crate::app::access::{Access, reader_json};
use crate::app::complete;
use crate::container::{self, Agreement, Readers};
use crate::error::{Error, Result};
use crate::input::{self, Limit};
use crate::shown;
use crate::shown::{Json, Shown};
use crate::workspace::Target;
use clap::Args;

/// `recipients`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch recipients
  agepatch recipients authelia-secrets
  agepatch recipients --output json

It reads headers only: no key is needed.")]
pub(crate) struct RecipientsArgs {
    /// The files [default: every file of the rules].
    #[arg(add = complete::files())]
    pub(crate) files: Vec<String>,
}

/// Tells it of the files named, else of every file of the rules.
pub(crate) fn run(args: &RecipientsArgs, context: &mut Context) -> Result<ExitCode> {
    let targets = match args.files.as_slice() {
        [] => context.workspace.targets()?,
        files => files.iter().map(|file| context.target(file)).collect::<Result<_>>()?,
    };
    let mut listed = Vec::new();
    for target in targets {
        listed.push(Listed::of(target, context)?);
    }
    if context.out.is_json() {
        let files = Json::list(listed.iter().map(Listed::json));
        context.out.json(&Json::object([("files", files)]))?;
    } else {
        let workspace = &context.workspace;
        let none = workspace.rules_path().is_none() && workspace.sops_rules()?.is_none();
        let access = if none { Access::as_written(context) } else { Access::new(context)? };
        for file in &listed {
            context.out.listing(&file.text(&access))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A file with those who can read it.
struct Listed {
    target: Target,
    /// Whether the rules name it.
    named: bool,
    keys: Vec<String>,
    /// Those who can read it, by its own bytes; what is wrong with the file, where these do not tell.
    readers: std::result::Result<Readers, String>,
    agreement: Agreement,
}

impl Listed {
    fn of(target: Target, context: &Context) -> Result<Self> {
        let workspace = &context.workspace;
        let none = workspace.rules_path().is_none() && workspace.sops_rules()?.is_none();
        // A sops file names its readers itself.
        let rule = if none && target.path.exists() { None } else { workspace.rule(&target)? };
        let named = rule.is_some();
        let keys = rule.map(|rule| container::printable(&rule)).unwrap_or_default();
        let readers = match input::read(&target.path, Limit::Secret) {
            Ok(bytes) => {
                container::detect(&target.display, &bytes).readers().map_err(|error| error.message().to_owned())
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err("the file is not there".to_owned()),
            Err(error) => Err(Error::io("the file cannot be read", &error).message().to_owned()),
        };
        let agreement = readers.as_ref().map(|readers| readers.agreement(&keys)).unwrap_or_default();
        Ok(Self { target, named, keys, readers, agreement })
    }

    fn json(&self) -> Json {
        let key = |key: &String| Json::from(Shown::vouched(key.clone()));
        let readers = self.readers.as_ref().map(|readers| readers.all.as_slice()).unwrap_or_default();
        Json::object([
            ("path", Shown::vouched(self.target.display.clone()).into()),
            ("armor", self.readers.as_ref().map_or(Json::NULL, |readers| readers.armor.into())),
            ("rules", Json::list(self.keys.iter().map(key))),
            ("header", Json::list(readers.iter().map(reader_json))),
            ("missing", Json::list(self.agreement.missing.iter().map(key))),
            ("extra", Json::list(self.agreement.extra.iter().map(reader_json))),
            ("verifiable", self.agreement.verifiable.into()),
        ])
    }

    fn text(&self, access: &Access<'_>) -> Shown {
        let mut text = Shown::vouched(self.target.display.clone());
        let mut line = |line: Shown| {
            text.push_line(&Shown::default());
            text.push(&line);
        };
        if !self.named {
            line(Shown::fixed("  the rules do not name this file"));
        }
        for key in &self.keys {
            let sign = if self.agreement.missing.contains(key) { '+' } else { ' ' };
            line(shown!("{} {}", sign, access.key(key)));
        }
        for extra in &self.agreement.extra {
            line(shown!("- {}", access.reader(extra)));
        }
        match &self.readers {
            Err(what) => line(shown!("  {}", Shown::vouched(what.clone()))),
            Ok(_) if self.agreement.drifted() => {
                line(Shown::fixed("  drifted: `+` cannot read it yet, `-` still can; `agepatch rekey` mends it"));
            }
            Ok(_) if !self.agreement.verifiable => {
                line(Shown::fixed("  as many keys as the rules name; keys without a tag are counted, not told apart"));
            }
            Ok(_) => {}
        }
        text
    }
}
