//! Layouts that sops reads and seldom writes itself: each value is seen, and an edit leaves the rest where it is.

use super::cipher::DataKey;
use super::metadata::{AgeKey, Group, Metadata};
use super::{Indents, OpenFile, SopsFile, Store, create};
use crate::rules::Selectors;

fn key() -> DataKey {
    DataKey::from_bytes(&[7; 32]).expect("32 bytes")
}

pub(super) fn made(text: &str, store: Store, selectors: Selectors) -> String {
    let recipient = AgeKey { recipient: "age1example".to_owned(), enc: "-----BEGIN\nx\n-----END\n".to_owned() };
    let metadata = Metadata {
        groups: vec![Group { age: vec![recipient], others: Vec::new() }],
        grouped: false,
        threshold: None,
        last_modified: String::new(),
        mac: String::new(),
        mac_only_encrypted: false,
        selectors,
        version: "3.13.3".to_owned(),
    };
    let bytes = create(text.as_bytes(), store, &metadata, &key(), Indents::default());
    String::from_utf8(bytes.unwrap_or_else(|error| panic!("{error}\n{text}"))).expect("text")
}

pub(super) fn opened(text: &str, store: Store) -> OpenFile {
    let file = SopsFile::parse(text.as_bytes(), store).expect("a sops file");
    file.open(&key(), false).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The file after `edit` of its view.
fn edited(text: &str, store: Store, edit: impl FnOnce(&str) -> String) -> String {
    let open = opened(text, store);
    let view = edit(std::str::from_utf8(open.view().expose()).expect("text"));
    let new = open.back(view.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{view}"));
    let new = String::from_utf8(new).expect("text");
    assert_eq!(opened(&new, store).view().expose(), view.as_bytes());
    new
}

#[test]
fn ini_values_of_several_lines_are_seen_and_kept() {
    let plain = Selectors { encrypted_regex: Some("^secret$".to_owned()), ..Selectors::default() };
    let text = "[s]\nsecret = `marker one\nmarker two`\npublic = \"\"\"p1\n` p2\"\"\" ; c\nlast = x\n";
    let file = made(text, Store::Ini, plain);
    assert!(file.contains("public = \"\"\"p1\n` p2\"\"\" ; ") && !file.contains("marker"), "{file}");
    let open = opened(&file, Store::Ini);
    assert_eq!(std::str::from_utf8(open.view().expose()), Ok(text));
    let new = edited(&file, Store::Ini, |view| view.replace("last = x", "last = `a\nb`"));
    assert!(new.contains("last = `a\nb`"), "{new}");
    for broken in ["[s]\na = `x\n", "[s]\na = \"\"\"\nb\n"] {
        assert!(super::ini::read(broken).is_err(), "{broken}");
    }
}

#[test]
fn metadata_before_all_entries_stays_there() {
    let file = made("# of a\na: x\n\n# of b\nb: q\n", Store::Yaml, Selectors::default());
    let at = file.find("sops:\n").expect("the metadata");
    for head in ["", "---\n", "---\n# head\n"] {
        let first = [head, &file[at..], &file[..at]].concat();
        let edits: [fn(&str) -> String; 5] = [
            |view| view.replace("a: x", "a: z"),
            |view| view.replace("a: x", "c: x"),
            |view| view.replace("a: x\n", ""),
            |view| view.replace("b: q\n", "b: q\nc: new\n"),
            |view| view.replace("# of a\n", "# other\n"),
        ];
        for edit in edits {
            let new = edited(&first, Store::Yaml, edit);
            assert!(new.starts_with(&[head, "sops:\n"].concat()), "{new}");
        }
    }
}

#[test]
fn a_comment_about_an_empty_collection_says_nothing_of_the_next_value() {
    let by_comment = Selectors { encrypted_comment_regex: Some("secret".to_owned()), ..Selectors::default() };
    let text = "# secret\na: {}\nb: public\n# secret\nc:\n  d: []\n  e: hidden\nf: public\nlist:\n  # secret\n  - {}\n  - public\n";
    let file = made(text, Store::Yaml, by_comment);
    assert_eq!(file.matches("public").count(), 3, "{file}");
    assert!(!file.contains("hidden"), "{file}");
}

/// The lines of one text that the other does not have, without those of the MAC.
fn beyond<'t>(text: &'t str, other: &str) -> Vec<&'t str> {
    let is_own = |line: &&str| !line.contains("mac:") && !line.contains("lastmodified:");
    text.lines().filter(is_own).filter(|line| !other.lines().any(|known| known == *line)).collect()
}

