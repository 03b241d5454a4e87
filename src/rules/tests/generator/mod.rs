//! Expressions made at random, of the kind that secrets.nix files are written in. Most of them have a value: what is
//! made is typed, and only now and then a part of another type is put in.

mod general;
mod special;

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
    Set,
    /// A set of lists of strings.
    Sets,
}

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
}
