//! Checking takes time in proportion to the number of clients.

use agepatch::check::{self, Options, Source};
use agepatch::document::Format;
use agepatch::shown::Shown;

mod fragment;

fn main() {
    divan::main();
}

#[divan::bench(args = [100, 1_000, 10_000])]
fn check_clients(bencher: divan::Bencher<'_, '_>, clients: usize) {
    let text = fragment::authelia(clients);
    let document = check::parse(text.as_bytes(), Format::Yaml).expect("it parses");
    let sources = [Source::new(Shown::fixed("bench.yml"), Ok(&document))];
    bencher.bench(|| check::run(&sources, &Options::default()));
}