#[test]
fn equal_values_keep_their_order() {
    let file = made("list:\n  - x\n  - q\n  - x\n  - x\n", Store::Yaml, Selectors::default());
    let items: Vec<&str> = file.lines().filter(|line| line.contains("- ENC")).collect();
    for (text, kept) in [
        ("list:\n  - new\n  - q\n  - x\n  - x\n", &items[1..]),
        ("list:\n  - q\n  - x\n  - x\n", &items[1..]),
        ("list:\n  - x\n  - x\n  - x\n", &[items[0], items[2], items[3]]),
        ("list:\n  - x\n  - q\n  - x\n  - new\n", &items[..3]),
    ] {
        let new = edited(&file, Store::Yaml, |_| text.to_owned());
        let found: Vec<&str> = new.lines().filter(|line| line.contains("- ENC") && items.contains(line)).collect();
        assert_eq!(found, kept, "{text}");
    }
}

#[test]
fn values_written_in_another_notation_are_unchanged() {
    let file = made("f: 1.0\nd: 2001-12-14\ni: 7\nt: x\n", Store::Yaml, Selectors::default());
    let open = opened(&file, Store::Yaml);
    for text in ["f: 1.00\nd: '2001-12-14'\ni: 0x7\nt: \"x\"\n", "f: 1\nd: 2001-12-14\ni: 7\nt: 'x'\n"] {
        let new = String::from_utf8(open.back(text.as_bytes()).expect("written")).expect("text");
        let tokens = |text: &str| -> Vec<String> {
            let values = text.lines().take(4);
            values
                .map(|line| line[line.find("ENC[").expect("a token")..=line.rfind(']').expect("its end")].to_owned())
                .collect()
        };
        assert_eq!(tokens(&new), tokens(&file), "{text}");
    }
}

#[test]
fn a_comment_after_the_header_of_a_block_scalar_stays_with_it() {
    let file = made("a: x\nb: q\n", Store::Yaml, Selectors::default());
    let new = opened(&file, Store::Yaml).back(b"a: | # why\n  l1\n  l2\nb: q\n").expect("written");
    let new = String::from_utf8(new).expect("text");
    let first = new.lines().next().expect("a line");
    assert!(first.starts_with("a: ENC[") && first.contains(" #ENC["), "{new}");
    assert_eq!(beyond(&new, &file).len(), 1, "{new}");
    let view = opened(&new, Store::Yaml).view().clone();
    assert_eq!(std::str::from_utf8(view.expose()), Ok("a: \"l1\\nl2\\n\" # why\nb: q\n"));
}

#[test]
fn a_list_of_one_comment_can_grow() {
    let file = made("a:\n  - \"\"\n  # only\nb: q\n", Store::Yaml, Selectors::default());
    // sops writes such lists: an empty value is not part of the MAC.
    let only = file.replace("  - \"\"\n", "");
    let open = opened(&only, Store::Yaml);
    let view = std::str::from_utf8(open.view().expose()).expect("text").replace("a:\n", "a:\n  - new\n");
    let new = String::from_utf8(open.back(view.as_bytes()).expect("written")).expect("text");
    assert_eq!(std::str::from_utf8(opened(&new, Store::Yaml).view().expose()), Ok("a:\n  - new\n  # only\nb: q\n"));
}

