//! Runs every command block in the README and docs/, page by page, in a repository of its own, and checks every link.
//!
//! A `console` block contains commands (`$ …`) and their output; `…` matches anything within a line, and alone on a
//! line any lines; `[exit N]` follows a failure. An `sh` block is a script that must succeed. `tests/data/docs/PAGE.sh`
//! prepares what a page needs besides the demo's repository. Commands that cannot be run here are listed by name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sandbox::Sandbox;

/// Commands that need the network, or a long time.
const NOT_RUN: [&str; 7] = [
    "cargo run --profile demo --locked -- demo",
    "cargo test --locked",
    "cargo install --locked --path .",
    "nix profile install .",
    "nix run . -- demo",
    "git clone",
    "mdbook build docs",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The README and the pages of the book.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md"), root().join("nix/README.md")];
    let docs = fs::read_dir(root().join("docs")).expect("docs").flatten().map(|entry| entry.path());
    pages.extend(docs.filter(|path| path.extension().is_some_and(|end| end == "md")));
    pages.sort();
    pages
}

struct Block {
    line: usize,
    language: String,
    text: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut inside = false;
    for (index, line) in page.lines().enumerate() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            inside = !inside;
            if inside {
                blocks.push(Block { line: index + 1, language: language.trim().to_owned(), text: String::new() });
            }
        } else if inside {
            let block = blocks.last_mut().expect("one");
            block.text += &format!("{line}\n");
        }
    }
    assert!(!inside, "a block does not end");
    blocks
}

/// The commands of a `console` block, with their output and exit code.
fn commands(block: &str) -> Vec<(String, Vec<String>, i32)> {
    let mut commands: Vec<(String, Vec<String>, i32)> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            commands.push((command.to_owned(), Vec::new(), 0));
        } else if let Some((command, output, code)) = commands.last_mut() {
            if output.is_empty() && command.ends_with('\\') {
                *command += &format!("\n{line}");
            } else if let Some(exit) = line.strip_prefix("[exit ").and_then(|rest| rest.strip_suffix(']')) {
                *code = exit.parse().expect("an exit code");
            } else {
                output.push(line.to_owned());
            }
        }
    }
    commands
}

/// Whether a line matches; `…` matches anything.
fn line_fits(expected: &str, line: &str) -> bool {
    let mut parts = expected.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(place) => rest = &rest[place + part.len()..],
            None => return false,
        }
    }
    true
}

fn output_fits(expected: &[String], lines: &[&str]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((first, more)) if first.trim() == "…" => {
            (0..=lines.len()).any(|skipped| output_fits(more, &lines[skipped..]))
        }
        Some((first, more)) => {
            lines.split_first().is_some_and(|(line, rest)| line_fits(first, line) && output_fits(more, rest))
        }
    }
}

/// A home with the demo's repository in `nixos`, and its key in the default place.
struct Place(Sandbox);

impl Place {
    /// A copy of the demo's repository in this folder.
    fn new(demo: &Path) -> Self {
        let sandbox = Sandbox::empty();
        let copied =
            Command::new("cp").arg("-R").arg(demo.join("nixos")).arg(sandbox.home()).status().expect("cp runs");
        assert!(copied.success());
        fs::create_dir_all(sandbox.home().join(".config/age")).expect("made");
        fs::copy(demo.join("key.txt"), sandbox.home().join(".config/age/keys.txt")).expect("copied");
        Self(sandbox)
    }

    fn run(&self, script: &str) -> (i32, String) {
        let program = assert_cmd::cargo::cargo_bin!("agepatch");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("bash");
        command
            .args(["-euo", "pipefail", "-c", &format!("exec 2>&1\n{script}")])
            .env_clear()
            .envs(self.0.environment());
        command.env("PATH", format!("{}:{path}", program.parent().expect("a folder").display()));
        command.stdin(std::process::Stdio::null()).current_dir(self.0.home().join("nixos"));
        let ran = command.output().expect("bash runs");
        (ran.status.code().unwrap_or(-1), String::from_utf8_lossy(&ran.stdout).into_owned())
    }
}

