//! A marker is passed as a secret through every command and every way to fail, and then searched for everywhere: in
//! output, in every file, in git's objects, in arguments and environment of every started program.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::sandbox::Sandbox;

const MARKER: &str = "Zq7marker9Kx";
const FILE: &str = "authelia-secrets.age";
const ENV: &str = "app-env.age";
const CLIENTS: &str = "identity_providers.oidc.clients";

fn fragment() -> String {
    format!(
        "# {MARKER} in a comment
identity_providers:
  oidc:
    hmac_secret: '{MARKER}-0123456789abcdef0123456789abcdef'
    clients:
      - client_id: app
        client_secret: '$plaintext${MARKER}-client' # {MARKER}
        redirect_uris: ['https://app.example.com/callback']
"
    )
}

/// The forms of the marker: plain, in hex, and in base64 at each of the three offsets.
fn forms() -> Vec<Vec<u8>> {
    let hex: String = MARKER.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![MARKER.as_bytes().to_vec(), hex.clone().into_bytes(), hex.to_uppercase().into_bytes()];
    for before in 0..3 {
        let encoded = STANDARD.encode([&b"xx"[..before], MARKER.as_bytes()].concat());
        // The first and the last group contain bits of the neighbouring bytes.
        let whole = if before == 0 { 0 } else { 4 };
        forms.push(encoded.as_bytes()[whole..encoded.len() - 4].to_vec());
    }
    forms
}

fn holds(bytes: &[u8]) -> bool {
    forms().iter().any(|form| bytes.windows(form.len()).any(|window| window == form.as_slice()))
}

/// The places of the marker in the folder.
fn found_in(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(found_in(&path));
        } else if fs::read(&path).is_ok_and(|bytes| holds(&bytes)) || holds(path.to_string_lossy().as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

/// A sandbox in which every program started by agepatch records its arguments and environment under `seen/`.
struct House {
    sandbox: Sandbox,
    path: std::ffi::OsString,
}

impl House {
    fn new() -> Self {
        let sandbox = Sandbox::with_files(&[(FILE, &fragment()), (ENV, &format!("SECRET={MARKER}-env\nPORT=1\n"))]);
        sandbox.git_init();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders = vec![sandbox.home().join("bin")];
        for name in ["git", "sh", "nix-instantiate", "ed"] {
            let real = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|real| real.exists());
            let real = real.unwrap_or_else(|| "/bin/true".into());
            let script = format!(
                "#!/bin/sh\ncat /proc/$$/cmdline /proc/$$/environ > \"$HOME/seen/{name}.$$\"\nexec '{}' \"$@\"\n",
                real.display()
            );
            sandbox.write(&format!("../home/bin/{name}"), &script);
            executable(&folders[0].join(name));
        }
        sandbox.write("../home/seen/.keep", "");
        folders.extend(std::env::split_paths(&path));
        let path = std::env::join_paths(folders).expect("a path");
        Self { sandbox, path }
    }

    fn command(&self, arguments: &[&str]) -> assert_cmd::Command {
        let mut command = self.sandbox.agepatch(arguments);
        command.env("PATH", &self.path);
        command.timeout(std::time::Duration::from_mins(1));
        command
    }

    /// Runs it, and checks that neither the output nor the files contain the marker.
    fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.command(arguments);
        if input.contains("NEW_SECRET") || arguments.contains(&"NEW_SECRET") {
            command.env("NEW_SECRET", format!("{MARKER}-new"));
        }
        let output = command.write_stdin(input).output().expect("it runs");
        self.look(&format!("{arguments:?}"), &output);
        output
    }

    fn look(&self, what: &str, output: &Output) {
        assert!(!holds(&output.stdout), "{what}: stdout: {}", String::from_utf8_lossy(&output.stdout));
        assert!(!holds(&output.stderr), "{what}: stderr: {}", String::from_utf8_lossy(&output.stderr));
        let everything = self.sandbox.repo();
        assert_eq!(found_in(everything.parent().expect("the sandbox")), Vec::<String>::new(), "{what}");
    }

    /// All of git's objects, unpacked.
    fn objects(&self) -> Vec<u8> {
        let mut command = Command::new("git");
        command.current_dir(self.sandbox.repo()).args(["cat-file", "--batch", "--batch-all-objects"]);
        command.output().expect("git runs").stdout
    }
}

