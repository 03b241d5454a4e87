use proptest::prelude::*;

use super::*;

const BASE: &str = "# the house
identity_providers:
  oidc:
    hmac_secret: 'h'  # rotate
    clients:
      # films
      - client_id: media
        scopes: [openid, profile]
        method: post   # old

      - client_id: photos
        scopes:
          - openid
";

fn merged(base: &str, ours: &str, theirs: &str, format: Format) -> Result<(String, bool), String> {
    let parse = |text: &str| Document::parse(text.as_bytes(), format).expect("it parses");
    let (base, ours, theirs) = ((!base.is_empty()).then(|| parse(base)), parse(ours), parse(theirs));
    let versions = MergeVersions { base: base.as_ref(), ours: &ours, theirs: &theirs };
    match merge(versions, Schema::Authelia, None) {
        Ok(MergeOutcome::Merged { document, lost_comments, .. }) => {
            Ok((String::from_utf8(document.bytes().to_vec()).expect("text"), !lost_comments.is_empty()))
        }
        Ok(MergeOutcome::Conflicts(conflicts)) => {
            Err(conflicts.into_iter().map(|one| one.path).collect::<Vec<_>>().join(" "))
        }
        Err(error) => panic!("{error}"),
    }
}

fn yaml(ours: &str, theirs: &str) -> String {
    let (text, lost) = merged(BASE, ours, theirs, Format::Yaml).expect("no conflict");
    assert!(!lost, "{text}");
    text
}

/// Independent changes.
const CHANGES: [(&str, &str); 11] = [
    ("# the house", "# my house"),
    ("'h'", "'new'"),
    ("# rotate", "# rotate   yearly"),
    ("# films\n", "# films\n      # and more\n"),
    ("[openid, profile]", "[openid, profile, email]"),
    ("method: post ", "method: basic "),
    ("   # old", "  # new"),
    ("client_id: photos", "client_id: \"pictures\""),
    ("          - openid\n", "          - openid\n          - groups\n"),
    ("  oidc:\n", "  oidc:\n    # how long\n    lifespan: 1h\n"),
    ("\n      - client_id: photos", "\n      - client_id: music\n        public: true\n      - client_id: photos"),
];

/// Bitmasks of the changes that rename a client, and of those that concern it or its place.
const RENAME: u16 = 1 << 7;
const AROUND: u16 = (1 << 8) | (1 << 10);

/// Each side makes other changes; the result is the base with both, byte for byte.
#[test]
fn the_text_of_both_sides_is_kept_byte_for_byte() {
    for (index, (old, new)) in CHANGES.iter().enumerate() {
        for (other_old, other_new) in CHANGES.iter().skip(index + 1) {
            // One replaces the line that the other inserts something before.
            if new.contains("music") || other_new.contains("music") {
                continue;
            }
            let (ours, theirs) = (BASE.replace(old, new), BASE.replace(other_old, other_new));
            let expected = ours.replace(other_old, other_new);
            assert_eq!(yaml(&ours, &theirs), expected, "{old} and {other_old}");
            assert_eq!(yaml(&theirs, &ours), expected, "{other_old} and {old}");
        }
    }
}

#[test]
fn each_side_adds_a_client_at_the_same_place() {
    let client = |id: &str| format!("      # {id}\n      - client_id: {id}\n        name: \"{id}\"  # its name\n");
    let (ours, theirs) = (BASE.to_owned() + &client("a"), BASE.to_owned() + &client("b"));
    assert_eq!(yaml(&ours, &theirs), BASE.to_owned() + &client("a") + &client("b"));
    let cut = |text: &str| text.trim_end().to_owned();
    let (text, _) = merged(&cut(BASE), &cut(&ours), &cut(&theirs), Format::Yaml).expect("no conflict");
    assert_eq!(text, cut(&(BASE.to_owned() + &client("a") + &client("b"))));
}

#[test]
fn one_moves_what_the_other_changes() {
    let (head, clients) = BASE.split_at(BASE.find("      # films").expect("clients"));
    let (media, photos) = clients.split_at(clients.find("      - client_id: photos").expect("the second"));
    let moved = format!("{head}{photos}{}", media.trim_end_matches('\n')) + "\n";
    let changed = BASE.replace("method: post", "method: basic");
    let expected = moved.replace("method: post", "method: basic");
    assert_eq!(yaml(&moved, &changed), expected);
    assert!(yaml(&changed, &moved).contains("method: basic   # old"));
}

#[test]
fn a_comment_that_both_changed_stays_ours_and_is_reported() {
    let (ours, theirs) = (BASE.replace("# rotate", "# one"), BASE.replace("# rotate", "# other"));
    let (text, lost) = merged(BASE, &ours, &theirs, Format::Yaml).expect("no conflict");
    assert_eq!((text.as_str(), lost), (ours.as_str(), true));
}

