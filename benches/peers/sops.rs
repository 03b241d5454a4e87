//! One value set in one sops file, by agepatch and by sops.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use crate::Result;
use crate::documents::VALUES;
use crate::durability::Storage;
use crate::edit::AGEPATCH;
use crate::race::{self, Route};
use crate::stage::{Stage, finish};
use crate::tables::Tables;
use crate::tools::Tools;

/// How many values each map of the file has.
const VALUES_PER_MAP: usize = 10;

/// Races the two over a file with this many values. sops is the baseline.
pub(crate) fn race(tools: &Tools, storage: Storage, values: usize, runs: usize, tables: &mut Tables) -> Result<()> {
    if !tools.have(&["sops", "age"]) {
        return Ok(());
    }
    let stage = &Stage::new(storage)?;
    let key = stage.scratch("../home/sops.txt");
    finish(stage.command("age-keygen").arg("-o").arg(&key))?;
    let recipient = finish(stage.command("age-keygen").arg("-y").arg(&key))?;
    fs::write(stage.repo().join(".sops.yaml"), format!("creation_rules:\n  - age: {}\n", recipient.trim()))?;
    let (original, map) = (text(values), values / VALUES_PER_MAP / 2);
    for name in ["sops.yaml", "agepatch.yaml"] {
        fs::write(stage.repo().join(name), &original)?;
        stage.run("sops", &["encrypt", "-i", name])?;
    }
    let work = Work { stage, storage, original: &original, map };
    let place = format!("[\"map-{map}\"][\"value-3\"]");
    let by_sops = work.route("sops set", "sops.yaml", |value| {
        stage_run(stage, "sops", &["set", "sops.yaml", &place, &format!("\"{value}\"")])
    });
    let path = format!("map-{map}.value-3");
    let by_agepatch = work.route("agepatch set", "agepatch.yaml", |value| {
        stage_run(stage, AGEPATCH, &["set", "--public", "agepatch.yaml", &path, value])
    });
    let timings = race::interleaved(vec![by_sops, by_agepatch], runs)?;
    let title = format!("One value set in a sops file with {values} values, {}", storage.name());
    tables.race(&title, &timings, &[])
}

fn stage_run(stage: &Stage, program: &str, arguments: &[&str]) -> Result<()> {
    stage.run(program, arguments).map(drop)
}

/// A map of maps.
fn text(values: usize) -> String {
    let mut text = String::new();
    for index in 0..values {
        if index % VALUES_PER_MAP == 0 {
            let _ = writeln!(text, "map-{}:", index / VALUES_PER_MAP);
        }
        let _ = writeln!(text, "    value-{}: a value of this file, number {index}", index % VALUES_PER_MAP);
    }
    text
}

struct Work<'a> {
    stage: &'a Stage,
    storage: Storage,
    original: &'a str,
    map: usize,
}

impl Work<'_> {
    fn route<'a>(&'a self, name: &'static str, file: &'static str, set: impl Fn(&str) -> Result<()> + 'a) -> Route<'a> {
        let path: PathBuf = self.stage.repo().join(file);
        let syncs = name.starts_with("agepatch");
        Route {
            name: name.to_owned(),
            run: Box::new(move |round| {
                set(VALUES[round % 2])?;
                if !syncs {
                    self.storage.settle(std::slice::from_ref(&path))?;
                }
                Ok(())
            }),
            verify: Box::new(move |round| {
                let old = format!("number {}\n", self.map * VALUES_PER_MAP + 3);
                let line = format!("    value-3: a value of this file, {old}");
                let expected = self.original.replace(&line, &format!("    value-3: {}\n", VALUES[round % 2]));
                match self.stage.run("sops", &["decrypt", file])? == expected {
                    true => Ok(()),
                    false => Err("sops decrypts another text".into()),
                }
            }),
        }
    }
}
