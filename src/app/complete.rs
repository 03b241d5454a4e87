//! Shell completion of files, paths, clients, rules, and revisions. It offers names only, and no value that a schema
//! does not show.
//!
//! Completion must not make anyone wait or type, so keys that need a passphrase are left out, and an error offers
//! nothing.

use std::ffi::OsStr;

use clap_complete::{ArgValueCompleter, CompletionCandidate};

use super::Context;
use super::access::Access;
use super::context::may_be_string;
use super::options::Global;
use super::reading::likely_authelia_file;
use crate::app::encrypted::is_encrypted;
use crate::app::opening::KeyFile;
use crate::authelia::{application, clients};
use crate::check::registry;
use crate::container;
use crate::diff::name;
use crate::document::path::identity_key;
use crate::document::{Document, Map, MapKey, Path, Pointer, Value};
use crate::input::{self, Limit};
use crate::output::{Color, Mode, Output};
use crate::schema::Schema;
use crate::shown::held_back::is_held_back;
use crate::workspace::Target;

pub(crate) fn files() -> ArgValueCompleter {
    ArgValueCompleter::new(offer_files)
}

pub(crate) fn paths() -> ArgValueCompleter {
    ArgValueCompleter::new(offer_paths)
}

pub(crate) fn client_ids() -> ArgValueCompleter {
    ArgValueCompleter::new(offer_clients)
}

pub(crate) fn profiles() -> ArgValueCompleter {
    ArgValueCompleter::new(offer_profiles)
}

pub(crate) fn rules() -> ArgValueCompleter {
    ArgValueCompleter::new(offer_rules)
}

pub(crate) fn revisions() -> ArgValueCompleter {
    ArgValueCompleter::new(offer_revisions)
}

pub(crate) fn revisions_and_files() -> ArgValueCompleter {
    ArgValueCompleter::new(|current: &OsStr| offer_revisions(current).into_iter().chain(offer_files(current)).collect())
}

pub(crate) fn recipients() -> ArgValueCompleter {
    ArgValueCompleter::new(offer_recipients)
}

pub(crate) fn types() -> ArgValueCompleter {
    one_of(|| TYPES.map(str::to_owned).to_vec())
}

/// One of these words.
pub(crate) fn one_of(words: fn() -> Vec<String>) -> ArgValueCompleter {
    ArgValueCompleter::new(move |current: &OsStr| beginning_with(current, words()))
}

/// One or several of these words, separated by commas.
pub(crate) fn some_of(words: fn() -> Vec<String>) -> ArgValueCompleter {
    ArgValueCompleter::new(move |current: &OsStr| after_comma(current, words()))
}

/// The names of environment variables.
pub(crate) fn variables() -> ArgValueCompleter {
    one_of(|| std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect())
}

pub(crate) fn policies() -> ArgValueCompleter {
    ArgValueCompleter::new(offer_policies)
}

pub(crate) fn scopes() -> ArgValueCompleter {
    ArgValueCompleter::new(offer_scopes)
}

pub(crate) fn client_options() -> ArgValueCompleter {
    ArgValueCompleter::new(offer_client_options)
}

pub(crate) fn tasks() -> ArgValueCompleter {
    ArgValueCompleter::new(offer_tasks)
}

const TYPES: [&str; 11] =
    ["feat", "fix", "chore", "docs", "refactor", "revert", "test", "build", "ci", "perf", "style"];

/// The names of the keys in the rules, appended to those already typed before a comma.
fn offer_recipients(current: &OsStr) -> Vec<CompletionCandidate> {
    after_comma(current, context().map(|context| Access::as_written(&context).names()).unwrap_or_default())
}

/// The names, each after what was typed up to the last comma.
fn after_comma(current: &OsStr, names: Vec<String>) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy().into_owned();
    let before = current.rfind(',').map_or("", |comma| &current[..=comma]);
    beginning_with(OsStr::new(&current), names.into_iter().map(|name| format!("{before}{name}")).collect())
}

/// The options of a client, each followed by `=` or `+=`.
fn offer_client_options(current: &OsStr) -> Vec<CompletionCandidate> {
    let client = Pointer::new(["identity_providers", "oidc", "clients", "0"]);
    let options = Schema::Authelia.options_of(&client);
    beginning_with(current, options.into_iter().map(|option| format!("{option}=")).collect())
}

