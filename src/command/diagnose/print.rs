//! Diagnoses for people and for programs.

use super::Asked;
use crate::app::Context;
use crate::authelia::{Diagnosis, Seen};
use crate::document::to_json;
use crate::error::Result;
use crate::patch;
use crate::redact::Redactor;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{ClientName, Json, KeyName, LogText, Sentence, Shown, shell_word};

/// Prints the diagnoses; for programs with what `applied` reports, if `--apply` was given.
pub(super) fn print(diagnoses: &[Diagnosis], asked: &Asked, applied: Option<Json>, context: &Context) -> Result<()> {
    let redactor = Redactor::new(Schema::Authelia, context.global.reveal);
    if context.out.is_json() {
        let found = Json::list(diagnoses.iter().map(|diagnosis| json(diagnosis, redactor)));
        let document = Json::object([("diagnoses", found)]);
        return context.out.json(&match applied {
            Some(done) => document.with("applied", done),
            None => document,
        });
    }
    if diagnoses.is_empty() {
        return context.out.result(&Shown::fixed(match asked {
            Asked::Log(_) => "no cause found: nothing in the log matches a known failure",
            Asked::Url(_) => "the request fits the registration: what fails must be in Authelia's log",
        }));
    }
    diagnoses.iter().try_for_each(|diagnosis| context.out.result(&text(diagnosis, redactor)))
}

#[expect(clippy::disallowed_methods, reason = "public options by the schema, and patches of public values")]
fn json(diagnosis: &Diagnosis, redactor: Redactor) -> Json {
    let cause = &diagnosis.cause;
    let text = |text: &Option<String>| Json::from(text.clone().map(LogText::shown));
    let registered = match (&cause.registered, &diagnosis.registered, &diagnosis.pointer) {
        (Some(registered), ..) => Shown::public(registered.clone()).into(),
        (None, Some(value), Some(pointer)) => redactor.json(pointer, value),
        _ => Json::NULL,
    };
    // The operations hold public options, and what the log itself says.
    let patch = diagnosis.patch.as_ref().map_or(Json::NULL, |edits| Json::public(to_json(&patch::to_value(edits))));
    let message = std::iter::once(cause.message.to_owned()).chain([diagnosis.advice()]);
    let message: Vec<String> = message.chain(diagnosis.notes.iter().cloned()).collect();
    Json::object([
        ("cause", cause.name.into()),
        ("client", text(&diagnosis.client)),
        ("option", text(&cause.option)),
        ("registered", registered),
        ("requested", text(&cause.requested)),
        ("message", Sentence::shown(message.join("; ")).into()),
        ("side", cause.side.name().into()),
        ("patch", patch),
        ("widens", diagnosis.widens.into()),
        ("seen", seen(&cause.seen)),
        ("candidates", Json::list(diagnosis.candidates.iter().map(|id| Json::from(ClientName::shown(id.clone()))))),
    ])
}

fn seen(seen: &Seen) -> Json {
    let time = |time: &Option<String>| Json::from(time.clone().map(LogText::shown));
    match seen.count {
        0 => Json::NULL,
        count => Json::object([("count", count.into()), ("first", time(&seen.first)), ("last", time(&seen.last))]),
    }
}

/// `3 times, first …, last …`
fn seen_text(seen: &Seen) -> Shown {
    let time = |time: &String| LogText::shown(time.clone());
    match (seen.count, seen.first.as_ref().zip(seen.last.as_ref())) {
        (1, None) => Shown::fixed("once"),
        (1, Some((time_, _))) => shown!("once, {}", time(time_)),
        (count, None) => shown!("{} times", count),
        (count, Some((first, last))) => shown!("{} times, first {}, last {}", count, time(first), time(last)),
    }
}

#[expect(clippy::disallowed_methods, reason = "public options by the schema, and patches of public values")]
fn text(diagnosis: &Diagnosis, redactor: Redactor) -> Shown {
    let cause = &diagnosis.cause;
    let mut text = shown!("{}: {}", cause.name, cause.message);
    let mut line = |label: &'static str, value: Shown| text.push(&shown!("\n  {}: {}", label, value));
    if let Some(client) = &diagnosis.client {
        line("client", ClientName::shown(client.clone()));
    } else if !diagnosis.candidates.is_empty() {
        line("client, one of", ClientName::shown(diagnosis.candidates.join(", ")));
    }
    if let Some(option) = &cause.option {
        line("option", KeyName::shown(option.clone()));
    }
    let known = diagnosis.registered.as_ref().zip(diagnosis.pointer.as_ref());
    let known = known.and_then(|(value, pointer)| redactor.text(pointer, value));
    if let Some(registered) = cause.registered.clone().map(Shown::public).or(known) {
        line("registered", registered);
    }
    if let Some(requested) = &cause.requested {
        line("requested", LogText::shown(requested.clone()));
    }
    if cause.seen.count > 0 {
        line("seen", seen_text(&cause.seen));
    }
    line("fix on", Shown::fixed(cause.side.name()));
    line("what to do", Sentence::shown(diagnosis.advice()));
    for note in &diagnosis.notes {
        line("note", Sentence::shown(note.clone()));
    }
    if let Some(patch) = &diagnosis.patch {
        let patch = patch::to_yaml(patch);
        let lines: String = patch.lines().map(|line| format!("\n    {line}")).collect();
        let named = diagnosis.client.as_ref().filter(|_| diagnosis.widens);
        let how = named.map_or(Shown::fixed("--apply applies it"), |client| {
            let client = ClientName::shown(shell_word(client));
            shown!(
                "it widens what Authelia accepts, and a stranger's request can cause this finding; to apply it: --apply --client {} --cause {}",
                client,
                cause.name
            )
        });
        text.push(&shown!("\n  patch ({}):{}", how, Shown::document(lines)));
    }
    text
}
