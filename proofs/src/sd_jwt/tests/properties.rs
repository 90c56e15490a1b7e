//! Whatever is issued and however it is shown: exactly what was chosen can be seen, and nothing of it
//! can be changed.

use std::collections::HashSet;

use proptest::collection::{btree_map, vec};
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};
use schemas::dcql::{ClaimPath, PathElement};
use schemas::json::{Object, Value};
use schemas::time::Timestamp;

use super::forge::{disclosure, holder, issuer, of_encoded};
use crate::sd_jwt::{KeyBinding, PresentError, UnverifiedSdJwt, digest, present};

/// Claims, each with whether it is shown by itself.
#[derive(Clone, Debug)]
enum Tree {
    Leaf(Value),
    Object(Vec<(String, bool, Tree)>),
    Array(Vec<(bool, Tree)>),
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i32>().prop_map(Value::from),
        "[a-z~.\\\\\"]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_map(Tree::Leaf).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            members(inner.clone()).prop_map(Tree::Object),
            vec((any::<bool>(), inner), 0..4).prop_map(Tree::Array),
        ]
    })
}

fn members(inner: impl Strategy<Value = Tree>) -> impl Strategy<Value = Vec<(String, bool, Tree)>> {
    btree_map("[a-d]{1,2}", (any::<bool>(), inner), 0..4).prop_map(|members| {
        let member = |(name, (hidden, tree))| (name, hidden, tree);
        members.into_iter().map(member).collect()
    })
}

/// Makes the payload, and the disclosures in an order in which parents may come after children.
#[derive(Default)]
struct Packer {
    disclosures: Vec<String>,
    salt: u32,
}

impl Packer {
    fn hide(&mut self, name: Option<&str>, value: Value) -> String {
        self.salt += 1;
        let salt = Value::from(format!("salt{}", self.salt));
        let parts: Vec<Value> = [Some(salt), name.map(Value::from), Some(value)]
            .into_iter()
            .flatten()
            .collect();
        let text = disclosure(&Value::Array(parts).to_string());
        let hash = digest(&text);
        self.disclosures.push(text);
        hash
    }

    fn value(&mut self, tree: &Tree) -> Value {
        match tree {
            Tree::Leaf(value) => value.clone(),
            Tree::Object(members) => Value::Object(self.object(members)),
            Tree::Array(elements) => {
                let element = |(hidden, tree): &(bool, Tree)| {
                    let value = self.value(tree);
                    if *hidden {
                        let hash = self.hide(None, value);
                        Value::Object(schemas::object! { "..." => hash })
                    } else {
                        value
                    }
                };
                Value::Array(elements.iter().map(element).collect())
            }
        }
    }

    fn object(&mut self, members: &[(String, bool, Tree)]) -> Object {
        let mut object = Object::new();
        let mut digests = Vec::new();
        for (name, hidden, tree) in members {
            let value = self.value(tree);
            if *hidden {
                digests.push(self.hide(Some(name), value));
            } else {
                object.insert(name.as_str(), value);
            }
        }
        if !digests.is_empty() {
            digests.sort();
            object.insert("_sd", digests);
        }
        object
    }
}

/// What is seen when exactly the hidden things at these places are shown.
fn seen(tree: &Tree, at: &mut Vec<PathElement>, shown: &HashSet<Vec<PathElement>>) -> Value {
    let mut part = |element: PathElement, hidden: bool, tree: &Tree| {
        at.push(element);
        let value = (!hidden || shown.contains(at)).then(|| seen(tree, at, shown));
        at.pop();
        value
    };
    match tree {
        Tree::Leaf(value) => value.clone(),
        Tree::Object(members) => {
            let member = |(name, hidden, tree): &(String, bool, Tree)| {
                let value = part(PathElement::Name(name.clone()), *hidden, tree)?;
                Some((name.clone(), value))
            };
            Value::Object(members.iter().filter_map(member).collect())
        }
        Tree::Array(elements) => {
            let element = |(index, (hidden, tree)): (u64, &(bool, Tree))| {
                part(PathElement::Index(index), *hidden, tree)
            };
            Value::Array((0..).zip(elements).filter_map(element).collect())
        }
    }
}

