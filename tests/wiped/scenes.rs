//! Commands that handle secrets while the allocator checks.

use crate::sandbox::Sandbox;
use crate::watch::MARKER;

pub(crate) const FILE: &str = "authelia-secrets.age";
pub(crate) const ENV: &str = "app-env.age";
pub(crate) const TOML: &str = "app.toml.age";
pub(crate) const JSON: &str = "app.json.age";
pub(crate) const RAW: &str = "key.age";

/// Long enough that every growing buffer leaves a recognisable part.
pub(crate) fn secret() -> String {
    [MARKER; 6].join("-")
}

/// A secret in every notation of every format.
pub(crate) fn files(sandbox: &Sandbox) {
    let secret = secret();
    let yaml = format!(
        "# {secret} in a comment
identity_providers:
  oidc:
    hmac_secret: '{secret}'
    jwks:
      - key_id: main
        key: |
          -----BEGIN {secret}
          {secret}

          {secret}
    clients:
      - client_id: app
        client_secret: '$plaintext${secret}' # {secret}
        redirect_uris: ['https://app.example.com/callback']
      - client_id: other
        client_secret: &s \"\\x5f{secret}\\t\"
        redirect_uris: []
session:
  secret: *s
  folded: >-
    {secret}
    {secret}
  several: {secret}
    {secret}
    {secret}
  quoted: '{secret} it''s
    {secret}'
  flow: {{ a: {secret}, b: [\"{secret}\", '{secret}'], 'c': {{}} }}
storage: {{}}
"
    );
    let texts = [
        (FILE, yaml),
        (
            ENV,
            format!("# {secret}\nSECRET={secret}\nQUOTED=\"{secret}\\\"\n{secret}\"\nSINGLE='{secret} x' \nPORT=1\n"),
        ),
        (
            TOML,
            format!(
                "# {secret}\na = '{secret}' # {secret}\nb = \"{secret}\\t\"\nc = \"\"\"\n{secret}\n{secret}\"\"\"\n\
                 [t]\nl = [\"{secret}\", {{ x = '{secret}' }}]\n[[i]]\nv = '{secret}'\n"
            ),
        ),
        (JSON, format!("{{\n  \"a\": \"{secret}\",\n  \"b\": [\"{secret}\\n\", {{\"c\": \"{secret}\"}}]\n}}\n")),
        (RAW, secret),
    ];
    for (name, text) in texts {
        sandbox.seal(name, text.as_bytes());
    }
}

/// Versions of two files for a merge.
pub(crate) fn versions(sandbox: &Sandbox) {
    for (from, base, theirs) in [(FILE, "base", "theirs"), (ENV, "env-base", "env-theirs")] {
        let text = sandbox.open(from);
        sandbox.seal(base, text.as_bytes());
        sandbox.seal(theirs, text.replacen(MARKER, &format!("x{MARKER}"), 9).as_bytes());
    }
}

/// A run: its arguments, and its stdin.
pub(crate) struct Scene {
    pub(crate) arguments: Vec<String>,
    pub(crate) input: String,
}

fn scene(line: &str) -> Scene {
    fed(line, "")
}

fn fed(line: &str, input: &str) -> Scene {
    let arguments = line.split(' ').map(|word| word.replace('~', " ")).collect();
    Scene { arguments, input: input.to_owned() }
}

/// Run in order, each with the results of the previous one. A `~` is a space within an argument.
pub(crate) fn all() -> Vec<Scene> {
    [shown(), set(), patched(), told(), merged_and_written()].into_iter().flatten().collect()
}

const HMAC: &str = "identity_providers.oidc.hmac_secret";

fn shown() -> Vec<Scene> {
    let mut scenes = Vec::new();
    for file in [FILE, ENV, TOML, JSON, RAW] {
        scenes.push(scene(&format!("show {file}")));
        scenes.push(scene(&format!("show {file} --reveal")));
        if file != RAW {
            scenes.push(scene(&format!("show {file} --reveal --output json")));
        }
    }
    for (file, path) in [(FILE, HMAC), (FILE, "session.flow"), (ENV, "SECRET"), (TOML, "t.l"), (JSON, "b"), (RAW, ".")]
    {
        scenes.push(scene(&format!("get {file} {path} --reveal")));
    }
    scenes
}

fn set() -> Vec<Scene> {
    let (secret, mut scenes) = (secret(), Vec::new());
    for (file, path) in [
        (FILE, HMAC),
        (FILE, "session.folded"),
        (FILE, "session.several"),
        (FILE, "session.quoted"),
        (FILE, "session.flow.b[0]"),
        (FILE, "session.new"),
        (ENV, "SECRET"),
        (ENV, "QUOTED"),
        (ENV, "NEW"),
        (TOML, "a"),
        (TOML, "t.new"),
        (TOML, "t.l[1].x"),
        (TOML, "u.v"),
        (JSON, "a"),
        (JSON, "n"),
        (RAW, "."),
    ] {
        scenes.push(fed(&format!("set {file} {path} --from-file - --no-check"), &format!("1{secret}\"'\\ x")));
        scenes.push(fed(&format!("set {file} {path} --from-file - --no-check"), &format!("2\n{secret}\n {secret}\n")));
        scenes.push(scene(&format!("set {file} {path} --from-env NEW --no-check --reveal")));
        scenes
            .push(scene(&format!("set {file} {path} --from-file secret --no-check --dry-run --output json --reveal")));
    }
    scenes.push(fed(&format!("add {FILE} session.flow.b --from-file - --no-check"), &secret));
    scenes
}

fn patched() -> Vec<Scene> {
    let (secret, mut scenes) = (secret(), Vec::new());
    for (file, patch) in [
        (
            FILE,
            "[{op: copy, from: session.folded, path: storage.x}, {op: move, from: session.flow, path: storage.y},
            {op: move, from: session.several, path: /identity_providers/oidc/jwks/0/z}, {op: rename, path: storage.x, to: w},
            {op: move, from: storage.w, path: session.w}, {op: remove, path: session.quoted},
            {op: set, path: session.d, value: {a: [VALUE, {b: VALUE}], c: \"VALUE\\n\"}}]",
        ),
        (
            ENV,
            "[{op: move, from: /SECRET, path: /MOVED}, {op: copy, from: /QUOTED, path: /COPY}, {op: remove, path: /SINGLE},
            {op: rename, path: /MOVED, to: LAST}, {op: set, path: /X, value_from: {env: NEW}}]",
        ),
        (
            TOML,
            "[{op: move, from: /t, path: /s}, {op: copy, from: /a, path: /i/0/q}, {op: move, from: /b, path: /s/b},
            {op: remove, path: /s/l/0}, {op: set, path: /m, value: {a: [VALUE, {b: VALUE}], c: \"VALUE\\n\"}},
            {op: append, path: /i, value: {v: VALUE}}, {op: rename, path: /s, to: r}]",
        ),
        (
            JSON,
            "[{op: move, from: /a, path: /z}, {op: copy, from: /b, path: /d}, {op: remove, path: /b/0},
            {op: set, path: /e, value: {x: [VALUE]}}, {op: test, path: /z, value: other}]",
        ),
    ] {
        let patch = patch.replace("VALUE", &secret);
        scenes.push(fed(&format!("apply {file} --no-check --dry-run --reveal"), &patch));
        scenes.push(fed(&format!("apply {file} --no-check"), &patch));
    }
    scenes
        .push(fed(&format!("apply {FILE} --merge --no-check"), &format!("{{session: {{secret: {secret}, e: null}}}}")));
    scenes.push(fed(
        "apply --no-check",
        &format!("agepatch: 1\nfiles:\n  {ENV}:\n  - {{op: set, path: S, value: {secret}}}\n  {FILE}:\n  - {{op: set, path: session.digest, value_from: {{digest_of: {{file: {ENV}, path: S}}}}}}\n  - {{op: set, path: session.g, value_from: {{generate: 64}}}}\n  - {{op: set, path: session.f, value_from: {{file: secret}}}}\n"),
    ));
    scenes
}

fn told() -> Vec<Scene> {
    let mut scenes = Vec::new();
    for output in ["text", "json", "json-patch", "markdown", "unified"] {
        scenes.push(scene(&format!("diff --output {output} --reveal")));
        scenes.push(scene(&format!("diff --output {output} {FILE} {ENV} {TOML}")));
    }
    for line in [
        "check",
        "check --output sarif",
        "check --output json",
        "doctor",
        "recipients",
        "commit -m fix:~all",
        "log authelia-secrets.age",
        "log authelia-secrets.age session.secret --reveal",
        "blame authelia-secrets.age",
        "restore authelia-secrets.age session.folded --source HEAD^ --no-check",
        "restore app-env.age --source HEAD^ --no-check",
        "textconv authelia-secrets.age",
        "textconv app-env.age",
    ] {
        scenes.push(scene(line));
    }
    scenes
}

fn merged_and_written() -> Vec<Scene> {
    let (secret, mut scenes) = (secret(), Vec::new());
    for line in [
        "client list authelia-secrets.age",
        "client show app --file authelia-secrets.age --reveal",
        "client verify app",
        "client set app client_name=Other --file authelia-secrets.age --no-check",
        "client add new --profile immich --url https://new.example.com --file authelia-secrets.age --no-check",
        "git setup",
        "merge-file base authelia-secrets.age theirs authelia-secrets.age",
        "merge-file base authelia-secrets.age theirs authelia-secrets.age --favor theirs",
        "merge-file env-base app-env.age env-theirs app-env.age",
        "client rotate app --no-check",
        "unset app-env.age PORT X",
        "edit app.json.age --no-check",
        "edit authelia-secrets.age --no-check",
        "rekey --all",
    ] {
        scenes.push(scene(line));
    }
    scenes.push(fed(&format!("write {RAW}"), &format!("{secret}\n{secret}")));
    scenes.push(fed("set - a --from-env NEW --format yaml", &format!("a: x{secret}\nb: {secret}\n")));
    scenes.push(fed("show - --format toml --reveal", &format!("a = '{secret}'\n")));
    scenes
}
