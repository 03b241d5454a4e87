//! Wraps the lines of a body.

/// The maximum length of a line, unless a path or a value is longer.
const WIDTH: usize = 72;
/// The arrow between the old and the new value.
const BECOMES: &str = " ->";

/// A list item: the change and its place, then the values, on lines of their own if they do not fit.
pub(super) fn item(what: &str, values: Option<&[String]>) -> Vec<String> {
    let Some(values) = values else { return vec![format!("- {what}")] };
    let fits = |line: &String| line.chars().count() <= WIDTH;
    let joined = values.join(&format!("{BECOMES} "));
    let whole = format!("- {what}: {joined}");
    if fits(&whole) {
        return vec![whole];
    }
    let head = format!("- {what}:");
    let below = format!("  {joined}");
    if fits(&below) {
        return vec![head, below];
    }
    let last = values.len().saturating_sub(1);
    let line = |(index, value): (usize, &String)| format!("  {value}{}", if index < last { BECOMES } else { "" });
    std::iter::once(head).chain(values.iter().enumerate().map(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::item;

    #[test]
    fn values_that_do_not_fit_are_on_the_next_line() {
        let values = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(item("removed a", None), ["- removed a"]);
        assert_eq!(item("changed a", Some(&values(&["b", "c"]))), ["- changed a: b -> c"]);
        let long = "x".repeat(60);
        assert_eq!(
            item(&long, Some(&values(&["bbbbb", "ccccc"]))),
            [format!("- {long}:"), "  bbbbb -> ccccc".to_owned()]
        );
        let below = [format!("- {long}:"), format!("  {long} ->"), format!("  {long}")];
        assert_eq!(item(&long, Some(&values(&[&long, &long]))), below);
    }
}
