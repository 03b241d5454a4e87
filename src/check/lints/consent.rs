//! How users consent to the requests of an application.

use super::EffectiveClient;
use crate::check::report::{Draft, Fix, Report, quoted};
use crate::check::{Lint, Severity};
use crate::document::Value;
use crate::shown;

static CONSENT_MODE: Lint = Lint {
    id: "consent-mode",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].consent_mode",
    since: "4.38",
    summary: "the consent mode is `auto`, `explicit`, `implicit` or `pre-configured`",
    explanation: "Before an application learns something about a user, the user is asked. `explicit` asks every time, \
        `implicit` never, `pre-configured` remembers the answer for the time in `pre_configured_consent_duration`, \
        and `auto` is `pre-configured` if that is set, and `explicit` otherwise.",
    example: "consent_mode: 'pre_configured'  # with a hyphen",
    fix: "Use one of the four, spelled as above.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&CONSENT_MODE];

/// Checks the client's consent mode.
pub(in crate::check) fn check(effective: &EffectiveClient<'_>, report: &mut Report<'_>) {
    let mode = effective.client.consent_mode.as_str();
    if matches!(mode, "" | "auto" | "implicit" | "explicit" | "pre-configured") {
        return;
    }
    let at = effective.at("consent_mode");
    let message =
        shown!("{} is not a consent mode: use `auto`, `explicit`, `implicit` or `pre-configured`", quoted(mode));
    let mut draft = Draft::new(&CONSENT_MODE, at.clone(), message);
    if matches!(mode, "pre_configured" | "preconfigured") {
        draft = draft.fix(Fix::Set(at, Value::string("pre-configured")));
    }
    report.add(draft);
}
