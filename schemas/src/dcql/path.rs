//! Claims path pointers (OpenID4VP 1.0 section 7): where a claim stands, and what stands there.

use crate::json::{Number, Object, Value};
use crate::message::{Kind, MessageError, Problem};

/// Longer paths are refused.
const MAX_LENGTH: usize = 32;

/// A claims path pointer: at least one element, at most 32.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimPath(Vec<PathElement>);

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathElement {
    /// `null`: every element of an array.
    All,
    /// A number: the element of an array at this place, the first being 0.
    Index(u64),
    /// A string: the member of an object of this name.
    Name(String),
}

impl ClaimPath {
    /// A path; `None` when it is empty, longer than 32, or an index is beyond 2^53 − 1.
    #[must_use]
    pub fn new(elements: Vec<PathElement>) -> Option<Self> {
        let fits = |element: &PathElement| match element {
            PathElement::Index(index) => to_number(*index).is_some(),
            PathElement::All | PathElement::Name(_) => true,
        };
        let sound = (1..=MAX_LENGTH).contains(&elements.len()) && elements.iter().all(fits);
        sound.then_some(Self(elements))
    }

    /// A path of member names; `None` when there are none, or more than 32.
    #[must_use]
    pub fn of_names(names: &[&str]) -> Option<Self> {
        let element = |name: &&str| PathElement::Name((*name).to_owned());
        Self::new(names.iter().map(element).collect())
    }

    /// The elements.
    #[must_use]
    pub fn elements(&self) -> &[PathElement] {
        &self.0
    }

    pub(crate) fn read(kind: Kind, value: &Value) -> Result<Self, MessageError> {
        let element = |value: &Value| match value {
            Value::Null => Ok(PathElement::All),
            Value::String(name) => Ok(PathElement::Name(name.clone())),
            Value::Number(_) => {
                let expected = "a whole number that is not negative";
                let index = value.as_u64().map(PathElement::Index);
                index.ok_or_else(|| kind.fail("path", Problem::Value { expected }))
            }
            other => Err(kind.wrong_type("path", "string, null or number", other)),
        };
        let elements = kind.array("path", value, MAX_LENGTH)?;
        elements
            .iter()
            .map(element)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl From<&ClaimPath> for Value {
    fn from(path: &ClaimPath) -> Self {
        let element = |element: &PathElement| match element {
            PathElement::All => Self::Null,
            PathElement::Index(index) => Self::from(to_number(*index)),
            PathElement::Name(name) => Self::from(name.as_str()),
        };
        Self::Array(path.0.iter().map(element).collect())
    }
}

fn to_number(index: u64) -> Option<Number> {
    i64::try_from(index).ok().and_then(Number::from_i64)
}

/// The values at a path, in document order (section 7.1).
///
/// Empty when nothing stands there: a name or index does not exist in any value selected so far, or
/// one of these is not of the kind that the next element needs (the specification's errors).
#[must_use]
pub fn select<'a>(path: &ClaimPath, value: &'a Value) -> Vec<&'a Value> {
    along(&path.0, vec![value])
}

/// The same, in a credential: its root is an object, so a path into it begins with a name.
#[must_use]
pub fn select_in<'a>(path: &ClaimPath, credential: &'a Object) -> Vec<&'a Value> {
    match path.0.split_first() {
        Some((PathElement::Name(name), further)) => match credential.get(name) {
            Some(value) => along(further, vec![value]),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn along<'a>(elements: &[PathElement], mut selected: Vec<&'a Value>) -> Vec<&'a Value> {
    for element in elements {
        match step(element, &selected) {
            Some(next) if !next.is_empty() => selected = next,
            _ => return Vec::new(),
        }
    }
    selected
}

