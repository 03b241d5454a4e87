//! E-mail addresses as Go's `net/mail` reads them: `admin@example.com`, `Authelia <admin@example.com>`.

/// Whether it is one address, with or without a name.
pub(super) fn is_mail_address(text: &str) -> bool {
    Reader { rest: text }.address().is_some()
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn address(&mut self) -> Option<()> {
        self.space();
        let start = self.rest;
        if self.at_host().is_some() {
            return self.end();
        }
        self.rest = start;
        if !self.rest.starts_with('<') {
            self.name()?;
        }
        self.space();
        if self.eat(':').is_some() {
            // A group. Only one of a single address is one address.
            let (inside, rest) = self.rest.split_once(';')?;
            self.rest = rest;
            Reader { rest: inside }.address()?;
            return self.end();
        }
        self.eat('<')?;
        self.at_host()?;
        self.eat('>')?;
        self.end()
    }

    /// `admin@example.com`
    fn at_host(&mut self) -> Option<()> {
        self.space();
        match self.rest.starts_with("\"\"") {
            true => return None,
            false if self.rest.starts_with('"') => self.quoted()?,
            false => self.atom(false)?,
        }
        self.eat('@')?;
        self.space();
        match self.rest.strip_prefix('[') {
            Some(literal) => {
                let (inside, rest) = literal.split_once(']')?;
                self.rest = rest;
                let valid = !inside.is_empty() && inside.chars().all(|next| is_visible(next) && next != '\\');
                valid.then_some(())
            }
            None => self.atom(false),
        }
    }

    /// The words before the angle bracket.
    fn name(&mut self) -> Option<()> {
        let mut words = 0;
        loop {
            self.space();
            while words > 0 && self.rest.starts_with('(') {
                self.comment()?;
                self.space();
            }
            let word = match self.rest.starts_with('"') {
                true => self.quoted(),
                false => self.atom(true),
            };
            match word {
                Some(()) => words += 1,
                None => return (words > 0).then_some(()),
            }
        }
    }

    /// Characters without spaces. Only in a name may dots be anywhere.
    fn atom(&mut self, anywhere: bool) -> Option<()> {
        let is_part = |next: char| next == '.' || (is_visible(next) && !"()<>[]:;@\\,\"".contains(next));
        let end = self.rest.find(|next| !is_part(next)).unwrap_or(self.rest.len());
        let (atom, rest) = self.rest.split_at(end);
        if atom.is_empty() || (!anywhere && atom.split('.').any(str::is_empty)) {
            return None;
        }
        self.rest = rest;
        Some(())
    }

    fn quoted(&mut self) -> Option<()> {
        let mut letters = self.rest.strip_prefix('"')?.char_indices();
        let end = loop {
            match letters.next()? {
                (at, '"') => break at,
                (_, '\\') => drop(letters.next().filter(|(_, next)| is_spaced(*next))?),
                (_, next) if is_spaced(next) => {}
                _ => return None,
            }
        };
        self.rest = &self.rest[end + 2..];
        Some(())
    }

    fn eat(&mut self, expected: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(expected)?;
        Some(())
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    /// Only spaces and comments follow.
    fn end(&mut self) -> Option<()> {
        loop {
            self.space();
            if self.rest.is_empty() {
                return Some(());
            }
            self.comment()?;
        }
    }

    fn comment(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        let mut letters = self.rest.char_indices();
        while let Some((at, next)) = letters.next() {
            match next {
                '(' => depth += 1,
                ')' => depth = depth.checked_sub(1)?,
                '\\' => drop(letters.next()),
                _ => {}
            }
            if depth == 0 {
                self.rest = &self.rest[at + 1..];
                return (at > 0).then_some(());
            }
        }
        None
    }
}

fn is_visible(next: char) -> bool {
    next.is_ascii_graphic() || !next.is_ascii()
}

fn is_spaced(next: char) -> bool {
    is_visible(next) || matches!(next, ' ' | '\t')
}

#[cfg(test)]
mod tests {
    use super::is_mail_address;

    #[test]
    fn addresses() {
        for good in [
            "a@b",
            "admin@example.com",
            " admin@example.com ",
            "<admin@example.com>",
            "Authelia <admin@example.com>",
            "J. R. Doe <admin@example.com>",
            "\"Doe, J.\" <admin@example.com>",
            "\"a b\"@example.com",
            "admin@[192.0.2.1]",
            "admin@example.com (the admin)",
            "jürgen@exämple.com",
            "Jürgen <a@b>",
            "Authelia (prod) <a@b>",
            "\"\" <a@b>",
            "us: a@b;",
        ] {
            assert!(is_mail_address(good), "{good}");
        }
        for bad in [
            "admin",
            "admin@",
            "@example.com",
            "admin@example.com, b@example.com",
            "a b@example.com",
            "admin@example..com",
            ".admin@example.com",
            "admin@example.com.",
            "Authelia admin@example.com",
            "Authelia <admin>",
            "Authelia <admin@example.com",
            "<>",
            "1",
            "\"a@b",
            "a@b)",
            "a@b (c",
            "\"\"@b",
            "a@[]",
            "us:;",
        ] {
            assert!(!is_mail_address(bad), "{bad}");
        }
    }
}