fn executable(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
}

#[test]
fn the_search_finds_what_is_hidden() {
    let hex: String = MARKER.bytes().map(|byte| format!("{byte:02x}")).collect();
    for text in
        [format!("a{MARKER}b"), hex, STANDARD.encode(format!("k={MARKER}\n")), STANDARD.encode(format!("ab{MARKER}-c"))]
    {
        assert!(holds(text.as_bytes()), "{text}");
    }
    assert!(!holds(b"nothing of it: Zq7marker"));
}

#[test_with::executable(git)]
#[test]
fn no_command_lets_the_marker_out() {
    let house = House::new();
    let client = format!("{CLIENTS}[app]");
    let uris = format!("{client}.redirect_uris");
    let patch = format!(
        "agepatch: 1\nfiles:\n  {FILE}: [{{op: set, path: '{client}.client_name', value: App}}]\n  {ENV}: [{{op: set, path: SECRET, value_from: {{env: NEW_SECRET}}}}]\n"
    );
    let secret = format!("{MARKER}-stdin\n");
    let whole = format!("{}        client_name: App\n", fragment());
    let runs: &[(&[&str], &str)] = &[
        (&["show", FILE], ""),
        (&["show", FILE, "--output", "json"], ""),
        (&["show", ENV], ""),
        (&["get", FILE, &uris], ""),
        (&["get", FILE, &format!("{client}.client_secret")], ""),
        (&["check"], ""),
        (&["check", FILE, "--output", "json"], ""),
        (&["check", FILE, "--output", "sarif"], ""),
        (&["check", FILE, "--output", "github"], ""),
        (&["doctor"], ""),
        (&["doctor", "--output", "json"], ""),
        (&["recipients"], ""),
        (&["client", "list", FILE], ""),
        (&["client", "show", "app"], ""),
        (&["set", FILE, &format!("{client}.client_name"), "App", "--commit"], ""),
        (&["set", ENV, "SECRET", "--from-env", "NEW_SECRET", "--commit"], ""),
        (&["set", ENV, "OTHER", "--from-file", "-", "--commit"], &secret),
        (&["set", ENV, "SECRET", "--from-file", "-", "--dry-run", "--output", "json"], &secret),
        (&["add", FILE, &uris, "https://app.example.com/two"], ""),
        (&["remove", FILE, &uris, "https://app.example.com/two"], ""),
        (&["unset", ENV, "OTHER"], ""),
        (&["apply", "--output", "json"], &patch),
        (&["write", FILE, "--commit"], &whole),
        (&["client", "rotate", "app", "--dry-run"], ""),
        (&["diff"], ""),
        (&["diff", "HEAD~1", "--output", "json"], ""),
        (&["diff", "HEAD~1", "--output", "unified"], ""),
        (&["diff", "HEAD~1", "--output", "markdown"], ""),
        (&["commit", "-n"], ""),
        (&["commit"], ""),
        (&["log", ENV, "SECRET"], ""),
        (&["blame", ENV], ""),
        (&["blame", FILE], ""),
        (&["restore", ENV, "SECRET", "--source", "HEAD~2"], ""),
        (&["textconv", FILE], ""),
        (&["git", "setup"], ""),
        (&["rekey", "--all", "--commit"], ""),
        (&["status"], ""),
        (&[], ""),
    ];
    for (arguments, input) in runs {
        house.run(arguments, input);
    }
    assert!(!holds(&house.objects()));
    let seen = fs::read_dir(house.sandbox.home().join("seen")).expect("a folder").count();
    assert!(seen > 5, "the programs that were started were looked at: {seen}");
    // With --reveal it is printed, so the test would detect it.
    assert!(holds(&house.command(&["show", FILE, "--reveal"]).output().expect("it runs").stdout));
}

