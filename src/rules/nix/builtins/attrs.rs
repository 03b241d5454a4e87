//! Builtins on attribute sets.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::rc::Rc;

use super::super::failure::Failure;
use super::super::thunk::Thunk;
use super::super::value::{Attr, Value};
use super::{Builtin, builtin};

pub(super) const FUNCTIONS: &[Builtin] = &[
    builtin("attrNames", 1, |e, a| {
        let attrs = e.attrs(&a[0])?;
        e.budget.spend(attrs.map.len())?;
        let names = attrs.map.keys().map(|name| Thunk::done(Value::String(name.clone()))).collect::<Vec<_>>();
        Ok(Value::list(names))
    }),
    builtin("attrValues", 1, |e, a| {
        let attrs = e.attrs(&a[0])?;
        e.budget.spend(attrs.map.len())?;
        Ok(Value::list(attrs.map.values().map(|attr| attr.value.clone()).collect::<Vec<_>>()))
    }),
    builtin("catAttrs", 2, |e, a| {
        let name = e.string(&a[0])?;
        let mut found = Vec::new();
        for item in e.list(&a[1])?.iter() {
            e.budget.spend(1)?;
            found.extend(e.attrs(item)?.map.get(&name).map(|attr| attr.value.clone()));
        }
        Ok(Value::list(found))
    }),
    builtin("functionArgs", 1, |e, a| match e.force(&a[0])? {
        Value::Lambda(closure) => {
            e.budget.spend(closure.lambda.pattern.as_ref().map_or(0, |pattern| pattern.formals.len()))?;
            let formals = closure.lambda.pattern.iter().flat_map(|pattern| &pattern.formals);
            let attr = |default: bool| Attr::new(Thunk::done(Value::Bool(default)));
            Ok(Value::attrs(formals.map(|(name, default)| (name.clone(), attr(default.is_some()))).collect()))
        }
        Value::Builtin(_) => Ok(Value::attrs(BTreeMap::new())),
        other => Err(super::needed("a function", &other)),
    }),
    builtin("getAttr", 2, |e, a| {
        let name = e.string(&a[0])?;
        let attrs = e.attrs(&a[1])?;
        match attrs.map.get(&name) {
            Some(attr) => e.force(&attr.value),
            None if attrs.incomplete => Err(Failure::needs_nix(format!("the builtin{}", e.sources.quoted(&name)))),
            None => Err(Failure::error(format!("attribute{} is missing", e.sources.quoted(&name)))),
        }
    }),
    builtin("groupBy", 2, |e, a| {
        let function = e.function(&a[0])?;
        let mut groups: BTreeMap<Rc<str>, Vec<Thunk>> = BTreeMap::new();
        for item in e.list(&a[1])?.iter() {
            let Value::String(name) = e.call(&function, item.clone())? else {
                return Err(Failure::error("`groupBy` needs a function that returns strings"));
            };
            groups.entry(name).or_default().push(item.clone());
        }
        let attr = |items: Vec<Thunk>| Attr::new(Thunk::done(Value::list(items)));
        Ok(Value::attrs(groups.into_iter().map(|(name, items)| (name, attr(items))).collect()))
    }),
    builtin("hasAttr", 2, |e, a| {
        let name = e.string(&a[0])?;
        let attrs = e.attrs(&a[1])?;
        match attrs.map.contains_key(&name) {
            false if attrs.incomplete => Err(Failure::needs_nix(format!("the builtin{}", e.sources.quoted(&name)))),
            known => Ok(Value::Bool(known)),
        }
    }),
    builtin("intersectAttrs", 2, |e, a| {
        let (left, right) = (e.attrs(&a[0])?, e.attrs(&a[1])?);
        e.budget.spend(right.map.len())?;
        let both = right.map.iter().filter(|(name, _)| left.map.contains_key(*name));
        Ok(Value::attrs(both.map(|(name, attr)| (name.clone(), attr.clone())).collect()))
    }),
    builtin("listToAttrs", 1, |e, a| {
        let mut map = BTreeMap::new();
        for item in e.list(&a[0])?.iter() {
            e.budget.spend(1)?;
            let attrs = e.attrs(item)?;
            let member = |name: &str| {
                let missing = || Failure::error(format!("`listToAttrs`: `{name}` is missing"));
                attrs.map.get(name).cloned().ok_or_else(missing)
            };
            let name = e.string(&member("name")?.value)?;
            // The first of two with the same name wins.
            if let Entry::Vacant(place) = map.entry(name) {
                place.insert(member("value")?);
            }
        }
        Ok(Value::attrs(map))
    }),
    builtin("mapAttrs", 2, |e, a| {
        let call = |(name, attr): (&Rc<str>, &Attr)| {
            let arguments = vec![Thunk::done(Value::String(name.clone())), attr.value.clone()];
            (name.clone(), Attr { value: Thunk::call(a[0].clone(), arguments), at: attr.at })
        };
        let attrs = e.attrs(&a[1])?;
        e.budget.spend(attrs.map.len())?;
        Ok(Value::attrs(attrs.map.iter().map(call).collect()))
    }),
    builtin("removeAttrs", 2, |e, a| {
        let (attrs, names) = (e.attrs(&a[0])?, e.strings(&a[1])?);
        e.budget.spend(attrs.map.len() + names.len())?;
        let mut map = attrs.map.clone();
        for name in names {
            map.remove(&name);
        }
        Ok(Value::attrs(map))
    }),
    builtin("zipAttrsWith", 2, |e, a| {
        let mut all: BTreeMap<Rc<str>, Vec<Thunk>> = BTreeMap::new();
        for set in e.list(&a[1])?.iter() {
            let attrs = e.attrs(set)?;
            e.budget.spend(attrs.map.len())?;
            for (name, attr) in &attrs.map {
                all.entry(name.clone()).or_default().push(attr.value.clone());
            }
        }
        let call = |(name, values): (Rc<str>, Vec<Thunk>)| {
            let arguments = vec![Thunk::done(Value::String(name.clone())), Thunk::done(Value::list(values))];
            (name, Attr::new(Thunk::call(a[0].clone(), arguments)))
        };
        Ok(Value::attrs(all.into_iter().map(call).collect()))
    }),
];