/// An SD-JWT of claims, bound to the holder.
fn issued(members: &[(String, bool, Tree)]) -> String {
    let mut packer = Packer::default();
    let mut payload = packer.object(members);
    payload.insert(
        "cnf",
        schemas::object! { "jwk" => holder().verifying_key().jwk() },
    );
    of_encoded(&Value::Object(payload).to_string(), &packer.disclosures)
}

fn binding() -> KeyBinding<'static> {
    KeyBinding {
        audience: "https://verifier.example",
        nonce: "n-0S6_WzA2Mj",
        issued_at: Timestamp::from_unix(1_800_000_000),
        transaction_data: &[],
    }
}

fn shown(text: &str) -> Value {
    let read = UnverifiedSdJwt::parse(text).unwrap();
    assert_eq!(read.verify(&issuer().verifying_key()), Ok(()));
    let bound = read.key_binding().unwrap();
    assert_eq!(bound.verify(&read.holder_key().unwrap()), Ok(()));
    assert!(bound.matches_sd_hash());
    assert_eq!(bound.audience(), Some(binding().audience));
    assert_eq!(bound.nonce(), Some(binding().nonce));
    assert_eq!(bound.issued_at(), Some(binding().issued_at));
    let mut claims = read.claims().clone();
    claims.remove("cnf");
    Value::Object(claims)
}

fn is_within(outer: &[PathElement], inner: &[PathElement]) -> bool {
    inner.starts_with(outer)
}

proptest! {
    #[test]
    fn exactly_what_was_chosen_is_shown(members in members(tree()), chosen in any::<u64>()) {
        let text = issued(&members);
        let credential = UnverifiedSdJwt::parse(&text).unwrap();
        assert_eq!(credential.undisclosed(), 0);
        let all: Vec<ClaimPath> = credential.disclosures().iter().map(|one| one.path().clone()).collect();
        let everything: HashSet<_> = all.iter().map(|path| path.elements().to_vec()).collect();
        let whole = Tree::Object(members.clone());
        let mut claims = credential.claims().clone();
        claims.remove("cnf");
        assert_eq!(Value::Object(claims), seen(&whole, &mut Vec::new(), &everything));

        let chosen: Vec<ClaimPath> = (0..).zip(&all)
            .filter(|(index, _)| chosen >> (index % 64) & 1 == 1)
            .map(|(_, path)| path.clone())
            .collect();
        let needed: HashSet<_> = everything.iter()
            .filter(|path| chosen.iter().any(|chosen| {
                is_within(path, chosen.elements()) || is_within(chosen.elements(), path)
            }))
            .cloned()
            .collect();
        let presented = present(&credential, &chosen, &binding(), &holder()).unwrap();
        assert_eq!(shown(&presented), seen(&whole, &mut Vec::new(), &needed));
        // Nothing that was kept back is in the bytes.
        for disclosed in credential.disclosures() {
            let there = presented.split('~').any(|part| part == disclosed.text());
            assert_eq!(there, needed.contains(disclosed.path().elements()));
        }
        // It is a presentation now, and nobody presents it again.
        let again = UnverifiedSdJwt::parse(&presented).unwrap();
        assert_eq!(present(&again, &[], &binding(), &holder()), Err(PresentError::Bound));
    }

    #[test]
    fn any_one_byte_damage_refuses(
        members in members(tree()),
        place in any::<prop::sample::Index>(),
        byte in prop_oneof![
            "[A-Za-z0-9_-]".prop_map(|text| text.as_bytes()[0]),
            (0x20_u8..0x7F),
        ],
    ) {
        let text = issued(&members);
        let credential = UnverifiedSdJwt::parse(&text).unwrap();
        let all: Vec<ClaimPath> = credential.disclosures().iter().map(|one| one.path().clone()).collect();
        let presented = present(&credential, &all, &binding(), &holder()).unwrap();
        let mut bytes = presented.into_bytes();
        let place = place.index(bytes.len());
        if bytes[place] == byte {
            return Ok(());
        }
        bytes[place] = byte;
        let Ok(read) = UnverifiedSdJwt::parse(std::str::from_utf8(&bytes).unwrap()) else {
            return Ok(());
        };
        let stands = read.verify(&issuer().verifying_key()).is_ok()
            && read.key_binding().is_some_and(|bound| {
                bound.matches_sd_hash() && bound.verify(&holder().verifying_key()).is_ok()
            });
        assert!(!stands, "byte {place}");
    }
}
