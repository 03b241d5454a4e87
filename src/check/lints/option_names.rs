//! Keys that Authelia does not know, and keys that were renamed.

use crate::check::go::GoValue;
use crate::check::load::{Renamed, keys};
use crate::check::location::Location;
use crate::check::report::{Draft, Fix, Report};
use crate::check::{Lint, Severity};
use crate::schema::authelia::{Fate, is_known, known_names};
use crate::shown;
use crate::shown::{KeyName, Shown};

static UNKNOWN: Lint = Lint {
    id: "unknown-key",
    severity: Severity::Error,
    option: "any",
    since: "4.38",
    summary: "every key is one that Authelia knows",
    explanation: "Authelia does not start if its configuration has a key that it does not know. That is for safety: a \
        misspelled key would otherwise be silently ignored, together with the restriction that it was meant to set. \
        An empty section counts as such a key, too.",
    example: "identity_providers:\n  oidc:\n    clients:\n      - client_id: 'app'\n        redirect_uri: 'https://app.example.com/callback'  # redirect_uris",
    fix: "Correct the spelling, or remove the key. The finding names the nearest key that Authelia knows.",
};

static DEPRECATED: Lint = Lint {
    id: "deprecated-key",
    severity: Severity::Warning,
    option: "any",
    since: "4.38",
    summary: "an option has been renamed",
    explanation: "Options are renamed from time to time. Authelia still understands the old name until its next major \
        version, and warns at each start. If both the old and the new name are present, the value under the old one \
        is ignored.",
    example: "clients:\n  - id: 'app'          # client_id\n    secret: '$pbkdf2…'  # client_secret",
    fix: "Rename the key; `agepatch check --fix` does it if the new key is in the same map.",
};

static REPLACED: Lint = Lint {
    id: "replaced-key",
    severity: Severity::Error,
    option: "any",
    since: "4.38",
    summary: "an option has been replaced by one that works differently",
    explanation: "Authelia still accepts most old names. For a few, the replacement works so differently that \
        Authelia does not guess and refuses to start. The same happens if several old options became a single new one \
        that is already set.",
    example: "notifier:\n  smtp:\n    trusted_cert: '/certs/ca.pem'  # certificates_directory",
    fix: "Remove the old option and set the one that the finding names.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&UNKNOWN, &DEPRECATED, &REPLACED];

/// Reports old keys.
pub(in crate::check) fn check_old(renamed: &[Renamed], report: &mut Report<'_>) {
    for renamed in renamed {
        report_old(renamed, report);
    }
}

/// Reports unknown keys.
pub(in crate::check) fn check(renamed: &[Renamed], root: &GoValue<'_>, minor: u8, report: &mut Report<'_>) {
    for above in renamed.iter().filter_map(|renamed| renamed.over_empty.as_ref()).take(1) {
        let message = "this map is empty, and an old option moves into it: at every second start Authelia takes the empty map \
            for an option that it does not know, and stops";
        let help = "remove the empty map, or set the option in it under its new name";
        report.add(Draft::new(&UNKNOWN, above.clone(), Shown::fixed(message)).on_key().help(Shown::fixed(help)));
    }
    let is_old = |name: &str| renamed.iter().any(|renamed| renamed.old.old == name && !stays(renamed.old.fate));
    keys(root, &mut |name, at| {
        let known = is_known(name, minor) || is_old(name);
        if !known {
            report_unknown(name, at(), root, minor, report);
        }
        known
    });
}

/// Whether Authelia leaves the old key in place for its check of names.
fn stays(fate: Fate) -> bool {
    matches!(fate, Fate::Kept | Fate::Refused)
}

fn report_old(renamed: &Renamed, report: &mut Report<'_>) {
    let old = renamed.old;
    let refused = old.fate == Fate::Refused || (old.fate == Fate::Joined && renamed.conflict);
    let lint = if refused { &REPLACED } else { &DEPRECATED };
    let message = match (old.fate, renamed.conflict) {
        (Fate::Dropped, _) => shown!("this option does nothing since Authelia {}", old.since),
        (_, true) => shown!("this option is called `{}` since Authelia {}, and both are there", old.new, old.since),
        (_, false) => shown!("this option is called `{}` since Authelia {}", old.new, old.since),
    };
    let mut draft = Draft::new(lint, renamed.at.clone(), message).path(Shown::fixed(old.old)).on_key();
    let parent = |name: &'static str| name.rsplit_once('.').map_or("", |(parent, _)| parent);
    let last = |name: &'static str| name.rsplit('.').next().unwrap_or(name);
    draft = match old.fate {
        Fate::Moved if renamed.conflict => draft.fix(Fix::Remove(renamed.at.clone())),
        Fate::Moved if parent(old.old) == parent(old.new) => {
            draft.fix(Fix::Rename(renamed.at.clone(), last(old.new).to_owned()))
        }
        Fate::Dropped => draft.fix(Fix::Remove(renamed.at.clone())),
        _ => draft.help(shown!("set `{}` in its place", old.new)),
    };
    report.add(draft);
}

fn report_unknown(name: &str, at: Location, root: &GoValue<'_>, minor: u8, report: &mut Report<'_>) {
    let message = shown!("Authelia 4.{} does not know this key", u32::from(minor));
    let mut draft = Draft::new(&UNKNOWN, at.clone(), message).path(KeyName::shown(name)).on_key();
    match nearest(name, minor) {
        Some((suggestion, true)) => {
            let key = suggestion.rsplit('.').next().unwrap_or(suggestion);
            // If the new key exists, too, the user must decide which one is right.
            let is_taken = at.sibling(key).locate(root).exists;
            draft = draft.help(shown!("did you mean `{}`?", key));
            if !is_taken {
                draft = draft.fix(Fix::Rename(at, key.to_owned()));
            }
        }
        Some((suggestion, false)) => draft = draft.help(shown!("did you mean `{}`?", suggestion)),
        None => {}
    }
    report.add(draft);
}

/// The most similar known key of the same map, and whether it is similar enough to be the only possible meaning.
fn nearest(name: &str, minor: u8) -> Option<(&'static str, bool)> {
    let (parent, last) = name.rsplit_once('.').unwrap_or(("", name));
    let same_map = |known: &&'static str| known.rsplit_once('.').map_or("", |(parent, _)| parent) == parent;
    let distance = |known: &str| {
        let known = known.rsplit('.').next().unwrap_or(known);
        strsim::damerau_levenshtein(&last.to_ascii_lowercase(), known)
    };
    let mut ranked: Vec<(usize, &str)> =
        known_names(minor).filter(same_map).map(|known| (distance(known), known)).collect();
    ranked.sort_unstable();
    let &(distance, known) = ranked.first()?;
    let tied = ranked.get(1).is_some_and(|(second, _)| *second == distance);
    let near = distance <= 2 && last.len() > 4;
    (distance <= last.len() / 2 + 1).then_some((known, near && !tied))
}
