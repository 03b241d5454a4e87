//! `log` and `blame` take time in proportion to the commits that touched the file, not to those of the repository.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use commits::FILE;

mod commits;
mod fragment;

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 20)]
fn log(bencher: divan::Bencher<'_, '_>) {
    let house = house();
    bencher.bench_local(|| run(house.path(), &["log", FILE]));
}

#[divan::bench(sample_count = 20)]
fn log_of_a_value(bencher: divan::Bencher<'_, '_>) {
    let house = house();
    let path = "identity_providers.oidc.clients[client-7].client_name";
    bencher.bench_local(|| run(house.path(), &["log", FILE, path]));
}

#[divan::bench(sample_count = 20)]
fn blame(bencher: divan::Bencher<'_, '_>) {
    let house = house();
    bencher.bench_local(|| run(house.path(), &["blame", FILE]));
}

fn run(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_agepatch"));
    command.current_dir(folder).env("HOME", folder).env("GIT_CONFIG_GLOBAL", "/dev/null").args(arguments);
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A repository in which every version of the file renames one of its clients.
fn house() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    commits::create(folder.path(), folder.path(), &fragment::authelia(commits::CLIENTS), |text, number| {
        let client = number % commits::CLIENTS;
        text.replace(&format!("'Client {client}'"), &format!("'Client {client} of {number}'"))
    });
    folder
}
