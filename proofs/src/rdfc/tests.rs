//! The W3C test suite of RDFC-1.0, and graphs made to hurt.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use schemas::json::{Limits, Value, read};

use crate::rdf::{Dataset, Kind, Term, WorkLimit};
use crate::rdfc::{HashAlgorithm, canonicalize};

/// A file of the shared folder; says so and gives nothing when the folder is absent.
pub(crate) fn shared(path: &str) -> Option<String> {
    let root = std::env::var_os("OMOTE_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")),
        PathBuf::from,
    );
    let text = std::fs::read_to_string(root.join(path)).ok();
    if text.is_none() {
        // Not `println!`, which a test that passes swallows.
        let line = format!("skipped: {path} is not there (set OMOTE_SHARED)\n");
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
    text
}

/// N-Quads, read well enough for test files: what is not understood is a panic.
struct Reader<'a> {
    rest: &'a str,
    dataset: Dataset,
    labels: BTreeMap<String, (usize, Term)>,
}

/// Parses N-Quads; also the number of each blank node label.
pub(crate) fn parse(text: &str) -> (Dataset, BTreeMap<String, usize>) {
    let mut reader = Reader {
        rest: "",
        dataset: Dataset::new(100_000),
        labels: BTreeMap::new(),
    };
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        reader.rest = line;
        let subject = reader.term();
        let predicate = reader.term();
        let object = reader.term();
        let graph = (!reader.rest.starts_with('.')).then(|| reader.term());
        assert!(reader.rest.starts_with('.'), "{line}");
        reader
            .dataset
            .push(subject, predicate, object, graph)
            .unwrap();
    }
    let labels = reader.labels.into_iter();
    (
        reader.dataset,
        labels.map(|(label, (number, _))| (label, number)).collect(),
    )
}

impl Reader<'_> {
    fn term(&mut self) -> Term {
        let term = if self.rest.starts_with('<') {
            let iri = self.iri();
            self.dataset.iri("", &iri)
        } else if let Some(rest) = self.rest.strip_prefix("_:") {
            let end = rest.find([' ', '\t', '<']).unwrap();
            let label = rest[..end].to_owned();
            self.rest = &rest[end..];
            let fresh = self.labels.len();
            let dataset = &mut self.dataset;
            let known = self.labels.entry(label);
            known.or_insert_with(|| (fresh, dataset.blank())).1
        } else {
            self.literal()
        };
        self.rest = self.rest.trim_start();
        term
    }

    fn iri(&mut self) -> String {
        let end = self.rest.find('>').unwrap();
        let iri = unescape(&self.rest[1..end]);
        self.rest = &self.rest[end + 1..];
        iri
    }

    fn literal(&mut self) -> Term {
        let body = self.rest.strip_prefix('"').unwrap();
        let mut end = 0;
        while !body[end..].starts_with('"') {
            let step = body[end..].chars().next().unwrap();
            end += step.len_utf8();
            if step == '\\' {
                end += 1;
            }
        }
        let text = unescape(&body[..end]);
        self.rest = &body[end + 1..];
        if let Some(rest) = self.rest.strip_prefix('@') {
            let end = rest.find([' ', '\t']).unwrap();
            self.rest = &rest[end..];
            self.dataset.literal(&text, Kind::Language(&rest[..end]))
        } else if let Some(rest) = self.rest.strip_prefix("^^") {
            self.rest = rest;
            let datatype = self.iri();
            if datatype == "http://www.w3.org/2001/XMLSchema#string" {
                return self.dataset.literal(&text, Kind::Plain);
            }
            self.dataset.literal(&text, Kind::Datatype(&datatype))
        } else {
            self.dataset.literal(&text, Kind::Plain)
        }
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        let kind = characters.next().unwrap();
        let digits = match kind {
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        out.push(if digits > 0 {
            let hex: String = characters.by_ref().take(digits).collect();
            char::from_u32(u32::from_str_radix(&hex, 16).unwrap()).unwrap()
        } else {
            match kind {
                't' => '\t',
                'b' => '\u{8}',
                'n' => '\n',
                'r' => '\r',
                'f' => '\u{c}',
                other => other,
            }
        });
    }
    out
}

/// Far more than any document gets.
const PATIENT: u64 = 1_000_000;

struct Case {
    id: String,
    kind: String,
    action: String,
    result: Option<String>,
    algorithm: HashAlgorithm,
}

fn manifest() -> Option<Vec<Case>> {
    let text = shared("vectors/rdfc10/manifest.jsonld")?;
    let manifest = read(text.as_bytes(), &Limits::document()).unwrap();
    let word = |entry: &Value, name: &str| {
        let word = entry.get(name).and_then(Value::as_str);
        word.map(ToOwned::to_owned)
    };
    let entries = manifest.get("entries").and_then(Value::as_array).unwrap();
    let cases = entries.iter().map(|entry| Case {
        id: word(entry, "id").unwrap(),
        kind: word(entry, "type").unwrap(),
        action: word(entry, "action").unwrap(),
        result: word(entry, "result"),
        algorithm: match word(entry, "hashAlgorithm").as_deref() {
            None => HashAlgorithm::Sha256,
            Some("SHA384") => HashAlgorithm::Sha384,
            Some(other) => panic!("{other}"),
        },
    });
    Some(cases.collect())
}

