//! Generates expressions of any type: bindings, functions, conditions, lookups.

use super::{Generator, Kind, Known, NAMES};

impl Generator {
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

    /// An expression form that is available for every type.
    pub(super) fn general(&mut self, kind: Kind, depth: usize) -> String {
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

    /// A call of a function with a pattern.
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
}
