//! `agepatch man`: a manual page for every command.

use predicates::str::contains;

use crate::sandbox::Sandbox;

#[test]
fn every_command_has_a_page() {
    let sandbox = Sandbox::empty();
    sandbox.agepatch(["man"]).assert().success().stdout(contains("agepatch"));
    sandbox.agepatch(["man", "pages"]).assert().success();
    for page in ["agepatch.1", "agepatch-set.1", "agepatch-check.1", "agepatch-client-rotate.1"] {
        let text = String::from_utf8(sandbox.read(&format!("pages/{page}"))).expect("text");
        assert!(text.starts_with(".ie"), "{page}");
        assert!(text.contains(".SH EXAMPLES\n"), "{page}");
    }
    let page = String::from_utf8(sandbox.read("pages/agepatch-set.1")).expect("text");
    assert!(page.contains(".SH SYNOPSIS\nagepatch set [OPTIONS] <FILE> <PATH> [VALUE]\n.SH DESCRIPTION\n"), "{page}");
}
