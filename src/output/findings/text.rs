//! Prints findings for people: the message, the redacted line with a mark below the place, and what to do.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::check::{Finding, Severity};
use crate::shown;
use crate::shown::Shown;

/// Returns the redacted text of a line and the column in it, given line and column (both one-based).
pub type Lines<'a> = dyn Fn(&Shown, usize, usize) -> Option<(Shown, usize)> + 'a;

/// Formats the findings, followed by a line with their count.
pub fn text(findings: &[Finding], lines: &Lines<'_>, color: bool) -> Shown {
    let mut out = Shown::default();
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    for finding in findings {
        out.push_line(&one(finding, lines, &renderer));
        out.push_line(&Shown::default());
    }
    out.push_line(&summary(findings));
    out
}

#[expect(clippy::disallowed_methods, reason = "colors around text that was escaped before")]
fn one(finding: &Finding, lines: &Lines<'_>, renderer: &Renderer) -> Shown {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Advice => Level::NOTE.with_name("advice"),
    };
    let title = format!("{}: {}", finding.path, finding.message);
    let mut group = Group::with_title(level.primary_title(title).id(finding.rule));
    let line = finding.line.and_then(|(line, column)| Some((line, lines(&finding.file, line, column)?)));
    if let Some((number, (line, column))) = &line {
        let span = mark(line.as_str(), *column, finding);
        group = group.element(
            Snippet::source(line.as_str())
                .line_start(*number)
                .path(finding.file.as_str())
                .annotation(AnnotationKind::Primary.span(span)),
        );
    } else {
        let file = Origin::path(finding.file.as_str());
        group = group.element(match finding.line {
            Some((line, column)) => file.line(line).char_column(column),
            None => file,
        });
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    // All parts are shown text.
    Shown::exact(renderer.render(&[group]))
}

/// The bytes of the line to mark: from the column to the end of the value, or of the line.
fn mark(line: &str, column: usize, finding: &Finding) -> std::ops::Range<usize> {
    let start = line.char_indices().nth(column - 1).map_or(line.len(), |(at, _)| at);
    let length = finding.span.as_ref().map_or(1, ExactSizeIterator::len).max(1);
    let rest = line[start..].trim_end();
    let end = rest.char_indices().nth(length).map_or(rest.len(), |(at, _)| at);
    start..(start + end).max(start)
}

/// `2 errors, 1 warning`
fn summary(findings: &[Finding]) -> Shown {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let part = |severity, one: &'static str, more: &'static str| match count(severity) {
        0 => None,
        1 => Some(shown!("1 {}", one)),
        many => Some(shown!("{} {}", many, more)),
    };
    let parts: Vec<Shown> = [
        part(Severity::Error, "error", "errors"),
        part(Severity::Warning, "warning", "warnings"),
        part(Severity::Advice, "piece of advice", "pieces of advice"),
    ]
    .into_iter()
    .flatten()
    .collect();
    match parts.is_empty() {
        true => Shown::fixed("nothing to report"),
        false => Shown::join(&parts, ", "),
    }
}
