//! Patterns of `.gitattributes` for the sops files of a repository: the creation rules, as far as patterns can express
//! them, and the names of existing files.

use std::path::Path;

use super::discovery::Workspace;
use super::glob;
use super::target::without_dots;
use crate::error::Result;
use crate::shown;
use crate::shown::{FileName, Shown};

/// The maximum number of patterns for one `path_regex`.
const MOST: usize = 32;
/// Extensions that end a `path_regex` without `$`, as its author most likely intended.
const ENDINGS: [&str; 5] = [".yaml", ".yml", ".json", ".env", ".ini"];

/// The attributes that git needs for the sops files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SopsAttributes {
    pub patterns: Vec<String>,
    /// Paths, relative to the root, of sops files that no pattern covers.
    pub files: Vec<String>,
    /// Sentences about creation rules that no pattern can express.
    pub unexpressed: Vec<Shown>,
}

impl Workspace {
    /// The attributes that git needs for the sops files in the repository with this root.
    ///
    /// # Errors
    /// `rules` if `.sops.yaml` cannot be read or applied.
    pub fn sops_attributes(&self, root: &Path) -> Result<SopsAttributes> {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| without_dots(path));
        let root = real(root);
        let below = |path: &Path| Some(real(path).strip_prefix(&root).ok()?.to_str()?.to_owned());
        let mut found = SopsAttributes::default();
        let covered = self.sops_files()?;
        let plain: Vec<String> =
            covered.iter().filter(|(_, encrypted)| !encrypted).filter_map(|(target, _)| below(&target.path)).collect();
        if let Some((rules, folder)) = self.sops_rules()?.and_then(|rules| Some((rules, below(rules.folder())?))) {
            for (number, pattern) in rules.path_regexes() {
                let Some(pattern) = pattern else {
                    found.unexpressed.push(shown!("creation rule {} has no path_regex", number));
                    continue;
                };
                let Some(globs) = globs(pattern) else {
                    found.unexpressed.push(shown!("the path_regex of creation rule {} has no counterpart", number));
                    continue;
                };
                let globs: Vec<String> = globs.iter().map(|glob| within(&folder, glob)).collect();
                match plain.iter().find(|path| globs.iter().any(|glob| covers(glob, path))) {
                    Some(path) => {
                        found.unexpressed.push(shown!(
                            "creation rule {} covers {} too, which is plaintext",
                            number,
                            FileName::shown(path)
                        ));
                    }
                    None => found.patterns.extend(globs),
                }
            }
        }
        let mut seen = std::collections::HashSet::new();
        found.patterns.retain(|pattern| seen.insert(pattern.clone()));
        let files = covered.into_iter().filter(|(_, encrypted)| *encrypted).map(|(target, _)| target);
        let files = files.chain(self.sops_by_content()).filter_map(|target| below(&target.path));
        found.files = files.filter(|path| !found.patterns.iter().any(|glob| covers(glob, path))).collect();
        found.files.sort();
        found.files.dedup();
        Ok(found)
    }
}

/// Whether git would match the pattern with the path.
pub fn covers(pattern: &str, path: &str) -> bool {
    match pattern.strip_prefix('/') {
        Some(pattern) if pattern.contains(['*', '?']) => {
            // A pattern with a slash is compared with the complete path.
            glob::matches(&format!("/{pattern}"), &format!("/{path}"))
        }
        Some(pattern) => pattern == path,
        None => glob::matches(pattern, path),
    }
}

/// A pattern relative to the folder of the rules.
fn within(folder: &str, pattern: &str) -> String {
    if folder.is_empty() {
        return pattern.to_owned();
    }
    let folder = escaped(folder);
    match pattern.strip_prefix('/') {
        Some(pattern) => format!("/{folder}/{pattern}"),
        None if pattern.contains('/') => format!("/{folder}/{pattern}"),
        None => format!("/{folder}/**/{pattern}"),
    }
}

/// A pattern that matches only this path.
pub fn escaped(path: &str) -> String {
    let special = |c: char| "*?[]\\".contains(c);
    path.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

/// A part of a path matched by a regular expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Char(char),
    One,
    Some,
    Any,
}

/// The patterns that are together equivalent to a `path_regex`; `None` if that is impossible.
fn globs(regex: &str) -> Option<Vec<String>> {
    if regex.chars().any(char::is_control) {
        return None;
    }
    let mut reader = PatternParser { rest: regex };
    let mut found: Vec<String> = Vec::new();
    for (mut parts, starts, ends) in reader.alternatives()? {
        if !starts {
            parts.insert(0, Part::Any);
        }
        if !ends && !ends_like_a_store(&parts) {
            parts.push(Part::Any);
        }
        for glob in rendered(&parts)? {
            if !found.contains(&glob) {
                found.push(glob);
            }
        }
    }
    (!found.is_empty() && found.len() <= MOST).then_some(found)
}

