//! The characters of a text beyond ASCII, of which most texts have few.

/// How many bytes are examined at once.
const PIECE: usize = 32;

/// The characters that are not ASCII. What lies between them is passed over in pieces, which takes a fraction of the time.
pub(crate) fn beyond_ascii(text: &str) -> impl Iterator<Item = char> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let passed = rest.as_bytes().chunks(PIECE).take_while(|piece| piece.is_ascii()).count() * PIECE;
        let next = rest.as_bytes().get(passed..)?.iter().position(|byte| !byte.is_ascii())?;
        rest = &rest[passed + next..];
        let character = rest.chars().next()?;
        rest = &rest[character.len_utf8()..];
        Some(character)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_is_passed_over() {
        for before in 0..=2 * PIECE {
            for between in [0, 1, PIECE - 3, PIECE, 3 * PIECE] {
                let text =
                    ["x".repeat(before), "é".into(), "y".repeat(between), "…🦀".into(), "z".repeat(before)].concat();
                assert_eq!(beyond_ascii(&text).collect::<String>(), "é…🦀", "{before} {between}");
            }
        }
        assert_eq!(beyond_ascii("").next(), None);
    }
}
