//! Everything that people read is plain English: strings, comments, and documentation contain none of these phrases.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// A phrase, and what to write instead. A match with the group `ok` is allowed.
const PHRASES: [(&str, &str); 32] = [
    (r"\bmend(s|ed)?\b", "fix"),
    (r"\b(is|are|was|were) told\b(?P<ok> apart| to| not to|, so|: )?", "is reported"),
    (r"\btells (whether|why|where|which|what|how)\b", "reports, shows"),
    (r"\bstands? (in|at|here|there|under|beside|where|elsewhere|behind|below|above)\b", "is"),
    (r"\bwhat stands\b", "the value, the text"),
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
    (r"\b(has its|have their) way\b", "wins"),
    (r"\ball the same\b", "anyway"),
    (r"\bnonetheless\b", "anyway"),
    (r"\b(in|stands in) the way of\b", "blocks, the error of"),
    (r"\b(held|holds?) (it |them |[`a-z]+ )?against\b", "compared with"),
    (r"\bmeans nothing\b", "is invalid, has no effect"),
    (r"\bis (?P<ok>also )?said\b", "is set"),
    (r"\b(cannot|can not|nothing to) tell\b", "cannot determine"),
    (r"\blook(s|ed)? whether\b", "check whether"),
    (r"\blooked at\b", "checked, examined"),
    (r"[^p] to the byte\b", "byte for byte"),
    (r"\bwhat came of\b", "the result of"),
    (r"\bby then\b", "already"),
    (r"\bso many\b", "this many, a number of"),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("it can be listed").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs" || end == "txt" || end == "md") {
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

/// The phrases, case-insensitive.
fn phrases() -> Vec<(Regex, &'static str)> {
    let compiled = |pattern: &str| Regex::new(&format!("(?i){}", pattern.replace(r"\b", r"(?-u:\b)")));
    PHRASES.iter().map(|(pattern, better)| (compiled(pattern).expect("a pattern"), *better)).collect()
}

#[test]
fn texts_are_plain_english() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let phrases = phrases();
    let mut files = Vec::new();
    for folder in ["src", "tests", "benches", "docs"] {
        sources(&root.join(folder), &mut files);
    }
    files.extend(["README.md", "CONTRIBUTING.md", "SECURITY.md"].map(|name| root.join(name)));
    let mut wrong = Vec::new();
    for file in files {
        let name = file.strip_prefix(root).expect("below").display().to_string();
        // Recorded facts are never edited, and this file contains the phrases.
        if name.starts_with("tests/data/") || name.ends_with("structure/phrases.rs") {
            continue;
        }
        let source = fs::read_to_string(&file).expect("it can be read");
        let is_code = std::path::Path::new(&name).extension().is_some_and(|ending| ending == "rs");
        let parts =
            if is_code { parts(&source) } else { source.lines().enumerate().map(|(n, l)| (n + 1, true, l)).collect() };
        for (line, is_comment, text) in parts {
            // Strings in tests are input.
            let is_test = name.starts_with("tests/") || name.contains("/tests") || name.ends_with("tests.rs");
            if is_code && !is_comment && (is_test || in_unit_tests(&source, line)) {
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

/// Whether a line is in the unit tests at the end of a source.
fn in_unit_tests(source: &str, line: usize) -> bool {
    let start = source.find("#[cfg(test)]");
    start.is_some_and(|start| source[..start].matches('\n').count() < line)
}

#[test]
fn the_scanner_sees_comments_and_strings_only() {
    let found = parts("let told = \"a \\\" b\"; // c\nlet x = 'y';");
    assert_eq!(found, [(1, false, "\"a \\\" b\""), (1, true, "// c")]);
}
