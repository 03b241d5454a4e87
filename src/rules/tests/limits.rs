//! Small rules that would exhaust time or memory: each ends with an error that has a place.

use super::*;

/// Rules that need the value `{}`.
fn needing(value: &str) -> String {
    format!("{{ f.publicKeys = [ (builtins.seq ({value}) \"k\") ]; }}")
}

fn refused(text: &str) -> Error {
    let folder = folder_with(text);
    fs::write(folder.path().join("mebibyte"), "a".repeat(1 << 20)).expect("written");
    let begin: String = text.chars().take(120).collect();
    match evaluate::file(&folder.path().join("secrets.nix"), &evaluate::own_folder(&folder.path().join("secrets.nix")))
    {
        Err(Stop::Wrong(error)) => error,
        Err(Stop::NeedsNix { construct, .. }) => panic!("Nix would be asked: {construct}: {begin}"),
        Ok(found) => plain(found).err().unwrap_or_else(|| panic!("it is evaluated: {begin}")),
    }
}

#[test]
fn expensive_expressions_are_refused_with_a_place() {
    let doubling = |start: &str, step: &str, times: usize| {
        let steps: String =
            (0..times).map(|at| format!("x{} = {};\n", at + 1, step.replace('X', &format!("x{at}")))).collect();
        format!("let x0 = {start};\n{steps}in x{times}")
    };
    let text = "(builtins.readFile ./mebibyte)";
    let cases = [
        "builtins.genList (x: x) 1000000000".to_owned(),
        "builtins.genList (x: x) 9223372036854775807".to_owned(),
        "builtins.length (builtins.concatMap (x: builtins.genList (y: y) 1000) (builtins.genList (x: x) 100000))".to_owned(),
        doubling("\"aaaaaaaa\"", "X + X", 60),
        doubling("\"aaaaaaaa\"", "\"${X}${X}\"", 60),
        doubling("[ 1 ]", "X ++ X", 60),
        doubling("[ 1 ]", "builtins.concatLists [ X X ]", 60),
        doubling("\"a\"", "builtins.concatStringsSep X [ X X X ]", 60),
        doubling("\"a\"", "builtins.replaceStrings [ \"a\" ] [ \"aa\" ] X", 60),
        doubling("/a", "X + X", 60),
        format!("builtins.toJSON ({})", doubling("[ 1 ]", "[ X X ]", 60)),
        format!("toString ({})", doubling("[ 1 ]", "[ X X ]", 60)),
        format!("builtins.deepSeq (({}) 1) 1", doubling("(y: [ y y ])", "(y: [ (X y) (X y) ])", 40)),
        format!("({}) == ({})", doubling("[ 1 ]", "[ X X ]", 40), doubling("[ 1 ]", "[ X X ]", 40)),
        format!("({}) < ({})", doubling("[ 1 ]", "[ X X ]", 40), doubling("[ 1 ]", "[ X X ]", 40)),
        "let f = n: f (n + 1); in f 0".to_owned(),
        "let f = n: f n + f n; in f 0".to_owned(),
        "let fib = n: if n < 2 then n else fib (n - 1) + fib (n - 2); in fib 60".to_owned(),
        "builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: x) 2000000)".to_owned(),
        "builtins.foldl' (a: b: a // { ${toString b} = b; }) { } (builtins.genList (x: x) 20000)".to_owned(),
        "toString (builtins.foldl' (a: b: [ a ]) [ ] (builtins.genList (x: x) 300000))".to_owned(),
        "builtins.toJSON (builtins.foldl' (a: b: [ a ]) [ ] (builtins.genList (x: x) 300000))".to_owned(),
        "builtins.foldl' (a: b: a: b) 1 (builtins.genList (x: x) 2000000)".to_owned(),
        "builtins.length (builtins.genericClosure { startSet = [ { key = 0; } ]; operator = x: [ { key = x.key + 1; } ]; })".to_owned(),
        "let f = { __functor = self: self; }; in f 1".to_owned(),
        "let f = { __toString = self: self; }; in \"${f}\"".to_owned(),
        "let f = { outPath = f; }; in \"${f}\"".to_owned(),
        "builtins.match \"(a*)*b\" \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"".to_owned(),
        "builtins.match \"(a|a)*b\" \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"".to_owned(),
        "builtins.length (builtins.split \"(a|aa)+$\" \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\")".to_owned(),
        format!("builtins.match \".*\" {text}"),
        format!("builtins.length (builtins.split \"b\" ({text} + {text} + {text} + {text}))"),
        format!("builtins.length (builtins.split \"a*b\" {text})"),
        format!("builtins.match \"{}a{}\" \"\"", "(".repeat(100_000), ")".repeat(100_000)),
        format!("builtins.match \"a{}\" \"\"", "*".repeat(100_000)),
        format!("builtins.match \"a{{0}}{}\" \"\"", "{1000}".repeat(100)),
        format!("builtins.match \"(a){}\" \"\"", "{1000}".repeat(100)),
        format!("builtins.match \"a{}\" \"\"", "|a".repeat(100_000)),
        format!("builtins.stringLength (builtins.replaceStrings [ \"a\" ] [ {text} ] {text})"),
        format!("builtins.length (builtins.genList (x: builtins.hashString \"sha512\" {text}) 1000) + \
                 builtins.foldl' (a: b: a + builtins.stringLength (builtins.hashFile \"sha512\" ./mebibyte)) 0 (builtins.genList (x: x) 1000)"),
        format!("builtins.foldl' (a: b: builtins.compareVersions ({text} + \"1\") ({text} + \"2\")) 0 (builtins.genList (x: x) 1000)"),
        format!("builtins.foldl' (a: b: if ({text} + \"a\") == ({text} + \"b\") then 1 else 2) 0 (builtins.genList (x: x) 1000)"),
    ];
    for case in cases {
        let error = refused(&needing(&case));
        assert_eq!(error.kind(), ErrorKind::Rules, "{case:.120}");
        assert!(error.line_column().is_some(), "{case:.120}: {}", error.message());
    }
}