fn ends_like_a_store(parts: &[Part]) -> bool {
    let ending = |ending: &str| {
        let chars: Vec<Part> = ending.chars().map(Part::Char).collect();
        parts.ends_with(&chars)
    };
    ENDINGS.iter().any(|each| ending(each))
}

/// Reads the part of the syntax that git patterns can express.
struct PatternParser<'r> {
    rest: &'r str,
}

type Alternative = (Vec<Part>, bool, bool);

impl PatternParser<'_> {
    /// The top-level alternatives: the parts, and whether each is anchored at start and end.
    fn alternatives(&mut self) -> Option<Vec<Alternative>> {
        let mut all = Vec::new();
        loop {
            let starts = self.eat("^") || self.eat("\\A");
            let sequences = self.sequence()?;
            let ends = self.eat("$") || self.eat("\\z");
            all.extend(sequences.into_iter().map(|parts| (parts, starts, ends)));
            if self.rest.is_empty() {
                return (all.len() <= MOST).then_some(all);
            }
            if !self.eat("|") {
                return None;
            }
        }
    }

    /// Reads up to a bar, a closing bracket, or the end, in every possible way.
    fn sequence(&mut self) -> Option<Vec<Vec<Part>>> {
        let mut ways: Vec<Vec<Part>> = vec![Vec::new()];
        while let Some(next) = self.rest.chars().next().filter(|next| !"|)$".contains(*next)) {
            if self.rest == "\\z" {
                break;
            }
            let choices = self.atom(next)?;
            ways = ways
                .iter()
                .flat_map(|way| choices.iter().map(move |choice| [way.as_slice(), choice.as_slice()].concat()))
                .collect();
            if ways.len() > MOST {
                return None;
            }
        }
        Some(ways)
    }

    fn atom(&mut self, next: char) -> Option<Vec<Vec<Part>>> {
        let (single, repeated) = match next {
            '.' => {
                self.rest = &self.rest[1..];
                (Part::One, Some(Part::Any))
            }
            '[' => {
                self.eat("[^/]").then_some(())?;
                (Part::One, Some(Part::Some))
            }
            '(' => return self.group(),
            '\\' => {
                let escaped = self.rest[1..].chars().next().filter(char::is_ascii_punctuation)?;
                self.rest = &self.rest[1 + escaped.len_utf8()..];
                (Part::Char(escaped), None)
            }
            '*' | '+' | '?' | '{' | '^' => return None,
            other => {
                self.rest = &self.rest[other.len_utf8()..];
                (Part::Char(other), None)
            }
        };
        if self.eat("?") {
            return Some(vec![vec![single], Vec::new()]);
        }
        let Some(times) = self.rest.chars().next().filter(|times| "*+{".contains(*times)) else {
            return Some(vec![vec![single]]);
        };
        let repeated = repeated.filter(|_| times != '{')?;
        self.rest = &self.rest[1..];
        // Lazy matching makes no difference.
        self.eat("?");
        Some(vec![vec![repeated]])
    }

    fn group(&mut self) -> Option<Vec<Vec<Part>>> {
        self.rest = &self.rest[1..];
        if !self.eat("?:") && self.rest.starts_with('?') {
            return None;
        }
        let mut choices = self.sequence()?;
        while self.eat("|") {
            choices.extend(self.sequence()?);
        }
        self.eat(")").then_some(())?;
        if self.eat("?") {
            choices.push(Vec::new());
        } else if self.rest.starts_with(['*', '+', '{']) {
            return None;
        }
        (choices.len() <= MOST).then_some(choices)
    }

    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