#[test_with::executable(git)]
fn every_command_block_is_run() {
    let played = Sandbox::empty();
    played.agepatch(["demo", "demo"]).assert().success();
    let mut run = 0;
    let mut wrong = Vec::new();
    for page in pages().into_iter().filter(|page| !page.ends_with("docs/guide.md")) {
        let name = page.strip_prefix(root()).expect("below").display().to_string();
        let text = fs::read_to_string(&page).expect("a page");
        let blocks: Vec<Block> = blocks(&text)
            .into_iter()
            .filter(|block| ["console", "sh", "bash", "shell"].contains(&&*block.language))
            .collect();
        if blocks.is_empty() {
            continue;
        }
        let place = Place::new(&played.repo().join("demo"));
        let stem = page.file_stem().expect("a name").to_string_lossy().into_owned();
        let prepare = root().join("tests/data/docs").join(format!("{stem}.sh"));
        if let Ok(script) = fs::read_to_string(prepare) {
            let (code, said) = place.run(&script);
            assert_eq!(code, 0, "{name}: preparing: {said}");
        }
        for block in blocks {
            // The story is compared with the demo itself (`picture.rs`).
            if block.text.starts_with("# MediaManager answers 500") {
                continue;
            }
            let at = format!("{name}:{}", block.line);
            if block.language != "console" {
                let (code, said) = place.run(&block.text);
                run += 1;
                if code != 0 {
                    wrong.push(format!("{at} fails: {said}"));
                }
                continue;
            }
            let commands = commands(&block.text);
            assert!(!commands.is_empty(), "{at}: no command");
            for (command, expected, code) in commands {
                if NOT_RUN.iter().any(|known| command.starts_with(known)) {
                    continue;
                }
                let (ended, said) = place.run(&command);
                let lines: Vec<&str> = said.trim_end_matches('\n').lines().collect();
                let expected: Vec<String> = expected.iter().map(|line| line.trim_end().to_owned()).collect();
                let lines: Vec<&str> = lines.into_iter().map(str::trim_end).collect();
                run += 1;
                if ended != code || !output_fits(&expected, &lines) {
                    wrong.push(format!("{at}: {command} prints\n{said}[exit {ended}]"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(run > 30, "the blocks were found: {run}");
}

#[test]
fn wrong_expectations_fail() {
    let fits = |expected: &[&str], printed: &[&str]| {
        output_fits(&expected.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>(), printed)
    };
    assert!(fits(&["a … c", "…", "z"], &["a b c", "x", "y", "z"]));
    assert!(!fits(&["a … c"], &["a b d"]));
    assert!(!fits(&["a"], &["a", "b"]));
    assert!(!fits(&["a", "…", "z"], &["a", "b"]));
}

/// The anchor of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn every_link_leads_somewhere() {
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page");
        let outside_blocks: String = text.split("```").step_by(2).collect();
        for link in outside_blocks.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.starts_with("http") || link.starts_with("mailto:") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { page.clone() } else { page.parent().expect("a folder").join(file) };
            assert!(target.exists(), "{}: {link} leads nowhere", page.display());
            if !heading.is_empty() {
                let text = fs::read_to_string(&target).expect("a page");
                let found =
                    text.lines().any(|line| line.starts_with('#') && anchor(line.trim_start_matches('#')) == heading);
                assert!(found, "{}: {link} names no heading", page.display());
            }
        }
    }
}

/// The book has what mdBook needs: a title, a source folder, and every page exactly once in the summary.
#[test]
fn the_book_holds_every_page() {
    let docs = root().join("docs");
    let book: toml::Table = fs::read_to_string(docs.join("book.toml")).expect("a book").parse().expect("TOML");
    assert_eq!(book["book"]["src"].as_str(), Some("."));
    let summary = fs::read_to_string(docs.join("SUMMARY.md")).expect("a summary");
    let listed: Vec<&str> = summary.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    let once: BTreeSet<&str> = listed.iter().copied().collect();
    assert_eq!(once.len(), listed.len(), "a page is listed twice in docs/SUMMARY.md");
    for page in pages().iter().filter(|page| page.parent() == Some(Path::new(&docs))) {
        let name = page.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(name == "SUMMARY.md" || once.contains(&*name), "docs/{name} is missing in docs/SUMMARY.md");
    }
}

#[test_with::executable(nix-instantiate)]
fn the_nix_of_the_documents_can_be_parsed() {
    let mut parsed = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page");
        for block in blocks(&text).into_iter().filter(|block| block.language == "nix") {
            let folder = tempfile::tempdir().expect("a folder");
            let file = folder.path().join("block.nix");
            fs::write(&file, &block.text).expect("written");
            let ran = Command::new("nix-instantiate").arg("--parse").arg(&file).output().expect("Nix runs");
            assert!(
                ran.status.success(),
                "{}:{}: {}",
                page.display(),
                block.line,
                String::from_utf8_lossy(&ran.stderr)
            );
            parsed += 1;
        }
    }
    assert!(parsed > 2);
}
