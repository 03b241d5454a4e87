//! Decides which repositories libgit2 may read.
//!
//! Where git might read something else, or refuse, the git program decides: in a repository of another user
//! (`safe.directory`), where the environment points elsewhere (inside hooks), and where objects are replaced.

use std::env;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Once;

use git2::{Config, ConfigLevel, Repository, RepositoryOpenFlags};

/// Variables that make git read another repository, index, or configuration.
const ELSEWHERE: [&str; 16] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Opens the repository whose working tree has this root.
pub(super) fn open(root: &Path) -> Option<Repository> {
    if ELSEWHERE.iter().any(|name| env::var_os(name).is_some()) || !root.join(".git").exists() {
        return None;
    }
    prepare();
    let nowhere: [&Path; 0] = [];
    let repository = Repository::open_ext(root, RepositoryOpenFlags::NO_SEARCH, nowhere).ok()?;
    let own = [&root.join(".git"), root, repository.path(), repository.commondir()].into_iter().all(is_mine);
    let here = repository.workdir().and_then(|folder| folder.canonicalize().ok()) == root.canonicalize().ok();
    if !own || !here || repository.is_shallow() || replaces_objects(&repository) {
        return None;
    }
    configure(&repository)?;
    Some(repository)
}

/// Prepares libgit2 for walks, which read thousands of objects, each once. git does not hash what it reads from a pack,
/// either.
fn prepare() {
    static PREPARED: Once = Once::new();
    PREPARED.call_once(|| {
        git2::opts::strict_hash_verification(false);
        git2::opts::enable_caching(false);
    });
}

/// Whether the file or folder belongs to the current user.
fn is_mine(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.uid() == rustix::process::geteuid().as_raw())
}

/// Whether git substitutes objects (`git replace`, grafts), which libgit2 does not support.
fn replaces_objects(repository: &Repository) -> bool {
    let grafts = repository.commondir().join("info/grafts").exists();
    let replaced = repository.references_glob("refs/replace/*").is_ok_and(|mut found| found.next().is_some());
    grafts || replaced
}

/// Reads the configuration from the places in the environment, which libgit2 ignores.
fn configure(repository: &Repository) -> Option<()> {
    let named = ["GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"].map(env::var_os);
    if named.iter().all(Option::is_none) {
        return Some(());
    }
    let [global, system, no_system] = named;
    let mut config = Config::new().ok()?;
    let mut add = |path: Option<std::path::PathBuf>, level| match path.filter(|path| path.is_file()) {
        Some(path) => config.add_file(&path, level, false).ok(),
        None => Some(()),
    };
    if no_system.is_none() {
        add(system.map(Into::into).or_else(|| Config::find_system().ok()), ConfigLevel::System)?;
    }
    if global.is_none() {
        add(Config::find_xdg().ok(), ConfigLevel::XDG)?;
    }
    add(global.map(Into::into).or_else(|| Config::find_global().ok()), ConfigLevel::Global)?;
    add(Some(repository.commondir().join("config")), ConfigLevel::Local)?;
    if config.get_bool("extensions.worktreeConfig").unwrap_or_default() {
        config.add_file(&repository.path().join("config.worktree"), ConfigLevel::Worktree, false).ok()?;
    }
    repository.set_config(&config).ok()
}