#[test]
fn other_formats() {
    let cases = [
        (Format::Dotenv, "A=1\n# c\nB=2\n", "A=1\n# c\nB=3\nC=4\n", "A=5\n# d\nB=2\n", "A=5\n# d\nB=3\nC=4\n"),
        (Format::Json, "{\"a\": [1, 2]}\n", "{\"a\": [1, 2, 3]}\n", "{\"a\": [0, 1, 2]}\n", "{\"a\": [0, 1, 2, 3]}\n"),
        (Format::Json, "[\n  1\n]\n", "[\n  1,\n  2\n]\n", "[\n  1,\n  3\n]\n", "[\n  1,\n  2,\n  3\n]\n"),
        (Format::Toml, "[a]\nx = 1\n", "[a]\nx = 2\n", "[a]\nx = 1\ny = 3\n", "[a]\nx = 2\ny = 3\n"),
        (Format::Raw, "1\n2\n3\n", "1\n2\n4\n", "0\n2\n3\n", "0\n2\n4\n"),
        (Format::Yaml, "", "a: 1\n", "b: 2\n", "a: 1\nb: 2\n"),
    ];
    for (format, base, ours, theirs, expected) in cases {
        assert_eq!(merged(base, ours, theirs, format).expect("no conflict").0, expected, "{format:?} {base:?}");
    }
    assert_eq!(merged("a\nb\n", "x\nb\n", "a\ny\n", Format::Raw), Err(String::new()));
    assert_eq!(merged("A=1\n", "A=2\n", "A=3\n", Format::Dotenv), Err("A".to_owned()));
    assert_eq!(merged("", "a\n", "b\n", Format::Raw), Err(String::new()));
}

/// Texts with a comment and a special quoting for each entry.
fn text() -> impl Strategy<Value = String> {
    let entry =
        ("[abcd]", prop_oneof!["[xy]", "'[xy]'", "\"[xy]\""], prop_oneof![Just(""), Just("  # c"), Just(" # d")]);
    prop::collection::vec(entry, 1..5).prop_map(|entries| {
        let mut seen = Vec::new();
        let mut text = "l:\n".to_owned();
        for (id, value, comment) in entries {
            if !seen.contains(&id) {
                text += &format!("  - id: {id}{comment}\n    v: {value}\n");
                seen.push(id);
            }
        }
        text
    })
}

proptest! {
    #[test]
    fn changes_of_both_sides_are_in_the_result(ours in any::<u16>(), theirs in any::<u16>(), crlf in any::<bool>(), open in any::<bool>()) {
        let made = |chosen: u16| {
            let changes = CHANGES.iter().enumerate().filter(|(index, _)| chosen & (1 << index) != 0);
            let text = changes.fold(BASE.to_owned(), |text, (_, (old, new))| text.replace(old, new));
            let text = if open { text.trim_end().to_owned() } else { text };
            if crlf { text.replace('\n', "\r\n") } else { text }
        };
        // A side that renames a client changes nothing else about it, and inserts nothing before it: an item with
        // another identity and another content is another item.
        let renames = (ours | theirs) & RENAME != 0;
        let (ours, theirs) = if renames { (ours & !AROUND, theirs & !AROUND) } else { (ours, theirs) };
        let (text, lost) = merged(&made(0), &made(ours), &made(theirs), Format::Yaml).expect("no conflict");
        prop_assert!(!lost);
        prop_assert_eq!(text, made(ours | theirs));
    }

    #[test]
    fn a_merged_text_has_the_merged_value(base in text(), ours in text(), theirs in text()) {
        let parse = |text: &str| Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
        let (base, ours, theirs) = (parse(&base), parse(&ours), parse(&theirs));
        let expected = diff::merge(Some(base.value()), ours.value(), theirs.value(), Schema::Unknown, Side::Theirs);
        let versions = MergeVersions { base: Some(&base), ours: &ours, theirs: &theirs };
        match merge(versions, Schema::Unknown, Some(Side::Theirs)).expect("it can be written") {
            MergeOutcome::Merged { document, decided, .. } => {
                prop_assert!(*document.value() == expected.value);
                prop_assert_eq!(decided, expected.conflicts);
            }
            MergeOutcome::Conflicts(_) => prop_assert!(false, "a side was favoured"),
        }
    }

    #[test]
    fn a_file_changed_on_one_side_is_taken_byte_for_byte(base in text(), other in text()) {
        let parse = |text: &str| Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
        let (base, other) = (parse(&base), parse(&other));
        for (ours, theirs) in [(&base, &other), (&other, &base), (&other, &other)] {
            let versions = MergeVersions { base: Some(&base), ours, theirs };
            match merge(versions, Schema::Unknown, None).expect("it can be written") {
                MergeOutcome::Merged { document, .. } => prop_assert_eq!(document.bytes(), other.bytes()),
                MergeOutcome::Conflicts(_) => prop_assert!(false, "one side changed nothing"),
            }
        }
    }
}

fn clean(base: &str, ours: &str, theirs: &str) -> String {
    let (text, lost) = merged(base, ours, theirs, Format::Yaml).expect("no conflict");
    assert!(!lost, "{text}");
    text
}

