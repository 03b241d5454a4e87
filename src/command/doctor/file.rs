//! Examines one file of the rules: whether it exists, is encrypted for the right recipients, can be decrypted, and is
//! valid inside.

use std::io;

use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::faults;
use super::finding::finding;
use crate::app::Context;
use crate::app::configuration::{self, Configuration};
use crate::app::context::setting;
use crate::app::encrypted::is_encrypted;
use crate::app::opening::Decryptor;
use crate::app::unmerged::Merger;
use crate::check::{self, Finding, Options, Severity, Source};
use crate::container::{self, Evidence, FaultKind, Plaintext, Recipients};
use crate::document::{self, Document, Format};
use crate::error::{Error, ErrorKind, Result};
use crate::hex::hex;
use crate::input::{self, Limit};
use crate::redact::schema_of;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{FileName, KeyName, Showable, Shown};
use crate::workspace::{FileSettings, Target};

/// An examined file.
pub(super) struct Patient {
    /// Its name for display.
    pub(super) name: String,
    target: Target,
    findings: Vec<Finding>,
    /// The program that wrote conflict markers into it.
    pub(super) merger: Option<Merger>,
    /// Who can read it, if it lists them.
    pub(super) readers: Option<Recipients>,
    /// Which X25519 keys open it, and which do not.
    pub(super) tried: Evidence,
    /// Its content, if it is Authelia's.
    text: Option<(Plaintext, Format)>,
    /// Its document, if there may be configurations of Authelia inside its values.
    document: Option<Document>,
    /// The blob ids of its content, to find tracked plaintext copies.
    blobs: Vec<String>,
}

