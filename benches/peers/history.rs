//! An edit with its commit, and commands that read the repository, compared with doing the same by hand with git and
//! age.

use std::fs;

use crate::Result;
use crate::commits;
use crate::documents;
use crate::durability::Storage;
use crate::edit::AGEPATCH;
use crate::race::{self, Route};
use crate::stage::Stage;
use crate::tables::Tables;

/// The number of files for `status`.
const FILES: usize = 50;

/// Races committed edits, the history of a value, and the status.
pub(crate) fn race(runs: usize, tables: &mut Tables) -> Result<()> {
    committed(runs, tables)?;
    log(runs, tables)?;
    status(runs, tables)
}

fn route<'a>(name: &str, run: impl FnMut(usize) -> Result<()> + 'a) -> Route<'a> {
    Route { name: name.to_owned(), run: Box::new(run), verify: Box::new(|_| Ok(())) }
}

fn committed(runs: usize, tables: &mut Tables) -> Result<()> {
    let stage = stage(&["oidc.age".to_owned()], 40)?;
    let path = "identity_providers.oidc.clients[app-7].client_name";
    let set = |value: &str, more: &[&str]| stage.run(AGEPATCH, &[&["set", "oidc.age", path, value], more].concat());
    let by_hand = |round: usize| {
        set(&format!("Name {round} by hand"), &[])?;
        stage.run("git", &["commit", "--quiet", "--only", "-m", "fix: change a name", "--", "oidc.age"]).map(drop)
    };
    let routes = vec![
        route("agepatch set, then git commit --only", by_hand),
        route("agepatch set --commit", |round| set(&format!("Name {round}"), &["--commit"]).map(drop)),
    ];
    let timings = race::interleaved(routes, runs)?;
    tables.race("An edit in 40 clients and its commit, in memory", &timings, &[])
}

fn log(runs: usize, tables: &mut Tables) -> Result<()> {
    let stage = Stage::new(Storage::memory().unwrap_or(Storage::Disk))?;
    commits::create(&stage.repo(), &stage.home(), &documents::fragment(commits::CLIENTS), |text, number| {
        documents::edited(text, number % commits::CLIENTS, documents::VALUES[number / commits::CLIENTS % 2])
    });
    let path = format!("identity_providers.oidc.clients[app-7].{}", documents::OPTION);
    let routes = vec![
        route("git log --follow", |_| stage.run("git", &["log", "--follow", "--oneline", commits::FILE]).map(drop)),
        route("agepatch log FILE PATH", |_| stage.run(AGEPATCH, &["log", commits::FILE, &path]).map(drop)),
    ];
    let timings = race::interleaved(routes, runs)?;
    let title = format!("The history of a value: {} commits, {} of the file", commits::COMMITS, commits::TOUCHING);
    tables.race(&title, &timings, &[])
}

fn status(runs: usize, tables: &mut Tables) -> Result<()> {
    let names: Vec<String> = (0..FILES).map(|index| format!("secret-{index}.age")).collect();
    let stage = stage(&names, 3)?;
    let routes = vec![
        route("git status", |_| stage.run("git", &["status", "--short"]).map(drop)),
        route("agepatch", |_| stage.run(AGEPATCH, &[]).map(drop)),
    ];
    let timings = race::interleaved(routes, runs)?;
    tables.race(&format!("The status of {FILES} files"), &timings, &[])
}

/// A repository with one commit of these files, each with this many clients.
fn stage(names: &[String], clients: usize) -> Result<Stage> {
    let stage = Stage::new(Storage::memory().unwrap_or(Storage::Disk))?;
    stage.rules(names)?;
    for name in names {
        stage.seal(name, &documents::fragment(clients))?;
    }
    fs::write(stage.repo().join(".gitignore"), "result\n")?;
    stage.shell(
        "git init -q . && git config user.name A && git config user.email a@example.com && git add . && git commit -q -m begin",
    )?;
    Ok(stage)
}
