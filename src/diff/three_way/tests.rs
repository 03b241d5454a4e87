use proptest::prelude::*;

use super::*;
use crate::document::{Document, Format, to_json};

fn value(text: &str) -> Value {
    Document::parse(text.as_bytes(), Format::Yaml).expect("YAML").value().clone()
}

/// The merged value as JSON, or the conflicts.
fn merged(base: &str, ours: &str, theirs: &str) -> String {
    let wrap = |text: &str| value(&format!("identity_providers: {{oidc: {{clients: {text}}}}}"));
    let merged = merge(Some(&wrap(base)), &wrap(ours), &wrap(theirs), Schema::Authelia, Side::Ours);
    let conflict = |conflict: &Conflict| {
        let path = conflict.path.trim_start_matches("identity_providers.oidc.");
        format!("{path}: {}, {}", conflict.ours.name(), conflict.theirs.name())
    };
    if merged.conflicts.is_empty() {
        let clients = Pointer::parse("/identity_providers/oidc/clients").expect("a pointer");
        return to_json(clients.get(&merged.value).expect("it is there")).to_string().replace('"', "");
    }
    merged.conflicts.iter().map(conflict).collect::<Vec<_>>().join("; ")
}

#[test]
fn clients_are_merged_by_their_ids() {
    let a = "{client_id: a, x: 1, l: [p, q]}";
    let b = "{client_id: b, x: 1}";
    let cases = [
        // each side changes another client, or another option of the same one
        ("A,B", "A2,B", "A,B2", "[{client_id:a,x:2,l:[p,q]},{client_id:b,x:2}]"),
        ("A", "A2", "{client_id: a, x: 1, l: [p]}", "[{client_id:a,x:2,l:[p]}]"),
        // each side adds
        ("A", "A,B", "A,{client_id: c}", "[{client_id:a,x:1,l:[p,q]},{client_id:b,x:1},{client_id:c}]"),
        ("A", "B,A", "{client_id: c},A", "[{client_id:b,x:1},{client_id:c},{client_id:a,x:1,l:[p,q]}]"),
        // one removes what the other left alone; one moves what the other changes
        ("A,B", "B", "A,B2", "[{client_id:b,x:2}]"),
        ("A,B", "B,A", "A2,B", "[{client_id:b,x:1},{client_id:a,x:2,l:[p,q]}]"),
        ("A,B", "A2,B", "B,A", "[{client_id:b,x:1},{client_id:a,x:2,l:[p,q]}]"),
        // one renames what the other changes
        ("B", "{client_id: z, x: 1}", "B2", "[{client_id:z,x:2}]"),
        // both do the same
        ("A", "A,B", "A,B", "[{client_id:a,x:1,l:[p,q]},{client_id:b,x:1}]"),
        // conflicts
        ("B", "B2", "{client_id: b, x: 3}", "clients[b].x: changed, changed"),
        ("A,B", "A,B2", "A", "clients[b]: changed, removed"),
        ("A,B", "A", "A,B2", "clients[b]: removed, changed"),
        ("A", "A,B", "A,B2", "clients[b].x: added, added"),
        ("A,B", "A,{client_id: z, x: 1}", "A,B,{client_id: z, y: 2}", "clients: changed, changed"),
        ("A,B,{client_id: c}", "B,A,{client_id: c}", "A,{client_id: c},B", "clients: moved, moved"),
    ];
    let spell = |text: &str| {
        let words = text.replace("A2", &a.replace("x: 1", "x: 2")).replace("B2", &b.replace("x: 1", "x: 2"));
        format!("[{}]", words.replace('A', a).replace('B', b))
    };
    for (base, ours, theirs, expected) in cases {
        assert_eq!(merged(&spell(base), &spell(ours), &spell(theirs)), expected, "{base} | {ours} | {theirs}");
    }
}

#[test]
fn scalars_in_lists_are_merged_by_value_and_place() {
    let cases = [
        ("[a, b]", "[a, b, c]", "[a, b, d]", "[a,b,c,d]"),
        ("[a, b]", "[b]", "[a, b, d]", "[b,d]"),
        ("[a]", "[b]", "[a, c]", "[b,c]"),
        ("[a, b]", "[b, a]", "[a, b, c]", "[b,a,c]"),
        ("[a]", "[b]", "[c]", "clients[0]: changed, changed"),
        ("[a]", "[]", "[c]", "clients: removed, changed"),
        ("[a]", "[a, x]", "[x, a]", "[a,x]"),
        ("[a]", "[a, n, o]", "[a, n, t]", "[a,n,o,t]"),
        ("[a]", "[a, n]", "[a, t, n]", "[a,t,n]"),
        ("{k: 1}", "[a]", "{k: 2}", "clients: changed, changed"),
        ("null", "[a]", "[b]", "[a,b]"),
    ];
    for (base, ours, theirs, expected) in cases {
        assert_eq!(merged(base, ours, theirs), expected, "{base} | {ours} | {theirs}");
    }
}

#[test]
fn in_a_conflict_of_orders_the_favoured_side_wins() {
    let [base, ours, theirs] = ["[a, b, c]", "[b, a, c]", "[a, c, b]"].map(value);
    for (side, expected) in [(Side::Ours, &ours), (Side::Theirs, &theirs)] {
        let merged = merge(Some(&base), &ours, &theirs, Schema::Unknown, side);
        assert!(merged.value == *expected && merged.conflicts.len() == 1, "{side:?}");
    }
}

