//! Flow collections on one line, for the quick reader.

use super::{MAX_KEY, Owner, Scanner};

impl Scanner<'_> {
    /// Reads a flow collection on one line.
    pub(super) fn flow(&mut self, owner: Owner) -> Option<usize> {
        self.deeper()?;
        let begin = self.at;
        let is_list = self.byte(begin) == Some(b'[');
        let places = owner.places(0..0);
        let node = if is_list { self.arena.push_list(&places, true) } else { self.arena.push_map(&places, true) };
        let open = (self.items.len(), self.entries.len());
        let close = if is_list { b']' } else { b'}' };
        self.at += 1;
        self.at += self.spaces(self.at);
        let mut done = self.byte(self.at) == Some(close);
        while !done {
            if is_list {
                let item = self.flow_value(Owner::itself(self.at))?;
                self.items.push(item);
            } else {
                let entry = self.at;
                let key = self.token(true)?;
                if key.end - key.begin > MAX_KEY
                    || self.byte(self.at) != Some(b':')
                    || self.byte(self.at + 1) != Some(b' ')
                {
                    return None;
                }
                let key = self.push_key(key);
                let after = self.at + 1;
                self.at = after + self.spaces(after);
                let value = self.flow_value(Owner { entry, after })?;
                self.entries.push((key, value));
            }
            self.at += self.spaces(self.at);
            done = self.byte(self.at) == Some(close);
            if !done {
                if self.byte(self.at) != Some(b',') {
                    return None;
                }
                self.at += 1;
                self.at += self.spaces(self.at);
            }
        }
        self.at += 1;
        self.depth -= 1;
        self.arena.pieces.at_mut(node).set_span(begin..self.at);
        if is_list {
            self.arena.set_items(node, &self.items[open.0..]);
            self.items.truncate(open.0);
        } else {
            let count = self.entries.len() - open.1;
            self.arena.set_entries(node, &self.entries[open.1..]);
            self.entries.truncate(open.1);
            self.keys.end(count)?;
        }
        Some(node)
    }

    fn flow_value(&mut self, owner: Owner) -> Option<usize> {
        if let Some(b'[' | b'{') = self.byte(self.at) {
            return self.flow(owner);
        }
        let token = self.token(true)?;
        Some(self.push_token(token, owner))
    }
}
