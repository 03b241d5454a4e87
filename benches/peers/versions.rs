//! What changed between two commits of an encrypted file.

use crate::Result;
use crate::documents::{self, VALUES};
use crate::durability::Storage;
use crate::edit::AGEPATCH;
use crate::race::{self, Route};
use crate::stage::Stage;
use crate::tables::Tables;
use crate::tools::Tools;

/// Races the routes to a readable difference of a small and of a large file.
pub(crate) fn race(tools: &Tools, runs: usize, tables: &mut Tables) -> Result<()> {
    [40, 1_000].into_iter().try_for_each(|clients| of_clients(clients, tools, runs, tables))
}

fn of_clients(clients: usize, tools: &Tools, runs: usize, tables: &mut Tables) -> Result<()> {
    let storage = Storage::memory().unwrap_or(Storage::Disk);
    let stage = Stage::new(storage)?;
    let original = documents::fragment(clients);
    stage.rules(&["oidc.age".to_owned()])?;
    stage.shell("git init -q . && git config user.name A && git config user.email a@example.com")?;
    for text in [original.clone(), documents::edited(&original, clients / 2, VALUES[0])] {
        stage.seal("oidc.age", &text)?;
        stage.shell("git add . && git commit -q -m change")?;
    }
    let says = |text: &str| match text.contains(VALUES[0]) && text.contains(VALUES[1]) {
        true => Ok(()),
        false => Err("the difference was not told".into()),
    };
    let identity = stage.identity();
    let both = format!(
        "git show HEAD~1:oidc.age | age -d -i {key} > ../tmp/old.yml && git show HEAD:oidc.age | age -d -i {key} > ../tmp/new.yml",
        key = identity.display()
    );
    let route = |name: &str, line: String| {
        let stage = &stage;
        let run = move |_| says(&stage.shell(&line)?);
        Route { name: name.to_owned(), run: Box::new(run), verify: Box::new(|_| Ok(())) }
    };
    let silent = |name: &str, line: String| {
        let stage = &stage;
        let run = move |_| stage.shell(&line).map(drop);
        Route { name: name.to_owned(), run: Box::new(run), verify: Box::new(|_| Ok(())) }
    };
    let blobs = |program: &str| {
        let one = |revision: &str, to: &str| {
            format!(
                "git cat-file blob {revision}:oidc.age > ../tmp/{to}.age && {program} ../tmp/{to}.age > ../tmp/{to}.yml"
            )
        };
        format!("{} && {}", one("HEAD~1", "old"), one("HEAD", "new"))
    };
    let mut routes = vec![
        silent("git cat-file blob, age -d, twice", blobs(&format!("age -d -i {}", identity.display()))),
        route("git show | age -d twice, then diff", format!("{both} && ! diff ../tmp/old.yml ../tmp/new.yml")),
        silent("git cat-file blob, agepatch textconv, twice", blobs(&format!("{AGEPATCH} textconv"))),
    ];
    let run = |_| says(&stage.run(AGEPATCH, &["diff", "HEAD~1", "oidc.age"])?);
    routes.push(Route { name: "agepatch diff HEAD~1".into(), run: Box::new(run), verify: Box::new(|_| Ok(())) });
    if tools.have(&["dyff"]) {
        routes.push(route(
            "git show | age -d twice, then dyff",
            format!("{both} && dyff between ../tmp/old.yml ../tmp/new.yml"),
        ));
    }
    let timings = race::interleaved(routes, runs)?;
    tables.race(&format!("What changed between two commits, {clients} clients"), &timings, &[])
}