#[test]
fn comments_are_authenticated_where_sops_attaches_them() {
    let text = "a: [1, 2] # of a\nb: {} # of b\nc:\n- x\n# of c\n\nd:\n- x\n# of d\ne: # of e\n  f: 1\n";
    let file = made(text, Store::Yaml, Selectors::default());
    let cipher = super::cipher::Cipher::new(&key());
    for (token, aad) in file
        .match_indices("ENC[AES256_GCM,")
        .map(|(at, _)| &file[at..=at + file[at..].find(']').expect("its end")])
        .filter(|token| token.contains("type:comment"))
        .zip(["a:", "b:", "c:", ":", ":"])
    {
        assert!(cipher.decrypt(token, aad).is_ok(), "{aad} {file}");
    }
}

#[test]
fn comments_below_nested_collections_are_authenticated_where_sops_attaches_them() {
    let cipher = super::cipher::Cipher::new(&key());
    // Where sops 3.13 puts them.
    for (text, expected) in [
        ("k:\n  a:\n    b: v\n    c: 3\n  # t\n\nz: 1\n", &["k:"][..]),
        ("k:\n  a:\n    b: v\n  # t\nz: 1\n", &["k:a:"]),
        ("k:\n  a:\n    b: v\n\n  # t\n\nz: 1\n", &["k:a:"]),
        ("k:\n  a:\n    - b\n  # t\n\nz: 1\n", &["k:"]),
        ("k:\n  - a: 1\n    b: 2\n  # t\n\nz: 1\n", &[":"]),
        ("k:\n  a:\n    b: v\n    c: 3\n  # t\n\n  # u\n\nz: 1\n", &["k:", ":"]),
        ("k:\n  a:\n    b: v\n  # t\n\n  c: 2\n", &["k:"]),
        ("k:\n  a: 1\n  # t\n\n  b: 2\n", &["k:"]),
        ("k:\n  a:\n    b: v\n# t\n\nc: 2\n", &[":"]),
        ("k:\n  a:\n  - v\n  # t\n # u\nz: 1\n", &["k:a:", ":"]),
    ] {
        let file = made(text, Store::Yaml, Selectors::default());
        let tokens = file
            .match_indices("ENC[AES256_GCM,")
            .map(|(at, _)| &file[at..=at + file[at..].find(']').expect("its end")]);
        let comments: Vec<&str> = tokens.filter(|token| token.contains("type:comment")).collect();
        assert_eq!(comments.len(), expected.len(), "{file}");
        for (token, aad) in comments.iter().zip(expected) {
            assert!(cipher.decrypt(token, aad).is_ok(), "{aad} {text}");
        }
    }
}

#[test]
fn a_comment_with_the_type_of_a_value_is_damaged() {
    let file = made("# c\na: x\n", Store::Yaml, Selectors::default());
    let changed = file.replace("type:comment", "type:str");
    let parsed = SopsFile::parse(changed.as_bytes(), Store::Yaml).expect("a sops file");
    let error = parsed.open(&key(), false).err().expect("damaged");
    assert_eq!((error.kind(), error.message()), (crate::ErrorKind::Damaged, "a comment has the type of a value"));
}

/// The types of the tokens in the lines before the metadata.
fn types(file: &str) -> Vec<&str> {
    let lines = file.lines().take_while(|line| !line.starts_with("sops:"));
    lines.filter_map(|line| line.split("type:").nth(1)?.split(']').next()).collect()
}

#[test]
fn moved_values_keep_types_that_the_notation_does_not_show() {
    let file = made("m:\n  f: 1.0\n  d: 2001-12-14T00:00:00Z\n  i: 7\n", Store::Yaml, Selectors::default());
    // The type is not authenticated.
    let file = file.replacen("type:str", "type:time", 1);
    assert_eq!(types(&file), ["float", "time", "int"]);
    for (from, to) in [("m:", "renamed:"), ("  d:", "  when:"), ("  f:", "  number:"), ("m:\n", "m:\n  new: x\n")] {
        let new = edited(&file, Store::Yaml, |view| view.replace(from, to));
        let kept: Vec<&str> = types(&new).into_iter().filter(|kind| *kind != "str").collect();
        assert_eq!(kept, ["float", "time", "int"], "{to}");
    }
    let both = made("f: 1.0\ni: 1\n", Store::Yaml, Selectors::default());
    let new = edited(&both, Store::Yaml, |view| view.replace("f:", "renamed:"));
    assert_eq!(types(&new), ["float", "int"]);
    let new = edited(&file, Store::Yaml, |view| view.replace("  d:", "  o: 1\n  d:"));
    assert_eq!(types(&new), ["float", "int", "time", "int"]);
}

