//! The names of keys from anchors in a `.sops.yaml`: `- &anna age1…`.

use super::super::Names;

/// The names, if anchor and key are on one line. They are only for display.
pub(super) fn names(text: &str) -> Names {
    let mut names = Names::default();
    for line in text.lines() {
        for (at, _) in line.match_indices('&') {
            let before = line[..at].chars().next_back();
            if before.is_some_and(|before| !before.is_whitespace() && !"[,{".contains(before)) {
                continue;
            }
            let Some((name, rest)) = line[at + 1..].split_once(char::is_whitespace) else { continue };
            if let Some(key) = scalar(rest.trim_start()).filter(|_| !name.is_empty()) {
                names.note(key, name);
            }
        }
    }
    names
}

/// The scalar at the start of a text.
fn scalar(text: &str) -> Option<&str> {
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split(quote).next();
        }
    }
    let end = text.find(" #").into_iter().chain(text.find([',', ']', '}'])).min().unwrap_or(text.len());
    Some(text[..end].trim_end()).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn anchors_name_the_keys_behind_them() {
        let text = "keys:\n  - &anna age1anna\n  - &'odd age1odd # x\n  - &host \"ssh-ed25519 AAAA root@host\"\n  - &pegasus   'age1pegasus'\n  - admins: &admins [&ben age1ben, &cleo age1cleo]\n  - &list\n    - age1none\n# a&b age1no\nx: a &b\nrules:\n  - *anna\n";
        let names = names(text);
        for (key, name) in [
            ("age1anna", "anna"),
            ("age1odd", "'odd"),
            ("ssh-ed25519 AAAA root@host", "host"),
            ("age1pegasus", "pegasus"),
            ("age1ben", "ben"),
            ("age1cleo", "cleo"),
        ] {
            assert_eq!(names.of(key), Some(name), "{key}");
        }
        assert_eq!(names.iter().count(), 6);
    }
}
