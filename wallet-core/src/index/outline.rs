//! The outline of a credential: as far as its top and its subject, scalars and short lists of them as they
//! are, whatever is deeper or longer as an empty object or list. The holder's side runs it.
//!
//! It is kept as it was written, and of it is read what somebody asks about: most of what a wallet holds
//! is of another kind than a world wants, which one or two members tell.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use schemas::dcql::{ClaimQuery, CredentialQuery, PathElement};
use schemas::json::{Object, Value};
use zeroize::Zeroizing;

use crate::index::bytes::{Rest, write_object};

/// Longer texts stand in the holding alone.
const MAX_TEXT: usize = 512;
/// Longer lists stand in the holding alone.
const MAX_LIST: usize = 16;
/// What tells the kind of a credential, in either format.
const KIND: [&str; 3] = ["@context", "type", "vct"];

/// The outline of one credential, written.
#[derive(Clone)]
pub(crate) struct Outline {
    shelf: Arc<Zeroizing<Vec<u8>>>,
    place: Range<usize>,
}

impl Outline {
    /// Of a credential.
    pub(crate) fn of(credential: &Object) -> Self {
        let mut bytes = Vec::new();
        write_object(&mut bytes, &outline_of(credential));
        let place = 0..bytes.len();
        Self {
            shelf: Arc::new(Zeroizing::new(bytes)),
            place,
        }
    }

    /// The one that stands there on a shelf.
    pub(super) fn at(shelf: &Arc<Zeroizing<Vec<u8>>>, place: Range<usize>) -> Self {
        let shelf = Arc::clone(shelf);
        Self { shelf, place }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.shelf.get(self.place.clone()).unwrap_or_default()
    }

    /// What of it decides whether it is of the kind that a part of a request asks for, and what the part
    /// asks about; `None` when it is damaged.
    pub(crate) fn asked_by(&self, part: &CredentialQuery) -> Option<Object> {
        let is_claimed = |name: &str| {
            let mut claims = part.claims.iter();
            claims.any(|claim| {
                let first = claim.path.elements().first();
                matches!(first, Some(PathElement::Name(first)) if first == name)
            })
        };
        Rest(self.bytes()).members(0, &|name| KIND.contains(&name) || is_claimed(name))
    }
}

impl PartialEq for Outline {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl fmt::Debug for Outline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outline").finish_non_exhaustive()
    }
}

/// Whether what was read of an outline holds all that a part of a request asks about. When it does not, the
/// holding has to be opened to know whether it answers.
pub(crate) fn tells_all(outline: &Object, part: &CredentialQuery) -> bool {
    part.claims.iter().all(|claim| tells(outline, claim))
}

/// A credential as far as its top and its subject.
fn outline_of(credential: &Object) -> Object {
    let top = credential.iter().map(|(name, value)| {
        let value = match (name, value) {
            ("credentialSubject", Value::Object(subject)) => Value::Object(
                subject
                    .iter()
                    .map(|(name, value)| (name.to_owned(), shallow(value)))
                    .collect(),
            ),
            (_, value) => shallow(value),
        };
        (name.to_owned(), value)
    });
    top.collect()
}

fn shallow(value: &Value) -> Value {
    let is_short = |value: &Value| match value {
        Value::String(text) => text.len() <= MAX_TEXT,
        Value::Array(_) | Value::Object(_) => false,
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    };
    match value {
        Value::Object(_) => Value::Object(Object::new()),
        Value::Array(list) if list.len() <= MAX_LIST && list.iter().all(is_short) => value.clone(),
        scalar if is_short(scalar) => scalar.clone(),
        _ => Value::Array(Vec::new()),
    }
}

/// An empty object or list stands for anything.
fn tells(outline: &Object, claim: &ClaimQuery) -> bool {
    let mut reached: Vec<&Value> = Vec::new();
    let elements = claim.path.elements();
    let Some((PathElement::Name(first), rest)) = elements.split_first() else {
        // Only a name leads into an object, so this leads nowhere in any credential.
        return true;
    };
    reached.extend(outline.get(first));
    for element in rest {
        let mut next = Vec::new();
        for value in reached {
            match (value, element) {
                (Value::Object(object), _) if object.is_empty() => return false,
                (Value::Array(list), _) if list.is_empty() => return false,
                (Value::Object(object), PathElement::Name(name)) => next.extend(object.get(name)),
                (Value::Array(list), PathElement::All) => next.extend(list),
                (Value::Array(list), PathElement::Index(index)) => {
                    let index = usize::try_from(*index).ok();
                    next.extend(index.and_then(|index| list.get(index)));
                }
                _ => {}
            }
        }
        reached = next;
    }
    // A long text stands there as an empty list, which would not be one of the values.
    let is_cut = |value: &&Value| matches!(value, Value::Array(list) if list.is_empty());
    claim.values.is_empty() || !reached.iter().any(is_cut)
}

