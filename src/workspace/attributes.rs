//! Patterns of `.gitattributes` for the sops files of a repository: the creation rules, as far as patterns can express
//! them, and the names of existing files.

use std::path::Path;

use super::discovery::Workspace;
use super::glob;
use super::glob::escaped;
use super::regex_globs::globs;
use super::without_dots::without_dots;
use crate::error::Result;
use crate::shown;
use crate::shown::{FileName, Shown};

/// The attributes that git needs for the sops files.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SopsAttributes {
    pub patterns: Vec<String>,
    /// Paths, relative to the root, of sops files that no pattern covers.
    pub files: Vec<String>,
    /// Sentences about creation rules that no pattern can express.
    pub unexpressed: Vec<Shown>,
}

impl Workspace {
    /// The attributes that git needs for the sops files in the repository with this root.
    ///
    /// # Errors
    /// `rules` if `.sops.yaml` cannot be read or applied.
    pub(crate) fn sops_attributes(&self, root: &Path) -> Result<SopsAttributes> {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| without_dots(path));
        let root = real(root);
        let below = |path: &Path| Some(real(path).strip_prefix(&root).ok()?.to_str()?.to_owned());
        let mut found = SopsAttributes::default();
        let covered = self.sops_files()?;
        let plain: Vec<String> =
            covered.iter().filter(|(_, encrypted)| !encrypted).filter_map(|(target, _)| below(&target.path)).collect();
        if let Some((rules, folder)) = self.sops_rules()?.and_then(|rules| Some((rules, below(rules.folder())?))) {
            for (number, pattern) in rules.path_regexes() {
                let Some(pattern) = pattern else {
                    found.unexpressed.push(shown!("creation rule {} has no path_regex", number));
                    continue;
                };
                let Some(globs) = globs(pattern) else {
                    found.unexpressed.push(shown!("the path_regex of creation rule {} has no counterpart", number));
                    continue;
                };
                let globs: Vec<String> = globs.iter().map(|glob| within(&folder, glob)).collect();
                match plain.iter().find(|path| globs.iter().any(|glob| covers(glob, path))) {
                    Some(path) => {
                        found.unexpressed.push(shown!(
                            "creation rule {} covers {} too, which is plaintext",
                            number,
                            FileName::shown(path)
                        ));
                    }
                    None => found.patterns.extend(globs),
                }
            }
        }
        let mut seen = std::collections::HashSet::new();
        found.patterns.retain(|pattern| seen.insert(pattern.clone()));
        let files = covered.into_iter().filter(|(_, encrypted)| *encrypted).map(|(target, _)| target);
        let files = files.chain(self.sops_by_content()).filter_map(|target| below(&target.path));
        found.files = files.filter(|path| !found.patterns.iter().any(|glob| covers(glob, path))).collect();
        found.files.sort();
        found.files.dedup();
        Ok(found)
    }
}

/// Whether git would match the pattern with the path.
pub(crate) fn covers(pattern: &str, path: &str) -> bool {
    match pattern.strip_prefix('/') {
        Some(pattern) if pattern.contains(['*', '?']) => {
            // A pattern with a slash is compared with the complete path.
            glob::matches(&format!("/{pattern}"), &format!("/{path}"))
        }
        Some(pattern) => pattern == path,
        None => glob::matches(pattern, path),
    }
}

/// A pattern relative to the folder of the rules.
fn within(folder: &str, pattern: &str) -> String {
    if folder.is_empty() {
        return pattern.to_owned();
    }
    let folder = escaped(folder);
    match pattern.strip_prefix('/') {
        Some(pattern) => format!("/{folder}/{pattern}"),
        None if pattern.contains('/') => format!("/{folder}/{pattern}"),
        None => format!("/{folder}/**/{pattern}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressible_patterns_are_translated() {
        for (regex, expected) in [
            (r"\.yaml$", Some(&["*.yaml"][..])),
            (r"\.ya?ml$", Some(&["*.yaml", "*.yml"])),
            (r"^galactica\.yaml$", Some(&["/galactica.yaml"])),
            (r"^secrets/.*\.yaml$", Some(&["/secrets/**/*.yaml"])),
            (r"^secrets/[^/]+\.(yaml|json)$", Some(&["/secrets/*.yaml", "/secrets/*.json"])),
            (r"secrets/[^/]+\.yaml$", Some(&["**/*secrets/*.yaml"])),
            (r"secrets/[^/]+\.yaml", Some(&["**/*secrets/*.yaml"])),
            (r"^hosts/[^/]*/secrets\.yaml$", Some(&["/hosts/*/secrets.yaml"])),
            (r"^secrets/.*", Some(&["/secrets/**"])),
            (r"^secrets/", Some(&["/secrets/**"])),
            (r"^a/.*/b\.env$|^c\.ini$", Some(&["/a/*/**/b.env", "/c.ini"])),
            (r"^a/x.*\.json$", Some(&["/a/x*.json", "/a/x*/**/*.json"])),
            (r"^[a-z]+\.yaml$", None),
            (r"(?i)x", None),
            ("a\n* -diff", None),
            (r"^a[*]$", None),
            (r"^a\*$", Some(&[r"/a\*"])),
            (r"", Some(&["/**"])),
        ] {
            let found = globs(regex);
            let expected: Option<Vec<String>> =
                expected.map(|globs| globs.iter().map(|glob| (*glob).to_owned()).collect());
            assert_eq!(found, expected, "{regex}");
        }
        assert_eq!(within("sub", "*.yaml"), "/sub/**/*.yaml");
        assert_eq!(within("sub", "**/*x/*.yaml"), "/sub/**/*x/*.yaml");
    }

    #[test]
    fn patterns_cover_what_the_expressions_match() {
        let paths = [
            "a.yaml",
            "a.yml",
            "secrets/a.yaml",
            "secrets/b/a.yaml",
            "x/secrets/a.yaml",
            "mysecrets/a.json",
            "secrets/a.yaml.txt",
            "hosts/g/secrets.yaml",
            "hosts/secrets.yaml",
            "hosts/g/x/secrets.yaml",
            "a/xy.json",
            "a/xy/z.json",
            "a/x/b.env",
            "a/b.env",
            "ba/x/b.env",
        ];
        for regex in [
            r"\.yaml$",
            r"\.ya?ml$",
            r"^secrets/.*\.yaml$",
            r"^secrets/[^/]+\.(yaml|json)$",
            r"secrets/[^/]+\.(yaml|json)$",
            r"^hosts/[^/]*/secrets\.yaml$",
            r"^secrets/",
            r"secrets/",
            r"^a/.*/b\.env$",
            r"a/.*/b\.env$",
            r"^a/x.*\.json$",
            r"/secrets.*\.yaml$",
        ] {
            let compiled = regex::Regex::new(regex).expect("a pattern");
            let globs = globs(regex).expect("expressed");
            for path in paths {
                let covered = globs.iter().any(|glob| covers(glob, path));
                assert_eq!(covered, compiled.is_match(path), "{regex} {path} {globs:?}");
            }
        }
    }
}
