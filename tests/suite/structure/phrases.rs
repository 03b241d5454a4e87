//! The texts that people read are plain English: a list of phrases stays out of them. What is printed is checked in every
//! folder, comments in those of the command line.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// A phrase, and what to write.
const PHRASES: [(&str, &str); 18] = [
    (r"\bmend(s|ed)?\b", "fix"),
    (r"\b(is|are|was|were) told\b(?P<ok> apart| to|, so|: )?", "is reported"),
    (r"\btells (whether|why|where|which|what|how|that)\b", "reports, shows"),
    (r"\bstands? (in|at|here|there|under|beside|where|elsewhere)\b(?P<ok> for)?", "is"),
    (r"\banew\b", "again"),
    (r"\bonce more\b", "again"),
    (r"\ball or none\b", "atomically"),
    (r"\bby meaning\b", "semantic"),
    (r"[^e] is no (?P<ok>longer |more |one |different )?[a-zA-Z`]", "is not a"),
    (r"(?P<ok>-)?\bmeanwhile\b", "concurrently"),
    (r"\bat hand\b", "available"),
    (r"\bwhoever\b", "anyone who, recipients"),
    (r"\bfor ever\b", "forever, indefinitely"),
    (r"\bhas become of\b", "became of"),
    (r"\bin the midst of\b", "during"),
    (r"\btakes? (the|it|our|those) [a-z_`]* ?out\b", "remove"),
    (r"\bwhat is asked of\b", "what is required"),
    (r"\bhas its way\b", "wins"),
];
/// Where comments are checked, too.
const COMMENTS: [&str; 3] = ["src/cli", "src/command", "src/output"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("it can be listed").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs" || end == "txt") {
            found.push(path);
        }
    }
}

/// The comments and the string literals of a source, each with its line.
fn parts(source: &str) -> Vec<(usize, bool, &str)> {
    let token = Regex::new(r#"(?s)(//[^\n]*)|r#*"|("(?:\\.|[^"\\])*")|'(?:\\.|[^\\'])'"#).expect("a pattern");
    let line = |at: usize| source[..at].matches('\n').count() + 1;
    let part = |found: regex::Captures<'_>| {
        let text = found.get(1).map(|text| (true, text)).or_else(|| found.get(2).map(|text| (false, text)));
        text.map(|(is_comment, text)| (text.start(), is_comment, text.end()))
    };
    let found = token.captures_iter(source).filter_map(part);
    found.map(|(start, is_comment, end)| (line(start), is_comment, &source[start..end])).collect()
}

#[test]
fn texts_are_plain_english() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let compiled =
        |pattern: &str| Regex::new(&format!("(?i){}", pattern.replace(r"\b", r"(?-u:\b)"))).expect("a pattern");
    let phrases = PHRASES.map(|(pattern, better)| (compiled(pattern), better));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let name = file.strip_prefix(root).expect("below").display().to_string();
        let source = fs::read_to_string(&file).expect("it can be read");
        // Unit tests print nothing.
        let shown = source.split("#[cfg(test)]").next().unwrap_or_default();
        if name.contains("/tests") || name.ends_with("tests.rs") {
            continue;
        }
        let checks_comments = COMMENTS.iter().any(|folder| name.starts_with(folder));
        for (line, is_comment, text) in parts(shown) {
            if is_comment && !checks_comments {
                continue;
            }
            for (phrase, better) in &phrases {
                let found = phrase.captures_iter(text).find(|found| found.name("ok").is_none());
                if let Some(found) = found {
                    wrong.push(format!("{name}:{line}: `{}`: {better}", found[0].trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "odd phrases, each with a better one:\n{}", wrong.join("\n"));
}

#[test]
fn the_scanner_sees_comments_and_strings_only() {
    let found = parts("let told = \"a \\\" b\"; // c\nlet x = 'y';");
    assert_eq!(found, [(1, false, "\"a \\\" b\""), (1, true, "// c")]);
}
