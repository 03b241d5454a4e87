//! Memory that held a secret is wiped before it is freed: the program runs with an allocator that checks.

#[path = "../suite/support/sandbox.rs"]
#[allow(dead_code)]
mod sandbox;
mod scenes;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, ExitCode, Output, Stdio};
use std::{env, fs, io};

use sandbox::Sandbox;
use scenes::Scene;

#[global_allocator]
static MEMORY: watch::Watched = watch::Watched;

/// Set in the watched process: the file for the results.
const REPORT: &str = "AGEPATCH_WATCHED";
/// The separator between two blocks in it.
const BETWEEN: &str = "\n=====\n";

/// Libraries that leave copies of their own, listed in `docs/security.md`.
const LIBRARIES: [&str; 3] = ["age", "granit_parser", "toml_edit"];

fn main() -> ExitCode {
    if let Some(report) = env::var_os(REPORT) {
        watch::begin();
        let code = agepatch::run(env::args_os());
        return match fs::write(report, watch::end().join(BETWEEN)) {
            Ok(()) => code,
            Err(_) => ExitCode::FAILURE,
        };
    }
    let wanted = env::args().skip(1).find(|argument| !argument.starts_with('-'));
    if env::args().any(|argument| argument == "--list") || wanted.is_some_and(|wanted| !"wiped".contains(&wanted)) {
        return ExitCode::SUCCESS;
    }
    if !cfg!(debug_assertions) {
        return say("test wiped ... ignored, without debug information nobody can be named\n", true);
    }
    let (ours, libraries) = watched();
    let places = ours.iter().map(|(place, line)| format!("\nnot wiped, from\n{place}\n  in {line}\n"));
    let known: BTreeSet<&str> = LIBRARIES.into();
    // A library that no longer leaves copies must be removed from the list.
    let good = ours.is_empty() && libraries == known;
    let verdict = if good { "ok" } else { "FAILED" };
    say(&(places.collect::<String>() + &format!("test wiped ... {verdict} (copies left by {libraries:?})\n")), good)
}

fn say(text: &str, good: bool) -> ExitCode {
    io::stdout().write_all(text.as_bytes()).expect("stdout can be written");
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Plays every scene. Returns where our own code freed memory without wiping it, in which run, and which libraries did.
fn watched() -> (BTreeMap<String, String>, BTreeSet<&'static str>) {
    let all = [scenes::FILE, scenes::ENV, scenes::TOML, scenes::JSON, scenes::RAW];
    let sandbox = Sandbox::with_files(&all.map(|name| (name, "x: 1\n")));
    sandbox.git_init();
    scenes::files(&sandbox);
    sandbox.git(&["commit", "--quiet", "-am", "secrets"]);
    scenes::versions(&sandbox);
    sandbox.write("secret", &scenes::secret());
    sandbox.write(
        "agepatch.toml",
        &format!("[[relying-party]]\nclient = \"app\"\nsecret = {{ file = \"{}\", path = \"X\" }}\n", scenes::ENV),
    );
    sandbox.write("../home/editor", "#!/bin/sh\nprintf '\\n' >> \"$1\"\n");
    let editor = sandbox.home().join("editor");
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).expect("it is there");
    let (mut ours, mut libraries) = (BTreeMap::new(), BTreeSet::new());
    for scene in scenes::all() {
        let line = scene.arguments.join(" ");
        let (output, found) = run(&sandbox, &scene, &editor);
        let said = String::from_utf8_lossy(&output.stderr);
        let expected = [0, 1, 4].contains(&output.status.code().unwrap_or(9));
        assert!(expected, "{line}: {} {said}", output.status);
        for block in &found {
            match library(block) {
                Some(name) => drop(libraries.insert(name)),
                None => drop(ours.insert(ways(block), line.clone())),
            }
        }
    }
    (ours, libraries)
}

fn run(sandbox: &Sandbox, scene: &Scene, editor: &std::path::Path) -> (Output, Vec<String>) {
    let report = sandbox.home().join("report");
    let mut command = Command::new(env::current_exe().expect("this program"));
    command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo()).args(&scene.arguments);
    command.env(REPORT, &report).env("NEW", scenes::secret()).env("EDITOR", editor);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    // A program that does not read it closes the pipe.
    drop(stdin.write_all(scene.input.as_bytes()));
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let found = fs::read_to_string(&report).unwrap_or_else(|error| panic!("no report: {error}: {output:?}"));
    (output, found.split(BETWEEN).filter(|block| !block.is_empty()).map(str::to_owned).collect())
}

/// The functions of a backtrace with their lines, starting with the one that freed the block.
fn frames(block: &str) -> Vec<String> {
    let mut frames: Vec<String> = Vec::new();
    for line in block.lines().map(str::trim) {
        match (line.strip_prefix("at "), frames.last_mut()) {
            (Some(place), Some(last)) => last.push_str(&format!(" at {place}")),
            _ => frames.push(line.split_once(": ").map_or(line, |(_, name)| name).to_owned()),
        }
    }
    frames
}

fn is_ours(frame: &str) -> bool {
    frame.contains(concat!(" at ", env!("CARGO_MANIFEST_DIR"), "/src/")) || frame.contains(" at ./src/")
}

/// The library that freed the block, or whose value was dropped: the frames before the first of ours.
fn library(block: &str) -> Option<&'static str> {
    let frames = frames(block);
    let theirs = frames.iter().take_while(|frame| !is_ours(frame));
    // `read_to_end` owns the buffer; its name contains the reader's type.
    let mut theirs = theirs.filter(|frame| !frame.contains("read_to_end"));
    theirs.find_map(|frame| LIBRARIES.into_iter().find(|name| called(frame, name)))
}

/// Whether a path in the frame starts with the library's name.
fn called(frame: &str, library: &str) -> bool {
    let begins = |at: usize| !frame[..at].ends_with(|before: char| before.is_alphanumeric() || "_:".contains(before));
    frame.match_indices(&format!("{library}::")).any(|(at, _)| begins(at))
}

/// The nearest frames of our own code.
fn ways(block: &str) -> String {
    let frames = frames(block);
    let ours: Vec<String> =
        frames.iter().filter(|frame| is_ours(frame)).take(6).map(|frame| format!("  {frame}")).collect();
    if ours.is_empty() { frames.join("\n") } else { ours.join("\n") }
}
