//! A patch set of five files and a rekey of twenty, killed at random moments and at every system call that changes
//! something: whatever command comes next, no file is lost, no set is half applied, and nothing is left behind.
//!
//! `AGEPATCH_KILL_ROUNDS` is the number of random kills for each job. A full run uses 500, and then covers every
//! system call.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::sandbox::Sandbox;

/// The default number of random kills for each job.
const ROUNDS: usize = 12;
/// Every system call that changes something between the first temporary file and the last.
const CALLS: [&str; 9] = ["mkdir", "openat", "write", "fsync", "linkat", "renameat2", "unlink", "rmdir", "fchmod"];
/// The maximum number of times that one of them is made.
const MOST_CALLS: usize = 500;

/// A job that replaces several files.
struct Job {
    sandbox: Sandbox,
    arguments: Vec<&'static str>,
    /// The files before the job.
    before: BTreeMap<String, Vec<u8>>,
    /// Whether a file is the new one.
    is_new: fn(&Job, &str) -> bool,
    journal: &'static str,
}

/// The number of rounds by outcome.
#[derive(Debug, Default)]
struct Counts {
    rounds: usize,
    killed: usize,
    found_old: usize,
    found_new: usize,
    found_mixed: usize,
    ended_old: usize,
    ended_new: usize,
}