impl Patient {
    /// Examines a file; without identities only its header.
    pub(super) fn examine(target: &Target, settings: &FileSettings, keys: Option<Decryptor<'_>>, in_git: bool) -> Self {
        let mut patient = Self {
            name: target.display.clone(),
            target: target.clone(),
            findings: Vec::new(),
            merger: None,
            readers: None,
            tried: Evidence::default(),
            text: None,
            document: None,
            blobs: Vec::new(),
        };
        let bytes = match input::read(&target.path, Limit::Secret) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let help = "`agepatch edit` or `agepatch write` creates it; or remove it from the rules";
                patient.add("missing", Severity::Error, "the rules list this file, and it does not exist", help);
                return patient;
            }
            Err(error) => {
                let message = Error::io("cannot be read", &error);
                patient.add("unreadable", Severity::Error, message, "check its owner and permissions");
                return patient;
            }
        };
        patient.merger = Merger::of(&bytes);
        let readers = match container::detect(&target.display, &bytes).recipients() {
            Ok(readers) => readers,
            Err(error) => {
                patient.no_age_file(target, &bytes, &error);
                return patient;
            }
        };
        let faults = match keys {
            Some(keys) => keys.faults(target, &bytes),
            None => container::detect(&target.display, &bytes).faults(None),
        };
        patient.findings.extend(faults.iter().map(|fault| faults::finding(fault, &patient.name)));
        if let Some(keys) = keys {
            if readers.has_untagged() {
                patient.tried = keys.tried(&bytes);
            }
            // The finding about a plaintext value explains this error.
            let explained = faults.iter().any(|fault| fault.kind == FaultKind::PlaintextValue);
            patient.open(target, &bytes, settings, keys, in_git && !explained);
            if explained {
                patient.findings.retain(|finding| finding.rule != "damaged");
            }
        }
        patient.readers = Some(readers);
        patient
    }

    fn add(&mut self, rule: &'static str, severity: Severity, message: impl Showable, help: &'static str) {
        let mut found = finding(rule, severity, &self.name, message);
        found.help = Some(Shown::fixed(help));
        self.findings.push(found);
    }

    fn no_age_file(&mut self, target: &Target, bytes: &[u8], error: &Error) {
        let restore = "restore it: `git checkout HEAD -- FILE`, or `agepatch restore FILE --source REV`";
        if self.merger.is_some() {
            // Reported as a conflict.
        } else if bytes.is_empty() {
            self.add("empty", Severity::Error, "the file is empty", restore);
        } else if is_encrypted(target, bytes) {
            self.add("truncated", Severity::Error, error, restore);
        } else if std::str::from_utf8(bytes).is_ok() {
            let format = document::guess(&self.name, bytes).name();
            let message = shown!("plaintext ({}) instead of ciphertext", format);
            let help =
                "encrypt it: `agepatch write FILE < PLAINTEXT`; if it was committed, its secrets are no longer secret";
            self.add("plaintext", Severity::Error, message, help);
        } else {
            self.add("not-age", Severity::Error, "this is not an age file", restore);
        }
    }

    fn open(&mut self, target: &Target, bytes: &[u8], settings: &FileSettings, keys: Decryptor<'_>, in_git: bool) {
        let text = match keys.view(target, bytes) {
            Ok(text) => text,
            // Reported as a conflict.
            Err(_) if self.merger.is_some() => return,
            Err(error) if error.kind() == ErrorKind::Damaged => {
                self.add("damaged", Severity::Error, error, "restore it from git");
                return;
            }
            Err(error) => {
                let hints = error.shown_hints().iter();
                let plugins = hints.filter(|hint| hint.as_str().starts_with(container::PLUGIN_FAILED));
                let reasons = Shown::join(std::iter::once(error.shown()).chain(plugins), "; ");
                let message = shown!("cannot be opened here: {}", reasons);
                self.add("not-for-us", Severity::Warning, message, "pass an identity that opens it with --identity");
                return;
            }
        };
        if text.is_blank() {
            self.add(
                "blank",
                Severity::Warning,
                "contains only white space",
                "if it was emptied by accident, restore it from git",
            );
            return;
        }
        if in_git {
            self.blobs = blobs(text.expose());
        }
        let format = match setting(settings.format.as_deref(), &self.name) {
            Ok(format) => format,
            Err(error) => return self.add("settings", Severity::Error, error, "correct agepatch.toml"),
        };
        if format.is_none() && document::looks_faulty(&self.name, text.expose()) {
            let message = "looks like a document, but cannot be parsed";
            self.add("syntax", Severity::Warning, message, "`agepatch show FILE` names the line");
        }
        match document::read_new(&self.name, text.expose(), format) {
            Err(error) => {
                let place = error.line_column().map(|(line, column)| shown!(" (line {}, column {})", line, column));
                let message = shown!("{}{}", error, place.unwrap_or_default());
                self.add("syntax", Severity::Error, message, "`agepatch edit FILE` opens it");
            }
            Ok(document) => {
                if container::detect(&target.display, bytes).kind().keeps_recipients() {
                    self.findings.extend(check::not_strings(&self.name, &document));
                }
                let set = settings.schema.as_deref().map(|word| match word {
                    "authelia" => Schema::Authelia,
                    _ => Schema::Unknown,
                });
                let schema = schema_of(set, &self.name, &document);
                self.text = (schema == Schema::Authelia).then(|| (text, document.format()));
                let fixed = container::format_of(&target.display, bytes);
                self.document = Some(document).filter(|document| fixed.is_none_or(|fixed| fixed == document.format()));
            }
        }
    }

    /// The tracked files with its content; `holding` returns the file with a given blob.
    pub(super) fn copies<'t>(&self, holding: impl Fn(&str) -> Option<&'t [String]>) -> Vec<&'t String> {
        self.blobs.iter().filter_map(|blob| holding(blob)).flatten().collect()
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// What its check needs besides its own content.
    ///
    /// # Errors
    /// Errors of reading the files that Authelia reads before it.
    pub(super) fn dependencies(&self, options: &Options, context: &Context) -> Result<Dependencies> {
        let inner = self.document.iter().flat_map(|document| context.inner_configurations(&self.target, document));
        let inner = inner.map(|inner| Ok((configuration::of(&inner, options.filters, context)?, inner)));
        let before =
            self.text.as_ref().map(|_| configuration::surroundings(&self.target, &[], options.filters, context));
        Ok(Dependencies { inner: inner.collect::<Result<_>>()?, before: before.transpose()?.unwrap_or_default() })
    }

    /// Its findings, and those of Authelia's rules for its content and for the documents inside its values.
    pub(super) fn checked(mut self, dependencies: &Dependencies, options: &Options) -> Vec<Finding> {
        let mut inner = self.inner_findings(dependencies, options);
        self.findings.append(&mut inner);
        let Some((text, format)) = &self.text else { return self.findings };
        let Some(parsed) = options.filters.parse(text.expose(), *format) else { return self.findings };
        let own = Source::new(FileName::shown(self.name.clone()), parsed.as_ref().map_err(Clone::clone));
        let before = dependencies.before.iter().map(configuration::Surrounding::source);
        let found = check::run(&before.chain([own]).collect::<Vec<_>>(), options);
        let serious = found.into_iter().filter(|found| found.severity > Severity::Advice);
        for mut found in serious {
            let path = found.path.clone();
            found.message = if path.is_empty() { found.message } else { crate::shown!("{}: {}", path, &found.message) };
            self.findings.push(found);
        }
        self.findings
    }

    fn inner_findings(&self, dependencies: &Dependencies, options: &Options) -> Vec<Finding> {
        let mut all = Vec::new();
        for (configuration, target) in &dependencies.inner {
            let own = target.shown();
            let found = configuration.check(options).into_iter();
            let serious = found.filter(|found| found.severity > Severity::Advice && found.file == own);
            all.extend(serious.map(|found| {
                let place = KeyName::shown(target.suffix().trim_start_matches('#').to_owned());
                let message = match found.path.is_empty() {
                    true => shown!("{}: {}", place, &found.message),
                    false => shown!("{}#{}: {}", place, &found.path, &found.message),
                };
                Finding { file: FileName::shown(self.name.clone()), message, ..found }
            }));
        }
        all
    }
}

/// What the check of a file needs besides the file.
pub(super) struct Dependencies {
    /// The configurations of Authelia inside its values.
    inner: Vec<(Configuration, Target)>,
    /// The files that Authelia reads before it.
    before: Vec<configuration::Surrounding>,
}

/// The blob ids of the content, with and without its last line break, for both hash algorithms.
fn blobs(text: &[u8]) -> Vec<String> {
    let shorter = text.strip_suffix(b"\n").unwrap_or(text);
    let mut ids = Vec::new();
    for (text, end) in [(text, &b""[..]), (shorter, b""), (shorter, b"\n")] {
        let header = format!("blob {}\0", text.len() + end.len());
        ids.push(hex(&Sha1::new().chain_update(&header).chain_update(text).chain_update(end).finalize()));
        ids.push(hex(&Sha256::new().chain_update(&header).chain_update(text).chain_update(end).finalize()));
    }
    ids.sort();
    ids.dedup();
    ids
}
