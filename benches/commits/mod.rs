//! A repository with a long history, for the benches that read one.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use age::secrecy::ExposeSecret;

/// The commits of the repository, and how many of them touch the file.
pub(crate) const COMMITS: usize = 2_000;
pub(crate) const TOUCHING: usize = 40;
/// The encrypted file.
pub(crate) const FILE: &str = "authelia-secrets.age";
/// How many clients it has.
pub(crate) const CLIENTS: usize = 20;

/// Creates the repository by one run of git, and a key that opens the file in `home`. Each fiftieth commit changes the
/// text by `edit`, which is given the number of the change.
pub(crate) fn create(repo: &Path, home: &Path, original: &str, edit: impl Fn(&str, usize) -> String) {
    let identity = age::x25519::Identity::generate();
    fs::create_dir_all(home.join(".config/age")).expect("a folder");
    fs::write(home.join(".config/age/keys.txt"), identity.to_string().expose_secret()).expect("written");
    let rules = format!("{{ \"{FILE}\".publicKeys = [ \"{}\" ]; }}\n", identity.to_public());
    let mut stream = Vec::new();
    let mut text = original.to_owned();
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
            text = edit(&text, number / (COMMITS / TOUCHING));
            file(&mut stream, FILE, &age::encrypt(&identity.to_public(), text.as_bytes()).expect("sealed"));
        }
    }
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(repo).env("GIT_CONFIG_GLOBAL", "/dev/null").args(arguments);
        command.stdin(Stdio::piped()).spawn().expect("git runs")
    };
    let done = |mut child: std::process::Child| assert!(child.wait().expect("git ends").success());
    done(git(&["init", "--quiet", "--initial-branch=main"]));
    let mut import = git(&["fast-import", "--quiet"]);
    import.stdin.take().expect("it is piped").write_all(&stream).expect("git reads");
    done(import);
    done(git(&["reset", "--quiet", "--hard"]));
}

fn file(stream: &mut Vec<u8>, path: &str, bytes: &[u8]) {
    stream.extend_from_slice(format!("M 100644 inline {path}\ndata {}\n", bytes.len()).as_bytes());
    stream.extend_from_slice(bytes);
    stream.push(b'\n');
}
