//! Prints diagnoses as text and JSON.

use super::input::Input;
use crate::app::Context;
use crate::app::flow::report;
use crate::authelia::{Diagnosis, Seen};
use crate::document::to_json;
use crate::error::Result;
use crate::output::findings::PatchOutput;
use crate::patch;
use crate::redact::Redactor;
use crate::schema::Schema;
use crate::shown;
use crate::shown::{ClientName, Json, KeyName, LogText, Shown, shell_word};

crate::output! {
    #[schemars(title = "Why a login fails")]
    pub(crate) struct Output {
        diagnoses: Vec<Found>,
        /// With `--apply`: what was done, or null where there was nothing to apply
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(with = "Option<report::Output>")]
        applied: Option<Applied>,
    }
}

/// What `--apply` did; `None` if there was nothing to apply.
pub(crate) type Applied = Option<report::Output>;

crate::output! {
    pub(crate) struct Found {
        cause: &'static str,
        client: Option<Shown>,
        option: Option<Shown>,
        /// What is registered; null where it is secret or unknown
        registered: Json,
        requested: Option<Shown>,
        message: Shown,
        #[schemars(extend("enum" = ["registration", "application", "either"]))]
        side: &'static str,
        /// The patch that fixes the registration
        #[schemars(with = "Option<PatchOutput>")]
        patch: Option<Json>,
        /// Whether the patch lets Authelia accept more than before; `--apply` then needs `--client` and `--cause`
        widens: bool,
        /// How often the log has it, and the times of the first and the last line; null for a URL
        seen: Option<Occurrences>,
        /// Client ids, where the line names none
        candidates: Vec<Shown>,
    }
}

crate::output! {
    pub(crate) struct Occurrences {
        #[schemars(range(min = 1))]
        count: usize,
        first: Option<Shown>,
        last: Option<Shown>,
    }
}

/// Prints the diagnoses, in JSON together with the report of `--apply`.
pub(super) fn print(diagnoses: &[Diagnosis], input: &Input, applied: Option<Applied>, context: &Context) -> Result<()> {
    let redactor = Redactor::new(Schema::Authelia, context.global.reveal);
    if context.out.is_json() {
        let diagnoses = diagnoses.iter().map(|diagnosis| output(diagnosis, redactor)).collect();
        return context.out.json(&Output { diagnoses, applied });
    }
    if diagnoses.is_empty() {
        return context.out.result(&Shown::fixed(match input {
            Input::Log(_) => "no cause found: nothing in the log matches a known failure",
            Input::Url(_) => "the request matches the registration; look for the failure in Authelia's log",
        }));
    }
    diagnoses.iter().try_for_each(|diagnosis| context.out.headed(&text(diagnosis, redactor)))
}

#[expect(clippy::disallowed_methods, reason = "public options by the schema, and patches of public values")]
fn output(diagnosis: &Diagnosis, redactor: Redactor) -> Found {
    let cause = &diagnosis.cause;
    let text = |text: &Option<String>| text.clone().map(LogText::shown);
    let registered = match (&cause.registered, &diagnosis.registered, &diagnosis.pointer) {
        (Some(registered), ..) => Shown::public(registered.clone()).into(),
        (None, Some(value), Some(pointer)) => redactor.json(pointer, value),
        _ => Json::NULL,
    };
    // The operations contain public options, and text from the log itself.
    let patch = diagnosis.patch.as_ref().map(|edits| Json::public(to_json(&patch::to_value(edits))));
    let message = [Shown::fixed(cause.message), LogText::shown(diagnosis.advice())];
    let message = Shown::join(message.iter().chain(&diagnosis.notes), "; ");
    Found {
        cause: cause.name,
        client: text(&diagnosis.client),
        option: text(&cause.option),
        registered,
        requested: text(&cause.requested),
        message,
        side: cause.side.name(),
        patch,
        widens: diagnosis.widens,
        seen: occurrences(&cause.seen),
        candidates: diagnosis.candidates.iter().map(|id| ClientName::shown(id.clone())).collect(),
    }
}

fn occurrences(seen: &Seen) -> Option<Occurrences> {
    let time = |time: &Option<String>| time.clone().map(LogText::shown);
    (seen.count > 0).then(|| Occurrences { count: seen.count, first: time(&seen.first), last: time(&seen.last) })
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
    let mut line = |label: &'static str, value: Shown| text.push(&shown!("\n  {:<10}  {}", label, value));
    if let Some(client) = &diagnosis.client {
        line("client", ClientName::shown(client.clone()));
    } else if !diagnosis.candidates.is_empty() {
        line("clients", ClientName::shown(diagnosis.candidates.join(", ")));
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
    line("what to do", LogText::shown(diagnosis.advice()));
    for note in &diagnosis.notes {
        line("note", note.clone());
    }
    if let Some(patch) = &diagnosis.patch {
        let patch = patch::to_yaml(patch);
        let lines: String = patch.lines().map(|line| format!("\n    {line}")).collect();
        let named = diagnosis.client.as_ref().filter(|_| diagnosis.widens);
        let how = named.map_or(Shown::fixed("apply it with --apply:"), |client| {
            let client = ClientName::shown(shell_word(client));
            shown!(
                "it makes Authelia accept more, and a stranger's request can cause this finding; if you want it: --apply --client {} --cause {}",
                client,
                cause.name
            )
        });
        text.push(&shown!("\n  {:<10}  {}{}", "patch", how, Shown::document(lines)));
    }
    text
}
