//! Values with a type or notation that Authelia cannot convert. Authelia stops reading there.

use crate::check::decode::{Mistake, Problem};
use crate::check::report::{Draft, Report};
use crate::check::{Lint, Severity};

static TYPE: Lint = Lint {
    id: "option-type",
    severity: Severity::Error,
    option: "any",
    since: "4.38",
    summary: "a value has a type that its option accepts",
    explanation: "Authelia converts many values: a number becomes a string, a single string becomes a list, and \
        `'true'` becomes a boolean. But a map or a list does not become a string, and words like `yes` and `no` are \
        not booleans (they were in YAML 1.1). If a value cannot be converted, Authelia stops and checks nothing else.",
    example: "clients:\n  - client_id: 'app'\n    public: yes",
    fix: "Write the value as the option expects it: `true` and `false` for booleans, digits for numbers, quotes \
        around strings that look like something else.",
};

static DURATION: Lint = Lint {
    id: "duration",
    severity: Severity::Error,
    option: "identity_providers.oidc.lifespans",
    since: "4.38",
    summary: "a duration is a number with a unit",
    explanation: "Durations are written as one or more numbers, each with its unit: `1h30m`, `2 weeks`, `1 year and 6 \
        months`. The units are `ms`, `s`, `m` (minutes), `h`, `d`, `w`, `M` (months) and `y`, or the English words in \
        lower case. A number without a unit means seconds. Numbers must not begin with 0.",
    example: "lifespans:\n  access_token: '1 fortnight'  # '2 weeks'",
    fix: "Use one of the units above. Note that `m` is a minute and `M` a month.",
};

static URL: Lint = Lint {
    id: "url",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].jwks_uri",
    since: "4.38",
    summary: "a URL is valid",
    explanation: "Options that hold a URL are parsed when the configuration is read. A space in the host, a port that \
        is not a number, or a percent sign without two hexadecimal digits after it makes that fail.",
    example: "jwks_uri: 'https://app.example.com:https/jwks.json'",
    fix: "Write the URL as a browser would send it, with special characters percent-encoded.",
};

static NETWORK: Lint = Lint {
    id: "network",
    severity: Severity::Error,
    option: "identity_providers.oidc.authorization_policies.*.rules[].networks",
    since: "4.39",
    summary: "a network is an address, a range, or the name of a definition",
    explanation: "Networks are written as one address (`192.0.2.1`), as a range (`192.0.2.0/24`), or by a name that \
        `definitions.network` or `access_control.networks` gives to several of them.",
    example: "\
authorization_policies:
  admins:
    default_policy: 'deny'
    rules:
      - policy: 'two_factor'
        networks: ['192.168.0.0/33']  # at most 32",
    fix: "Correct the address, or define the name.",
};

static DIGEST: Lint = Lint {
    id: "client-secret-format",
    severity: Severity::Error,
    option: "identity_providers.oidc.clients[].client_secret",
    since: "4.38",
    summary: "a client secret that begins with `$` is a digest that Authelia knows",
    explanation: "Authelia does not need to know a client's secret, only to recognise it. So this value should be a \
        digest: the result of a one-way function, in a notation that begins with `$` and the name of the function. If \
        the value begins with `$` but is not a digest that Authelia knows, or was cut off when it was copied, \
        Authelia does not start.",
    example: "client_secret: '$pbkdf2-sha512$310000$c8p78n7p'  # the last part is missing",
    fix: "Create a new digest with `agepatch client rotate ID`, or with `authelia crypto hash generate pbkdf2` for a \
        secret you have.",
};

static KEY: Lint = Lint {
    id: "key-format",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks[].key",
    since: "4.38",
    summary: "a key is one complete PEM block",
    explanation: "Keys are written in PEM: a line `-----BEGIN PRIVATE KEY-----`, lines of base64, and the matching \
        END line, with nothing after it. Missing lines, wrong indentation, or a second block in the same value make \
        the key unreadable, and Authelia does not start.",
    example: "jwks:\n  - key: |\n      -----BEGIN PRIVATE KEY-----\n      MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
    fix: "Paste the complete file again as a block (`key: |`), every line indented by the same amount.",
};

static CERTIFICATES: Lint = Lint {
    id: "certificate-format",
    severity: Severity::Error,
    option: "identity_providers.oidc.jwks[].certificate_chain",
    since: "4.38",
    summary: "a certificate chain consists of complete PEM blocks",
    explanation: "A chain is one or more certificates in PEM, one after the other, with nothing between or after \
        them. If there is anything else, Authelia does not start.",
    example: "\
jwks:
  - key_id: 'main'
    certificate_chain: '/run/secrets/chain.pem'  # the content is wanted, not the path",
    fix: "Put the certificates themselves there: first the one for the key, then the one that signed it, and so on.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&TYPE, &DURATION, &URL, &NETWORK, &DIGEST, &KEY, &CERTIFICATES];

/// Reports values that could not be converted.
pub(in crate::check) fn check(problems: &[Problem], report: &mut Report<'_>) {
    for problem in problems {
        let lint = match problem.kind {
            Mistake::Type | Mistake::Word => &TYPE,
            Mistake::Duration => &DURATION,
            Mistake::Url => &URL,
            Mistake::Network => &NETWORK,
            Mistake::Digest => &DIGEST,
            Mistake::Key => &KEY,
            Mistake::Certificates => &CERTIFICATES,
        };
        report.add(Draft::new(lint, problem.at.clone(), problem.message.clone()));
    }
}
