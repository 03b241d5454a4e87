//! Authorization policies.

use foldhash::HashSet;

use crate::check::decode::{AuthorizationPolicy, PolicyRule, Provider};
use crate::check::location::Location;
use crate::check::report::{Draft, Report, quoted};
use crate::check::{Lint, Options, Severity};
use crate::shown;
use crate::shown::Shown;

static POLICIES: Lint = Lint {
    id: "authorization-policies",
    severity: Severity::Error,
    option: "identity_providers.oidc.authorization_policies",
    since: "4.38",
    summary: "an authorization policy has a name of its own, rules, and known factors",
    explanation: "An authorization policy says who may use the clients that name it, and how they must log in. It has \
        a `default_policy` and `rules`; the first rule that matches decides. Policies are `one_factor`, `two_factor`, \
        and `deny`. A rule must set whom it matches: by `subject` (`user:name`, `group:name`) or by `networks`. The \
        policy itself must not have one of these three names.",
    example: "authorization_policies:\n  admins:\n    default_policy: 'deny'\n    rules:\n      - policy: 'two_factor'\n        subject: 'admins'  # 'group:admins'",
    fix: "Fix the option that the finding names.",
};

pub(in crate::check) static LINTS: &[&Lint] = &[&POLICIES];

const FACTORS: [&str; 3] = ["one_factor", "two_factor", "deny"];

/// The policies that a client may name.
pub(super) fn names(provider: &Provider) -> HashSet<&str> {
    let own = provider.authorization_policies.iter().map(|(name, _)| name.as_str());
    own.filter(|name| !name.is_empty() && *name != "deny").chain(["one_factor", "two_factor"]).collect()
}

/// Checks the authorization policies.
pub(super) fn check(provider: &Provider, options: &Options, report: &mut Report<'_>) {
    for (name, policy) in &provider.authorization_policies {
        let at = Location::provider().key("authorization_policies");
        if name.is_empty() {
            report.add(Draft::new(&POLICIES, at.clone(), Shown::fixed("a policy has no name")));
        }
        let at = at.key(name.clone());
        if FACTORS.contains(&name.as_str()) {
            let message = shown!("a policy cannot be called {}: that is what Authelia calls its own", quoted(name));
            report.add(Draft::new(&POLICIES, at.clone().key("name"), message).on_key());
        }
        check_policy(&at, policy, options, report);
    }
}

fn check_policy(at: &Location, policy: &AuthorizationPolicy, options: &Options, report: &mut Report<'_>) {
    let is_factor = |factor: &str| factor.is_empty() || FACTORS.contains(&factor);
    if !is_factor(&policy.default_policy) {
        let message = shown!("{} is not `one_factor`, `two_factor`, or `deny`", quoted(&policy.default_policy));
        report.add(Draft::new(&POLICIES, at.clone().key("default_policy"), message));
    }
    if policy.rules.is_empty() {
        report.add(Draft::new(&POLICIES, at.clone().key("rules"), Shown::fixed("the policy has no rules")));
    }
    for (index, rule) in policy.rules.iter().enumerate() {
        let at = at.clone().key("rules").index(index);
        if !is_factor(&rule.policy) {
            let message = shown!("{} is not `one_factor`, `two_factor`, or `deny`", quoted(&rule.policy));
            report.add(Draft::new(&POLICIES, at.clone().key("policy"), message));
        }
        check_subjects(at.key("subject"), rule, options, report);
    }
}

fn check_subjects(at: Location, rule: &PolicyRule, options: &Options, report: &mut Report<'_>) {
    let has_networks = rule.has_networks && options.minor >= 39;
    if rule.subjects.is_empty() && !has_networks {
        report.add(Draft::new(&POLICIES, at, Shown::fixed("the rule does not say whom it matches")));
        return;
    }
    for subject in rule.subjects.iter().flatten() {
        if !subject.starts_with("user:") && !subject.starts_with("group:") {
            let message = shown!("{} begins neither with `user:` nor with `group:`", quoted(subject));
            report.add(Draft::new(&POLICIES, at.clone(), message));
        }
    }
}
