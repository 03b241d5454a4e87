//! Checking takes time in proportion to the number of clients.

use agepatch::check::{self, Options, Source};
use agepatch::document::Format;
use agepatch::shown::Shown;

fn main() {
    divan::main();
}

/// A configuration with so many clients.
fn configuration(clients: usize) -> String {
    let mut text = String::from("identity_providers:\n  oidc:\n    hmac_secret: 'benchmark'\n    clients:\n");
    for index in 0..clients {
        text += &format!(
            "      - client_id: 'client-{index}'\n        client_name: 'Client {index}'\n        \
             client_secret: '$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0Y{index}'\n        \
             authorization_policy: 'two_factor'\n        redirect_uris:\n          - 'https://app-{index}.example.com/callback'\n        \
             scopes: ['openid', 'profile', 'email', 'groups']\n        token_endpoint_auth_method: 'client_secret_basic'\n"
        );
    }
    text
}

#[divan::bench(args = [100, 1_000, 10_000])]
fn check_clients(bencher: divan::Bencher<'_, '_>, clients: usize) {
    let text = configuration(clients);
    let document = check::parse(text.as_bytes(), Format::Yaml).expect("it parses");
    let sources = [Source { name: Shown::fixed("bench.yml"), document: Ok(&document) }];
    bencher.bench(|| check::run(&sources, &Options::default()));
}
