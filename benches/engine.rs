//! Reading, editing and comparing take time in proportion to the size of the document.

use agepatch::diff;
use agepatch::document::{Document, Edit, Format, Pointer, Value};
use agepatch::schema::Schema;

mod fragment;

fn main() {
    divan::main();
}

const CLIENTS: [usize; 3] = [10, 1_000, 10_000];

fn document(clients: usize) -> Document {
    Document::parse(fragment::authelia(clients).as_bytes(), Format::Yaml).expect("it parses")
}

/// Sets the auth method of a client.
fn edit(client: usize) -> Edit {
    let client = client.to_string();
    let path = ["identity_providers", "oidc", "clients", &client, "token_endpoint_auth_method"];
    Edit::Set { path: Pointer::new(path), value: Value::string("client_secret_post") }
}

/// The parser alone: what everything else is measured by.
#[divan::bench(args = CLIENTS)]
fn parser_events(bencher: divan::Bencher<'_, '_>, clients: usize) {
    let text = fragment::authelia(clients);
    bencher.bench(|| granit_parser::Parser::new_from_str(divan::black_box(&text)).flatten().count());
}

#[divan::bench(args = CLIENTS)]
fn parse(bencher: divan::Bencher<'_, '_>, clients: usize) {
    let text = fragment::authelia(clients);
    bencher.bench(|| Document::parse(divan::black_box(text.as_bytes()), Format::Yaml).expect("it parses"));
}

/// One `set`, and the verification of the whole.
#[divan::bench(args = CLIENTS)]
fn set_one(bencher: divan::Bencher<'_, '_>, clients: usize) {
    let document = document(clients);
    bencher.bench(|| {
        let mut session = document.edit();
        session.apply(&edit(clients / 2)).expect("it fits");
        session.finish().expect("it reads back")
    });
}

#[divan::bench(args = CLIENTS)]
fn parse_set_verify(bencher: divan::Bencher<'_, '_>, clients: usize) {
    let text = fragment::authelia(clients);
    bencher.bench(|| {
        let document = Document::parse(divan::black_box(text.as_bytes()), Format::Yaml).expect("it parses");
        let mut session = document.edit();
        session.apply(&edit(clients / 2)).expect("it fits");
        session.finish().expect("it reads back")
    });
}

/// A patch of 100 operations, verified once.
#[divan::bench(args = CLIENTS)]
fn set_a_hundred(bencher: divan::Bencher<'_, '_>, clients: usize) {
    let document = document(clients);
    bencher.bench(|| {
        let mut session = document.edit();
        for step in 0..100 {
            session.apply(&edit(step * 97 % clients)).expect("it fits");
        }
        session.finish().expect("it reads back")
    });
}

#[divan::bench(args = CLIENTS)]
fn diff_one(bencher: divan::Bencher<'_, '_>, clients: usize) {
    let old = document(clients);
    let mut session = old.edit();
    session.apply(&edit(clients / 2)).expect("it fits");
    let new = session.finish().expect("it reads back");
    bencher.bench(|| diff::changes(old.value(), new.value(), Schema::Authelia));
}
