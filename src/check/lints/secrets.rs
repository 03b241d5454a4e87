//! Client secrets: whether there must be one, and in which form.

use super::EffectiveClient;
use crate::check::report::{Draft, Fix, Report};
use crate::check::{Lint, Severity};
use crate::shown;
use crate::shown::Shown;

static REQUIRED: Lint = Lint {
    id: "client-secret-required",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].client_secret",
    since: "4.38",
    summary: "a client that is not public has a secret",
    explanation: "A client secret is the password by which an application proves to Authelia who it is. Every client \
        has one unless it is registered as public. Authelia needs only a digest of it, by which it recognises the \
        secret, and from which nobody can compute it. The secret itself is in the application's own settings.",
    example: "clients:\n  - client_id: 'app'\n    public: false  # and no client_secret",
    fix: "`agepatch client rotate ID` generates a secret: it stores the digest here, and the secret where the \
        application reads it. For an application that cannot keep a secret, set `public: true`.",
};

static PUBLIC: Lint = Lint {
    id: "client-secret-public",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].client_secret",
    since: "4.38",
    summary: "a public client has no secret",
    explanation: "A public client is an application that cannot keep a secret, since everyone who uses it has the \
        complete program: one that runs in the browser or on a phone. A secret would protect nothing there, and \
        Authelia refuses it.",
    example: "clients:\n  - client_id: 'app'\n    public: true\n    client_secret: '$pbkdf2-sha512$…'",
    fix: "Remove the secret, or, if the application does keep it (most that run on a server do), set `public: false`.",
};

static METHOD: Lint = Lint {
    id: "client-secret-unused",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].client_secret",
    since: "4.38",
    summary: "a client that does not authenticate with a secret has none",
    explanation: "With the methods `none` and `private_key_jwt` an application does not use a client secret. Authelia \
        refuses one that is set nevertheless, since either the secret or the method must be a mistake.",
    example: "token_endpoint_auth_method: 'private_key_jwt'\nclient_secret: '$pbkdf2-sha512$…'",
    fix: "Remove the secret, or use a method that needs one, at all four endpoints.",
};

static NOT_PLAIN: Lint = Lint {
    id: "client-secret-not-plain",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].client_secret",
    since: "4.38",
    summary: "signing or encrypting with the client secret needs the secret itself",
    explanation: "A digest is enough to recognise a secret that is sent. To sign or encrypt something with the \
        secret, as `client_secret_jwt`, `HS256`, and similar do, Authelia needs the secret itself, so it must be in \
        the configuration in plain text.",
    example: "id_token_signed_response_alg: 'HS256'\nclient_secret: '$pbkdf2-sha512$…'",
    fix: "Prefer a method or algorithm that does not need it: `client_secret_basic`, `RS256`. Otherwise store the \
        secret in plain text; the file is encrypted, after all.",
};

static PLAIN: Lint = Lint {
    id: "client-secret-plaintext",
    severity: Severity::Warning,
    option: "identity_providers.oidc.clients[].client_secret",
    since: "4.38",
    summary: "a client secret is stored as a digest",
    explanation: "A secret in plain text can be used by everyone who sees the configuration: in a backup, on the \
        screen, on the running host. A digest lets Authelia recognise the secret, and is useless to anyone else. \
        Authelia will stop accepting plain text in a later version, except where it signs with the secret. What does \
        not begin with `$` counts as plain text, and so does a digest with a space before it.",
    example: "client_secret: 'insecure_secret'",
    fix: "`agepatch client rotate ID` generates a new secret and stores its digest here. To keep the secret, create \
        its digest with `authelia crypto hash generate pbkdf2`.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&REQUIRED, &PUBLIC, &METHOD, &NOT_PLAIN, &PLAIN];

/// The advice for a public client with a secret.
pub(super) const SECRET_OR_PUBLIC: &str =
    "if the application keeps the secret, set `public: false`; if not, remove the secret and use the method `none`";

/// The requirements of the four endpoints on the client's secret.
#[derive(Debug, Default, Clone, Copy)]
pub(in crate::check) struct SecretNeeds {
    /// An endpoint needs a secret, but the client has none.
    pub(super) missing: bool,
    /// The client is public, but has a secret.
    pub(super) superfluous: bool,
}

/// Checks the requirements of the client's endpoints on its secret.
pub(in crate::check) fn check(effective: &EffectiveClient<'_>, needs: SecretNeeds, report: &mut Report<'_>) {
    let at = || effective.at("client_secret");
    if effective.client.secret.is_plain() && !effective.needs_plain_secret {
        let message = Shown::fixed("the secret is here in plain text: a digest is enough");
        report.add(Draft::new(&PLAIN, at(), message));
    }
    if needs.missing {
        report.add(Draft::new(&REQUIRED, at(), Shown::fixed("the client has no secret, and is not public")));
    }
    if needs.superfluous {
        let message = Shown::fixed("the client is public, and must have no secret");
        let draft = Draft::new(&PUBLIC, at(), message);
        // If the method is `none` as well, the secret can only be a leftover.
        let agreed = effective.client.endpoints[0].method == "none";
        report.add(match agreed {
            true => draft.fix(Fix::Remove(at())),
            false => draft.help(Shown::fixed(SECRET_OR_PUBLIC)),
        });
    }
}

/// Reports a secret that is not in plain text although `option` requires it.
pub(super) fn must_be_plain(
    effective: &EffectiveClient<'_>,
    option: &'static str,
    value: &str,
    report: &mut Report<'_>,
) {
    if !effective.client.secret.is_plain() {
        let value = crate::check::report::quoted(value);
        let message = shown!("the secret must be here in plain text, since `{}` is {}", option, value);
        report.add(Draft::new(&NOT_PLAIN, effective.at("client_secret"), message));
    }
}

/// Reports a secret that `option` does not use.
pub(super) fn must_be_missing(
    effective: &EffectiveClient<'_>,
    option: &'static str,
    method: &str,
    report: &mut Report<'_>,
) {
    let method = crate::check::report::quoted(method);
    let message = shown!("there must be no secret, since `{}` is {}", option, method);
    report.add(Draft::new(&METHOD, effective.at("client_secret"), message));
}
