//! How Authelia signs its responses to a client.

use super::{EffectiveClient, ProviderContext};
use crate::check::decode::{RESPONSES, ResponseOptions};
use crate::check::lints::secrets;
use crate::check::report::{Draft, Report, any_of, quoted};
use crate::check::{Lint, Severity};
use crate::shown;

static ALGORITHM: Lint = Lint {
    id: "signed-response-alg",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].id_token_signed_response_alg",
    since: "4.38",
    summary: "responses are signed with an algorithm that Authelia has a key for",
    explanation: "Authelia signs what it sends to an application, so that the application knows that nobody else sent \
        it. The algorithm must be one that a key under `identity_providers.oidc.jwks` is for; `RS256` is always \
        available. `HS256`, `HS384` and `HS512` sign with the client's secret instead, which then must be in the \
        configuration in plain text. ID Tokens and authorization responses cannot be left unsigned.",
    example: "id_token_signed_response_alg: 'ES256'  # and no such key under jwks",
    fix: "Remove the option: `RS256` is the default that applications expect. Or add a key for the algorithm.",
};

static KEY_ID: Lint = Lint {
    id: "signed-response-key-id",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].id_token_signed_response_key_id",
    since: "4.38",
    summary: "responses are signed with a key that Authelia has",
    explanation: "If there are several keys for the same algorithm, a client can name the one that its responses are \
        signed with. It must be the `key_id` of a usable signing key under `identity_providers.oidc.jwks`.",
    example: "id_token_signed_response_key_id: 'main'  # no key of that id",
    fix: "Correct the id, or remove the option: Authelia then uses the first key for the algorithm.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&ALGORITHM, &KEY_ID];

/// Checks the signing of the five kinds of response.
pub(in crate::check) fn check(
    context: &ProviderContext<'_>,
    effective: &mut EffectiveClient<'_>,
    report: &mut Report<'_>,
) {
    for (options, signed) in RESPONSES.iter().zip(&effective.client.signed) {
        let default = if must_be_signed(options) { "RS256" } else { "none" };
        let (alg, kid) = context.issuer.choose(&signed.alg, &signed.kid, default);
        if kid.is_empty() {
            check_algorithm(context, effective, options, &alg, report);
        } else if !context.issuer.signing_ids.contains(&kid) {
            let message = shown!("there is no signing key {}", quoted(&kid));
            let draft = Draft::new(&KEY_ID, effective.at(options.signed_kid), message);
            context.issuer.add(draft, report);
        }
    }
}

fn must_be_signed(options: &ResponseOptions) -> bool {
    matches!(options.name, "authorization" | "id_token")
}

fn check_algorithm(
    context: &ProviderContext<'_>,
    effective: &mut EffectiveClient<'_>,
    options: &ResponseOptions,
    alg: &str,
    report: &mut Report<'_>,
) {
    let at = effective.at(options.signed_alg);
    match alg {
        "" | "RS256" => {}
        "none" if !must_be_signed(options) => {}
        "none" if options.name == "authorization" && context.options.minor < 39 => {}
        "none" => {
            report.add(Draft::new(&ALGORITHM, at, crate::shown::Shown::fixed("this response cannot be left unsigned")));
        }
        "HS256" | "HS384" | "HS512" if context.options.minor >= 39 => {
            effective.needs_plain_secret = true;
            secrets::must_be_plain(effective, options.signed_alg, alg, report);
        }
        _ if context.issuer.algorithms.iter().any(|known| known == alg) => {}
        _ => {
            let message = shown!("Authelia has no key for {}", quoted(alg));
            let draft = Draft::new(&ALGORITHM, at, message)
                .help(shown!("there are keys for {}", any_of(&context.issuer.algorithms)));
            context.issuer.add(draft, report);
        }
    }
}
