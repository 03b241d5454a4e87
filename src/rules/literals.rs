//! Finds literals in the text of rules without evaluating it.

/// The strings in double quotes without interpolation, on one line.
pub fn literals(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().flat_map(|line| {
        let line = line.split_once(" #").map_or(line, |(before, _)| before);
        let parts = line.split('"').enumerate().filter(|(index, _)| index % 2 == 1).map(|(_, part)| part);
        parts.filter(|part| !part.is_empty() && !part.contains(['$', '\\'])).map(str::to_owned)
    })
}

/// The relative paths: `./x`, `../x`.
pub fn paths(text: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| c.is_whitespace() || "()[]{};,\"'".contains(c);
    text.split(ends).filter(|word| word.starts_with("./") || word.starts_with("../"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_paths_are_found() {
        let text = r#"let me = "ssh-ed25519 AAAA me"; in {
  "a.age".publicKeys = [ me ]; "b/c.age" = { publicKeys = [ me ]; }; # "no.age"
  "${x}.age".publicKeys = (import ./keys.nix).all;
} // import ../more/rules.nix { inherit me; }"#;
        let found: Vec<String> = literals(text).collect();
        assert_eq!(found, ["ssh-ed25519 AAAA me", "a.age", "b/c.age"]);
        assert_eq!(paths(text).collect::<Vec<_>>(), ["./keys.nix", "../more/rules.nix"]);
    }
}
