//! Expressions made at random, of the kind that secrets.nix files are written in. Most of them have a value: what is
//! made is typed, and only now and then a part of another type is put in.

/// The files that expressions read, beside them.
pub(super) const FILES: [(&str, &str); 8] = [
    ("keys.pub", "ssh-ed25519 AAAAC3Nz me@laptop\n"),
    ("data.json", "{\"users\": [\"k1\", \"k2\"], \"n\": 1, \"nested\": {\"a\": null}}"),
    ("data.toml", "[hosts]\ncloud = 'k3'\n"),
    (
        "lib.nix",
        "{ unique = builtins.foldl' (acc: x: if builtins.elem x acc then acc else acc ++ [ x ]) [ ]; s = \"lib\"; }",
    ),
    ("function.nix", "{ a, b ? \"default\" }: \"${toString a}-${b}\""),
    ("dir/default.nix", "{ me = \"k4\"; }"),
    ("dir/a.pub", "key a\n"),
    ("dir/b.pub", "key b"),
];

/// The expression of that seed.
pub(super) fn expression(seed: u64) -> String {
    let mut generator = Generator { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678, scope: Vec::new() };
    let kinds = [Kind::Str, Kind::Int, Kind::Bool, Kind::Strs, Kind::Ints, Kind::Set, Kind::Sets];
    let kind = generator.one(&kinds);
    generator.some(kind, 5)
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Str,
    Int,
    Bool,
    Strs,
    Ints,
    /// A set of strings.
    Set,
    /// A set of lists of strings.
    Sets,
}

/// A name in scope.
#[derive(Clone)]
struct Known {
    name: &'static str,
    kind: Kind,
    /// Whether it may be used yet: what is bound later in the same `let` shadows, and would be a circle.
    usable: bool,
    /// Whether it is bound by a `with`, over which any other binding wins.
    with: bool,
}

struct Generator {
    state: u64,
    scope: Vec<Known>,
}

const NAMES: [&str; 9] = ["a", "b", "c", "me", "host", "x'", "all-keys", "map", "f_1"];
const TEXTS: [&str; 14] = [
    "\"\"",
    "\"a\"",
    "\"b.age\"",
    "\"k 1\"",
    "\"x\\ny\"",
    "\"\\${a}\"",
    "\"$\"",
    "\"é\"",
    "''a''",
    "''\n  one\n    two\n''",
    "''\n\tt\n\t  u''",
    "''  ''\\n ''${a} ''' ''",
    "\"a/b/c\"",
    "''\n\n  a\n \n  b\n  ''",
];

