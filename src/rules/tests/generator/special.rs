//! Generates expressions that only one type has.

use super::{Generator, Kind};

impl Generator {
    /// An expression form that only this type has.
    pub(super) fn special(&mut self, kind: Kind, depth: usize) -> String {
        match kind {
            Kind::Str => self.text(depth),
            Kind::Int => self.integer(depth),
            Kind::Bool => self.truth(depth),
            Kind::Strs | Kind::Ints => self.list(kind, depth),
            Kind::Set | Kind::Sets => self.set(kind, depth),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        let mut some = |kind| self.some(kind, depth);
        let one = some(Kind::Str);
        let other = some(Kind::Str);
        let (strings, numbers) = (some(Kind::Strs), some(Kind::Ints));
        let set = some(Kind::Set);
        match self.next(19) {
            0..=2 => format!("\"a${{{one}}}.${{{other}}}\""),
            3 => format!("''\n  x ${{{one}}}\n    y\n  ${{{other}}}''"),
            4 => format!("{one} + {other}"),
            5 => format!("toString {numbers}"),
            6 => format!("builtins.concatStringsSep \",\" {strings}"),
            7 => format!("builtins.substring 1 (builtins.length {numbers}) \"abcdef\""),
            8 => format!("builtins.replaceStrings [ \"a\" \"b\" ] [ {one} \"c\" ] {other}"),
            9 => self
                .one(&["builtins.readFile ./keys.pub", "builtins.readFile (./dir + \"/b.pub\")", "(import ./dir).me"])
                .to_owned(),
            10 => format!("builtins.toJSON {set}"),
            11 => format!("baseNameOf {one}"),
            12 => format!("builtins.elemAt ({strings} ++ [ {one} ]) 0"),
            13 => format!(
                "builtins.concatStringsSep \"|\" (builtins.filter builtins.isString (builtins.split \"[ \n.]\" {one}))"
            ),
            14 => format!("if builtins.match \"(.*)[.]age\" {one} == null then \"none\" else {other}"),
            15 => format!("import ./function.nix {{ a = {one}; }}"),
            16 => format!("{set}.a or {one}"),
            17 => format!("builtins.typeOf {set}"),
            _ => format!("builtins.hashString \"sha256\" {one}"),
        }
    }

    fn integer(&mut self, depth: usize) -> String {
        let (one, other) = (self.some(Kind::Int, depth), self.some(Kind::Int, depth));
        match self.next(8) {
            0 => format!("{one} + {other} * 2"),
            1 => format!("{one} - {other}"),
            2 => format!("-{one}"),
            3 => format!("{one} / (1 + {other} * {other})"),
            4 => format!("builtins.length {}", self.some(Kind::Strs, depth)),
            5 => format!("builtins.stringLength {}", self.some(Kind::Str, depth)),
            6 => format!("builtins.foldl' (acc: n: acc + n) {one} {}", self.some(Kind::Ints, depth)),
            _ => format!("let f = n: if n <= 0 then {one} else f (n - 1); in f 4"),
        }
    }

    fn truth(&mut self, depth: usize) -> String {
        let kind = self.kind();
        let (one, other) = (self.some(kind, depth), self.some(kind, depth));
        let (left, right) = (self.some(Kind::Bool, depth), self.some(Kind::Bool, depth));
        match self.next(13) {
            0 => format!("{one} == {other}"),
            1 => format!("{one} != {other}"),
            2 => format!("{} < {}", self.some(Kind::Int, depth), self.some(Kind::Int, depth)),
            3 => format!("{} >= {}", self.some(Kind::Str, depth), self.some(Kind::Str, depth)),
            4 => format!("{left} && {right}"),
            5 => format!("{left} || {right}"),
            6 => format!("{left} -> {right}"),
            7 => format!("!{left}"),
            8 => format!("{} ? a", self.some(Kind::Set, depth)),
            9 => format!("{} ? b.c", self.some(Kind::Sets, depth)),
            10 => format!("builtins.elem {} {}", self.some(Kind::Str, depth), self.some(Kind::Strs, depth)),
            11 => format!("builtins.all (x: x > 1) {}", self.some(Kind::Ints, depth)),
            _ => format!("builtins.isString {one}"),
        }
    }

    fn list(&mut self, kind: Kind, depth: usize) -> String {
        let (item, compare) =
            if kind == Kind::Strs { (Kind::Str, "(x: y: x < y)") } else { (Kind::Int, "builtins.lessThan") };
        let (one, other) = (self.some(kind, depth), self.some(kind, depth));
        let element = self.some(item, depth);
        match self.next(12) {
            0 => format!("[ {element} {} ]", self.some(item, depth)),
            1 | 2 => format!("{one} ++ {other}"),
            3 => format!("map (x: {element}) {one}"),
            4 => format!("builtins.filter (x: x != {element}) {one}"),
            5 => format!("builtins.concatMap (x: [ x ] ++ {other}) {one}"),
            6 => format!("builtins.concatLists [ {one} {other} ]"),
            7 => format!("builtins.sort {compare} {one}"),
            8 => format!("builtins.tail ([ {element} ] ++ {one})"),
            9 => format!("(import ./lib.nix).unique {one}"),
            10 if kind == Kind::Strs => format!("builtins.attrNames {}", self.some(Kind::Sets, depth)),
            11 if kind == Kind::Strs => format!("builtins.attrValues {}", self.some(Kind::Set, depth)),
            _ => format!("(builtins.partition (x: x == {element}) {one}).wrong"),
        }
    }

    fn set(&mut self, kind: Kind, depth: usize) -> String {
        let member = if kind == Kind::Set { Kind::Str } else { Kind::Strs };
        let (one, other) = (self.some(kind, depth), self.some(kind, depth));
        let value = self.some(member, depth);
        match self.next(11) {
            0 => format!("{{ a = {value}; \"b.age\" = {}; }}", self.some(member, depth)),
            1 => format!("{{ \"${{{}}}\" = {value}; }}", self.some(Kind::Str, depth)),
            2 | 3 => format!("{one} // {other}"),
            4 => format!("builtins.mapAttrs (n: v: {value}) {one}"),
            5 => format!(
                "builtins.listToAttrs (map (name: {{ inherit name; value = {value}; }}) {})",
                self.some(Kind::Strs, depth)
            ),
            6 => format!("removeAttrs {one} {}", self.some(Kind::Strs, depth)),
            7 => format!("builtins.intersectAttrs {one} {other}"),
            8 => format!("let s = {one}; in {{ inherit s; a.b = {value}; }}.s"),
            9 => format!("let s = {{ k = {value}; }}; in {{ inherit (s) k; }} // {other}"),
            _ => format!(
                "builtins.foldl' (acc: n: acc // {{ ${{n}} = {value}; }}) {one} {}",
                self.some(Kind::Strs, depth)
            ),
        }
    }
}