#[test]
fn quadratic_inputs_are_read_fast() {
    let many = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<String>();
    let names = many(60_000, &|at| format!("a{at}=1;"));
    let used = many(40_000, &|at| format!("a{at} "));
    for text in [
        format!("{{{names}}}"),
        format!("rec {{{names} z = [ {used} ];}}"),
        format!("let {names} in {{ z = [ {used} ]; }}"),
        format!("let {names} in {{ inherit {used}; }}"),
        format!("{{ {} }}: 1", many(60_000, &|at| format!("b{at},")).trim_end_matches(',')),
        format!("let f = {{{names}}}; in {{ inherit (f) {used}; }}"),
        format!("{{ z = [ {} ]; }}", many(40_000, &|at| format!("\"${{toString {at}}}\" "))),
        format!("{{ {} }}", many(20_000, &|at| format!("a.b.c.d{at} = 1;"))),
    ] {
        // That is not a set of rules, which is detected early.
        let error = refused(&text);
        assert!(!error.message().contains("steps"), "{text:.40}: {}", error.message());
    }
}

#[test]
fn deep_texts_are_refused_before_they_are_parsed() {
    for text in [
        "(".repeat(1_000_000),
        "[".repeat(100_000),
        "{a=".repeat(300_000),
        "x: ".repeat(300_000),
        format!("1{}", " +1".repeat(300_000)),
        format!("{{ f.publicKeys = [ ({}\"k\") ]; }}", "if true then ".repeat(50_000)),
        format!("{{ f{} = 1; }}", " .a".repeat(300_000)),
    ] {
        let error = refused(&text);
        assert!(error.line_column().is_some() && error.message().contains("nests deeper"), "{text:.40}");
    }
    for text in [format!("1{}", "+1".repeat(500_000)), format!("{{ f{} = 1; }}", ".a".repeat(400_000))] {
        let error = refused(&text);
        assert!(error.line_column().is_some() && error.message().contains("without a space"), "{text:.40}");
    }
    // At the maximum depth, nothing overflows.
    let deep = 4_900;
    for (open, middle, close) in [
        ("(", "{ }", ")"),
        ("[", "", "]"),
        ("{a=", "1", ";}"),
        ("x:", "1", ""),
        ("!", "true", ""),
        ("\"${", "\"\"", "}\""),
        ("with {};", "1", ""),
        ("assert true;", "1", ""),
        ("if true then ", "1", " else 1"),
        ("let a = 1; in ", "a", ""),
        ("1+", "1", ""),
        ("a.", "a=1;", ""),
        ("x ", "", ""),
        ("rec{a=a;b=", "1", ";}"),
    ] {
        for count in [deep, deep / 3] {
            let text = format!("{}{middle}{}", open.repeat(count), close.repeat(count));
            for text in [text.clone(), format!("{{ f.publicKeys = [ ({text}) ]; }}")] {
                let folder = folder_with(&text);
                let _ended = evaluate::file(
                    &folder.path().join("secrets.nix"),
                    &evaluate::own_folder(&folder.path().join("secrets.nix")),
                );
                let _names = crate::rules::Names::in_text(&text);
            }
        }
    }
}
