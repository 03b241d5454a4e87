//! Evaluates secrets.nix with Nix: without network or builds, with a time limit, and reading only below given folders.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value as Json;

use super::{EvaluatedRules, Rule};
use crate::error::{Error, ErrorKind, Result};
use crate::process;
use crate::shown;
use crate::shown::{FileName, ProgramOutput, Setting, Shown};

/// The program that evaluates without building anything.
const PROGRAM: &str = "nix-instantiate";
/// The expression to evaluate: the recipients of each file, and nothing else, so that other parts of the rules need not
/// be strings. A rule that throws, or has another shape, results in a special answer.
const QUESTION: &str = "{ path }: builtins.mapAttrs
  (_: rule:
    let
      strings = list: builtins.all builtins.isString list;
      answer =
        if !builtins.isAttrs rule then { other = builtins.typeOf rule; }
        else if !(rule ? publicKeys) then { wrong = \"is missing\"; }
        else if !builtins.isList rule.publicKeys then { wrong = \"is not a list\"; }
        else if !strings rule.publicKeys then { wrong = \"has a recipient that is not a key\"; }
        else { inherit (rule) publicKeys; armor = rule.armor or null; };
      tried = builtins.tryEval (builtins.deepSeq answer answer);
    in if tried.success then tried.value else { wrong = \"throws an error\"; })
  (import path)";
/// The limits of an evaluation.
#[derive(Clone, Copy)]
struct Limits {
    /// The maximum time.
    time: Duration,
    /// The maximum memory in megabytes.
    memory: u32,
}
/// Far more than any rules need.
const LIMITS: Limits = Limits { time: Duration::from_secs(30), memory: 1024 };
/// The variable with the memory limit of Nix's garbage collector.
const MEMORY: &str = "GC_MAXIMUM_HEAP_SIZE";
/// The maximum length of the answer, and of the error.
const ANSWER: u64 = 16 << 20;
/// How often to check whether Nix has exited.
const POLL_INTERVAL: Duration = Duration::from_millis(5);
/// Nix's restricted mode reads only below the folders of `-I` and refuses every URL; the other options prevent builds,
/// downloads, and configuration.
const OPTIONS: [(&str, &str); 7] = [
    ("restrict-eval", "true"),
    ("allowed-uris", ""),
    ("allow-import-from-derivation", "false"),
    ("substituters", ""),
    ("builders", ""),
    ("plugin-files", ""),
    ("experimental-features", ""),
];

/// The start of each Nix error message, and the part of it to repeat: the rest may be text from any file.
const REFUSALS: [(&str, &str); 12] = [
    ("syntax error", "there is a syntax error"),
    ("undefined variable", "a variable is not defined"),
    ("attribute", "an attribute is missing or defined twice"),
    ("access to URI", "the rules ask for an address on the network, which is not permitted"),
    ("access to", "the rules may read only below their own folder and the repository"),
    ("infinite recursion", "a value is needed to compute itself (infinite recursion)"),
    ("stack overflow", "the evaluation nests too deeply"),
    ("assertion", "an assertion fails"),
    ("value is", "a value has the wrong type"),
    ("cannot coerce", "a value has the wrong type"),
    ("file", "a file, or an entry of the search path, is missing"),
    ("path", "a path is missing or not permitted"),
];

/// Evaluates the file with Nix, which may read below `folders`.
///
/// # Errors
/// `rules` if Nix is missing, rejects the file, or takes too long, and for an unexpected answer.
pub(super) fn evaluate(path: &Path, folders: &[PathBuf]) -> Result<EvaluatedRules> {
    evaluate_within(path, folders, LIMITS)
}

fn evaluate_within(path: &Path, folders: &[PathBuf], limits: Limits) -> Result<EvaluatedRules> {
    let mut command = process::program(PROGRAM);
    command.args(["--eval", "--strict", "--json", "--readonly-mode"]);
    for (name, value) in OPTIONS {
        command.args(["--option", name, value]);
    }
    for folder in folders {
        command.arg("-I").arg(folder);
    }
    // Links are resolved here, since they are in the folders.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    command.args(["--expr", QUESTION, "--argstr", "path"]).arg(&path);
    command.env_remove("NIX_PATH").env(MEMORY, format!("{}M", limits.memory)).env("GIT_ALLOW_PROTOCOL", "file");
    let (success, stdout, stderr) = run(&mut command, limits.time)?;
    if !success && is_out_of_memory(&stderr) {
        return Err(Error::new(ErrorKind::Rules, shown!("{} needs more than {} MB of memory", PROGRAM, limits.memory)));
    }
    if !success {
        return Err(refused(&String::from_utf8_lossy(&stderr)));
    }
    let files: Json = serde_json::from_slice(&stdout).map_err(|error| {
        Error::new(
            ErrorKind::Rules,
            shown!("{} did not print JSON: {}", PROGRAM, ProgramOutput::shown(error.to_string())),
        )
    })?;
    let Json::Object(files) = files else {
        return Err(Error::new(ErrorKind::Rules, "the rules are not an attribute set of files"));
    };
    let mut found = EvaluatedRules::default();
    for (name, answer) in files {
        match read(&name, &answer) {
            Ok(rule) => drop(found.files.insert(name, Ok(rule))),
            Err(error) => {
                found.insert_broken(&name, error.in_file(path.display()), answer.get("other").is_some());
            }
        }
    }
    Ok(found)
}

/// Runs the program to its end; returns whether it succeeded, and its output.
fn run(command: &mut Command, time: Duration) -> Result<(bool, Vec<u8>, Vec<u8>)> {
    command.process_group(0);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let failed = |error: std::io::Error| match error.kind() {
        io::ErrorKind::NotFound => {
            Error::new(ErrorKind::Rules, shown!("{} is needed to read the rules, but is not installed", PROGRAM))
                .hint("install Nix, or put it in PATH")
        }
        _ => Error::io(shown!("cannot run {}", PROGRAM), &error),
    };
    let mut child = command.spawn().map_err(failed)?;
    let (stdout, stderr) = (reader(child.stdout.take()), reader(child.stderr.take()));
    let deadline = Instant::now() + time;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            break status;
        }
        if Instant::now() >= deadline {
            end(&mut child);
            return Err(Error::new(
                ErrorKind::Rules,
                shown!("{} took longer than {} seconds", PROGRAM, time.as_secs()),
            ));
        }
        thread::sleep(POLL_INTERVAL);
    };
    let take = |reader: thread::JoinHandle<Vec<u8>>| reader.join().unwrap_or_default();
    Ok((status.success(), take(stdout), take(stderr)))
}

/// Whether Nix, or its garbage collector, reports that it is out of memory.
fn is_out_of_memory(said: &[u8]) -> bool {
    String::from_utf8_lossy(said).to_ascii_lowercase().contains("out of memory")
}

/// Reads output up to the limit; discards the rest, so that the program does not block.
fn reader(from: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(mut from) = from {
            let _ = from.by_ref().take(ANSWER).read_to_end(&mut text);
            let _ = std::io::copy(&mut from, &mut std::io::sink());
        }
        text
    })
}

/// Kills the program and everything that it started.
fn end(child: &mut Child) {
    if let Some(group) = Pid::from_raw(child.id().cast_signed()) {
        let _ended = kill_process_group(group, Signal::KILL);
    }
    drop(child.kill());
    drop(child.wait());
}

/// The rule in an answer. A rule's name may be computed, so it is only repeated as a file name.
fn read(name: &str, answer: &Json) -> Result<Rule> {
    let wrong = |what: Shown| Error::new(ErrorKind::Rules, what);
    if answer.get("other").is_some() {
        return Err(wrong(Shown::fixed("an attribute is not a rule: a set with `publicKeys`")));
    }
    if let Some(what) = answer.get("wrong").and_then(Json::as_str) {
        return Err(wrong(shown!("`publicKeys` of the rule for {} {}", FileName::shown(name), Setting::shown(what))));
    }
    let keys = answer
        .get("publicKeys")
        .and_then(Json::as_array)
        .and_then(|keys| keys.iter().map(|key| key.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>());
    let keys =
        keys.ok_or_else(|| wrong(Shown::fixed("`publicKeys` of a rule is missing, or is not a list of strings")))?;
    Ok(Rule { keys, armor: answer.get("armor").and_then(Json::as_bool), sops: None })
}

/// Translates Nix's error into our own words, with its place.
fn refused(said: &str) -> Error {
    let message = said.lines().find_map(|line| line.trim().strip_prefix("error: ")).unwrap_or_default();
    let known = REFUSALS.iter().find(|(start, _)| message.starts_with(start)).map(|(_, words)| *words);
    let error = Error::new(ErrorKind::Rules, known.unwrap_or("Nix does not accept them"));
    let place = said.lines().find_map(|line| {
        let mut numbers = line.trim().strip_prefix("at ")?.trim_end_matches(':').rsplit(':');
        let column = numbers.next()?.parse().ok()?;
        Some((numbers.next()?.parse().ok()?, column))
    });
    match place {
        Some((line, column)) => error.at(line, column),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_program_that_takes_too_long_is_ended_with_what_it_started() {
        let folder = tempfile::tempdir().expect("a folder");
        let alive = folder.path().join("alive");
        let script = format!("(while :; do date > '{}'; sleep 0.02; done) & wait", alive.display());
        let mut command = Command::new("sh");
        let error = run(command.args(["-c", &script]), Duration::from_millis(300)).expect_err("it never ends");
        assert!(error.message().contains("took longer than"), "{}", error.message());
        // A program that is still running would write the file again.
        let _ = fs::remove_file(&alive);
        thread::sleep(Duration::from_millis(200));
        assert!(!alive.exists(), "a child is still running");
    }

    #[test_with::executable(nix-instantiate)]
    #[test]
    fn nix_has_limits_for_time_and_memory() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secrets.nix");
        let folders = [folder.path().canonicalize().expect("a folder")];
        let refused = |rules: &str, limits: Limits| {
            fs::write(&path, rules).expect("written");
            evaluate_within(&path, &folders, limits).expect_err("too much").message().to_owned()
        };
        let growing = "{ f.publicKeys = let l = builtins.genList (x: \"${toString x}\") 20000000; \
            in builtins.deepSeq l [ (toString (builtins.length l)) ]; }";
        let memory = refused(growing, Limits { memory: 64, ..LIMITS });
        assert!(memory.contains("64 MB of memory"), "{memory}");
        let endless = "{ f.publicKeys = let f = n: if n < 0 then n else f (n + 1); \
            g = n: builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: x) 100000) + g 0; in [ (toString (g 0)) ]; }";
        let time = refused(endless, Limits { time: Duration::from_millis(500), ..LIMITS });
        assert!(time.contains("took longer than"), "{time}");
    }
}
