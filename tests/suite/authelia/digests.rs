//! Digests that the real Authelia has accepted or rejected.

use std::path::Path;

use agepatch::authelia::digest::{Fit, fit};
use serde_json::Value as Json;

#[test]
fn every_recorded_digest_matches_as_in_authelia() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/authelia/digests.json");
    let cases: Json = serde_json::from_slice(&std::fs::read(path).expect("the digests")).expect("JSON");
    let cases = cases.as_array().expect("a list");
    assert!(cases.len() >= 30);
    for case in cases {
        let text = |member: &str| case[member].as_str().expect("a text");
        let found = fit(text("secret"), text("digest")).unwrap_or_else(|error| panic!("{}: {error:?}", text("kind")));
        assert_eq!(found != Fit::No, case["matches"].as_bool().expect("a truth value"), "{}", text("kind"));
    }
}