impl Job {
    fn patch_set(has_git: bool) -> Self {
        let names: Vec<String> = (0..5).map(|index| format!("{}f{index}-env.age", ["", "sub/"][index % 2])).collect();
        let text = "# comment\nA=old\nB=1\n";
        let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), text)).collect();
        let sandbox = Sandbox::with_files(&files);
        let operations = "[{op: test, path: A, value: old}, {op: set, path: A, value: new}]";
        let lines: String = names.iter().map(|name| format!("  {name}: {operations}\n")).collect();
        sandbox.write("../tmp/set.yaml", &format!("agepatch: 1\nfiles:\n{lines}"));
        let is_new = |job: &Self, name: &str| match job.sandbox.open(name).as_str() {
            "# comment\nA=old\nB=1\n" => false,
            "# comment\nA=new\nB=1\n" => true,
            other => panic!("{name} holds {} other bytes", other.len()),
        };
        Self::new(sandbox, vec!["apply", "-p", "../tmp/set.yaml"], is_new, has_git)
    }

    /// Files in two adjacent repositories: the rules, and so the journal, are above both.
    fn two_repositories() -> Self {
        let names = ["one/a-env.age", "two/b-env.age", "one/c-env.age", "two/sub/d-env.age"];
        let text = "# comment\nA=old\nB=1\n";
        let sandbox = Sandbox::with_files(&names.map(|name| (name, text)));
        let operations = "[{op: test, path: A, value: old}, {op: set, path: A, value: new}]";
        let lines: String = names.iter().map(|name| format!("  {name}: {operations}\n")).collect();
        sandbox.write("../tmp/set.yaml", &format!("agepatch: 1\nfiles:\n{lines}"));
        for repository in ["one", "two"] {
            sandbox.git(&["-C", repository, "init", "--quiet"]);
        }
        let is_new = |job: &Self, name: &str| job.sandbox.open(name).contains("A=new");
        Self::new(sandbox, vec!["apply", "-p", "../tmp/set.yaml"], is_new, false)
    }

    fn rekey(has_git: bool) -> Self {
        let names: Vec<String> = (0..20).map(|index| format!("{}r{index}.age", ["", "sub/"][index % 2])).collect();
        let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "key: value\n")).collect();
        let sandbox = Sandbox::with_files(&files);
        let is_new = |job: &Self, name: &str| {
            assert_eq!(job.sandbox.open(name), "key: value\n", "{name}");
            job.sandbox.read(name) != job.before[name]
        };
        Self::new(sandbox, vec!["rekey", "--all"], is_new, has_git)
    }

    fn new(sandbox: Sandbox, arguments: Vec<&'static str>, is_new: fn(&Self, &str) -> bool, has_git: bool) -> Self {
        if has_git {
            sandbox.git_init();
        }
        let journal = if has_git { ".git/agepatch/journal" } else { ".agepatch/journal" };
        let mut job = Self { sandbox, arguments, before: BTreeMap::new(), is_new, journal };
        job.before = job.files();
        job
    }

    /// Every file below the repository, except for git's files.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        fn walk(folder: &Path, prefix: &str, found: &mut BTreeMap<String, Vec<u8>>) {
            for entry in fs::read_dir(folder).expect("a folder").flatten() {
                let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
                match entry.path() {
                    path if path.file_name().is_some_and(|last| last == ".git") => {
                        let kept = path.join("agepatch");
                        if kept.exists() {
                            walk(&kept, &format!("{name}/agepatch/"), found);
                            found.insert(format!("{name}/agepatch"), Vec::new());
                        }
                    }
                    path if path.is_dir() => walk(&path, &format!("{name}/"), found),
                    path => drop(found.insert(name, fs::read(path).expect("it can be read"))),
                }
            }
        }
        let mut found = BTreeMap::new();
        walk(&self.sandbox.repo(), "", &mut found);
        found
    }

    fn reset(&self) {
        for (name, bytes) in &self.before {
            fs::write(self.sandbox.repo().join(name), bytes).expect("it can be written");
        }
    }

    fn command(&self, wrapper: &[String]) -> Command {
        let mut words = wrapper.to_vec();
        words.push(assert_cmd::cargo::cargo_bin!("agepatch").display().to_string());
        words.extend(self.arguments.iter().map(|word| (*word).to_owned()));
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).env_clear().envs(self.sandbox.environment()).current_dir(self.sandbox.repo());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// The number of new encrypted files.
    fn new_files(&self) -> [usize; 2] {
        let names: Vec<&String> = self.before.keys().filter(|name| *name != "secrets.nix").collect();
        [names.iter().filter(|name| (self.is_new)(self, name)).count(), names.len()]
    }

    /// Examines what a kill left, runs the next command, and examines it again.
    fn examine(&self, round: usize, status: ExitStatus, is_signal: bool, counts: &mut Counts) {
        counts.rounds += 1;
        counts.killed += usize::from(status.signal().is_some());
        let [new, all] = self.new_files();
        match new {
            0 => counts.found_old += 1,
            _ if new == all => counts.found_new += 1,
            _ => counts.found_mixed += 1,
        }
        let tidy = |when: &str| {
            let [new, all] = self.new_files();
            assert!(new == 0 || new == all, "{when}: {new} of {all} files are new");
            assert!(self.files().keys().eq(self.before.keys()), "{when}: {:?}", self.files().keys());
            new
        };
        if is_signal {
            tidy("after a signal everything is as before, or done");
        }
        if status.success() {
            assert_eq!(new, all, "a reported change was made");
        }
        let file = self.before.keys().find(|name| *name != "secrets.nix").expect("a file").as_str();
        let next: &[&[&str]] = &[
            &["show", file],
            &["check"],
            &["doctor"],
            &["--color", "never"],
            &["recipients"],
            &["diff"],
            &["commit", "--dry-run"],
            &["unset", file, "B", "--dry-run"],
            &["rekey"],
        ];
        let next = next[round % next.len()];
        let output = self.sandbox.agepatch(next).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let new_then = tidy(&format!("{next:?} after round {round} said: {said}"));
        // A job that had not started is not started by another run.
        assert!(new > 0 || new_then == 0, "{next:?}: {said}");
        match new_then {
            0 => counts.ended_old += 1,
            _ => counts.ended_new += 1,
        }
        self.reset();
    }

    /// Kills it at random moments, half of them while the files are replaced, until `kills` of the runs were killed.
    /// How long a run takes depends on what else the machine does, so the longest wait of each half shrinks whenever
    /// a run ends by itself, and grows whenever it is killed.
    fn at_random_moments(&self, kills: usize, counts: &mut Counts) {
        let start = Instant::now();
        assert!(self.command(&["env".to_owned()]).status().expect("it runs").success());
        let mut longest_waits = [start.elapsed(), start.elapsed() / 8];
        self.reset();
        let mut random = Random(kills as u64);
        for round in 0.. {
            if counts.killed >= kills && round % 4 == 0 {
                break;
            }
            assert!(round < 20 * kills, "too many runs end by themselves: {counts:?}");
            let half = round % 2;
            let mut child = self.command(&["env".to_owned()]).spawn().expect("it runs");
            if half == 1 {
                self.wait_for_journal(&mut child);
            }
            thread::sleep(random.below(longest_waits[half]));
            let signal = if round % 4 < 2 { Signal::KILL } else { [Signal::INT, Signal::TERM, Signal::HUP][round % 3] };
            let id = Pid::from_raw(i32::try_from(child.id()).expect("a number")).expect("not zero");
            // It may have ended by itself.
            let _ended = kill_process(id, signal);
            let status = child.wait().expect("it ends");
            let factor = if status.success() { 0.7 } else { 1.1 };
            longest_waits[half] = longest_waits[half].mul_f64(factor);
            self.examine(round, status, signal != Signal::KILL, counts);
        }
    }

    fn wait_for_journal(&self, child: &mut Child) {
        let journal = self.sandbox.repo().join(self.journal);
        while !journal.exists() && child.try_wait().expect("it is ours").is_none() {
            thread::yield_now();
        }
    }

    /// Kills it at every one of these system calls with the signal; `fault` is an additional error of the file system.
    fn at_every_call(&self, calls: &[&str], signal: &str, step: usize, fault: Option<&str>, counts: &mut Counts) {
        for call in calls {
            // Opening and writing are frequent.
            let step = if matches!(*call, "openat" | "write") { 7 * step } else { step };
            for (round, occurrence) in (counts.rounds..).zip((1..MOST_CALLS).step_by(step)) {
                let wrapper = ["strace", "-f", "-qq", "-o", "/dev/null", "-e"].map(str::to_owned);
                let inject = format!("inject={call}:signal={signal}:when={occurrence}");
                let mut words = [&wrapper[..], &[format!("trace={call},renameat2"), "-e".to_owned(), inject]].concat();
                words.extend(fault.into_iter().flat_map(|fault| ["-e".to_owned(), format!("inject={fault}")]));
                let status = self.command(&words).status().expect("strace runs");
                let ended = status.success();
                self.examine(round, status, signal != "KILL", counts);
                if ended {
                    break;
                }
                assert!(occurrence + step < MOST_CALLS, "{call} never ends");
            }
        }
    }
}

