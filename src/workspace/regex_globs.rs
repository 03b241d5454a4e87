//! Translates regular expressions for paths to git's patterns, as far as these can express them.

use super::glob::escaped;

/// The maximum number of patterns for one `path_regex`.
const MOST: usize = 32;

/// Extensions that end a `path_regex` without `$`, as its author most likely intended.
const ENDINGS: [&str; 5] = [".yaml", ".yml", ".json", ".env", ".ini"];

/// A part of a path matched by a regular expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GlobPart {
    Char(char),
    One,
    Some,
    Any,
}

/// The patterns that are together equivalent to a `path_regex`; `None` if that is impossible.
pub(super) fn globs(regex: &str) -> Option<Vec<String>> {
    if regex.chars().any(char::is_control) {
        return None;
    }
    let mut parser = PatternParser { rest: regex };
    let mut found: Vec<String> = Vec::new();
    for (mut parts, starts, ends) in parser.alternatives()? {
        if !starts {
            parts.insert(0, GlobPart::Any);
        }
        if !ends && !ends_like_a_store(&parts) {
            parts.push(GlobPart::Any);
        }
        for glob in rendered(&parts)? {
            if !found.contains(&glob) {
                found.push(glob);
            }
        }
    }
    (!found.is_empty() && found.len() <= MOST).then_some(found)
}

fn ends_like_a_store(parts: &[GlobPart]) -> bool {
    let ending = |ending: &str| {
        let chars: Vec<GlobPart> = ending.chars().map(GlobPart::Char).collect();
        parts.ends_with(&chars)
    };
    ENDINGS.iter().any(|each| ending(each))
}

/// Reads the part of the syntax that git patterns can express.
struct PatternParser<'r> {
    rest: &'r str,
}

type Alternative = (Vec<GlobPart>, bool, bool);

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
    fn sequence(&mut self) -> Option<Vec<Vec<GlobPart>>> {
        let mut ways: Vec<Vec<GlobPart>> = vec![Vec::new()];
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

    fn atom(&mut self, next: char) -> Option<Vec<Vec<GlobPart>>> {
        let (single, repeated) = match next {
            '.' => {
                self.rest = &self.rest[1..];
                (GlobPart::One, Some(GlobPart::Any))
            }
            '[' => {
                self.eat("[^/]").then_some(())?;
                (GlobPart::One, Some(GlobPart::Some))
            }
            '(' => return self.group(),
            '\\' => {
                let escaped = self.rest[1..].chars().next().filter(char::is_ascii_punctuation)?;
                self.rest = &self.rest[1 + escaped.len_utf8()..];
                (GlobPart::Char(escaped), None)
            }
            '*' | '+' | '?' | '{' | '^' => return None,
            other => {
                self.rest = &self.rest[other.len_utf8()..];
                (GlobPart::Char(other), None)
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

    fn group(&mut self) -> Option<Vec<Vec<GlobPart>>> {
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
fn rendered(parts: &[GlobPart]) -> Option<Vec<String>> {
    let mut ways = vec![String::from("/")];
    let mut at = 0;
    while at < parts.len() {
        let add = |ways: &mut Vec<String>, text: &str| ways.iter_mut().for_each(|way| way.push_str(text));
        match parts[at] {
            GlobPart::Char(c) => add(&mut ways, &escaped(&c.to_string())),
            GlobPart::One => add(&mut ways, "?"),
            GlobPart::Some => add(&mut ways, "*"),
            GlobPart::Any => {
                while matches!(parts.get(at + 1), Some(GlobPart::Any | GlobPart::Some)) {
                    at += 1;
                }
                let next = parts.get(at + 1);
                let mut all = Vec::new();
                for way in &ways {
                    let begins = way.ends_with('/');
                    let ends = matches!(next, Some(GlobPart::Char('/')));
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
pub(super) fn simple(pattern: &str) -> String {
    let pattern = pattern.replace("**/**/", "**/");
    match pattern.strip_prefix("/**/") {
        Some(name) if !name.contains('/') => name.to_owned(),
        Some(name) => format!("**/{name}"),
        None => pattern,
    }
}