#[cfg(test)]
mod tests {
    use schemas::dcql::{ClaimQuery, CredentialQuery, DcqlQuery, PathElement};
    use schemas::json::{Limits, Object, Value, read};
    use schemas::message::Message as _;

    use super::{Outline, outline_of, tells, tells_all};

    fn object(text: &str) -> Object {
        match read(text.as_bytes(), &Limits::message()).unwrap() {
            Value::Object(object) => object,
            _ => panic!("no object"),
        }
    }

    fn outline() -> Object {
        outline_of(&object(
            r#"{"vct":"https://a.example/t","n":-1.5,"t":true,"x":null,"l":["a",2],"deep":{"a":1},
                "credentialSubject":{"personaName":"Mika","license":{"name":"x"}}}"#,
        ))
    }

    fn part(claims: &str) -> CredentialQuery {
        let text = format!(
            r#"{{"credentials":[{{"id":"a","format":"dc+sd-jwt","meta":{{"vct_values":["v"]}}{claims}}}]}}"#
        );
        let query = read(text.as_bytes(), &Limits::message()).unwrap();
        let query = DcqlQuery::from_value(&query).unwrap();
        query.credentials()[0].clone()
    }

    #[test]
    fn what_is_asked_about_is_read_and_nothing_else() {
        let written = Outline::of(&object(
            r#"{"vct":"v","n":-1.5,"t":true,"x":null,"l":["a",2],"deep":{"a":1},"long":[[1]],
                "credentialSubject":{"personaName":"Mika","license":{"name":"x"}}}"#,
        ));
        assert_eq!(written.asked_by(&part("")), Some(object(r#"{"vct":"v"}"#)));
        let claims = r#","claims":[{"path":["credentialSubject","personaName"]},{"path":["l"]}]"#;
        let asked = written.asked_by(&part(claims)).unwrap();
        let expected =
            r#"{"vct":"v","l":["a",2],"credentialSubject":{"personaName":"Mika","license":{}}}"#;
        assert_eq!(asked, object(expected));
        assert!(tells_all(&asked, &part(claims)));
        let deep = r#","claims":[{"path":["deep","a"]}]"#;
        assert!(!tells_all(
            &written.asked_by(&part(deep)).unwrap(),
            &part(deep)
        ));
        for cut in 0..written.bytes().len() {
            let place = 0..cut;
            let cut = Outline {
                place,
                ..written.clone()
            };
            assert_eq!(cut.asked_by(&part("")), None);
        }
    }

    #[test]
    fn an_outline_says_what_it_does_not_know() {
        let outline = outline();
        let name = |name: &str| PathElement::Name(name.to_owned());
        let long = outline_of(&object(&format!(
            r#"{{"long":"{}","many":[[1]]}}"#,
            "x".repeat(600)
        )));
        let claim = |path: Vec<PathElement>, values: Vec<Value>| ClaimQuery {
            id: None,
            path: schemas::dcql::ClaimPath::new(path).unwrap(),
            values,
        };
        for (outline, path, values, known) in [
            (&outline, vec![name("vct")], vec![], true),
            (&outline, vec![name("vct")], vec!["x".into()], true),
            (&outline, vec![name("deep")], vec![], true),
            (&outline, vec![name("deep"), name("a")], vec![], false),
            (&outline, vec![name("absent"), name("a")], vec![], true),
            (&outline, vec![name("l"), PathElement::All], vec![], true),
            (
                &outline,
                vec![name("l"), PathElement::Index(7)],
                vec![],
                true,
            ),
            (
                &outline,
                vec![name("credentialSubject"), name("personaName")],
                vec!["Mika".into()],
                true,
            ),
            (
                &outline,
                vec![name("credentialSubject"), name("license"), name("name")],
                vec![],
                false,
            ),
            (&outline, vec![PathElement::All], vec![], true),
            (&long, vec![name("long")], vec![], true),
            (&long, vec![name("long")], vec!["x".into()], false),
            (
                &long,
                vec![name("many"), PathElement::Index(0)],
                vec![],
                false,
            ),
        ] {
            let claim = claim(path, values);
            assert_eq!(tells(outline, &claim), known, "{claim:?}");
        }
    }
}
