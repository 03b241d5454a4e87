use super::at;
use crate::document::{Document, Format, Value};

#[test]
fn numbers_that_json_does_not_know_are_read() {
    let document = Document::parse(b"a = inf\nb = -inf\nc = nan\nd = +1.5\ne = 1_000.5\n", Format::Toml).expect("TOML");
    for (key, expected) in [("a", ".inf"), ("b", "-.inf"), ("c", ".nan"), ("d", "1.5"), ("e", "1000.5")] {
        assert_eq!(document.value().get(key).and_then(Value::scalar_str), Some(expected), "{key}");
    }
}

#[test]
fn places_are_those_of_keys_and_values() {
    let text = "a.b = 1\n[t]\nx = [1, 'y']\n[[l]]\nz = 2\n";
    let document = Document::parse(text.as_bytes(), Format::Toml).expect("TOML");
    let place = |path: &str| {
        let place = document.place(&at(path))?;
        Some((place.key.map(|key| &text[key]), &text[place.value]))
    };
    for (path, expected) in [
        ("", Some((None, text))),
        ("/a/b", Some((Some("b"), "1"))),
        ("/t", Some((Some("t"), "[t]"))),
        ("/t/x", Some((Some("x"), "[1, 'y']"))),
        ("/t/x/1", Some((None, "'y'"))),
        ("/t/x/2", None),
        ("/l/0/z", Some((Some("z"), "2"))),
        ("/m", None),
    ] {
        assert_eq!(place(path), expected, "{path}");
    }
}

#[test]
fn a_text_is_read_as_one_value_or_not_at_all() {
    assert!(super::super::reader::read_value("1").is_ok());
    assert!(super::super::reader::read_value("1\ny = 2").is_err());
    assert!(super::super::reader::read_value("").is_err());
}
