//! Explanations of the rules: a single rule, a list of all, and the reference in Markdown.

use super::{Lint, Severity, registry};

/// The output of `agepatch explain RULE`, with lines of at most `width` characters.
pub fn lint(lint: &Lint, width: usize) -> String {
    let mut text = format!("{}\n{}\n\n", lint.id, wrap(&sentence(lint.summary), width));
    for paragraph in lint.explanation.split("\n\n") {
        text += &wrap(paragraph, width);
        text += "\n\n";
    }
    text += &format!("For example:\n\n{}\n\n", indent(lint.example));
    text += &format!("To fix it:\n\n{}\n\n", wrap(lint.fix, width));
    text += &format!("Option: {}\n{}\n", lint.option, origin(lint));
    text
}

/// The output of `agepatch explain`: one line for each rule, or two if one of them would be longer than `width`.
pub fn list(width: usize) -> String {
    let widest = registry::all().map(|lint| lint.id.len()).max().unwrap_or(0);
    let one = |lint: &Lint| format!("{:widest$}  {:7}  {}\n", lint.id, lint.severity.name(), lint.summary);
    let two = |lint: &Lint| {
        let summary = wrap(lint.summary, width.saturating_sub(4)).replace('\n', "\n    ");
        format!("{} ({})\n    {summary}\n", lint.id, lint.severity.name())
    };
    let fits = |line: &String| line.chars().count() <= width;
    let lines: Vec<String> = registry::all().map(one).collect();
    if lines.iter().all(fits) { lines.concat() } else { registry::all().map(two).collect() }
}

/// The text of `docs/rules.md`.
pub fn markdown() -> String {
    let mut text = String::from(
        "# Rules\n\nWhat `agepatch check` looks for. Errors and warnings are what Authelia itself would report about the same \
         configuration; advice is agepatch's own. `agepatch explain RULE` shows one of them in the terminal.\n\n\
         This page is generated from the rules: `UPDATE_DOCS=1 cargo test --test suite rules_reference`.\n\n\
         | rule | severity | summary |\n|---|---|---|\n",
    );
    for lint in registry::all() {
        text += &format!("| [`{0}`](#{0}) | {1} | {2} |\n", lint.id, lint.severity.name(), lint.summary);
    }
    for lint in registry::all() {
        text += &format!("\n## {}\n\n{}\n\n", lint.id, sentence(lint.summary));
        text += &format!("Option `{}`. {}\n\n", lint.option, origin(lint));
        text += &format!("{}\n\n```yaml\n{}\n```\n\n{}\n", lint.explanation, lint.example, lint.fix);
    }
    text
}

fn origin(lint: &Lint) -> String {
    match lint.severity {
        Severity::Error => format!("An error: Authelia {} and later do not start with it.", lint.since),
        Severity::Warning => format!("A warning: Authelia {} and later start, with a warning.", lint.since),
        Severity::Advice => "Advice from agepatch: Authelia accepts it silently.".to_owned(),
    }
}

fn sentence(text: &str) -> String {
    format!("{}.", capital(text))
}

/// Starts the text with a capital letter, unless it starts with code.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

/// Breaks lines between words, but not inside code.
fn wrap(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in words(text) {
        let line =
            lines.last_mut().filter(|line| line.is_empty() || line.chars().count() + 1 + word.chars().count() <= width);
        match line {
            Some(line) if line.is_empty() => line.push_str(&word),
            Some(line) => {
                line.push(' ');
                line.push_str(&word);
            }
            None => lines.push(word),
        }
    }
    lines.join("\n")
}

fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut in_code = false;
    for word in text.split_whitespace() {
        match words.last_mut().filter(|_| in_code) {
            Some(last) => *last = format!("{last} {word}"),
            None => words.push(word.to_owned()),
        }
        in_code ^= word.matches('`').count() % 2 == 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_but_not_in_code() {
        for (text, width, expected) in [
            ("a bb ccc", 4, "a bb\nccc"),
            ("a bb ccc", 8, "a bb ccc"),
            ("use `a b c` and `d e` then", 5, "use\n`a b c`\nand\n`d e`\nthen"),
            ("`a` `b c` d e", 3, "`a`\n`b c`\nd e"),
            ("``x y`` z", 1, "``x\ny``\nz"),
            ("", 5, ""),
        ] {
            assert_eq!(wrap(text, width), expected, "{text}");
        }
    }
}
