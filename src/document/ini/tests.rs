//! Edits of ini files; everything else is preserved byte for byte.

use proptest::prelude::*;

use crate::document::{Document, Edit, Format, Map, MapKey, Pointer, Value, to_json};
use crate::error::ErrorKind;

const WIREGUARD: &str = "\
# wg0
[Interface]
PrivateKey = aGk=
Address = 10.0.0.1/24
Address = fd00::1/64 # v6
ListenPort=51820

# laptop
[Peer]
PublicKey = bGFw=
AllowedIPs = 10.0.0.2/32

# phone
[Peer]
PublicKey = cGhv=
AllowedIPs = 10.0.0.3/32 # both
";

const WIFI: &str = "[connection]\r
id=home\r
type=wifi\r
\r
[wifi-security]\r
key-mgmt=wpa-psk\r
psk=a #b;c\r
";

fn pointer(path: &str) -> Pointer {
    Pointer::parse(path).expect("a pointer")
}

fn map(entries: &[(&str, &str)]) -> Value {
    Value::Map(entries.iter().map(|(key, value)| (MapKey::string(*key), Value::string(*value))).collect::<Map>())
}

fn edited(before: &str, format: Format, edits: &[Edit]) -> Result<String, (ErrorKind, String)> {
    let failed = |error: crate::error::Error| (error.kind(), error.message().to_owned());
    let mut session = Document::parse(before.as_bytes(), format).map_err(failed)?.edit();
    edits.iter().try_for_each(|edit| session.apply(edit)).map_err(failed)?;
    let document = session.finish().map_err(failed)?;
    Ok(String::from_utf8(document.bytes().to_vec()).expect("text"))
}

fn set(path: &str, value: &str) -> Edit {
    Edit::Set { path: pointer(path), value: Value::string(value) }
}

fn remove(path: &str) -> Edit {
    Edit::Remove { path: pointer(path) }
}

fn append(path: &str, value: Value) -> Edit {
    Edit::Append { path: pointer(path), value }
}