/// The files of secrets.nix, without `.age`; the shell adds its own. A file outside the current folder is offered by
/// its name in the rules, which works from everywhere.
fn offer_files(current: &OsStr) -> Vec<CompletionCandidate> {
    let text = current.to_string_lossy();
    // In quotes the sign is a part of a key.
    let inside = text.rmatch_indices('#').find_map(|(at, _)| values(&text[..at]));
    if let Some(values) = inside {
        return beginning_with(current, values);
    }
    let offered = || {
        let context = context()?;
        let name = |target: &Target| target.display.trim_end_matches(".age").to_owned();
        let ruled = context.workspace.targets().unwrap_or_default();
        let targets: Vec<Target> = ruled.into_iter().chain(context.workspace.sops_by_content()).collect();
        let here: Vec<String> = targets.iter().map(name).collect();
        let is_meant = |name: &String| name.starts_with(&*text);
        if here.iter().any(is_meant) {
            // Behind a name that is complete the documents inside the file come next.
            let inside = here.iter().any(|name| *name == text).then(|| values(&text)).flatten();
            return Some(here.into_iter().chain(inside.unwrap_or_default()).collect());
        }
        let named = targets.iter().filter_map(|target| context.workspace.rule_for(&target.path));
        let named: Vec<String> = named.map(|name| name.trim_end_matches(".age").to_owned()).collect();
        Some(if named.iter().any(is_meant) { named } else { context.bare_names() })
    };
    beginning_with(current, offered().unwrap_or_default())
}

/// `FILE#PATH` for every string value in the file. The names in a sops file can be read without a key.
fn values(file: &str) -> Option<Vec<String>> {
    let context = context()?;
    let target = context.target(file).ok()?;
    let (document, schema) = open(&target, &context).or_else(|| without_key(&target))?;
    let mut paths = Vec::new();
    collect(document.value(), "", &Pointer::root(), schema, &mut paths);
    let is_string = |path: &String| {
        let pointer = Path::parse(path).ok()?.resolve(document.value()).ok()?;
        Some(pointer.get(document.value())?.as_str().is_some_and(may_be_string))
    };
    paths.retain(|path| is_string(path) == Some(true));
    Some(paths.into_iter().map(|path| format!("{file}#{path}")).collect())
}

/// The paths in the file named earlier on the command line.
fn offer_paths(current: &OsStr) -> Vec<CompletionCandidate> {
    let offered = || {
        let context = context()?;
        // The command itself may have the name of a value.
        let words = words().into_iter().skip_while(|word| word.starts_with('-')).skip(1);
        let file = words.into_iter().find_map(|word| context.target(&word).ok())?;
        let (document, schema) = open(&file, &context)?;
        let mut paths = Vec::new();
        collect(document.value(), "", &Pointer::root(), schema, &mut paths);
        Some(paths)
    };
    let paths = offered().unwrap_or_default();
    // One step at a time, as shells complete folders.
    let current = current.to_string_lossy().into_owned();
    let step = |path: &String| path.get(current.len()..).is_some_and(|rest| rest.matches(['.', '[']).count() <= 1);
    beginning_with(OsStr::new(&current), paths.into_iter().filter(step).collect())
}

fn offer_clients(current: &OsStr) -> Vec<CompletionCandidate> {
    let ids = |document: &Document| {
        let all = clients(document.value()).iter();
        all.filter_map(|client| Some(client.get("client_id")?.as_str()?.to_owned())).collect()
    };
    beginning_with(current, authelia().as_ref().map(ids).unwrap_or_default())
}

/// Authelia's policies, and those that the file defines.
fn offer_policies(current: &OsStr) -> Vec<CompletionCandidate> {
    let at = Pointer::new(["identity_providers", "oidc", "authorization_policies"]);
    let defined = |document: &Document| -> Vec<String> {
        let map = at.get(document.value()).and_then(Value::as_map);
        map.into_iter().flat_map(Map::iter).map(|(key, _)| key.text().to_owned()).collect()
    };
    let defined = authelia().as_ref().map(defined).unwrap_or_default();
    beginning_with(current, ["one_factor", "two_factor"].map(str::to_owned).into_iter().chain(defined).collect())
}

/// The Authelia file on the command line, or else the one in the repository.
fn authelia() -> Option<Document> {
    let context = context()?;
    let words = words();
    let named = words.windows(2).find(|pair| pair[0] == "--file" || pair[0] == "-f").map(|pair| pair[1].clone());
    let file = named.or_else(|| likely_authelia_file(&context).ok().flatten())?;
    open(&context.target(&file).ok()?, &context).map(|(document, _)| document)
}

/// The scopes of recent commits.
fn offer_scopes(current: &OsStr) -> Vec<CompletionCandidate> {
    let offered = || {
        let context = context()?;
        let repository = crate::history::Repository::new(context.workspace.repository()?);
        Some(repository.recent_scopes())
    };
    beginning_with(current, offered().unwrap_or_default())
}

