//! `agepatch recipients`: lists who can read each file, by the rules and by its header, and the difference. It needs no
//! key.

use std::io;
use std::process::ExitCode;

use crate::app::Context;
use crate::app::access::{self, Access, Stanza};
use crate::app::complete;
use crate::container::{self, Agreement, Evidence, GroupAgreement, Recipient, Recipients};
use crate::error::{Error, ErrorKind, Result};
use crate::input::{self, Limit};
use crate::rules::Rule;
use crate::shown;
use crate::shown::{RecipientName, Showable, Shown};
use crate::workspace::Target;
use clap::Args;

/// `recipients`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch recipients
  agepatch recipients authelia-secrets
  agepatch recipients --output json

It reads headers and metadata only, so no key is needed.")]
pub(crate) struct RecipientsArgs {
    /// The files [default: every file in the rules].
    #[arg(add = complete::files())]
    pub(crate) files: Vec<String>,
}

crate::output! {
    #[schemars(title = "Who can read each file")]
    pub(crate) struct Output {
        files: Vec<FileRecipients>,
    }
}

crate::output! {
    pub(crate) struct FileRecipients {
        path: Shown,
        /// null where the file is not there or is not an age file
        armor: Option<bool>,
        /// Keys, as the rules have them
        rules: Vec<Shown>,
        header: Vec<Stanza>,
        /// Keys of the rules that cannot read it
        missing: Vec<Shown>,
        /// Who can read it and should not
        extra: Vec<Stanza>,
        /// Whether the header tells all of them apart
        verifiable: bool,
        /// The same by key group, for sops files that a rule covers
        groups: Vec<Group>,
    }
}

crate::output! {
    pub(crate) struct Group {
        rules: Vec<Shown>,
        header: Vec<Stanza>,
        missing: Vec<Shown>,
        extra: Vec<Stanza>,
    }
}

