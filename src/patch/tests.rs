//! Property tests for patches.

use proptest::collection::vec;
use proptest::prelude::*;

use super::merge_patch::tests::defined;
use super::*;
use crate::document::{Document, Edit, Format, MapKey, Number, Pointer, Value, to_json};
use crate::error::ErrorKind;

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|number| Value::Number(Number::new(number.to_string()))),
        "[ -~äß😀\n\t]{0,12}".prop_map(Value::string),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::list),
            vec(("[a-e]", inner), 0..4).prop_map(|entries| {
                Value::Map(entries.into_iter().map(|(key, value)| (MapKey::string(key), value)).collect())
            }),
        ]
    })
}

fn pointer() -> impl Strategy<Value = Pointer> {
    vec("[a-e0-2~/ .\"é-]{0,3}", 0..4).prop_map(Pointer::new)
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (pointer(), value()).prop_map(|(path, value)| Edit::Add { path, value }),
        pointer().prop_map(|path| Edit::Remove { path }),
        (pointer(), value()).prop_map(|(path, value)| Edit::Replace { path, value }),
        (pointer(), pointer()).prop_map(|(from, path)| Edit::Move { from, path }),
        (pointer(), pointer()).prop_map(|(from, path)| Edit::Copy { from, path }),
        (pointer(), value()).prop_map(|(path, value)| Edit::Test { path, value }),
        (pointer(), value()).prop_map(|(path, value)| Edit::Set { path, value }),
        (pointer(), value()).prop_map(|(path, value)| Edit::Append { path, value }),
        (pointer(), "[ -~é]{0,8}").prop_map(|(path, to)| Edit::Rename { path, to }),
    ]
}

proptest! {
    #[test]
    fn every_patch_reads_back_as_it_was_written(edits in vec(edit(), 0..5)) {
        let expected = Input::Patch(Patch::from(edits.clone()));
        for text in [to_json(&to_value(&edits)).to_string(), to_yaml(&edits)] {
            // An empty list of operations is an empty YAML document.
            let read = if text.is_empty() { continue } else { read(text.as_bytes(), PatchNotation::Operations) };
            prop_assert!(read.is_ok_and(|read| read.is_like(&expected)), "{}", text);
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[-{}\\[\\]:,\"'a-z0-9 \n]{0,60}") {
        for notation in [PatchNotation::Operations, PatchNotation::Merge] {
            if let Err(error) = read(text.as_bytes(), notation) {
                prop_assert_eq!(error.kind(), ErrorKind::Patch);
            }
        }
    }

    /// The definition in RFC 7386 (section 2) and our edits of a document's text have the same result.
    #[test]
    fn a_merge_patch_has_the_effect_that_the_standard_defines(target in value(), patch in value()) {
        let text = to_json(&target).to_string();
        let document = Document::parse(text.as_bytes(), Format::Json).expect("JSON");
        let mut session = document.edit();
        let applied = merge_patch::edits(&target, &patch).iter().try_for_each(|edit| session.apply(edit));
        match applied {
            Ok(()) => prop_assert!(session.value() == &defined(Some(&target), &patch)),
            Err(error) => prop_assert_eq!(error.kind(), ErrorKind::Unsupported),
        }
    }
}
