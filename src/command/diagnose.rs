//! `agepatch diagnose`: Authelia's log, or the authorization URL, → the cause, the client's entry, the patch that mends it.

use std::fs;
use std::process::ExitCode;

use super::Context;
use super::flow::{self, Draft, Job, Work};
use super::reading::{Reading, likely_authelia_file};
use crate::authelia::{self, Diagnosis};
use crate::cli::DiagnoseArgs;
use crate::document::{Value, to_json};
use crate::error::{Error, Kind, Result};
use crate::patch::{self, Patch};
use crate::redact::Redactor;
use crate::shown;
use crate::shown::{Json, Shown};

/// Tells the causes; exit 1 where the log tells none.
pub(crate) fn run(args: &DiagnoseArgs, context: &mut Context) -> Result<ExitCode> {
    if args.url.is_some() {
        return Err(Error::new(Kind::Unsupported, "`--url` is not built yet").hint("give the log line instead: --log"));
    }
    let log = match &args.log {
        Some(path) if path.as_os_str() != "-" => fs::read_to_string(path)
            .map_err(|error| Error::io("cannot read the log", &error).in_file(path.display()))?,
        _ => String::from_utf8_lossy(Context::read_stdin()?.expose()).into_owned(),
    };
    let reading = registrations(args, context)?;
    let document = reading.as_ref().map_or(&Value::Null, |reading| reading.document.value());
    let diagnoses: Vec<Diagnosis> =
        authelia::causes(&log).into_iter().map(|cause| authelia::diagnose(cause, document)).collect();
    let redactor = Redactor::new(crate::schema::Schema::Authelia, context.global.reveal);
    if context.out.is_json() {
        let found = Json::list(diagnoses.iter().map(|diagnosis| json(diagnosis, redactor)));
        context.out.json(&Json::object([("diagnoses", found)]))?;
    } else if diagnoses.is_empty() {
        context.out.result(&Shown::fixed("the log tells no cause that is known here"))?;
    } else {
        for diagnosis in &diagnoses {
            context.out.result(&text(diagnosis, redactor))?;
        }
    }
    let edits: Vec<_> = diagnoses.iter().filter_map(|diagnosis| diagnosis.patch.clone()).flatten().collect();
    if let (true, Some(reading), false) = (args.apply, reading, edits.is_empty()) {
        let work = Work::Ready(Draft::Patch(Patch::from(edits)));
        flow::run(vec![Job { file: reading.name, work, creates: false }], &args.options, context)?;
    }
    Ok(ExitCode::from(u8::from(diagnoses.is_empty())))
}

/// The file with the registrations: the one named, else the one of the rules that is Authelia's by its name.
fn registrations(args: &DiagnoseArgs, context: &Context) -> Result<Option<Reading>> {
    if let Some(file) = &args.file {
        return Reading::open(file, &args.options.read, context).map(Some);
    }
    let found = likely_authelia_file(context)?;
    found.map(|file| Reading::open(&file, &args.options.read, context)).transpose()
}

fn json(diagnosis: &Diagnosis, redactor: Redactor) -> Json {
    let cause = &diagnosis.cause;
    let text = |text: &Option<String>| Json::from(text.clone().map(Shown::vouched));
    let registered = match (&cause.registered, &diagnosis.registered, &diagnosis.pointer) {
        (Some(registered), ..) => Shown::vouched(registered.clone()).into(),
        (None, Some(value), Some(pointer)) => redactor.json(pointer, value),
        _ => Json::NULL,
    };
    // The operations hold public options, and what the log itself says.
    let patch = diagnosis.patch.as_ref().map_or(Json::NULL, |edits| Json::vouched(to_json(&patch::to_value(edits))));
    Json::object([
        ("cause", cause.name.into()),
        ("client", text(&diagnosis.client)),
        ("option", text(&cause.option)),
        ("registered", registered),
        ("requested", text(&cause.requested)),
        ("message", cause.message.into()),
        ("side", cause.side.name().into()),
        ("patch", patch),
        ("candidates", Json::list(diagnosis.candidates.iter().map(|id| Json::from(Shown::vouched(id.clone()))))),
    ])
}

fn text(diagnosis: &Diagnosis, redactor: Redactor) -> Shown {
    let cause = &diagnosis.cause;
    let mut text = shown!("{}: {}", cause.name, cause.message);
    let mut line = |label: &'static str, value: Shown| text.push(&shown!("\n  {}: {}", label, value));
    if let Some(client) = &diagnosis.client {
        line("client", Shown::vouched(client.clone()));
    } else if !diagnosis.candidates.is_empty() {
        line("client, one of", Shown::vouched(diagnosis.candidates.join(", ")));
    }
    if let Some(option) = &cause.option {
        line("option", Shown::vouched(option.clone()));
    }
    let known = diagnosis.registered.as_ref().zip(diagnosis.pointer.as_ref());
    let known = known.and_then(|(value, pointer)| redactor.text(pointer, value));
    if let Some(registered) = cause.registered.clone().map(Shown::vouched).or(known) {
        line("registered", registered);
    }
    if let Some(requested) = &cause.requested {
        line("requested", Shown::vouched(requested.clone()));
    }
    line("mended at", Shown::fixed(cause.side.name()));
    if let Some(patch) = &diagnosis.patch {
        let patch = patch::to_yaml(patch);
        let lines: String = patch.lines().map(|line| format!("\n    {line}")).collect();
        text.push(&shown!("\n  patch (--apply applies it):{}", Shown::vouched(lines)));
    }
    text
}
