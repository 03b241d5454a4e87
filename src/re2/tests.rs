use super::Pattern;

fn matches(pattern: &str, text: &str) -> bool {
    Pattern::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}")).is_match(text)
}

#[test]
fn patterns_match_what_they_match_in_go() {
    // Expected values from Go 1.25's `regexp.MatchString`.
    for (pattern, yes, no) in [
        (r"secrets\.yaml$", "a/secrets.yaml", "secrets.yamlx"),
        (r"^prod/", "prod/x", "sub/prod/x"),
        (r"(?i)^SECRETS/.*\.YAML$", "secrets/ü.yaml", "secret/x.yaml"),
        (r"^(data|stringData)$", "data", "mydata"),
        (r"^geheime Dateien/ü\.yaml$", "geheime Dateien/ü.yaml", "geheime Dateien/u.yaml"),
        (r"^\d+$", "12", "١٢"),
        (r"^\w$", "a", "ü"),
        (r"^\W$", "ü", "a"),
        (r"^\s$", "\t", "\u{b}"),
        (r"\bkey\b", "ükey", "mykey"),
        (r"a\Bb", "ab", "a b"),
        (r"^[[]$", "[", "]"),
        (r"^[a[b]$", "[", "c"),
        (r"^[]a]$", "]", "b"),
        (r"^[^]a]$", "b", "]"),
        (r"^[a&&b]$", "&", "c"),
        (r"^[+--]$", ",", "a"),
        (r"^[a-z-]$", "-", "A"),
        (r"^[\d.]$", ".", "x"),
        (r"^[\D]$", "x", "1"),
        (r"^[^\W]$", "x", "-"),
        (r"^[[:alpha:]_]$", "_", "1"),
        (r"^[[:^digit:]]$", "x", "1"),
        (r"^[[:x]+$", "[:x", "a"),
        (r"^a{,5}$", "a{,5}", "aaa"),
        (r"^a{$", "a{", "a"),
        (r"^a{2}$", "aa", "a{2}"),
        (r"^a{01}$", "a{01}", "a"),
        (r"^a{2,3}?$", "aaa", "a"),
        (r"^\Qa.b\E+$", "a.bb", "axb"),
        (r"^\Qa.b", "a.b", "axb"),
        (r"^\101$", "A", "101"),
        (r"^\x41\x{42}$", "AB", "ab"),
        (r"^\<a\>$", "<a>", "a"),
        (r"^\-\/\_\#\&\~$", "-/_#&~", ""),
        (r"^(?P<name>a)(?<other>b)$", "ab", "a"),
        (r"(?m)^b$", "a\nb", "ab"),
        (r"^a.b$", "a\rb", "a\nb"),
        (r"(?s)^a.b$", "a\nb", "ab"),
        (r"^(?s-i:a.)b$", "a\nb", "A\nb"),
        (r"^(?U)a+$", "aa", ""),
        (r"^\pL\p{Nd}\P{L}\p{^L}$", "ä111", "1111"),
        (r"(?i)straße", "STRAßE", "STRASSE"),
        (r"(?i)^k$", "\u{212a}", "x"),
        (r"a|", "", "\u{0}"),
    ] {
        assert!(matches(pattern, yes), "{pattern} matches {yes:?}");
        assert!(pattern == "a|" || !matches(pattern, no), "{pattern} does not match {no:?}");
    }
}

#[test]
fn patterns_that_go_refuses_are_refused() {
    for pattern in [
        "[",
        "(",
        ")",
        "*",
        "a**",
        "a*+",
        "a{2}{3}",
        "a{1001}",
        "a{3,2}",
        "(?!prod/)",
        "(?=x)",
        "(?<=x)",
        "(?<!x)",
        "(?x)a b",
        "(?u)a",
        "(?-)",
        "(?i",
        "(?P<>a)",
        "(?P<a-b>c)",
        "(?P=a)",
        r"\1",
        r"\8",
        r"\Z",
        r"\C",
        r"\E",
        r"\u0041",
        r"\G",
        r"\K",
        r"\e",
        r"\x",
        r"\x4",
        r"\x{}",
        r"\x{110000}",
        r"[\b]",
        r"[\Q]",
        "[b-a]",
        "[[:unknown:]]",
        "[a",
        r"\",
        r"[\",
        "(?i-)a",
        "[a--]",
        r"\ü",
    ] {
        assert!(Pattern::new(pattern).is_err(), "{pattern}");
    }
}

#[test]
fn valid_go_patterns_without_an_exact_counterpart_are_refused() {
    for pattern in [r"\p{Greek}", r"\pC", r"\p{Any}", r"\p{lu}"] {
        assert!(Pattern::new(pattern).is_err(), "{pattern}");
    }
}

#[test]
fn hostile_patterns_terminate() {
    let deep = "(".repeat(5_000) + &")".repeat(5_000);
    for pattern in [deep.as_str(), &"a".repeat(20_000), "((a{1000}){1000}){1000}", &"[a-z]{1000}".repeat(500)] {
        assert!(Pattern::new(pattern).is_err());
    }
}

#[test]
fn what_go_rejects_and_what_is_only_unsupported_here() {
    for pattern in [
        "(",
        "a)",
        "[a",
        "a{1001}",
        "a{2,1}",
        "(a{500}){3}",
        "((a{10}){10}){11}",
        "(a{30}b{40}){30}",
        "**",
        "*a",
        "(?=x)",
        r"\1",
        r"\Z",
        r"\p",
        r"\p{L",
        r"[a-\d]",
        "[[:foo:]]",
        "(?x)a",
        "(?-)",
    ] {
        assert!(super::refusal(pattern).is_some(), "{pattern}");
    }
    for pattern in [
        r"\p{Greek}",
        r"\x{D800}",
        "(?ii)x",
        "(?i-i)x",
        "(a{2}){500}",
        "(a*){1000}",
        "(a{0}){1000}",
        "(?P<user>x)",
        r"\ ",
        "a{30}b{40}",
        "(a{30})(b{40})",
    ] {
        assert_eq!(super::refusal(pattern), None, "{pattern}");
    }
}
