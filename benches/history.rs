//! `log` and `blame` take time in proportion to the commits that touched the file, not to those of the repository.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use age::secrecy::ExposeSecret;
use tempfile::TempDir;

mod fragment;

/// The commits of the repository, and how many of them touch the file.
const COMMITS: usize = 2_000;
const TOUCHING: usize = 40;
const FILE: &str = "authelia-secrets.age";

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 20)]
fn log(bencher: divan::Bencher<'_, '_>) {
    let house = house();
    bencher.bench_local(|| run(house.path(), &["log", FILE]));
}

#[divan::bench(sample_count = 20)]
fn log_of_a_value(bencher: divan::Bencher<'_, '_>) {
    let house = house();
    let path = "identity_providers.oidc.clients[client-7].client_name";
    bencher.bench_local(|| run(house.path(), &["log", FILE, path]));
}

#[divan::bench(sample_count = 20)]
fn blame(bencher: divan::Bencher<'_, '_>) {
    let house = house();
    bencher.bench_local(|| run(house.path(), &["blame", FILE]));
}

fn run(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_agepatch"));
    command.current_dir(folder).env("HOME", folder).env("GIT_CONFIG_GLOBAL", "/dev/null").args(arguments);
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A repository with this many commits, created by one run of git; each fiftieth changes one of 20 clients in the
/// encrypted file.
fn house() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = age::x25519::Identity::generate();
    fs::create_dir_all(folder.path().join(".config/age")).expect("a folder");
    fs::write(folder.path().join(".config/age/keys.txt"), identity.to_string().expose_secret()).expect("written");
    let rules = format!("{{ \"{FILE}\".publicKeys = [ \"{}\" ]; }}\n", identity.to_public());
    let mut stream = Vec::new();
    let mut text = fragment::authelia(20);
    for number in 0..COMMITS {
        let head = format!(
            "commit refs/heads/main\ncommitter A <a@example.com> {} +0000\ndata 6\nchange\n",
            1_700_000_000 + number
        );
        stream.extend_from_slice(head.as_bytes());
        file(&mut stream, &format!("notes/{}.txt", number % 50), number.to_string().as_bytes());
        if number == 0 {
            file(&mut stream, "secrets.nix", rules.as_bytes());
        }
        if number % (COMMITS / TOUCHING) == 0 {
            let client = number / (COMMITS / TOUCHING) % 20;
            text = text.replace(&format!("'Client {client}'"), &format!("'Client {client} of {number}'"));
            file(&mut stream, FILE, &age::encrypt(&identity.to_public(), text.as_bytes()).expect("sealed"));
        }
    }
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(folder.path()).env("GIT_CONFIG_GLOBAL", "/dev/null").args(arguments);
        command.stdin(Stdio::piped()).spawn().expect("git runs")
    };
    let done = |mut child: std::process::Child| assert!(child.wait().expect("git ends").success());
    done(git(&["init", "--quiet", "--initial-branch=main"]));
    let mut import = git(&["fast-import", "--quiet"]);
    import.stdin.take().expect("it is piped").write_all(&stream).expect("git reads");
    done(import);
    done(git(&["reset", "--quiet", "--hard"]));
    folder
}

fn file(stream: &mut Vec<u8>, path: &str, bytes: &[u8]) {
    stream.extend_from_slice(format!("M 100644 inline {path}\ndata {}\n", bytes.len()).as_bytes());
    stream.extend_from_slice(bytes);
    stream.push(b'\n');
}