#[test]
fn maps_with_ambiguous_keys_are_merged_as_one_value() {
    let [base, ours, theirs] = ["{8080: a, x: 1}", "{8080: a, '8080': b, x: 1}", "{8080: a, x: 2}"].map(value);
    for (ours, theirs) in [(&ours, &theirs), (&theirs, &ours)] {
        let merged = merge(Some(&base), ours, theirs, Schema::Unknown, Side::Ours);
        assert!(merged.value == *ours);
        assert_eq!(
            merged.conflicts,
            [Conflict { path: String::new(), ours: SideChange::Changed, theirs: SideChange::Changed }]
        );
    }
}

#[test]
fn secret_items_are_named_by_position() {
    let with = |x: u8| value(&format!("list: [{{id: marker, x: {x}}}, {{id: other, x: 1}}]"));
    let merged = merge(Some(&with(1)), &with(2), &with(3), Schema::Unknown, Side::Theirs);
    assert_eq!(
        merged.conflicts,
        [Conflict { path: "list[0].x".to_owned(), ours: SideChange::Changed, theirs: SideChange::Changed }]
    );
    assert!(merged.value == with(3), "in the conflict the favoured side has its way");
}

fn tree() -> impl Strategy<Value = Value> {
    use crate::document::MapKey;
    let scalar = "[ab]".prop_map(Value::string);
    let list = prop::collection::vec(scalar.clone(), 0..3).prop_map(Value::list);
    let item = ("[abc]", scalar.clone()).prop_map(|(id, value)| {
        Value::Map([(MapKey::string("id"), Value::string(id)), (MapKey::string("v"), value)].into_iter().collect())
    });
    let items = prop::collection::vec(item, 0..4).prop_map(|mut items| {
        let mut seen = Vec::new();
        items.retain(|item| {
            let id = item.get("id").and_then(Value::as_str).map(str::to_owned);
            let new = !seen.contains(&id);
            seen.push(id);
            new
        });
        Value::list(items)
    });
    let member = ("[klm]", prop_oneof![scalar, list, items]);
    prop::collection::vec(member, 0..4)
        .prop_map(|entries| Value::Map(entries.into_iter().map(|(key, value)| (MapKey::string(key), value)).collect()))
}

proptest! {
    #[test]
    fn a_side_without_changes_takes_the_other(base in tree(), other in tree()) {
        for (ours, theirs) in [(&base, &other), (&other, &base), (&other, &other)] {
            let merged = merge(Some(&base), ours, theirs, Schema::Unknown, Side::Ours);
            prop_assert!(merged.conflicts.is_empty());
            prop_assert!(merged.value == other);
        }
    }

    #[test]
    fn swapping_the_sides_only_changes_the_order_of_additions(base in tree(), ours in tree(), theirs in tree()) {
        let one = merge(Some(&base), &ours, &theirs, Schema::Unknown, Side::Ours);
        let other = merge(Some(&base), &theirs, &ours, Schema::Unknown, Side::Theirs);
        prop_assert_eq!(one.conflicts.len(), other.conflicts.len());
    }
}

#[test]
fn a_template_without_quotes_is_one_value() {
    let template = |name: &str| format!("[{{client_id: a, key: {{{{ secret \"{name}\" }}}}}}]");
    let [x, y, z] = ["x", "y", "z"].map(template);
    assert_eq!(merged(&x, &y, &z), "clients[a].key: changed, changed");
    assert_eq!(merged(&x, &y, &x), merged(&x, &x, &y));
    assert!(merged(&x, &x, &y).contains("secret \\y\\"), "{}", merged(&x, &x, &y));
}

#[test]
fn distant_lines_of_one_text_are_merged() {
    let text = |lines: &[&str]| format!("[{{client_id: a, key: {:?}}}]", lines.join("\n"));
    let base = text(&["1", "2", "3", "4", "5"]);
    let (ours, theirs) = (text(&["x", "2", "3", "4", "5"]), text(&["1", "2", "3", "4", "y"]));
    let both = merged(&base, &ours, &theirs);
    assert!(both.contains("x\\n2\\n3\\n4\\ny"), "{both}");
    assert_eq!(merged(&base, &ours, &text(&["1", "z", "3", "4", "5"])), "clients[a].key: changed, changed");
}

#[test]
fn a_renamed_client_is_followed_when_more_of_it_changes() {
    let client =
        |id: &str, name: &str, x: u8| format!("[{{client_id: {id}, client_name: {name}, x: {x}, y: 1, z: 1}}]");
    let found = merged(&client("a", "A", 1), &client("b", "B", 1), &client("a", "A", 2));
    assert_eq!(found, "[{client_id:b,client_name:B,x:2,y:1,z:1}]");
    let found = merged(&client("a", "A", 1), &client("b", "B", 1), &client("b", "B", 2));
    assert_eq!(found, "[{client_id:b,client_name:B,x:2,y:1,z:1}]");
}

#[test]
fn lists_created_on_both_sides_are_not_united() {
    let client = |uri: &str| format!("[{{client_id: a, redirect_uris: [{uri}]}}]");
    assert_eq!(merged("[]", &client("u"), &client("v")), "clients[a].redirect_uris: added, added");
    assert_eq!(merged("[]", &client("u"), &client("u")), "[{client_id:a,redirect_uris:[u]}]");
}