#[test]
fn w3c_suite() {
    let Some(cases) = manifest() else { return };
    let mut counts = BTreeMap::new();
    for case in cases {
        let file = |name: &str| shared(&format!("vectors/rdfc10/{name}")).unwrap();
        let (dataset, labels) = parse(&file(&case.action));
        let done = canonicalize(&dataset, case.algorithm, WorkLimit::document().steps());
        *counts.entry(case.kind.clone()).or_insert(0) += 1;
        match case.kind.as_str() {
            "rdfc:RDFC10EvalTest" => {
                let expected = file(&case.result.unwrap());
                assert_eq!(done.unwrap().nquads(), expected, "{}", case.id);
            }
            "rdfc:RDFC10MapTest" => {
                let text = file(&case.result.unwrap());
                let expected = read(text.as_bytes(), &Limits::document()).unwrap();
                let expected = expected.as_object().unwrap();
                let done = done.unwrap();
                for (label, number) in &labels {
                    let found = format!("c14n{}", done.numbers()[*number].unwrap());
                    let expected = expected.get(label).and_then(Value::as_str);
                    assert_eq!(Some(found.as_str()), expected, "{} {label}", case.id);
                }
                assert_eq!(expected.len(), labels.len(), "{}", case.id);
            }
            "rdfc:RDFC10NegativeEvalTest" => assert!(done.is_err(), "{}", case.id),
            other => panic!("{other}"),
        }
    }
    let kinds =
        ["EvalTest", "MapTest", "NegativeEvalTest"].map(|kind| format!("rdfc:RDFC10{kind}"));
    assert_eq!(counts.into_keys().collect::<Vec<_>>(), kinds);
}

/// Everybody points at everybody.
fn clique(size: usize) -> String {
    let mut text = String::new();
    for from in 0..size {
        for to in (0..size).filter(|to| *to != from) {
            writeln!(text, "_:e{from} <urn:p> _:e{to} .").unwrap();
        }
    }
    text
}

#[test]
fn cliques_end_at_the_limit() {
    let steps = WorkLimit::document().steps();
    for size in [7, 8, 10, 40] {
        let (dataset, _) = parse(&clique(size));
        let done = canonicalize(&dataset, HashAlgorithm::Sha256, steps);
        assert!(done.is_err(), "{size}");
    }
    let (dataset, _) = parse(&clique(3));
    assert!(canonicalize(&dataset, HashAlgorithm::Sha256, steps).is_ok());
}

#[test]
fn long_rings_and_wide_stars_end_without_a_deep_stack() {
    let mut ring = String::new();
    let mut stars = String::new();
    for at in 0..2000 {
        writeln!(ring, "_:e{at} <urn:p> _:e{} .", (at + 1) % 2000).unwrap();
        writeln!(stars, "_:hub{} <urn:p> _:e{at} .", at % 2).unwrap();
    }
    for text in [ring, stars] {
        let (dataset, _) = parse(&text);
        let limit = WorkLimit::document().steps();
        assert!(canonicalize(&dataset, HashAlgorithm::Sha256, limit).is_err());
        assert!(canonicalize(&dataset, HashAlgorithm::Sha256, PATIENT).is_err());
    }
}

#[test]
fn a_star_with_one_center_is_cheap() {
    let rays = (0..1000).map(|at| format!("_:hub <urn:p> _:e{at} .\n"));
    let (dataset, _) = parse(&rays.collect::<String>());
    let limit = WorkLimit::document().steps();
    assert!(canonicalize(&dataset, HashAlgorithm::Sha256, limit).is_ok());
}

#[test]
fn labels_of_the_input_do_not_matter() {
    let text = "_:a <urn:p> _:b .\n_:b <urn:q> \"x\" .\n_:c <urn:p> _:a _:b .\n";
    let renamed = text
        .replace("_:a", "_:c14n2")
        .replace("_:b", "_:c14n0")
        .replace("_:c ", "_:c14n1 ");
    let canonical = |text: &str| {
        let done = canonicalize(&parse(text).0, HashAlgorithm::Sha256, 1000).unwrap();
        done.into_nquads()
    };
    assert_eq!(canonical(text), canonical(&renamed));
    let reversed: Vec<_> = text.lines().rev().collect();
    assert_eq!(canonical(text), canonical(&reversed.join("\n")));
}

#[test]
fn a_blank_node_without_a_quad_has_no_name() {
    let mut dataset = Dataset::new(4);
    let (_lonely, met) = (dataset.blank(), dataset.blank());
    let p = dataset.iri("", "urn:p");
    dataset.push(met, p, p, None).unwrap();
    let done = canonicalize(&dataset, HashAlgorithm::Sha256, 10).unwrap();
    assert_eq!(done.numbers(), [None, Some(0)]);
    assert_eq!(done.nquads(), "_:c14n0 <urn:p> <urn:p> .\n");
}