/// `None` when a value is of the wrong kind.
fn step<'a>(element: &PathElement, selected: &[&'a Value]) -> Option<Vec<&'a Value>> {
    let mut next = Vec::new();
    for value in selected {
        match element {
            PathElement::All => next.extend(value.as_array()?),
            PathElement::Index(index) => {
                let index = usize::try_from(*index).ok();
                let elements = value.as_array()?;
                next.extend(index.and_then(|index| elements.get(index)));
            }
            PathElement::Name(name) => next.extend(value.as_object()?.get(name)),
        }
    }
    Some(next)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{Strategy, any, prop_oneof, proptest};

    use super::{ClaimPath, PathElement, select};
    use crate::json::{Limits, Value, read};
    use crate::message::{Kind, Problem};
    use crate::reason::Reason;

    fn value(text: &str) -> Value {
        read(text.as_bytes(), &Limits::message()).unwrap()
    }

    fn path(text: &str) -> Result<ClaimPath, Problem> {
        let kind = Kind::new("claim", Reason::QueryInvalid);
        ClaimPath::read(kind, &value(text)).map_err(|error| error.problem())
    }

    const CREDENTIAL: &str = r#"{
        "name": "Mika",
        "credentialSubject": {"persona": "Mika", "tags": ["cat", "ear"], "none": null},
        "degrees": [
            {"type": "a", "university": "A"},
            {"type": "b", "university": "B"},
            {"type": "c"}
        ],
        "grid": [[1, 2], [3]],
        "mixed": [{"a": 1}, 2]
    }"#;

    #[test]
    fn selects_what_the_specification_selects() {
        for (path_text, selected) in [
            (r#"["name"]"#, r#"["Mika"]"#),
            (r#"["credentialSubject", "persona"]"#, r#"["Mika"]"#),
            (r#"["credentialSubject", "none"]"#, "[null]"),
            (r#"["credentialSubject", "tags", 1]"#, r#"["ear"]"#),
            (r#"["credentialSubject", "tags", null]"#, r#"["cat","ear"]"#),
            (r#"["credentialSubject", "tags"]"#, r#"[["cat","ear"]]"#),
            (r#"["degrees", null, "university"]"#, r#"["A","B"]"#),
            (r#"["grid", null, null]"#, "[1,2,3]"),
            (r#"["grid", null, 1]"#, "[2]"),
            // nothing there
            (r#"["nome"]"#, "[]"),
            (r#"["credentialSubject", "tags", 2]"#, "[]"),
            (r#"["credentialSubject", "tags", 9007199254740991]"#, "[]"),
            (r#"["degrees", null, "city"]"#, "[]"),
            // of another kind
            (r#"["name", "x"]"#, "[]"),
            (r#"["name", 0]"#, "[]"),
            (r#"["name", null]"#, "[]"),
            (r#"["credentialSubject", 0]"#, "[]"),
            (r#"["credentialSubject", null]"#, "[]"),
            (r#"["degrees", "type"]"#, "[]"),
            (r#"["mixed", null, "a"]"#, "[]"),
            (r#"["credentialSubject", "tags", "0"]"#, "[]"),
        ] {
            let credential = value(CREDENTIAL);
            let found = select(&path(path_text).unwrap(), &credential);
            let found = Value::Array(found.into_iter().cloned().collect());
            assert_eq!(found, value(selected), "{path_text}");
        }
        assert!(select(&path("[null]").unwrap(), &value("[]")).is_empty());
    }

    #[test]
    fn refuses_what_is_no_path() {
        let whole = "a whole number that is not negative";
        for (text, problem) in [
            ("[-1]", Problem::Value { expected: whole }),
            ("[0.5]", Problem::Value { expected: whole }),
            (
                "[true]",
                Problem::Type {
                    expected: "string, null or number",
                    found: "boolean",
                },
            ),
            (
                "[[0]]",
                Problem::Type {
                    expected: "string, null or number",
                    found: "array",
                },
            ),
            (
                "\"name\"",
                Problem::Type {
                    expected: "array",
                    found: "string",
                },
            ),
            (
                "[]",
                Problem::Value {
                    expected: "a list that is not empty",
                },
            ),
        ] {
            assert_eq!(path(text), Err(problem), "{text}");
        }
        let long = format!("[{}]", vec!["null"; 33].join(","));
        let problem = Problem::TooLarge {
            limit: 32,
            found: 33,
        };
        assert_eq!(path(&long), Err(problem));
        assert_eq!(ClaimPath::new(Vec::new()), None);
        assert_eq!(ClaimPath::new(vec![PathElement::Index(1 << 53)]), None);
    }

    fn element() -> impl Strategy<Value = PathElement> {
        prop_oneof![
            "[a-c]".prop_map(PathElement::Name),
            any::<String>().prop_map(PathElement::Name),
            (0_u64..3).prop_map(PathElement::Index),
            (0_u64..(1 << 53)).prop_map(PathElement::Index),
            proptest::strategy::Just(PathElement::All),
        ]
    }

    fn document() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            proptest::strategy::Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i32>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(Value::Array),
                vec(("[a-c]", inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn paths_round_trip(elements in vec(element(), 1..32)) {
            let path = ClaimPath::new(elements).unwrap();
            let kind = Kind::new("claim", Reason::QueryInvalid);
            assert_eq!(ClaimPath::read(kind, &Value::from(&path)), Ok(path));
        }

        #[test]
        fn a_longer_path_selects_parts_of_what_a_shorter_one_does(
            elements in vec(element(), 2..6),
            document in document(),
        ) {
            let longer = ClaimPath::new(elements.clone()).unwrap();
            let shorter = ClaimPath::new(elements[..elements.len() - 1].to_vec()).unwrap();
            let last = ClaimPath::new(elements[elements.len() - 1..].to_vec()).unwrap();
            let outer = select(&shorter, &document);
            for value in select(&longer, &document) {
                let inside = outer
                    .iter()
                    .any(|outer| select(&last, outer).iter().any(|inner| std::ptr::eq(*inner, value)));
                assert!(inside);
            }
        }
    }
}