/// Pseudo-random numbers (a linear congruential generator).
struct Random(u64);

impl Random {
    fn below(&mut self, most: Duration) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        most.mul_f64(f64::from(u32::try_from(self.0 >> 33).unwrap_or_default()) / f64::from(1_u32 << 31))
    }
}

fn rounds() -> usize {
    env::var("AGEPATCH_KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS)
}

#[test_with::executable(git)]
fn at_random_moments() {
    for job in [Job::patch_set(true), Job::rekey(true), Job::patch_set(false), Job::two_repositories()] {
        let mut counts = Counts::default();
        job.at_random_moments(rounds(), &mut counts);
        eprintln!("{}: {counts:?}", job.arguments.join(" "));
        assert!(counts.ended_old > 0, "{counts:?}");
    }
}

#[test_with::executable(git, strace)]
fn at_every_system_call() {
    let full = rounds() > ROUNDS;
    for job in [Job::patch_set(true), Job::patch_set(false), Job::rekey(true), Job::two_repositories()] {
        let signals: &[&str] = if full { &["KILL", "INT", "TERM", "HUP"] } else { &["KILL", "TERM"] };
        // A rekey makes the same calls as a patch set, four times as many.
        let step = if full { 1 } else { 2 + job.before.len() / 4 };
        for signal in signals {
            let mut counts = Counts::default();
            job.at_every_call(&CALLS, signal, step, None, &mut counts);
            eprintln!("{} {signal}: {counts:?}", job.arguments.join(" "));
            assert!(counts.killed > 10 && counts.ended_old > 0 && counts.ended_new > 0, "{counts:?}");
            assert!(*signal != "KILL" || counts.found_mixed > 0, "{counts:?}");
        }
    }
}

#[test_with::executable(git, strace)]
fn at_every_system_call_where_files_cannot_be_exchanged() {
    let job = Job::patch_set(true);
    let step = if rounds() > ROUNDS { 1 } else { 2 };
    let mut counts = Counts::default();
    let calls = ["linkat", "rename", "unlink", "fsync"];
    job.at_every_call(&calls, "KILL", step, Some("renameat2:error=EINVAL"), &mut counts);
    eprintln!("without exchanges: {counts:?}");
    assert!(counts.found_mixed > 2 && counts.ended_old > 0 && counts.ended_new > 0, "{counts:?}");
}
