//! Sops files, compared with the real sops.

mod commands;
mod doctor;
mod files;
mod generated_merges;
mod merging;
mod names;
mod recipients;

/// The lines that the file has lost and gained, without those that change with every edit.
pub(crate) fn difference(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let beyond = |these: &str, those: &str| {
        let mut left: Vec<&str> = those.lines().collect();
        let mut beyond = Vec::new();
        for line in these.lines() {
            match left.iter().position(|other| *other == line) {
                Some(at) => drop(left.remove(at)),
                None => beyond.push(line.to_owned()),
            }
        }
        beyond.retain(|line| {
            let name = line.trim_start().trim_start_matches('"').trim_start_matches("sops_");
            !["mac", "lastmodified"].iter().any(|field| name.starts_with(field))
        });
        beyond
    };
    (beyond(before, after), beyond(after, before))
}
