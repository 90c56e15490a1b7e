//! The tables against the published contexts, and our own context against its digest.

use std::io::Write as _;
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use crate::canonical;
use crate::json::{Limits, Value, read};
use crate::license::Field;
use crate::object;
use crate::terms::table::{Coercion, Container, Role, Scope, Table, ambiguous, find};
use crate::terms::{Context, Contexts, context_document};

/// A file of the shared folder; says so and gives nothing when the folder is absent.
fn shared(path: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("OMOTE_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")),
        PathBuf::from,
    );
    let bytes = std::fs::read(root.join(path)).ok();
    if bytes.is_none() {
        // Not `println!`, which a test that passes swallows.
        let line = format!("skipped: {path} is not there (set OMOTE_SHARED)\n");
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
    bytes
}

/// Compiles the definitions of a context document and compares them with a table, both ways.
fn compare(definitions: &Value, table: Table, at: &str) {
    let definitions = definitions.as_object().expect("definitions");
    assert_eq!(
        definitions.get("@protected"),
        Some(&Value::Bool(true)),
        "{at}: every context protects its terms"
    );
    let mut found = 0;
    for (name, definition) in definitions.iter() {
        match name {
            "@protected" => continue,
            "id" => assert_eq!(definition.as_str(), Some("@id"), "{at}"),
            "type" => assert_eq!(definition.as_str(), Some("@type"), "{at}"),
            name => {
                found += 1;
                compare_term(name, definition, table, &format!("{at}/{name}"));
            }
        }
    }
    assert_eq!(found, table.terms().len(), "{at}: number of terms");
}

fn compare_term(name: &str, definition: &Value, table: Table, at: &str) {
    let term = find(name, table.alone()).unwrap_or_else(|| panic!("{at}: not in the table"));
    let expanded = match definition {
        Value::String(iri) => object! { "@id" => iri.as_str() },
        other => other.as_object().expect("a definition").clone(),
    };
    assert_eq!(
        expanded.get("@id").and_then(Value::as_str),
        Some(term.iri),
        "{at}"
    );
    let coercion = match expanded
        .get("@type")
        .map(|value| value.as_str().expect("type"))
    {
        None => Coercion::Plain,
        Some("@id") => Coercion::Id,
        Some("@vocab") => Coercion::Vocab,
        Some("@json") => Coercion::Json,
        Some(iri) => match term.coercion {
            Coercion::Datatype(datatype) if datatype == iri => term.coercion,
            other => panic!("{at}: datatype {iri}, in the table {other:?}"),
        },
    };
    assert_eq!(coercion, term.coercion, "{at}");
    let container = match expanded
        .get("@container")
        .map(|value| value.as_str().expect("container"))
    {
        None => Container::Single,
        Some("@set") => Container::Set,
        Some("@list") => Container::List,
        Some("@graph") => Container::Graph,
        Some(other) => panic!("{at}: container {other}"),
    };
    assert_eq!(container, term.container, "{at}");
    match (expanded.get("@context"), term.scope) {
        (None, Scope::Keep) | (Some(Value::Null), Scope::Clear) => {}
        (Some(inner @ Value::Object(_)), Scope::Add(scope)) => compare(inner, scope, at),
        (found, expected) => panic!("{at}: scope {found:?}, in the table {expected:?}"),
    }
    let known = ["@id", "@type", "@container", "@context"];
    assert!(
        expanded.keys().all(|key| known.contains(&key)),
        "{at}: a construct that the table cannot express"
    );
    // Such an IRI would make the term a prefix, and `term:x` a compact IRI.
    assert!(
        !term.iri.ends_with([':', '/', '?', '#', '[', ']', '@']),
        "{at}"
    );
    let upper = name.starts_with(|first: char| first.is_ascii_uppercase());
    assert_eq!(
        upper,
        term.role == Role::Class,
        "{at}: classes are upper-case"
    );
}

#[test]
fn tables_equal_the_published_contexts() {
    for (context, path) in [
        (
            Context::CredentialsV2,
            "vectors/contexts/credentials-v2.jsonld",
        ),
        (
            Context::DataIntegrityV2,
            "vectors/contexts/w3id.org_security_data_integrity_v2.json",
        ),
    ] {
        let Some(bytes) = shared(path) else { continue };
        let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes));
        assert_eq!(Some(digest.as_str()), context.sha256(), "{path}");
        let document = read(&bytes, &Limits::document()).expect("a context document");
        let definitions = document.get("@context").expect("definitions");
        compare(definitions, context.table(), context.url());
    }
}

#[test]
fn our_document_equals_our_table_and_is_pinned() {
    let document = context_document();
    let definitions = document.get("@context").expect("definitions");
    compare(definitions, Table::Omote, Context::OmoteV1.url());
    let digest = Sha256::digest(canonical::to_bytes(&document));
    assert_eq!(
        Some(data_encoding::HEXLOWER.encode(&digest).as_str()),
        Context::OmoteV1.sha256(),
        "documents signed under the old definitions would mean something else"
    );
}

#[test]
fn a_name_means_the_same_everywhere() {
    // The context of version 1.1, which no document of ours may name, has its own scopes.
    assert_eq!(
        ambiguous(),
        ["VerifiableCredential", "VerifiablePresentation", "kid"],
        "only cnf and the old context give a name a second meaning"
    );
}

#[test]
fn our_terms_leave_the_words_of_others_alone() {
    for table in [Table::Omote, Table::License] {
        for term in table.terms() {
            let iri = format!("https://w3id.org/omote/v1#{}", term.name);
            assert_eq!(term.iri, iri);
        }
    }
}

#[test]
fn every_license_term_is_defined() {
    let tables = Table::Base.alone() | Table::License.alone();
    for field in Field::ALL {
        assert!(find(field.name(), tables).is_some(), "{}", field.name());
    }
    let scope_of = |name| find(name, Table::Omote.alone()).map(|term| term.scope);
    assert_eq!(scope_of("license"), Some(Scope::Add(Table::License)));
    assert_eq!(scope_of("LicenseTerms"), Some(Scope::Add(Table::License)));
}

#[test]
fn context_urls_lead_to_pinned_contexts_only() {
    for context in Context::PINNED {
        assert_eq!(Context::from_url(context.url()), Some(context));
        assert!(context.sha256().is_some_and(|digest| digest.len() == 64));
    }
    let examples = Context::VectorExamplesV2;
    assert_eq!(Context::from_url(examples.url()), None);
    let open = Contexts::with_examples_for_vectors();
    assert_eq!(open.get(examples.url()), Some(examples));
    assert_eq!(
        Context::from_url("https://www.w3.org/2018/credentials/v1"),
        None
    );
}
