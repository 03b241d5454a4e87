//! Start-up time, memory of an edit, and size of the program.

use std::fs;
use std::io::Write;
use std::process::Command;
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};

use crate::Result;
use crate::documents::{self, OPTION, VALUES};
use crate::durability::Storage;
use crate::edit::AGEPATCH;
use crate::race::{self, Route};
use crate::stage::{Stage, finish};
use crate::tables::Tables;

/// Runs this program again, as the parent of the process whose memory is measured.
pub(crate) const FLAG: &str = "--memory-of";

/// Runs the command and prints its peak memory in kibibytes.
pub(crate) fn measure(command: &[String]) -> Result<()> {
    let [program, arguments @ ..] = command else { return Err("no command".into()) };
    finish(Command::new(program).args(arguments))?;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    writeln!(std::io::stdout(), "{}", usage.max_rss())?;
    Ok(())
}

/// Measures, and reports.
pub(crate) fn report(runs: usize, tables: &mut Tables) -> Result<()> {
    let storage = Storage::memory().unwrap_or(Storage::Disk);
    let stage = Stage::new(storage)?;
    stage.rules(&["oidc.age".to_owned()])?;
    let route = |name: &str, program: &'static str| {
        let stage = &stage;
        let run = move |_| stage.run(program, &["--version"]).map(drop);
        Route { name: name.to_owned(), run: Box::new(run), verify: Box::new(|_| Ok(())) }
    };
    let timings = race::interleaved(vec![route("age --version", "age"), route("agepatch --version", AGEPATCH)], runs)?;
    let start = timings.last().map_or(Duration::ZERO, |timing| timing.median);
    tables.line(&format!(
        "Start-up: {:.1} ms. Size of the program: {:.1} MB.",
        start.as_secs_f64() * 1e3,
        megabytes(AGEPATCH)?
    ));
    for clients in [40, 1_000, 10_000] {
        let text = documents::fragment(clients);
        stage.seal("oidc.age", &text)?;
        let path = format!("identity_providers.oidc.clients[app-0].{OPTION}");
        let mut command = stage.command(std::env::current_exe()?);
        let printed = finish(command.args([FLAG, AGEPATCH, "set", "oidc.age", &path, VALUES[0]]))?;
        let kibibytes: f64 = printed.trim().parse()?;
        #[allow(clippy::cast_precision_loss)] // megabytes are far from where that begins
        let document = text.len() as f64 / 1e6;
        let memory = kibibytes * 1024.0 / 1e6;
        tables.line(&format!(
            "Memory of one edit in {clients} clients: {memory:.1} MB, {:.1} times the document of {document:.2} MB.",
            memory / document
        ));
    }
    Ok(())
}

fn megabytes(path: &str) -> Result<f64> {
    #[allow(clippy::cast_precision_loss)] // megabytes are far from where that begins
    Ok(fs::metadata(path)?.len() as f64 / 1e6)
}
