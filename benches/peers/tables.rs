//! The tables in the documentation.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::Result;
use crate::damage::Damage;
use crate::race::Timing;
use crate::tools::Tools;

const BEGIN: &str = "<!-- peers: begin -->\n";
const END: &str = "<!-- peers: end -->\n";

/// The results so far, which are printed immediately, since a complete run takes long.
pub(crate) struct Tables {
    text: String,
}

impl Tables {
    /// Lists the programs that take part.
    pub(crate) fn begin(tools: &Tools, runs: usize) -> Self {
        let mut tables = Self { text: String::new() };
        let found: Vec<String> = tools.found().iter().map(|(name, version)| format!("{name} ({version})")).collect();
        tables.line(&format!("Medians of {runs} interleaved runs. Found: {}.", found.join(", ")));
        if !tools.missing().is_empty() {
            tables.line(&format!("Missing, and left out: {}.", tools.missing().join(", ")));
        }
        tables
    }

    /// A paragraph.
    pub(crate) fn line(&mut self, line: &str) {
        self.add(&format!("{line}\n\n"));
    }

    /// A race; the first route is the baseline.
    pub(crate) fn race(&mut self, title: &str, timings: &[Timing], damages: &[(String, Damage)]) -> Result<()> {
        let Some(floor) = timings.first().map(|timing| timing.median.as_secs_f64()) else { return Ok(()) };
        let mut table = format!("#### {title}\n| route | ms | ratio |");
        table += if damages.is_empty() {
            "\n|---|---|---|\n"
        } else {
            " other bytes changed | comments lost |\n|---|---|---|---|---|\n"
        };
        let damage = |name: &str| damages.iter().find(|(route, _)| route == name).map(|(_, damage)| *damage);
        for timing in timings {
            let took = timing.median.as_secs_f64();
            write!(table, "| {} | {:.1} | {:.2} |", timing.name.replace('|', "\\|"), took * 1e3, took / floor)?;
            table += &columns(damage(&timing.name), damages.is_empty());
        }
        for (name, damage) in damages.iter().filter(|(name, _)| !timings.iter().any(|timing| timing.name == *name)) {
            write!(table, "| {name} | | |{}", columns(Some(*damage), false))?;
        }
        self.add(&format!("{table}\n"));
        Ok(())
    }

    fn add(&mut self, text: &str) {
        self.text += text;
        // Ignore a closed pipe.
        let _ = std::io::stdout().write_all(text.as_bytes());
    }

    /// Writes everything to the page, between its marks.
    pub(crate) fn finish(self, page: Option<&Path>) -> Result<()> {
        let Some(page) = page else { return Ok(()) };
        let old = fs::read_to_string(page)?;
        let (Some(begin), Some(end)) = (old.find(BEGIN), old.find(END)) else {
            return Err(format!("{} has no marks {} and {}", page.display(), BEGIN.trim(), END.trim()).into());
        };
        fs::write(page, format!("{}{BEGIN}\n{}{}", &old[..begin], self.text, &old[end..]))?;
        Ok(())
    }
}

fn columns(damage: Option<Damage>, none: bool) -> String {
    match damage {
        _ if none => "\n".to_owned(),
        Some(damage) => format!(" {} | {} |\n", damage.bytes, damage.comments),
        None => " | |\n".to_owned(),
    }
}
