//! `docs/demo.svg`: the main part of the demo's real output in colour. Also the story in the README.

use std::fs;
use std::path::{Path, PathBuf};

use crate::sandbox::Sandbox;

const COLUMNS: usize = 104;
const LINE: usize = 18;
const MARGIN: usize = 16;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn played(color: &str) -> String {
    let sandbox = Sandbox::empty();
    let played = sandbox.agepatch(["demo", "--color", color]).assert().success();
    let text = String::from_utf8(played.get_output().stdout.clone()).expect("text");
    text.trim().lines().map(|line| with_fixed_id(line) + "\n").collect()
}

/// The line with a fixed commit id, if it starts with one.
fn with_fixed_id(line: &str) -> String {
    let (bold, text) = line.strip_prefix("\u{1b}[1m").map_or(("", line), |text| ("\u{1b}[1m", text));
    let is_id = |word: &str| word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    match text.split_once(' ').filter(|(word, _)| is_id(word)) {
        Some((_, subject)) => format!("{bold}1f0c9d4e {subject}"),
        None => line.to_owned(),
    }
}

/// The sentences of the story in the picture; the README has the complete story as text.
const SCENES: [&str; 4] = ["# The client's registration", "# Now for real", "# What a reviewer reads", "# The proof"];

/// The scenes in the picture.
fn main_part(story: &str) -> String {
    let scenes: Vec<&str> = story.trim().split("\n\n# ").collect();
    let shown = |begin: &str| {
        let begin = begin.trim_start_matches("# ");
        let scene = scenes.iter().map(|scene| scene.trim_start_matches("# ")).find(|scene| scene.starts_with(begin));
        format!("# {}\n", scene.unwrap_or_else(|| panic!("the story has no scene `{begin}`")))
    };
    SCENES.map(shown).join("\n")
}

/// A piece of a line and its colour class.
type Piece = (String, &'static str);

/// The lines as coloured pieces, from SGR escapes.
fn pieces(text: &str) -> Vec<Vec<Piece>> {
    let mut class = "";
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut pieces = Vec::new();
        for part in line.split('\u{1b}') {
            let (codes, rest) = match part.strip_prefix('[').and_then(|part| part.split_once('m')) {
                Some((codes, rest)) => (codes, rest),
                None => ("", part),
            };
            for code in codes.split(';') {
                class = match code {
                    "0" => "",
                    "31" | "91" => "red",
                    "32" | "92" => "green",
                    "33" | "93" => "yellow",
                    "34" | "94" => "blue",
                    "36" | "96" => "cyan",
                    "1" if class.is_empty() => "bold",
                    _ => class,
                };
            }
            if !rest.is_empty() {
                pieces.push((rest.to_owned(), class));
            }
        }
        let plain: String = pieces.iter().map(|(text, _)| text.as_str()).collect();
        if plain.starts_with("# ") {
            pieces = vec![(plain, "remark")];
        } else if plain.starts_with("$ ") {
            pieces = vec![(plain, "typed")];
        }
        lines.extend(wrapped(pieces));
    }
    lines
}

/// Lines that are too wide continue on the next one, as in a terminal.
fn wrapped(pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    let mut lines = vec![Vec::new()];
    let mut width = 0;
    for (text, class) in pieces {
        let mut rest: Vec<char> = text.chars().collect();
        while !rest.is_empty() {
            if width == COLUMNS {
                lines.push(Vec::new());
                width = 0;
            }
            let after = rest.split_off(rest.len().min(COLUMNS - width));
            width += rest.len();
            lines.last_mut().expect("one").push((rest.iter().collect(), class));
            rest = after;
        }
    }
    lines
}

fn svg(text: &str) -> String {
    let lines = pieces(text);
    let (width, height) = (COLUMNS * 8 + 2 * MARGIN, lines.len() * LINE + 2 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" role=\"img\">\n\
         <title>agepatch demo</title>\n\
         <style>text{{font:13px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#d8dee9;white-space:pre}}\
         .red{{fill:#ff7b72}}.green{{fill:#7ee787}}.yellow{{fill:#e3b341}}.blue{{fill:#79c0ff}}.cyan{{fill:#76e3ea}}\
         .bold,.typed{{font-weight:bold;fill:#ffffff}}.remark{{fill:#8b949e;font-style:italic}}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#0d1117\"/>\n"
    );
    for (index, line) in lines.iter().enumerate() {
        let y = MARGIN + (index + 1) * LINE - 5;
        let spans: String = line
            .iter()
            .map(|(text, class)| {
                let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
                format!("<tspan{class}>{text}</tspan>")
            })
            .collect();
        if !spans.is_empty() {
            svg += &format!("<text x=\"{MARGIN}\" y=\"{y}\" xml:space=\"preserve\">{spans}</text>\n");
        }
    }
    svg + "</svg>\n"
}

fn hold(path: &Path, made: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, made).expect("written");
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert!(written == made, "{} is not what the demo prints now: run docs/update.sh", path.display());
}

#[test_with::executable(git)]
fn picture_is_the_demo() {
    hold(&root().join("docs/demo.svg"), &svg(&main_part(&played("always"))));
}

#[test_with::executable(git)]
fn story_in_the_readme_is_the_demo() {
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).expect("the README");
    let begin = "```console\n# MediaManager answers 500";
    let begin = readme.find(begin).expect("the story is in the README") + "```console\n".len();
    let end = begin + readme[begin..].find("\n```\n").expect("the story ends") + 1;
    hold(&path, &format!("{}{}{}", &readme[..begin], played("never"), &readme[end..]));
}