#[test]
fn a_name_that_occurs_several_times_is_a_list() {
    let read = |text: &str| to_json(Document::parse(text.as_bytes(), Format::Ini).expect("ini").value()).to_string();
    insta::assert_snapshot!(read(WIREGUARD), @r#"{"Interface":{"PrivateKey":"aGk=","Address":["10.0.0.1/24","fd00::1/64"],"ListenPort":"51820"},"Peer":[{"PublicKey":"bGFw=","AllowedIPs":"10.0.0.2/32"},{"PublicKey":"cGhv=","AllowedIPs":"10.0.0.3/32"}]}"#);
    insta::assert_snapshot!(read(WIFI), @r##"{"connection":{"id":"home","type":"wifi"},"wifi-security":{"key-mgmt":"wpa-psk","psk":"a #b;c"}}"##);
    insta::assert_snapshot!(read("top = 1\n[s] ; c\nurl: http://a?b=c\nfe80::1=x\nempty=\nquoted = \"a\" \n"), @r#"{"top":"1","s":{"url":"http://a?b=c","fe80::1":"x","empty":"","quoted":"\"a\""}}"#);
}

/// A name, a text, the edits, and the replacements that they make in the text.
type Case<'c> = (&'c str, &'c str, Vec<Edit>, &'c [(&'c str, &'c str)]);

fn hold(cases: &[Case<'_>]) {
    for (name, before, edits, replaced) in cases {
        let expected = replaced.iter().fold((*before).to_owned(), |text, (old, new)| {
            if old.is_empty() { (*new).to_owned() } else { text.replace(old, new) }
        });
        assert_eq!(edited(before, Format::Ini, edits), Ok(expected), "{name}");
    }
}

#[test]
fn only_the_lines_of_an_edit_change() {
    hold(&[
        ("a value", WIREGUARD, vec![set("/Peer/1/AllowedIPs", "0.0.0.0/0")], &[("10.0.0.3/32 #", "0.0.0.0/0 #")]),
        ("a number", WIREGUARD, vec![set("/Interface/ListenPort", "1")], &[("=51820", "=1")]),
        (
            "a new key",
            WIREGUARD,
            vec![set("/Peer/0/Endpoint", "a:1")],
            &[("10.0.0.2/32\n", "10.0.0.2/32\nEndpoint = a:1\n")],
        ),
        (
            "one more of a key",
            WIREGUARD,
            vec![append("/Peer/0/AllowedIPs", Value::string("::/0"))],
            &[("10.0.0.2/32\n", "10.0.0.2/32\nAllowedIPs = ::/0\n")],
        ),
        ("the last of two", WIREGUARD, vec![remove("/Interface/Address/1")], &[("Address = fd00::1/64 # v6\n", "")]),
        (
            "CRLF",
            WIFI,
            vec![set("/wifi-security/psk", "x y"), set("/ipv4/method", "auto")],
            &[("psk=a #b;c\r\n", "psk=x y\r\n\r\n[ipv4]\r\nmethod=auto\r\n")],
        ),
        (
            "another name",
            WIFI,
            vec![Edit::Rename { path: pointer("/connection/id"), to: "name".into() }],
            &[("id=", "name=")],
        ),
        (
            "a section's name",
            WIFI,
            vec![Edit::Rename { path: pointer("/connection"), to: "Old".into() }],
            &[("[connection]", "[Old]")],
        ),
        (
            "a line moves",
            WIFI,
            vec![Edit::Move { from: pointer("/connection/type"), path: pointer("/wifi-security/t") }],
            &[("type=wifi\r\n", ""), ("a #b;c\r\n", "a #b;c\r\nt=wifi\r\n")],
        ),
        (
            "a copy",
            WIFI,
            vec![Edit::Copy { from: pointer("/connection/id"), path: pointer("/connection/x") }],
            &[("wifi\r\n", "wifi\r\nx=home\r\n")],
        ),
        ("no final line end", "[a]\nb=1", vec![set("/a/c", "2")], &[("b=1", "b=1\nc=2")]),
        ("nor after a removal", "[a]\nb=1\nc=2", vec![remove("/a/c")], &[("\nc=2", "")]),
        ("before sections", "# head\n\n[a]\nb = 1\n", vec![set("/top", "x")], &[("[a]", "top = x\n[a]")]),
        ("nothing yet", "", vec![set("/a/b", "c")], &[("", "[a]\nb = c\n")]),
        ("an empty value", "[a]\nb =\nc = 1\n", vec![set("/a/b", "x")], &[("b =", "b = x")]),
        ("a comment on several", "[a]\n# Samba\nuser = a\npass = b\n", vec![remove("/a/user")], &[("user = a\n", "")]),
        (
            "a comment of its own",
            "[a]\nx = 1\n# note\nuser = a\n\npass = b\n",
            vec![remove("/a/user")],
            &[("# note\nuser = a\n", "")],
        ),
        ("an entry switched off", "[a]\nx = 1\n#y = 2\nz = 3\n", vec![remove("/a/z")], &[("z = 3\n", "")]),
        ("nothing changes", WIREGUARD, vec![set("/Interface/PrivateKey", "aGk=")], &[]),
    ]);
}

#[test]
fn sections_come_and_go_with_their_comments() {
    let peer = map(&[("PublicKey", "bmV3="), ("AllowedIPs", "10.0.0.4/32")]);
    hold(&[
        (
            "a new section",
            WIREGUARD,
            vec![append("/Peer", peer.clone())],
            &[("# both\n", "# both\n\n[Peer]\nPublicKey = bmV3=\nAllowedIPs = 10.0.0.4/32\n")],
        ),
        (
            "a section in between",
            WIREGUARD,
            vec![Edit::Add { path: pointer("/Peer/1"), value: peer }],
            &[("# phone\n", "[Peer]\nPublicKey = bmV3=\nAllowedIPs = 10.0.0.4/32\n\n# phone\n")],
        ),
        (
            "a section goes",
            WIREGUARD,
            vec![remove("/Peer/0")],
            &[("\n# laptop\n[Peer]\nPublicKey = bGFw=\nAllowedIPs = 10.0.0.2/32\n", "")],
        ),
        (
            "the last section goes",
            WIREGUARD,
            vec![remove("/Peer/1")],
            &[("\n# phone\n[Peer]\nPublicKey = cGhv=\nAllowedIPs = 10.0.0.3/32 # both\n", "")],
        ),
        (
            "all of a name",
            WIREGUARD,
            vec![remove("/Peer")],
            &[
                ("\n# laptop\n[Peer]\nPublicKey = bGFw=\nAllowedIPs = 10.0.0.2/32\n", ""),
                ("\n# phone\n[Peer]\nPublicKey = cGhv=\nAllowedIPs = 10.0.0.3/32 # both\n", ""),
            ],
        ),
    ]);
}

#[test]
fn lines_that_programs_read_differently_stay_and_cannot_be_edited() {
    let text = "[a]\nskip-networking\nlong = one \\\n  two\npy = one\n  two = x\nok = 1\n[unclosed\n";
    assert_eq!(edited(text, Format::Ini, &[set("/a/ok", "2")]), Ok(text.replace("ok = 1", "ok = 2")));
    for path in ["/a/long", "/a/py"] {
        let (kind, message) = edited(text, Format::Ini, &[set(path, "x")]).expect_err(path);
        assert_eq!(
            (kind, message.as_str()),
            (ErrorKind::Unsupported, "a line that programs read differently sets this name already")
        );
    }
}

#[test]
fn values_that_do_not_fit_a_line_are_refused() {
    let message = |text: &str, format: Format, edit: Edit| edited(text, format, &[edit]).expect_err("refused").1;
    insta::assert_snapshot!(message(WIFI, Format::Ini, set("/connection/id", "a\nb")), @"a value in an ini file is one line, and this one has several");
    insta::assert_snapshot!(message(WIFI, Format::Ini, set("/connection/id", " a")), @"a value in an ini file cannot start or end with a space, or end with a backslash");
    insta::assert_snapshot!(message(WIREGUARD, Format::Ini, set("/Interface/PostUp", "a # b")), @"in a WireGuard file `#` starts a comment, so a value cannot contain it");
    insta::assert_snapshot!(message("A=b\n", Format::SopsDotenv, set("/A", "a\\nb")), @r"sops reads `\n` in a .env file as a line feed, so this value cannot be stored");
    insta::assert_snapshot!(message(WIFI, Format::Ini, set("/connection/a=b", "c")), @"the edited text would not have the intended value");
    insta::assert_snapshot!(message(WIFI, Format::Ini, Edit::Set { path: pointer("/connection/a"), value: map(&[]) }), @"a key in an ini file holds text");
    insta::assert_snapshot!(message(WIFI, Format::Ini, Edit::Set { path: Pointer::root(), value: Value::string("") }), @"an ini file holds sections and keys");
    insta::assert_snapshot!(message("no ini\n", Format::Ini, set("/a/b", "c")), @"this line is not `key = value`");
}

#[test]
fn the_env_store_of_sops_has_no_quotes_and_no_export() {
    let text = "# c\nA=\"x\"\n #B=1\n\nexport C= y \nD=1\\n2\nE=a=b\r\n";
    let read = |text: &str| to_json(Document::parse(text.as_bytes(), Format::SopsDotenv).expect("text").value());
    assert_eq!(read(text), serde_json::json!({"A": "\"x\"", " #B": "1", "export C": " y ", "D": "1\n2", "E": "a=b\r"}));
    for (edit, old, new) in [
        (set("/D", "x\ny"), "D=1\\n2", "D=x\\ny"),
        (set("/F", " # "), "E=a=b\r\n", "E=a=b\r\nF= # \n"),
        (remove("/A"), "A=\"x\"\n", ""),
        (set("/A", ""), "A=\"x\"", "A="),
    ] {
        let expected = text.replace(old, new);
        assert_eq!(edited(text, Format::SopsDotenv, &[edit]), Ok(expected));
    }
    assert_eq!(read("A=1\nA=2\n"), serde_json::json!({"A": ["1", "2"]}));
    assert_eq!(edited("A=1\nB\n", Format::SopsDotenv, &[]).expect_err("no variable").0, ErrorKind::Syntax);
}

#[test]
fn the_ini_store_of_sops_has_quotes_and_comments_behind_values() {
    let text = "top = 1\n[s]\na = \"x\" ; c\nb = `p\"#;`\nc = \"\"\"q`\"\"\"\nd = `1\n2`\ne: y#z\nf = it's\n";
    let value = to_json(Document::parse(text.as_bytes(), Format::SopsIni).expect("text").value());
    let expected = serde_json::json!({"a": "x", "b": "p\"#;", "c": "q`", "d": "1\n2", "e": "y", "f": "it's"});
    assert_eq!((&value["s"], &value["DEFAULT"]), (&expected, &serde_json::json!({"top": "1"})));
    for (new, written) in
        [("a;b", "`a;b`"), ("l\nm", "`l\nm`"), ("`;", "\"\"\"`;\"\"\""), ("'q'", "`'q'`"), (" x", "` x`"), ("v", "v")]
    {
        let expected = text.replace("`1\n2`", written);
        assert_eq!(edited(text, Format::SopsIni, &[set("/s/d", new)]), Ok(expected), "{new}");
    }
}

#[test]
fn the_ini_store_of_sops_has_a_section_without_a_header() {
    let text = "# c\na = 1\n\n[s]\nb = 2\n";
    let edit = |edits: &[Edit]| edited(text, Format::SopsIni, edits);
    assert_eq!(edit(&[set("/DEFAULT/a", "x")]), Ok(text.replace('1', "x")));
    assert_eq!(edit(&[set("/DEFAULT/z", "x")]), Ok(text.replace("a = 1\n", "a = 1\nz = x\n")));
    assert_eq!(edit(&[Edit::Remove { path: pointer("/DEFAULT") }]), Ok("\n[s]\nb = 2\n".to_owned()));
    let rename = Edit::Rename { path: pointer("/DEFAULT"), to: "t".to_owned() };
    assert_eq!(edit(&[rename]), Ok(["[t]\n", text].concat()));
    let moved = Edit::Move { from: pointer("/s/b"), path: pointer("/DEFAULT/b") };
    assert_eq!(edit(&[moved]), Ok("# c\na = 1\nb = 2\n\n[s]\n".to_owned()));
    assert_eq!(
        edited("[s]\nb = 2\n", Format::SopsIni, &[set("/DEFAULT/a", "1")]),
        Ok("a = 1\n[s]\nb = 2\n".to_owned())
    );
    let value = to_json(Document::parse(b"[DEFAULT]\na = 1\n", Format::SopsIni).expect("text").value());
    assert_eq!(value, serde_json::json!({"DEFAULT": {"a": "1"}}));
    assert_eq!(edit(&[set("/top", "x")]).expect_err("refused").1, "in an ini file of sops every value is in a section");
}

proptest! {
    #[test]
    fn an_edit_has_the_intended_value_and_adding_then_removing_restores_the_text(
        lines in prop::collection::vec("(|# c|; d|\\[s\\]|\\[t\\]|k = v|m=|  n : o|#k=v|p = q # r|loose|x = y \\\\\n  z)", 0..12),
        value in "[a-z =:;'\"]{0,6}",
        final_end in any::<bool>(),
    ) {
        let text = lines.join("\n") + if final_end { "\n" } else { "" };
        let Ok(document) = Document::parse(text.as_bytes(), Format::Ini) else { return Ok(()) };
        let same = document.edit().finish().expect("nothing to do");
        prop_assert_eq!(same.bytes(), text.as_bytes());
        for path in ["/zz", "/s/zz", "/new/zz"] {
            let Ok(after) = edited(&text, Format::Ini, &[set(path, &value)]) else { continue };
            let read = Document::parse(after.as_bytes(), Format::Ini).expect("it was read back");
            prop_assert_eq!(pointer(path).get(read.value()), Some(&Value::string(value.as_str())));
            let top = path.rsplit_once('/').map_or(path, |(above, _)| if above.is_empty() || pointer(above).get(document.value()).is_some() { path } else { above });
            if !text.trim().is_empty() {
                prop_assert_eq!(edited(&after, Format::Ini, &[remove(top)]), Ok(text.clone()), "{}", after);
            }
        }
    }
}
