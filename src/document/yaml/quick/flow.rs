//! Flow collections on one line, for the quick reader.

use super::{MAX_KEY, Owner, Scanner};
use crate::document::yaml::arena::Content;

impl Scanner<'_> {
    /// Reads a flow collection on one line.
    pub(super) fn flow(&mut self, owner: Owner) -> Option<usize> {
        self.deeper()?;
        let begin = self.at;
        let is_list = self.byte(begin) == Some(b'[');
        let content = if is_list { Content::List(Vec::new()) } else { Content::Map(Vec::new()) };
        let node = self.push(content, 0..0, true, owner);
        let close = if is_list { b']' } else { b'}' };
        self.at += 1;
        self.at += self.spaces(self.at);
        let mut done = self.byte(self.at) == Some(close);
        while !done {
            if is_list {
                let item = self.flow_value(Owner::itself(self.at))?;
                if let Content::List(items) = &mut self.pieces[node].content {
                    items.push(item);
                }
            } else {
                let entry = self.at;
                let key = self.token(true)?;
                if key.end - key.begin > MAX_KEY
                    || self.byte(self.at) != Some(b':')
                    || self.byte(self.at + 1) != Some(b' ')
                {
                    return None;
                }
                let key = self.push_token(key, Owner::itself(entry));
                let after = self.at + 1;
                self.at = after + self.spaces(after);
                let value = self.flow_value(Owner { entry, after })?;
                if let Content::Map(entries) = &mut self.pieces[node].content {
                    entries.push((key, value));
                }
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
        self.pieces[node].span = begin..self.at;
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
