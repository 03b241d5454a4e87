//! What the repository is configured with: its settings, and the attributes of paths.

use std::fs;

use super::Folder;
use crate::history::backend::Backend;
use crate::history::libgit2::LibGit2;
use crate::history::program::Program;

#[test]
fn settings_are_those_of_the_repository_alone() {
    let folder = Folder::new(&[]);
    let both = |key: &str| {
        let [libgit2, program] = [
            LibGit2::open(folder.path()).expect("libgit2 opens it").local_setting(key).ok(),
            Program::new(folder.path()).local_setting(key).ok(),
        ];
        assert!(libgit2.is_none() || libgit2 == program, "{key}: {libgit2:?}, {program:?}");
        (libgit2.is_some(), program.flatten())
    };
    assert_eq!(both("merge.agepatch.driver"), (true, None));
    assert_eq!(both("user.name"), (true, None));
    for value in ["one", "agepatch merge-file \"a b\" %O  # %A; "] {
        folder.git(&["config", "--add", "merge.agepatch.driver", value]);
        assert_eq!(both("merge.agepatch.driver"), (true, Some(value.to_owned())));
    }
    folder.write("more", "[merge \"agepatch\"]\n\tdriver = other\n");
    folder.git(&["config", "include.path", "../more"]);
    assert_eq!(both("merge.agepatch.name"), (false, None), "only git knows what is included");
}

#[test_with::executable(git)]
#[test]
fn attributes_are_those_of_git() {
    let folder = Folder::new(&[]);
    let names = ["diff", "merge", "text", "unknown", "binary"];
    let paths = [
        "a.age",
        "A.AGE",
        "deep/b.age",
        "deep/er/c.age",
        "deep/er/other.txt",
        "with space.age",
        "ä.age",
        "[x].age",
        "!n.age",
        "#h.age",
        "any.age",
        "deep/.gitattributes",
        "own.yaml",
        "deep/own.yaml",
        "end\\.age",
        "x.ages",
    ]
    .map(str::to_owned);
    let both = || {
        let libgit2 = LibGit2::open(folder.path()).expect("libgit2 opens it").attributes(&names, &paths).ok();
        let program = Program::new(folder.path()).attributes(&names, &paths).expect("an answer");
        let differing =
            paths.iter().zip(program.iter().zip(libgit2.iter().flatten())).filter(|(_, (one, other))| one != other);
        assert_eq!(differing.collect::<Vec<_>>(), [], "path, git, libgit2");
        assert_eq!(program.len(), paths.len());
        (libgit2.is_some(), program[0][0].clone())
    };
    assert_eq!(both(), (true, "unspecified".to_owned()));
    for (name, text, expected) in [
        (".gitattributes", "*.age diff=agepatch merge=agepatch\n", "agepatch"),
        (".gitattributes", "*.age -diff merge=agepatch\n/a.age !diff\n", "unspecified"),
        (".gitattributes", "*.age diff merge=x\r\n# *.age -diff\n  *.age -merge \n", "set"),
        (".gitattributes", "[attr]mine diff=agepatch merge=agepatch\n*.age mine\n*.yaml binary\n", "agepatch"),
        (".gitattributes", "*.age diff=1\n\\[x].age diff=3\n[a-b].age -diff\n", "unset"),
        (".gitattributes", "deep/** diff=a\n**/c.age diff=b\n/deep/*.age diff=c\na* text diff=d\n\\#h.age diff\n", "d"),
        (".gitattributes", "*.age diff=agepatch\n\u{feff}*.age -diff\ndeep/ diff=x\n*.AGE text\n", "agepatch"),
        ("deep/.gitattributes", "*.age diff=deep\ner/*.age -diff\n[attr]other diff\n*.age other\n", "agepatch"),
        (".git/info/attributes", "a.age diff=info\nown.yaml diff\n", "info"),
    ] {
        folder.write(name, text);
        assert_eq!(both(), (true, expected.to_owned()), "{text}");
    }
    folder.git(&["add", "--all"]);
    assert_eq!(both(), (true, "info".to_owned()), "the same in the index");
    let remove = |name: &str| fs::remove_file(folder.path().join(name)).expect("it is there");
    remove(".gitattributes");
    remove(".git/info/attributes");
    assert_eq!(both(), (true, "agepatch".to_owned()), "in the index alone");
    // Here git is asked.
    folder.write(".gitattributes", "\n");
    assert_eq!(both(), (false, "unspecified".to_owned()), "another in the index");
    folder.git(&["add", "--all"]);
    for special in ["!n.age diff=n", "\"with space.age\" diff=one", "\"\\303\\244.age\" diff=two", "a.age text="] {
        folder.write(".git/info/attributes", &format!("*.age diff=1\n{special}\n"));
        assert_eq!(both(), (false, "1".to_owned()), "{special}");
    }
    remove(".git/info/attributes");
    folder.write("elsewhere", "a.age diff=elsewhere\n");
    let elsewhere = folder.path().join("elsewhere").display().to_string();
    folder.git(&["config", "core.attributesFile", &elsewhere]);
    assert_eq!(both(), (false, "elsewhere".to_owned()));
    folder.git(&["config", "--unset", "core.attributesFile"]);
    remove(".gitattributes");
    std::os::unix::fs::symlink("elsewhere", folder.path().join(".gitattributes")).expect("a link");
    assert_eq!(both(), (false, "unspecified".to_owned()));
}