#[test]
fn items_do_not_inherit_the_type_of_their_position() {
    let file = made("{\"l\": [1.5, 2]}", Store::Json, Selectors::default());
    let kinds = |file: &str| file.matches("type:float").count();
    let before = kinds(&file);
    let new = edited(&file, Store::Json, |view| view.replace("[1.5", "[7, 1.5"));
    assert_eq!(kinds(&new), before, "{new}");
    // An integer in place of a float may be one that an older version of sops stored as a float.
    let new = edited(&file, Store::Json, |view| view.replace("[1.5", "[7"));
    assert_eq!(kinds(&new), before, "{new}");
    let file = made("l: [1.5, 2]\nf: 1.5\n", Store::Yaml, Selectors::default());
    let new = edited(&file, Store::Yaml, |view| view.replace("f: 1.5", "f: 2").replace("[1.5", "[1, 1.5"));
    assert_eq!(kinds(&new), 1, "{new}");
}

#[test]
fn a_float_with_more_digits_than_an_integer_can_be_renamed() {
    let file = made("{\"a\": 1.5e19, \"b\": 1}", Store::Json, Selectors::default());
    let new = edited(&file, Store::Json, |view| view.replace("\"a\"", "\"c\""));
    assert_eq!(new.matches("type:float").count(), 1, "{new}");
}

#[test]
fn a_file_can_lose_its_last_value_and_get_another() {
    for head in ["", "---\n", "# head\n"] {
        let file = made(&[head, "a: x\n"].concat(), Store::Yaml, Selectors::default());
        let emptied = opened(&file, Store::Yaml).back([head, "{}\n"].concat().as_bytes()).expect("written");
        let emptied = String::from_utf8(emptied).expect("text");
        assert!(emptied.contains("sops:\n") && !emptied.contains(['{', '}']), "{emptied}");
        let open = opened(&emptied, Store::Yaml);
        let view = std::str::from_utf8(open.view().expose()).expect("text");
        let new = open.back([view, "b: q\n"].concat().as_bytes()).expect("written");
        let new = String::from_utf8(new).expect("text");
        assert!(new.contains("b: ENC[") && opened(&new, Store::Yaml).view().expose().ends_with(b"b: q\n"), "{new}");
    }
}

#[test]
fn blanks_behind_a_token_stay() {
    let file = made("a: |\n  l1\n  l2\nb: q\n", Store::Yaml, Selectors::default());
    let blanks = file.replacen("type:str]\n", "type:str]  \n", 1);
    let new = edited(&blanks, Store::Yaml, |view| view.replace("b: q", "b: z"));
    assert_eq!(new.lines().next(), blanks.lines().next());
}

#[test]
fn metadata_stays_where_it_is_beside_a_renamed_or_removed_entry() {
    let file = made("a:\n  b: x\n  # in a\n# about c\nc: q\nd: z\n", Store::Yaml, Selectors::default());
    let (data, metadata) = file.split_at(file.find("sops:\n").expect("the metadata"));
    let at = data.find("c:").expect("an entry");
    let middle = [&data[..at], metadata, &data[at..]].concat();
    for (from, to) in [("c: q", "renamed: q"), ("c: q\n", ""), ("c: q", "c: z"), ("d: z\n", "d: z\ne: new\n")] {
        let new = edited(&middle, Store::Yaml, |view| view.replace(from, to));
        assert_eq!(new.find("sops:\n"), middle.find("sops:\n"), "{from}");
    }
}