impl Generator {
    fn next(&mut self, below: usize) -> usize {
        // splitmix64
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % below as u64).expect("it is below")
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.next(of.len())].clone()
    }

    fn kind(&mut self) -> Kind {
        self.one(&[
            Kind::Str,
            Kind::Str,
            Kind::Int,
            Kind::Bool,
            Kind::Strs,
            Kind::Strs,
            Kind::Ints,
            Kind::Set,
            Kind::Sets,
        ])
    }

    /// An expression, in parentheses most of the time.
    fn some(&mut self, kind: Kind, depth: usize) -> String {
        let kind = if self.next(90) == 0 { self.kind() } else { kind };
        let text = match depth {
            0 => return self.leaf(kind),
            depth => match self.next(10) {
                0 => return self.variable(kind).unwrap_or_else(|| self.leaf(kind)),
                1..=4 => self.general(kind, depth - 1),
                _ => self.special(kind, depth - 1),
            },
        };
        match self.next(40) {
            0 => text,
            1 => format!("( /* c */ {text} # c\n)"),
            _ => format!("({text})"),
        }
    }

    fn variable(&mut self, kind: Kind) -> Option<String> {
        let mut found = Vec::new();
        for name in NAMES {
            let named = || self.scope.iter().rev().filter(move |known| known.name == name);
            let meant = named().find(|known| !known.with).or_else(|| named().next());
            found.extend(meant.filter(|known| known.usable && known.kind == kind).map(|_| name));
        }
        if found.is_empty() { None } else { Some(self.one(&found).to_owned()) }
    }

    fn leaf(&mut self, kind: Kind) -> String {
        if let Some(name) = self.variable(kind).filter(|_| self.next(2) == 0) {
            return name;
        }
        match kind {
            Kind::Str => self.one(&TEXTS).to_owned(),
            Kind::Int => self.next(12).to_string(),
            Kind::Bool => self.one(&["true", "false"]).to_owned(),
            Kind::Strs => self.one(&["[ ]", "[ \"k\" ]", "[ \"b\" ''a'' \"b\" ]"]).to_owned(),
            Kind::Ints => self.one(&["[ ]", "[ 3 1 2 ]", "[ 1 ]"]).to_owned(),
            Kind::Set => self.one(&["{ }", "{ a = \"1\"; }", "{ b = \"2\"; \"x y\" = \"3\"; a = ''4''; }"]).to_owned(),
            Kind::Sets => self.one(&["{ }", "{ a = [ \"1\" ]; }", "{ c = [ ]; b = [ \"2\" \"3\" ]; }"]).to_owned(),
        }
    }

    /// Some different names.
    fn names(&mut self) -> Vec<&'static str> {
        let mut names: Vec<&str> = Vec::new();
        for _ in 0..=self.next(3) {
            let name = self.one(&NAMES);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Bindings whose names see each other, in any order; they stay in scope.
    fn bindings(&mut self, depth: usize) -> (String, Vec<(&'static str, Kind)>) {
        let names: Vec<(&str, Kind)> = self.names().into_iter().map(|name| (name, self.kind())).collect();
        let first = self.scope.len();
        self.scope.extend(names.iter().map(|(name, kind)| Known { name, kind: *kind, usable: false, with: false }));
        let mut texts = Vec::new();
        for (index, (name, kind)) in names.iter().enumerate() {
            let text = format!("{name} = {};", self.some(*kind, depth));
            let place = self.next(texts.len() + 1);
            texts.insert(place, text);
            self.scope[first + index].usable = true;
        }
        (texts.join(" "), names)
    }

    /// What an expression of any type can be.
    fn general(&mut self, kind: Kind, depth: usize) -> String {
        let before = self.scope.len();
        let text = match self.next(17) {
            0..=2 => {
                let (bindings, _) = self.bindings(depth);
                format!("let {bindings} in {}", self.some(kind, depth))
            }
            3 => {
                let (bindings, names) = self.bindings(depth);
                let same: Vec<&str> = names.iter().filter(|(_, of)| *of == kind).map(|(name, _)| *name).collect();
                match same.is_empty() {
                    true => format!("let inherit ({{ x = 1; }}) x; {bindings} in {}", self.some(kind, depth)),
                    false => format!("rec {{ {bindings} }}.{}", self.one(&same)),
                }
            }
            4 => {
                let (bindings, names) = self.bindings(depth);
                self.scope.truncate(before);
                let known = names.into_iter().map(|(name, kind)| Known { name, kind, usable: true, with: true });
                self.scope.extend(known);
                format!("with rec {{ {bindings} }}; {}", self.some(kind, depth))
            }
            5 => self.function(kind, depth),
            6 => {
                let of = self.kind();
                let name = self.one(&NAMES);
                let argument = self.some(of, depth);
                self.scope.push(Known { name, kind: of, usable: true, with: false });
                format!("({name}: {}) {argument}", self.some(kind, depth))
            }
            7 => {
                let condition = self.some(Kind::Bool, depth);
                format!("if {condition} then {} else {}", self.some(kind, depth), self.some(kind, depth))
            }
            8 => format!("if true then {} else throw \"no\"", self.some(kind, depth)),
            9 => format!("assert {} || true; {}", self.some(Kind::Bool, depth), self.some(kind, depth)),
            10 => format!("{{ a.b = {}; a.c = throw \"x\"; }}.a.b", self.some(kind, depth)),
            11 => {
                let name = self.one(&["a", "b"]);
                format!("{{ a = {}; }}.${{\"{name}\"}} or {}", self.some(kind, depth), self.some(kind, depth))
            }
            12 => format!("builtins.head [ {} (throw \"x\") ]", self.some(kind, depth)),
            13 => format!("builtins.foldl' (x: y: y) {} [ {} ]", self.leaf(kind), self.some(kind, depth)),
            14 => format!("(builtins.tryEval ({})).value", self.some(kind, depth)),
            15 => format!("builtins.fromJSON (builtins.toJSON {})", self.some(kind, depth)),
            _ => format!("({{ b = {}; }} // {{ a = {}; }}).a", self.leaf(Kind::Int), self.some(kind, depth)),
        };
        self.scope.truncate(before);
        text
    }

    /// A function with a pattern, called.
    fn function(&mut self, kind: Kind, depth: usize) -> String {
        let before = self.scope.len();
        let names: Vec<(&str, Kind)> = self.names().into_iter().map(|name| (name, self.kind())).collect();
        let mut arguments: Vec<String> = Vec::new();
        let mut formals: Vec<String> = Vec::new();
        let given: Vec<bool> = names.iter().map(|_| self.next(2) == 0).collect();
        for ((name, of), given) in names.iter().zip(&given) {
            if *given {
                arguments.push(format!("{name} = {};", self.some(*of, depth)));
            }
        }
        self.scope.extend(names.iter().map(|(name, kind)| Known { name, kind: *kind, usable: false, with: false }));
        for (index, ((name, of), given)) in names.iter().zip(&given).enumerate() {
            formals.push(match given {
                true if self.next(2) == 0 => (*name).to_owned(),
                _ => format!("{name} ? {}", self.some(*of, depth)),
            });
            self.scope[before + index].usable = true;
        }
        let (open, more) = if self.next(3) == 0 { (", ...", " zz = 1;") } else { ("", "") };
        let whole = self.one(&["", "@args", "args@"]);
        let (front, back) = if whole.ends_with('@') { (whole, "") } else { ("", whole) };
        let body = self.some(kind, depth);
        format!("({front}{{ {}{open} }}{back}: {body}) {{ {}{more} }}", formals.join(", "), arguments.join(" "))
    }

    /// What only an expression of this type can be.
    fn special(&mut self, kind: Kind, depth: usize) -> String {
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