/// Lists the recipients of the named files, or else of every file in the rules.
pub(crate) fn run(args: &RecipientsArgs, context: &mut Context) -> Result<ExitCode> {
    let targets = match args.files.as_slice() {
        [] => context.workspace.targets()?,
        files => files.iter().map(|file| context.known(file)).collect::<Result<_>>()?,
    };
    let mut listed = Vec::new();
    for target in targets {
        listed.push(Listed::of(target, context)?);
    }
    if listed.is_empty() {
        context.out.note(&Shown::fixed("the rules list no files"))?;
    }
    if context.out.is_json() {
        context.out.json(&Output { files: listed.iter().map(Listed::output).collect() })?;
    } else {
        let workspace = &context.workspace;
        let none = workspace.rules_path().is_none() && workspace.sops_rules()?.is_none();
        let access = if none { Access::as_written(context) } else { Access::new(context)? };
        for file in &listed {
            context.out.signed_listing(&file.text(&access))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A file with its readers.
struct Listed {
    target: Target,
    /// Whether the rules list it.
    named: bool,
    /// The error in its rule.
    broken: Option<Error>,
    keys: Vec<String>,
    /// Its readers according to its bytes, or why they are unknown.
    readers: std::result::Result<Recipients, Shown>,
    agreement: Agreement,
}

impl Listed {
    fn of(target: Target, context: &Context) -> Result<Self> {
        let workspace = &context.workspace;
        let none = workspace.rules_path().is_none() && workspace.sops_rules()?.is_none();
        // A sops file lists its readers itself.
        let rule = match workspace.rule(&target) {
            Err(_) if none && target.path.exists() => Ok(None),
            // The file's own readers do not depend on its rule.
            Err(error) if error.kind() == ErrorKind::Rules && workspace.rules().is_ok() => Err(error),
            rule => Ok(rule?),
        };
        let (rule, broken) = rule.map_or_else(|error| (None, Some(error)), |rule| (rule, None));
        let named = rule.is_some() || broken.is_some();
        let keys = rule.as_ref().map(container::printable).unwrap_or_default();
        let bytes = input::read(&target.path, Limit::Secret).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Shown::fixed("the file does not exist"),
            _ => Error::io("the file cannot be read", &error).into_shown(),
        });
        let readers = bytes
            .as_ref()
            .map_err(Clone::clone)
            .and_then(|bytes| container::detect(&target.display, bytes).recipients().map_err(Showable::into_shown));
        let agreement = match (&bytes, &rule) {
            (Ok(bytes), Some(rule)) => context.agreement(&target, bytes, rule, Evidence::default).unwrap_or_default(),
            _ => readers
                .as_ref()
                .map(|readers| readers.agreement(&Rule::default(), &Evidence::default()))
                .unwrap_or_default(),
        };
        Ok(Self { target, named, broken, keys, readers, agreement })
    }

    fn output(&self) -> FileRecipients {
        let keys = |keys: &[String]| keys.iter().map(|key| RecipientName::shown(key.clone())).collect();
        let stanzas = |readers: &[Recipient]| readers.iter().map(Stanza::of).collect();
        let readers = self.readers.as_ref().map(|readers| readers.all.as_slice()).unwrap_or_default();
        let group = |group: &GroupAgreement| Group {
            rules: keys(&group.rules),
            header: stanzas(&group.readers),
            missing: keys(&group.missing),
            extra: stanzas(&group.extra),
        };
        FileRecipients {
            path: self.target.shown(),
            armor: self.readers.as_ref().ok().and_then(|readers| readers.armor),
            rules: keys(&self.keys),
            header: stanzas(readers),
            missing: keys(&self.agreement.missing),
            extra: stanzas(&self.agreement.extra),
            verifiable: self.agreement.verifiable,
            groups: self.agreement.groups.iter().map(group).collect(),
        }
    }

    fn text(&self, access: &Access<'_>) -> Shown {
        let mut text = self.target.shown();
        let mut line = |line: Shown| {
            text.push_line(&Shown::default());
            text.push(&line);
        };
        if !self.named {
            line(Shown::fixed("  the rules do not list this file"));
        }
        if let Some(error) = &self.broken {
            line(shown!("  its rule is broken: {}", error.shown()));
        }
        let flat = GroupAgreement {
            rules: self.keys.clone(),
            missing: self.agreement.missing.clone(),
            extra: self.agreement.extra.clone(),
            ..GroupAgreement::default()
        };
        let several = self.agreement.groups.len() > 1;
        let groups = if several { self.agreement.groups.as_slice() } else { std::slice::from_ref(&flat) };
        if let Some(needed) = self.readers.as_ref().ok().map(|readers| readers.needed).filter(|_| several) {
            let (rules, file) = self.agreement.needed.unwrap_or((needed, needed));
            let [rules, file] = [rules, file].map(|needed| RecipientName::shown(access::groups(needed)));
            line(match rules == file {
                true => shown!("  opened by {}", rules),
                false => shown!("  opened by {}; the rules require {}", file, rules),
            });
        }
        for (number, group) in groups.iter().enumerate() {
            if several {
                line(shown!("  key group {}", number + 1));
            }
            for key in &group.rules {
                let sign = if group.missing.contains(key) { "+" } else { " " };
                line(shown!("{} {}", sign, access.key(key)));
            }
            for extra in &group.extra {
                line(shown!("- {}", access.reader(extra)));
            }
        }
        match &self.readers {
            Err(what) => line(shown!("  {}", what)),
            Ok(_)
                if self.agreement.missing.is_empty() && self.agreement.extra.is_empty() && self.agreement.drifted() =>
            {
                line(Shown::fixed("  drifted: the key groups are not those of the rules; `agepatch rekey` fixes it"));
            }
            Ok(_) if self.agreement.drifted() => {
                line(Shown::fixed(match (self.agreement.missing.is_empty(), self.agreement.extra.is_empty()) {
                    (false, true) => "  drifted: `+` cannot read it yet; `agepatch rekey` fixes it",
                    (true, false) => "  drifted: `-` can still read it, against the rules; `agepatch rekey` fixes it",
                    _ => "  drifted: `+` cannot read it yet, `-` still can; `agepatch rekey` fixes it",
                }));
            }
            Ok(_) if !self.agreement.verifiable => {
                line(Shown::fixed(
                    "  as many keys as the rules list; X25519 and plugin keys were counted, not verified",
                ));
            }
            Ok(_) => {}
        }
        text
    }
}
