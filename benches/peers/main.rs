//! Compares agepatch with other programs for the same work, on the same files, interleaved.
//!
//! `cargo bench --bench peers` races the programs that it finds; `-- --install` first installs what is available from
//! Go and Debian (into `target/peers`), `-- --write` puts the tables into `docs/performance.md`, `-- --runs N` and `--
//! --only PART` shorten it. Missing programs are listed and left out.

#[path = "../commits/mod.rs"]
mod commits;
mod damage;
mod documents;
mod durability;
mod edit;
mod fleet;
mod footprint;
mod history;
mod race;
mod sops;
mod stage;
mod tables;
mod tools;
mod versions;

use std::error::Error;
use std::path::Path;

use durability::Storage;
use tables::Tables;
use tools::Tools;

/// An error ends the run.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What the command line says.
struct Options {
    runs: usize,
    only: Option<String>,
    install: bool,
    write: bool,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, command @ ..] = arguments.as_slice()
        && flag == footprint::FLAG
    {
        return footprint::measure(command);
    }
    // Cargo also runs every bench in its test mode, with its own arguments.
    if arguments.iter().any(|argument| argument == "--test" || argument == "--list") {
        return Ok(());
    }
    let options = read(&arguments)?;
    if options.install {
        tools::install();
    }
    let tools = Tools::find();
    let mut tables = Tables::begin(&tools, options.runs);
    let wanted = |part: &str| options.only.as_deref().is_none_or(|only| only == part);
    for storage in [Storage::memory(), Some(Storage::Disk)].into_iter().flatten() {
        for clients in [40, 1_000, 10_000] {
            if wanted("edit") {
                edit::race(&tools, storage, clients, options.runs, &mut tables)?;
            }
        }
        for values in [80, 10_000] {
            if wanted("sops") {
                sops::race(&tools, storage, values, options.runs, &mut tables)?;
            }
        }
        if wanted("fleet") {
            fleet::race(&tools, storage, options.runs, &mut tables)?;
        }
    }
    if wanted("diff") {
        versions::race(&tools, options.runs, &mut tables)?;
    }
    if wanted("commit") {
        history::race(options.runs, &mut tables)?;
    }
    if wanted("footprint") {
        footprint::report(options.runs, &mut tables)?;
    }
    tables.finish(options.write.then_some(Path::new("docs/performance.md")))
}

fn read(arguments: &[String]) -> Result<Options> {
    let mut options = Options { runs: 15, only: None, install: false, write: false };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} takes a value"));
        match word.as_str() {
            "--runs" => options.runs = value()?.parse()?,
            "--only" => options.only = Some(value()?.clone()),
            "--install" => options.install = true,
            "--write" => options.write = true,
            "--bench" => {}
            other => return Err(format!("unknown argument {other}: --runs N, --only PART, --install, --write").into()),
        }
    }
    Ok(options)
}
