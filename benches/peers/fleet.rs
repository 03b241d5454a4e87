//! Many files at once: re-encrypting all of them, and checking all of them.

use std::path::PathBuf;

use crate::Result;
use crate::documents;
use crate::durability::Storage;
use crate::edit::AGEPATCH;
use crate::race::{self, Route};
use crate::stage::{Stage, finish};
use crate::tables::Tables;
use crate::tools::Tools;

const REKEYED: usize = 100;
const LOOKED_AT: usize = 1_000;

/// Races rekeying, and (only once, since nothing is written) the check of every file.
pub(crate) fn race(tools: &Tools, storage: Storage, runs: usize, tables: &mut Tables) -> Result<()> {
    rekey(tools, storage, runs, tables)?;
    if storage == Storage::Disk { Ok(()) } else { doctor(runs, tables) }
}

/// A stage with this many small files.
fn stage(storage: Storage, files: usize) -> Result<(Stage, Vec<String>)> {
    let stage = Stage::new(storage)?;
    let names: Vec<String> = (0..files).map(|index| format!("secret-{index}.age")).collect();
    stage.rules(&names)?;
    for name in &names {
        // Each has its own file key, like files created one by one.
        stage.seal(name, &documents::fragment(3))?;
    }
    Ok((stage, names))
}

fn rekey(tools: &Tools, storage: Storage, runs: usize, tables: &mut Tables) -> Result<()> {
    let (stage, names) = stage(storage, REKEYED)?;
    let files: Vec<PathBuf> = names.iter().map(|name| stage.repo().join(name)).collect();
    let identity = stage.identity();
    let hold = |_| match stage.open("secret-99.age")? == documents::fragment(3) {
        true => Ok(()),
        false => Err("the text is not what it was".into()),
    };
    let recipients: Vec<String> = stage.recipients().iter().map(|word| format!("'{word}'")).collect();
    let line = format!(
        "for file in *.age; do age -d -i {} \"$file\" > ../tmp/plain && age {} -o \"$file\" ../tmp/plain || exit 1; done",
        identity.display(),
        recipients.join(" ")
    );
    let settled = || storage.settle(&files).map_err(Into::into);
    let mut routes = vec![
        Route {
            name: "a loop of age -d, age".into(),
            run: Box::new(|_| stage.shell(&line).and_then(|_| settled())),
            verify: Box::new(hold),
        },
        Route {
            name: "agepatch rekey --all".into(),
            run: Box::new(|_| stage.run(AGEPATCH, &["rekey", "--all"]).map(drop)),
            verify: Box::new(hold),
        },
    ];
    for (name, flag) in [("agenix", "-r"), ("ragenix", "--rekey")] {
        if tools.have(&[name, "nix-instantiate"]) {
            let stage = &stage;
            let run = move |_| finish(stage.command(name).arg(flag).env("EDITOR", ":")).and_then(|_| settled());
            routes.push(Route { name: format!("{name} {flag}"), run: Box::new(run), verify: Box::new(hold) });
        }
    }
    let timings = race::interleaved(routes, runs)?;
    tables.race(&format!("Rekey of {REKEYED} files, {}", storage.name()), &timings, &[])
}

fn doctor(runs: usize, tables: &mut Tables) -> Result<()> {
    let (stage, _) = stage(Storage::Memory, LOOKED_AT)?;
    let identity = stage.identity();
    let line = format!("for file in *.age; do age -d -i {} \"$file\" > /dev/null || exit 1; done", identity.display());
    let nothing = |_| Ok(());
    let routes = vec![
        Route {
            name: "a loop of age -d (tells only what decrypts)".into(),
            run: Box::new(|_| stage.shell(&line).map(drop)),
            verify: Box::new(nothing),
        },
        Route {
            name: "agepatch doctor".into(),
            run: Box::new(|_| stage.run(AGEPATCH, &["doctor"]).map(drop)),
            verify: Box::new(nothing),
        },
        Route {
            name: "agepatch doctor --no-decrypt".into(),
            run: Box::new(|_| stage.run(AGEPATCH, &["doctor", "--no-decrypt"]).map(drop)),
            verify: Box::new(nothing),
        },
    ];
    let timings = race::interleaved(routes, runs)?;
    tables.race(&format!("A look at {LOOKED_AT} files, {}", Storage::Memory.name()), &timings, &[])
}