#[test_with::executable(git)]
#[test]
fn no_failure_lets_the_marker_out() {
    let house = House::new();
    let broken = format!("a: [{MARKER}\n");
    let twice = format!("a: {MARKER}\na: {MARKER}\n");
    let valueless = format!("[{{op: set, path: a, value: {MARKER}, nonsense: {MARKER}}}]");
    let test = format!("[{{op: test, path: '{CLIENTS}[app].client_secret', value: {MARKER}}}]");
    let failures: &[(&[&str], &str)] = &[
        (&["write", FILE], &broken),
        (&["write", FILE], &twice),
        (&["write", ENV], &format!("{MARKER}\n= {MARKER}\n")),
        (&["write", FILE], &format!("identity_providers:\n  oidc:\n    clients: {MARKER}\n")),
        (&["apply", FILE], &valueless),
        (&["apply", FILE], &test),
        (&["apply", FILE], &broken),
        (&["apply", FILE], &format!("[{{op: remove, path: {CLIENTS}[app].{MARKER}x}}]").replace(MARKER, "nothing")),
        (&["set", FILE, &format!("{CLIENTS}[nobody].client_id"), "a"], ""),
        (&["set", FILE, &format!("{CLIENTS}[app].client_secret.below"), "a"], ""),
        (&["set", FILE, &format!("{CLIENTS}[app].client_secret"), "--from-env", "NEW_SECRET"], ""),
        (&["set", FILE, &format!("{CLIENTS}[app].jwks"), "--from-env", "NEW_SECRET"], ""),
        (&["set", ENV, "SECRET", "--from-file", "/nonexistent"], ""),
        (&["set", "-", "a", "b", "--format", "yaml"], &broken),
        (&["set", "-", "a", "b", "--format", "json"], &format!("{{\"a\": {MARKER}}}")),
        (&["set", "-", "a", "b", "--format", "toml"], &format!("a = {MARKER}\n")),
        (&["check", "-", "--output", "json"], &broken),
        (&["show", "-"], &broken),
        (&["show", "-", "--format", "json"], &format!("{{\"{MARKER}\": ")),
        (&["diagnose"], &format!("level=error msg=\"{MARKER}\"\n")),
        (&["show", FILE, "-i", "/nonexistent"], ""),
        (&["client", "verify", "app"], ""),
        (&["restore", FILE, "--source", "nonsense"], ""),
        (&["commit", "--task", "none"], ""),
    ];
    for (arguments, input) in failures {
        let output = house.run(arguments, input);
        assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{arguments:?}");
    }
    // A failing hook, a failing editor, a file that cannot be written, a damaged file.
    house.sandbox.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n");
    executable(&house.sandbox.repo().join(".git/hooks/pre-commit"));
    assert_eq!(house.run(&["set", ENV, "SECRET", "--from-env", "NEW_SECRET", "--commit"], "").status.code(), Some(6));
    for script in ["exit 3", "echo 'a: [x' > \"$1\"", "rm \"$1\"", ": > \"$1\"", "echo '# more' >> \"$1\"; kill -9 $$"]
    {
        let editor = house.sandbox.home().join("editor");
        fs::write(&editor, format!("#!/bin/sh\n{script}\n")).expect("a script");
        executable(&editor);
        let mut edit = house.command(&["edit", FILE, "--allow-disk"]);
        let output = edit.env("EDITOR", &editor).output().expect("it runs");
        house.look(script, &output);
    }
    let sealed = house.sandbox.read(FILE);
    fs::write(house.sandbox.repo().join(FILE), &sealed[..sealed.len() - 2]).expect("written");
    for arguments in [&["show", FILE][..], &["doctor"], &["rekey", "--all"], &["diff"], &["commit", "-n"]] {
        house.run(arguments, "");
    }
    assert!(!holds(&house.objects()));
}

#[cfg(target_os = "linux")]
#[test]
fn there_are_no_core_dumps_and_no_secret_is_handed_on() {
    let house = House::new();
    let editor = house.sandbox.home().join("editor");
    fs::write(&editor, "#!/bin/sh\nulimit -c; ulimit -H -c; grep core /proc/$PPID/limits\n").expect("a script");
    executable(&editor);
    let output = house.command(&["edit", FILE, "--allow-disk"]).env("EDITOR", &editor).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.starts_with("0\n0\nMax core file size        0                    0"), "{said}");
    let output = house.run(&["set", ENV, "SECRET", "--from-env", "NEW_SECRET", "--commit"], "");
    assert!(output.status.success(), "{output:?}");
    assert!(house.sandbox.open(ENV).contains(&format!("SECRET={MARKER}-new")));
}
