//! Quotes words in suggested commands.

use std::borrow::Cow;

/// `word` quoted for a POSIX shell: unchanged if it has no special characters, otherwise in single quotes. Control
/// characters become spaces, so that pasting a suggestion cannot run a second line.
pub fn shell_word(word: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:@%+=,".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        return Cow::Borrowed(word);
    }
    let word: String = word.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::shell_word;

    #[test]
    fn special_characters_of_the_shell_are_quoted() {
        let cases = [
            ("media", "media"),
            ("a-b_c.9", "a-b_c.9"),
            ("", "''"),
            ("x; touch /tmp/pwn", "'x; touch /tmp/pwn'"),
            ("$(id)", "'$(id)'"),
            ("`id`", "'`id`'"),
            ("it's", r"'it'\''s'"),
            ("a\nb", "'a b'"),
            ("~", "'~'"),
            ("*", "'*'"),
            ("ü", "'ü'"),
        ];
        for (word, quoted) in cases {
            assert_eq!(shell_word(word), quoted);
        }
    }
}
