//! `agepatch blame`: lists each leaf of a file with the commit that last set it.

use std::collections::HashMap;
use std::process::ExitCode;

use crate::app::Context;
use crate::app::complete;
use crate::app::versions::Versions;
use crate::diff::{Counterparts, name};
use crate::document::path::identity_key;
use crate::document::{Document, Pointer, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::history::Commit;
use crate::output::changes;
use crate::redact::Redactor;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{CommitText, KeyName, Shown};
use crate::workspace;
use clap::Args;

/// `blame`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch blame authelia-secrets
  agepatch blame authelia-secrets --output json")]
pub(crate) struct BlameArgs {
    /// The file.
    #[arg(add = complete::files())]
    pub(crate) file: String,
}

crate::output! {
    #[schemars(title = "For each value the commit that last set it")]
    pub(crate) struct Output {
        file: Shown,
        leaves: Vec<LeafOutput>,
    }
}

crate::output! {
    pub(crate) struct LeafOutput {
        path: Shown,
        /// RFC 6901
        #[schemars(regex(pattern = "^(/.*)?$"))]
        pointer: Shown,
        /// null: not committed
        commit: Option<Shown>,
        date: Option<Shown>,
        author: Option<Shown>,
        subject: Option<Shown>,
    }
}

/// A scalar, or an empty list or map.
struct Leaf {
    path: String,
    pointer: Pointer,
}

/// The places of leaves, by number, in a version.
type Places = Vec<(usize, Pointer)>;

/// Lists the leaves of the file in the working tree.
pub(crate) fn run(args: &BlameArgs, context: &mut Context) -> Result<ExitCode> {
    let versions = Versions::read(&args.file, context)?;
    if versions.revisions.is_empty() && !versions.target.path.exists() {
        return Err(context.workspace.no_such_file(workspace::file_part(&args.file)));
    }
    let newest = versions.revisions.first().and_then(|revision| revision.blob.clone());
    let text = context.read(&versions.target)?;
    let parsed = context.parse(&versions.target, text.expose());
    let (present, schema) = parsed.map_err(|error| error.in_file(&versions.target))?;
    let mut leaves = Vec::new();
    collect(present.value(), "", &Pointer::root(), schema, &mut leaves);
    let blamed = blame(&leaves, &present, newest, &versions);
    print(&leaves, &blamed, &present, schema, &versions, context)?;
    Ok(ExitCode::SUCCESS)
}

/// The commit that last set each leaf; `None` for uncommitted values.
fn blame<'v>(
    leaves: &[Leaf],
    present: &Document,
    newest: Option<String>,
    versions: &'v Versions,
) -> Vec<Option<&'v Commit>> {
    let mut blamed: Vec<Option<&Commit>> = vec![None; leaves.len()];
    let mut open: HashMap<String, Places> = HashMap::new();
    let Some(newest) = newest else { return blamed };
    // Values that differ from HEAD belong to no commit yet; an unreadable HEAD counts as equal.
    let here = leaves.iter().enumerate().map(|(number, leaf)| (number, leaf.pointer.clone()));
    let committed = match versions.document(Some(&newest)) {
        Some(head) => {
            let mut counterparts = Counterparts::new(head.value(), present.value());
            here.filter_map(|(number, at)| Some((number, counterparts.same(&at)?))).collect()
        }
        None => here.collect(),
    };
    open.insert(newest, committed);
    for revision in &versions.revisions {
        let Some(mut places) = revision.blob.as_ref().and_then(|blob| open.remove(blob)) else { continue };
        let after = versions.document(revision.blob.as_ref());
        for parent in revision.parents.iter().flatten() {
            let older = open.entry(parent.clone()).or_default();
            let both = versions.document(Some(parent)).zip(after);
            let mut counterparts = both.map(|(before, after)| Counterparts::new(before.value(), after.value()));
            places.retain(|(number, at)| {
                let found = match &mut counterparts {
                    Some(counterparts) => counterparts.same(at),
                    // In a version that cannot be read, the value counts as unchanged.
                    None => Some(at.clone()),
                };
                older.extend(found.iter().map(|at| (*number, at.clone())));
                found.is_none()
            });
        }
        for (number, _) in places {
            blamed[number] = Some(&revision.commit);
        }
    }
    blamed
}

fn collect(value: &Value, path: &str, at: &Pointer, schema: Schema, leaves: &mut Vec<Leaf>) {
    match value {
        Value::Map(map) if !map.is_empty() => {
            for (key, value) in map.iter() {
                collect(value, &name::entry(path, key.text(), at, schema), &at.child(key.text()), schema, leaves);
            }
        }
        Value::List(items) if !items.is_empty() => {
            let key = identity_key(items);
            for (index, item) in items.iter().enumerate() {
                let path = name::item(path, item, index, key, at, schema);
                collect(item, &path, &at.child(index.to_string()), schema, leaves);
            }
        }
        _ => leaves.push(Leaf { path: path.to_owned(), pointer: at.clone() }),
    }
}

fn print(
    leaves: &[Leaf],
    blamed: &[Option<&Commit>],
    present: &Document,
    schema: Schema,
    versions: &Versions,
    context: &Context,
) -> Result<()> {
    let redactor = Redactor::new(schema, context.global.reveal);
    let shown_pointer = |pointer: &Pointer| redactor.pointer(pointer);
    if context.out.is_json() {
        let leaves = leaves.iter().zip(blamed).map(|(leaf, commit)| {
            let field = |get: fn(&Commit) -> &String| commit.map(|commit| CommitText::shown(get(commit)));
            LeafOutput {
                path: KeyName::shown(&leaf.path),
                pointer: KeyName::shown(shown_pointer(&leaf.pointer).to_string()),
                commit: field(|commit| &commit.id),
                date: field(|commit| &commit.date),
                author: field(|commit| &commit.author),
                subject: field(|commit| &commit.subject),
            }
        });
        let file = versions.target.shown();
        return context.out.json(&Output { file, leaves: leaves.collect() });
    }
    let who = |commit: Option<&Commit>| match commit {
        Some(commit) => format!("{} {} {}", commit.short, commit.date, commit.author),
        None => "not committed".to_owned(),
    };
    let width = blamed.iter().map(|commit| who(*commit).chars().count()).max().unwrap_or_default();
    let mut heading = None;
    for (leaf, commit) in leaves.iter().zip(blamed) {
        let value =
            leaf.pointer.get(present.value()).ok_or_else(|| Error::new(ErrorKind::Path, "a value is missing"))?;
        let value = redactor.text(&leaf.pointer, value).unwrap_or(Shown::fixed("(secret)"));
        let who = CommitText::shown(format!("{:width$}", who(*commit)));
        let (entry, label) = changes::label(&leaf.path, &leaf.pointer, redactor);
        let indent = if entry.is_some() { "  " } else { "" };
        if let Some(entry) = entry.as_ref().filter(|entry| heading.as_ref() != Some(*entry)) {
            context.out.result(entry)?;
        }
        heading = entry;
        context.out.listing(&shown!("{}{}  {}: {}", indent, who, label, value))?;
    }
    Ok(())
}
