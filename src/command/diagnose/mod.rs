//! `agepatch diagnose`: finds the cause of a failed login in Authelia's log or an authorization URL, with the client's
//! entry and a patch that fixes it.

mod args;
mod input;
pub(crate) mod print;
mod selection;

use std::collections::HashMap;
use std::process::ExitCode;

use super::client;
use crate::app::Context;
use crate::app::flow::{self, Committed, Creates, Draft, Job, Work, report};
use crate::app::reading::{ReadDocument, likely_authelia_file};
use crate::authelia::{self, Diagnosis};
use crate::document::{Edit, Pointer, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::patch::Patch;
use crate::shown;
use crate::shown::{ClientName, FileName, KeyName, Shown};
pub(crate) use args::DiagnoseArgs;
use input::Input;
use selection::Selection;

/// Prints the causes; exits with 1 if there are none.
pub(crate) fn run(args: &DiagnoseArgs, context: &mut Context) -> Result<ExitCode> {
    let selection = Selection::of(args)?;
    context.rehearse(args.options.dry_run);
    let input = Input::of(args)?;
    let reading = registrations(args, context)?;
    let document = reading.as_ref().map_or(&Value::Null, |reading| reading.document.value());
    let causes = match &input {
        Input::Log(log) => authelia::causes(log),
        Input::Url(_) if reading.is_none() => {
            return Err(Error::new(
                ErrorKind::Usage,
                "the URL is compared with the registrations, but there is no Authelia file here",
            )
            .hint("name it: `agepatch diagnose FILE --url URL`"));
        }
        Input::Url(request) => request.causes(document),
    };
    let config = context.workspace.config()?;
    let party_url = |client: &str| config.relying_party(client).and_then(|party| party.url.as_deref());
    let mut diagnoses: Vec<Diagnosis> =
        causes.into_iter().map(|cause| authelia::diagnose(cause, document, party_url)).collect();
    // A message without a client, as an application shows it, is about the client on the command line, if possible.
    if let [client] = args.client.as_slice() {
        let may_be = |diagnosis: &Diagnosis| {
            let candidates = &diagnosis.candidates;
            diagnosis.client.is_none() && (candidates.is_empty() || candidates.contains(client))
        };
        for diagnosis in diagnoses.iter_mut().filter(|diagnosis| may_be(diagnosis)) {
            let mut cause = diagnosis.cause.clone();
            cause.client = Some(client.clone());
            if cause.name != "configuration" {
                *diagnosis = authelia::diagnose(cause, document, party_url);
            }
        }
    }
    for diagnosis in &mut diagnoses {
        narrow(diagnosis, document, context);
    }
    diagnoses.retain(|diagnosis| selection.includes(diagnosis));
    if !args.apply {
        print::print(&diagnoses, &input, None, context)?;
    } else if context.out.is_json() {
        // One JSON document for both the diagnoses and the edit.
        let applied = apply(&diagnoses, &selection, reading, args, context);
        let done = applied.as_ref().ok().and_then(Option::as_ref);
        let done = done.map(|outcome| report::Output::of(outcome, context));
        print::print(&diagnoses, &input, Some(done), context)?;
        applied?;
    } else {
        if args.file.as_deref() == Some(flow::FILTER) {
            context.out.become_filter();
        }
        print::print(&diagnoses, &input, None, context)?;
        if let Some(outcome) = apply(&diagnoses, &selection, reading, args, context)? {
            report::text(&outcome, &args.options, context)?;
        }
    }
    Ok(ExitCode::from(u8::from(diagnoses.is_empty())))
}

/// The file with the registrations: the named one, or else the Authelia file of the rules.
fn registrations(args: &DiagnoseArgs, context: &Context) -> Result<Option<ReadDocument>> {
    if let Some(file) = &args.file {
        return ReadDocument::open_at_place(file, &args.options.read, context).map(Some);
    }
    let found = likely_authelia_file(context)?;
    found.map(|file| ReadDocument::open_at_place(&file, &args.options.read, context)).transpose()
}

/// A line about a wrong secret does not name the client. If agepatch.toml contains the places of secrets, comparing
/// them finds whose does not match.
fn narrow(diagnosis: &mut Diagnosis, document: &Value, context: &Context) {
    if diagnosis.cause.name != "client-secret" {
        return;
    }
    let ids = if diagnosis.client.is_some() {
        diagnosis.client.iter().cloned().collect()
    } else {
        diagnosis.candidates.clone()
    };
    let halves = client::halves(&ids, document, context);
    let at_odds: Vec<&client::Halves> = halves.iter().filter(|halves| halves.fault.is_some()).collect();
    for halves in &halves {
        diagnosis.notes.push(match &halves.fault {
            Some(fault) => shown!(
                "{}: {} ({}, {})",
                ClientName::shown(&halves.client),
                *fault,
                FileName::shown(&halves.place.file),
                KeyName::shown(&halves.place.path)
            ),
            None => shown!("{}: both halves of the secret agree", ClientName::shown(&halves.client)),
        });
    }
    if let [only] = at_odds.as_slice() {
        diagnosis.client = Some(only.client.clone());
    }
    if at_odds.is_empty() {
        diagnosis.candidates.retain(|id| !halves.iter().any(|halves| halves.client == *id));
    } else {
        diagnosis.candidates.retain(|id| at_odds.iter().any(|halves| halves.client == *id));
    }
}

/// Applies the patches of all diagnoses as one edit; `None` if there is nothing to apply.
fn apply(
    diagnoses: &[Diagnosis],
    selection: &Selection<'_>,
    reading: Option<ReadDocument>,
    args: &DiagnoseArgs,
    context: &mut Context,
) -> Result<Option<Committed>> {
    let permitted: Vec<&Diagnosis> = diagnoses.iter().filter(|diagnosis| selection.permits(diagnosis)).collect();
    let edits = edits(&permitted);
    let held_back = diagnoses.iter().filter(|diagnosis| diagnosis.patch.is_some()).count() - permitted.len();
    if held_back > 0 {
        context.out.note(&shown!(
            "not applied: {}, since a patch that widens a registration must be named with --client and --cause",
            held_back
        ))?;
    }
    let is_filter = args.file.as_deref() == Some(flow::FILTER);
    let Some(reading) = reading.filter(|_| is_filter || !edits.is_empty()) else {
        if !diagnoses.is_empty() {
            context.out.note(&Shown::fixed("nothing to apply: no patch for these findings"))?;
        }
        return Ok(None);
    };
    if edits.is_empty() {
        // A filter passes on what it cannot fix.
        context.out.become_filter();
        context.out.revealed(reading.document.bytes())?;
        return Ok(None);
    }
    let file = args.file.clone().unwrap_or(reading.name);
    let work = Work::Ready(Draft::Patch(Patch::from(edits)));
    flow::run_quiet(vec![Job { file, work, creates: Creates::Nothing }], &args.options, context).map(Some)
}

/// The edits of the diagnoses, without duplicates. For a place that is set twice, the last line of the log wins.
fn edits(diagnoses: &[&Diagnosis]) -> Vec<Edit> {
    let patches: Vec<&Vec<Edit>> = diagnoses.iter().filter_map(|diagnosis| diagnosis.patch.as_ref()).collect();
    let sets = |patch: &[Edit]| match patch.last() {
        Some(Edit::Set { path, .. }) => Some(path.clone()),
        _ => None,
    };
    let last: HashMap<Pointer, usize> =
        patches.iter().enumerate().filter_map(|(at, patch)| Some((sets(patch)?, at))).collect();
    let mut edits: Vec<Edit> = Vec::new();
    for (at, patch) in patches.iter().enumerate() {
        if sets(patch).is_none_or(|path| last.get(&path) == Some(&at)) {
            edits.extend(patch.iter().filter(|edit| !edits.contains(edit)).cloned().collect::<Vec<_>>());
        }
    }
    edits
}