/// The IDs of the tasks that the repository keeps as files.
fn offer_tasks(current: &OsStr) -> Vec<CompletionCandidate> {
    let offered = || {
        let context = context()?;
        let repository = crate::history::Repository::new(context.workspace.repository()?);
        let tasks = super::tasks::tasks(&repository, &context).ok().flatten()?;
        Some(tasks.ids().map(str::to_owned).collect())
    };
    beginning_with(current, offered().unwrap_or_default())
}

fn offer_rules(current: &OsStr) -> Vec<CompletionCandidate> {
    beginning_with(current, registry::all().map(|rule| rule.id.to_owned()).collect())
}

fn offer_profiles(current: &OsStr) -> Vec<CompletionCandidate> {
    beginning_with(current, application::all().iter().map(|found| found.slug.clone()).collect())
}

/// Branches, tags, and commits near HEAD.
fn offer_revisions(current: &OsStr) -> Vec<CompletionCandidate> {
    let offered = || {
        let context = context()?;
        let repository = crate::history::Repository::new(context.workspace.repository()?);
        let refs = repository.text(&["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags"]).ok()?;
        let near = ["HEAD", "HEAD~1", "HEAD~2"].map(str::to_owned);
        Some(near.into_iter().chain(refs.lines().map(str::to_owned)).collect::<Vec<_>>())
    };
    beginning_with(current, offered().unwrap_or_default())
}

fn beginning_with(current: &OsStr, mut names: Vec<String>) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy();
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| name.starts_with(&*current) && seen.insert(name.clone()));
    names.into_iter().map(CompletionCandidate::new).collect()
}

/// The words already on the command line.
fn words() -> Vec<String> {
    let words = std::env::args_os().skip_while(|word| word != "--").skip(2);
    words.filter_map(|word| word.into_string().ok()).collect()
}

/// A context with the options already on the command line.
fn context() -> Option<Context> {
    let words = words();
    let after = |names: &[&str]| {
        let found = words.windows(2).filter(move |pair| names.contains(&pair[0].as_str()));
        found.map(|pair| pair[1].clone().into()).collect::<Vec<std::path::PathBuf>>()
    };
    let global = Global {
        directory: after(&["-C", "--directory"]).pop(),
        rules: after(&["--rules"]).pop().or_else(|| std::env::var_os("RULES").map(Into::into)),
        identities: after(&["-i", "--identity"]),
        ..Global::default()
    };
    let context = Context::new(global, Output::new(Mode::Text, Color::Never, true, false)).ok()?;
    // Pressing Tab must not run anything that a repository names.
    context.workspace.stay_within();
    Some(context)
}

/// The file's content, opened only with keys that need no passphrase.
fn open(target: &Target, context: &Context) -> Option<(Document, Schema)> {
    let bytes = input::read(&target.path, Limit::Secret).ok()?;
    if !is_encrypted(target, &bytes) {
        return context.parse(target, &bytes).ok();
    }
    let keys = context.identity_paths().ok()?;
    let files = keys.into_iter().filter_map(|path| KeyFile::load(path).ok()).filter(|file| !file.may_ask());
    // Where there is none of these, a sops file may open with those of sops.
    let mut files = files.chain([KeyFile::none()]);
    let text = files.find_map(|file| file.keys().view(target, &bytes).ok())?;
    context.parse(target, text.expose()).ok()
}

/// What the file shows without any key: the names in it, and ciphertexts in the place of the values.
fn without_key(target: &Target) -> Option<(Document, Schema)> {
    if target.is_value() {
        return None;
    }
    let bytes = input::read(&target.path, Limit::Secret).ok()?;
    let closed = container::closed(&target.display, &bytes, true)?.ok()?;
    Some((Document::parse(closed.text.as_bytes(), closed.format).ok()?, Schema::Unknown))
}

/// Collects the path of every node. List items are named by their identity if it may be shown, or else by position.
fn collect(value: &Value, path: &str, at: &Pointer, schema: Schema, paths: &mut Vec<String>) {
    let mut below = |path: String, at: &Pointer, value: &Value| {
        paths.push(path.clone());
        collect(value, &path, at, schema, paths);
    };
    match value {
        Value::Map(map) => {
            let shown = |key: &&MapKey| schema.shows_key(at, key.text()) && !is_held_back(key.text());
            for (key, value) in map.iter().filter(|(key, _)| shown(key)) {
                below(name::entry(path, key.text(), at, schema), &at.child(key.text()), value);
            }
        }
        Value::List(items) => {
            let key = identity_key(items);
            for (index, item) in items.iter().enumerate() {
                below(name::item(path, item, index, key, at, schema), &at.child(index.to_string()), item);
            }
        }
        _ => {}
    }
}
