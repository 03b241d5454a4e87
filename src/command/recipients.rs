//! `agepatch recipients`: who can read each file, by the rules, by its header, and the difference. No key is needed.

use std::fs;
use std::process::ExitCode;

use super::Context;
use super::access::Access;
use crate::cli::RecipientsArgs;
use crate::container::{Agreement, Header, Stanza};
use crate::error::{Error, Result};
use crate::shown;
use crate::shown::{Json, Shown};
use crate::workspace::Target;

/// Tells it of the files named, else of every file of the rules.
pub(crate) fn run(args: &RecipientsArgs, context: &mut Context) -> Result<ExitCode> {
    let targets = match args.files.as_slice() {
        [] => context.workspace.targets()?,
        files => files.iter().map(|file| context.workspace.target(file)).collect::<Result<_>>()?,
    };
    let mut listed = Vec::new();
    for target in targets {
        listed.push(Listed::of(target, context)?);
    }
    if context.out.is_json() {
        let files = Json::list(listed.iter().map(Listed::json));
        context.out.json(&Json::object([("files", files)]))?;
    } else {
        let access = Access::new(context)?;
        for file in &listed {
            context.out.listing(&file.text(&access))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A file with those who can read it.
struct Listed {
    target: Target,
    keys: Vec<String>,
    /// The header; what is wrong with the file, where it has none.
    header: std::result::Result<Header, String>,
    agreement: Agreement,
}

impl Listed {
    fn of(target: Target, context: &Context) -> Result<Self> {
        let rules = context.workspace.rules()?;
        let rule = target.rule.as_ref().and_then(|name| rules.files.get(name));
        let keys = rule.map(|rule| rule.keys.clone()).unwrap_or_default();
        let header = match fs::read(&target.path) {
            Ok(bytes) => Header::read(&bytes).map_err(|error| error.message().to_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err("the file is not there".to_owned()),
            Err(error) => Err(Error::io("the file cannot be read", &error).message().to_owned()),
        };
        let agreement = header.as_ref().map(|header| header.agreement(&keys)).unwrap_or_default();
        Ok(Self { target, keys, header, agreement })
    }

    fn json(&self) -> Json {
        let key = |key: &String| Json::from(Shown::vouched(key.clone()));
        let stanza = |stanza: &Stanza| {
            let tag = stanza.tag.clone().map(Shown::vouched);
            Json::object([("type", Shown::vouched(stanza.kind.clone()).into()), ("tag", tag.into())])
        };
        let stanzas = self.header.as_ref().map(|header| header.stanzas.as_slice()).unwrap_or_default();
        Json::object([
            ("path", Shown::vouched(self.target.display.clone()).into()),
            ("armor", self.header.as_ref().map_or(Json::NULL, |header| header.armor.into())),
            ("rules", Json::list(self.keys.iter().map(key))),
            ("header", Json::list(stanzas.iter().map(stanza))),
            ("missing", Json::list(self.agreement.missing.iter().map(key))),
            ("extra", Json::list(self.agreement.extra.iter().map(stanza))),
            ("verifiable", self.agreement.verifiable.into()),
        ])
    }

    fn text(&self, access: &Access<'_>) -> Shown {
        let mut text = Shown::vouched(self.target.display.clone());
        let mut line = |line: Shown| {
            text.push_line(&Shown::default());
            text.push(&line);
        };
        if self.target.rule.is_none() {
            line(Shown::fixed("  the rules do not name this file"));
        }
        for key in &self.keys {
            let sign = if self.agreement.missing.contains(key) { '+' } else { ' ' };
            line(shown!("{} {}", sign, access.key(key)));
        }
        for extra in &self.agreement.extra {
            line(shown!("- {}", access.stanza(extra)));
        }
        match &self.header {
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