#[test]
fn comments_survive_the_other_side_s_reformatting() {
    let base = "a:\n  b: 1\n  l:\n    - x\n    - y\nc: 2\n";
    let reindented = "a:\n    b: 1\n    l:\n    - x\n    - y\nc: 2\n";
    let quoted = "a:\n  b: 1\n  l: [\"x\", \"y\"]\nc: 2\n";
    let commented =
        "# head\na: # of a\n  # why\n  b: 1  # one\n  l:\n    - x\n    # the other\n    - y # why\nc: 2 # c\n# end\n";
    for formatted in [reindented, quoted] {
        for (ours, theirs) in [(formatted, commented), (commented, formatted)] {
            let text = match merged(base, ours, theirs, Format::Yaml) {
                Ok((text, _)) => text,
                Err(conflicts) => panic!("{conflicts}"),
            };
            let there =
                commented.lines().filter_map(|line| line.split_once('#')).filter(|(_, comment)| text.contains(comment));
            // In brackets on one line there is no place for comments on items.
            let least = if formatted == quoted { 6 } else { 8 };
            assert!(there.count() >= least, "{text}");
        }
    }
    assert!(clean(base, reindented, commented).contains("    b: 1  # one\n"));
}

#[test]
fn one_hard_spot_does_not_drop_the_comments_of_the_file() {
    let base = "a: 1\nb: [x, y]\nc: 3\nd: 4\n";
    let ours = "a: 1\nb:\n  - x\n  - y\n  - z\nc: 3\nd: 4\n";
    let theirs = "# first\na: 1 # one\nb: [x, y, w] # list\n# third\nc: 3\nd: 4 # last\n";
    let text = merged(base, ours, theirs, Format::Yaml).expect("no conflict").0;
    for comment in ["# first\na: 1 # one\n", "# third\nc: 3\n", "d: 4 # last\n"] {
        assert!(text.contains(comment), "{text}");
    }
}

#[test]
fn a_comment_stays_beside_its_entry() {
    for (ours, theirs) in [("a: 1 # x", "a: 1\nb: 2"), ("a: 1\nb: 2", "a: 1 # x")] {
        assert_eq!(clean("a: 1", ours, theirs), "a: 1 # x\nb: 2");
    }
}

#[test]
fn a_lost_comment_is_named_by_its_entry() {
    let parse = |text: &str| Document::parse(text.as_bytes(), Format::Yaml).expect("YAML");
    let [base, ours, theirs] = ["a: 1 # o\nb: 2\n", "a: 1 # p\nb: 2\n", "a: 1 # q\nb: 2 # r\n"].map(parse);
    let versions = MergeVersions { base: Some(&base), ours: &ours, theirs: &theirs };
    let Ok(MergeOutcome::Merged { document, lost_comments, .. }) = merge(versions, Schema::Unknown, None) else {
        panic!("no conflict");
    };
    assert_eq!(document.bytes(), b"a: 1 # p\nb: 2 # r\n");
    assert_eq!(lost_comments, [Pointer::new(["a"])]);
}

#[test]
fn a_renamed_key_is_followed() {
    let base = "a: one\nold: two # why\nc: three\n";
    let renamed = base.replace("old:", "new:");
    let changed = base.replace("two", "TWO");
    let expected = "a: one\nnew: TWO # why\nc: three\n";
    assert_eq!(clean(base, &renamed, &changed), expected);
    assert_eq!(clean(base, &changed, &renamed), expected);
    assert_eq!(clean(base, &renamed, expected), expected);
    let other = base.replace("old:", "other:");
    assert!(merged(base, &renamed, &other, Format::Yaml).is_err());
}

#[test]
fn appended_entries_stay_last_with_their_blank_line() {
    let client = |id: &str| format!("  - id: {id}\n    x: {id}\n");
    let list = |ids: &[&str]| format!("l:\n{}", ids.iter().map(|id| client(id)).collect::<Vec<_>>().join("\n"));
    let (base, ours, theirs) = (list(&["a", "b", "c"]), list(&["c", "a", "b"]), list(&["a", "b", "c", "d"]));
    let expected = list(&["c", "a", "b", "d"]);
    assert_eq!(clean(&base, &ours, &theirs), expected);
    assert_eq!(clean(&base, &theirs, &ours), expected);
}

#[test]
fn an_anchor_added_by_one_side_is_a_conflict_if_it_blocks_the_other() {
    let (base, changed) = ("a:\n  x: 1\nb:\n  x: 1\n", "a:\n  x: 2\nb:\n  x: 1\n");
    for anchored in ["a: &k\n  x: 1\nb: *k\n", "a: &k\n  x: 1\nb:\n  <<: *k\n"] {
        assert!(merged(base, anchored, changed, Format::Yaml).is_err());
        // Our text has no conflicting anchor.
        assert_eq!(clean(base, changed, anchored), changed);
    }
}