/// The patterns for a sequence of parts. What may contain slashes is within a folder, or spans some.
fn rendered(parts: &[Part]) -> Option<Vec<String>> {
    let mut ways = vec![String::from("/")];
    let mut at = 0;
    while at < parts.len() {
        let add = |ways: &mut Vec<String>, text: &str| ways.iter_mut().for_each(|way| way.push_str(text));
        match parts[at] {
            Part::Char(c) => add(&mut ways, &escaped(&c.to_string())),
            Part::One => add(&mut ways, "?"),
            Part::Some => add(&mut ways, "*"),
            Part::Any => {
                while matches!(parts.get(at + 1), Some(Part::Any | Part::Some)) {
                    at += 1;
                }
                let next = parts.get(at + 1);
                let mut all = Vec::new();
                for way in &ways {
                    let begins = way.ends_with('/');
                    let ends = matches!(next, Some(Part::Char('/')));
                    let choices: &[&str] = match (begins, next.is_none(), ends) {
                        (true, true, _) => &["**"],
                        (false, true, _) => &["*", "*/**"],
                        (_, _, true) => &["*/**"],
                        (true, ..) => &["**/*"],
                        (false, ..) => &["*", "*/**/*"],
                    };
                    all.extend(choices.iter().map(|choice| format!("{way}{choice}")));
                }
                ways = all;
                if ways.len() > MOST {
                    return None;
                }
            }
        }
        at += 1;
    }
    Some(ways.iter().map(|way| simple(way)).collect())
}

/// `/**/NAME` is the same as `NAME`, since a pattern without a slash matches in every folder.
fn simple(pattern: &str) -> String {
    let pattern = pattern.replace("**/**/", "**/");
    match pattern.strip_prefix("/**/") {
        Some(name) if !name.contains('/') => name.to_owned(),
        Some(name) => format!("**/{name}"),
        None => pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressible_patterns_are_translated() {
        for (regex, expected) in [
            (r"\.yaml$", Some(&["*.yaml"][..])),
            (r"\.ya?ml$", Some(&["*.yaml", "*.yml"])),
            (r"^galactica\.yaml$", Some(&["/galactica.yaml"])),
            (r"^secrets/.*\.yaml$", Some(&["/secrets/**/*.yaml"])),
            (r"^secrets/[^/]+\.(yaml|json)$", Some(&["/secrets/*.yaml", "/secrets/*.json"])),
            (r"secrets/[^/]+\.yaml$", Some(&["**/*secrets/*.yaml"])),
            (r"secrets/[^/]+\.yaml", Some(&["**/*secrets/*.yaml"])),
            (r"^hosts/[^/]*/secrets\.yaml$", Some(&["/hosts/*/secrets.yaml"])),
            (r"^secrets/.*", Some(&["/secrets/**"])),
            (r"^secrets/", Some(&["/secrets/**"])),
            (r"^a/.*/b\.env$|^c\.ini$", Some(&["/a/*/**/b.env", "/c.ini"])),
            (r"^a/x.*\.json$", Some(&["/a/x*.json", "/a/x*/**/*.json"])),
            (r"^[a-z]+\.yaml$", None),
            (r"(?i)x", None),
            ("a\n* -diff", None),
            (r"^a[*]$", None),
            (r"^a\*$", Some(&[r"/a\*"])),
            (r"", Some(&["/**"])),
        ] {
            let found = globs(regex);
            let expected: Option<Vec<String>> =
                expected.map(|globs| globs.iter().map(|glob| (*glob).to_owned()).collect());
            assert_eq!(found, expected, "{regex}");
        }
        assert_eq!(within("sub", "*.yaml"), "/sub/**/*.yaml");
        assert_eq!(within("sub", "**/*x/*.yaml"), "/sub/**/*x/*.yaml");
    }

    #[test]
    fn patterns_cover_what_the_expressions_match() {
        let paths = [
            "a.yaml",
            "a.yml",
            "secrets/a.yaml",
            "secrets/b/a.yaml",
            "x/secrets/a.yaml",
            "mysecrets/a.json",
            "secrets/a.yaml.txt",
            "hosts/g/secrets.yaml",
            "hosts/secrets.yaml",
            "hosts/g/x/secrets.yaml",
            "a/xy.json",
            "a/xy/z.json",
            "a/x/b.env",
            "a/b.env",
            "ba/x/b.env",
        ];
        for regex in [
            r"\.yaml$",
            r"\.ya?ml$",
            r"^secrets/.*\.yaml$",
            r"^secrets/[^/]+\.(yaml|json)$",
            r"secrets/[^/]+\.(yaml|json)$",
            r"^hosts/[^/]*/secrets\.yaml$",
            r"^secrets/",
            r"secrets/",
            r"^a/.*/b\.env$",
            r"a/.*/b\.env$",
            r"^a/x.*\.json$",
            r"/secrets.*\.yaml$",
        ] {
            let compiled = regex::Regex::new(regex).expect("a pattern");
            let globs = globs(regex).expect("expressed");
            for path in paths {
                let covered = globs.iter().any(|glob| covers(glob, path));
                assert_eq!(covered, compiled.is_match(path), "{regex} {path} {globs:?}");
            }
        }
    }
}
