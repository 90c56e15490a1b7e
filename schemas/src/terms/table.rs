//! What a term is, and where it is defined: the notation of the term table.
//!
//! Used by everybody, in every build. Source: JSON-LD 1.1 sections 4 and 9.15 (context definitions).

use std::collections::{HashMap, HashSet};
use std::ops::BitOr;
use std::sync::LazyLock;

use crate::terms::{credentials_v2, data_integrity_v2, omote_v1, vectors};

/// Whether a name stands for a kind of thing or for something said about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A value of `type`.
    Class,
    /// A member name.
    Property,
}

/// What a string value of a property means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coercion {
    /// A plain value, or an object that describes a thing.
    Plain,
    /// The IRI of a thing.
    Id,
    /// A term, or the IRI of a thing.
    Vocab,
    /// Any JSON, as one literal.
    Json,
    /// A literal of this datatype.
    Datatype(&'static str),
}

/// How several values are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    /// An unordered set; one value may stand without an array.
    Single,
    /// The same, said in words by the context.
    Set,
    /// An ordered list, always an array.
    List,
    /// Each value is a graph of its own.
    Graph,
}

/// The context that a term brings along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// None: what is defined outside is defined inside.
    Keep,
    /// Further terms.
    Add(Table),
    /// Nothing that is defined outside is defined inside.
    Clear,
}

/// Whether a value may carry a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Localized {
    /// Text only.
    No,
    /// Text, or value objects with `@value`, `@language`, `@direction` (VCDM 2.0 section 11.1).
    Yes,
}

/// One term definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// The name in documents.
    pub(super) name: &'static str,
    /// What it means.
    pub(super) iri: &'static str,
    /// Class or property.
    pub(super) role: Role,
    /// What a string means.
    pub(super) coercion: Coercion,
    /// How several values are read.
    pub(super) container: Container,
    /// What the term brings along.
    pub(super) scope: Scope,
    /// Whether a value may carry a language.
    pub(super) localized: Localized,
}

/// A property with plain values.
pub(super) const fn plain(name: &'static str, iri: &'static str) -> Term {
    Term {
        name,
        iri,
        role: Role::Property,
        coercion: Coercion::Plain,
        container: Container::Single,
        scope: Scope::Keep,
        localized: Localized::No,
    }
}

/// A class.
pub(super) const fn class(name: &'static str, iri: &'static str) -> Term {
    Term {
        role: Role::Class,
        ..plain(name, iri)
    }
}

/// A property whose values are things, named by IRI or described in place.
pub(super) const fn link(name: &'static str, iri: &'static str) -> Term {
    Term {
        coercion: Coercion::Id,
        ..plain(name, iri)
    }
}

/// A property whose values are graphs.
pub(super) const fn graph(name: &'static str, iri: &'static str) -> Term {
    Term {
        container: Container::Graph,
        ..link(name, iri)
    }
}

/// A property whose values are terms of its scope.
pub(super) const fn vocab(name: &'static str, iri: &'static str) -> Term {
    Term {
        coercion: Coercion::Vocab,
        ..plain(name, iri)
    }
}

/// A property whose value is JSON.
pub(super) const fn json(name: &'static str, iri: &'static str) -> Term {
    Term {
        coercion: Coercion::Json,
        ..plain(name, iri)
    }
}

/// A property whose values are literals of a datatype.
pub(super) const fn typed(name: &'static str, iri: &'static str, datatype: &'static str) -> Term {
    Term {
        coercion: Coercion::Datatype(datatype),
        ..plain(name, iri)
    }
}

/// A property whose values are texts in human languages.
pub(super) const fn text(name: &'static str, iri: &'static str) -> Term {
    Term {
        localized: Localized::Yes,
        ..plain(name, iri)
    }
}

impl Term {
    /// The term with a scope.
    pub(super) const fn scoped(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }

    /// The term with a container.
    pub(super) const fn held(self, container: Container) -> Self {
        Self { container, ..self }
    }
}

/// One set of definitions that comes into force together: a context, or the scope of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Table {
    /// `https://www.w3.org/ns/credentials/v2`
    Base,
    /// Scope of `VerifiableCredential`.
    Credential,
    /// Scope of `VerifiablePresentation`.
    Presentation,
    /// Scope of `JsonSchema`.
    JsonSchema,
    /// Scope of `BitstringStatusList`.
    StatusList,
    /// Scope of `BitstringStatusListEntry`.
    StatusEntry,
    /// Scope of `statusMessage`.
    StatusMessage,
    /// Scope of `DataIntegrityProof`, in both contexts that define it.
    Proof,
    /// Scope of `proofPurpose`.
    Purpose,
    /// Scope of `cnf`.
    Confirmation,
    /// `https://w3id.org/security/data-integrity/v2`
    DataIntegrity,
    /// `https://w3id.org/omote/v1`
    Omote,
    /// Scope of `license` and of `LicenseTerms`.
    License,
    /// The subset of a citizenship context that one published vector needs.
    VectorCitizenship,
    /// The catch-all of the examples context: every name means something.
    VectorExamples,
    /// Every absolute IRI is a word: for conformance suites.
    VectorIris,
    /// `https://www.w3.org/2018/credentials/v1`, as far as suites use it.
    VectorV1,
    /// Scope of its `VerifiableCredential`.
    VectorV1Credential,
    /// Scope of its `VerifiablePresentation`.
    VectorV1Presentation,
}

impl Table {
    /// Every table.
    pub(super) const ALL: [Self; 19] = [
        Self::Base,
        Self::Credential,
        Self::Presentation,
        Self::JsonSchema,
        Self::StatusList,
        Self::StatusEntry,
        Self::StatusMessage,
        Self::Proof,
        Self::Purpose,
        Self::Confirmation,
        Self::DataIntegrity,
        Self::Omote,
        Self::License,
        Self::VectorCitizenship,
        Self::VectorExamples,
        Self::VectorIris,
        Self::VectorV1,
        Self::VectorV1Credential,
        Self::VectorV1Presentation,
    ];

    /// Its definitions.
    pub(super) const fn terms(self) -> &'static [Term] {
        match self {
            Self::Base => credentials_v2::BASE,
            Self::Credential => credentials_v2::CREDENTIAL,
            Self::Presentation => credentials_v2::PRESENTATION,
            Self::JsonSchema => credentials_v2::JSON_SCHEMA,
            Self::StatusList => credentials_v2::STATUS_LIST,
            Self::StatusEntry => credentials_v2::STATUS_ENTRY,
            Self::StatusMessage => credentials_v2::STATUS_MESSAGE,
            Self::Proof => data_integrity_v2::PROOF,
            Self::Purpose => data_integrity_v2::PURPOSE,
            Self::Confirmation => credentials_v2::CONFIRMATION,
            Self::DataIntegrity => data_integrity_v2::BASE,
            Self::Omote => omote_v1::BASE,
            Self::License => omote_v1::LICENSE,
            Self::VectorCitizenship => vectors::CITIZENSHIP,
            Self::VectorExamples | Self::VectorIris => &[],
            Self::VectorV1 => vectors::CREDENTIALS_V1,
            Self::VectorV1Credential => vectors::CREDENTIAL_V1,
            Self::VectorV1Presentation => vectors::PRESENTATION_V1,
        }
    }

    /// The set of this table alone.
    pub(super) const fn alone(self) -> Tables {
        Tables(1 << self as u32)
    }
}

/// The tables that are in force at one place of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tables(u32);

impl Tables {
    /// No table: nothing means anything.
    pub(super) const NONE: Self = Self(0);

    /// Whether the two have a table in common.
    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Tables {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A name, a meaning of it, and the tables that give it this meaning.
struct Entry {
    term: &'static Term,
    tables: Tables,
}

/// Every name of every table, in order. A name means the same wherever it is defined, so which
/// context or type comes first can never change what a document says. The one exception is in the
/// published context: `kid` inside `cnf`. The later table stands first here, and wins.
static INDEX: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut entries: Vec<Entry> = Vec::new();
    for table in Table::ALL {
        for term in table.terms() {
            match entries.iter_mut().find(|entry| entry.term == term) {
                Some(entry) => entry.tables = entry.tables | table.alone(),
                None => entries.push(Entry {
                    term,
                    tables: table.alone(),
                }),
            }
        }
    }
    entries.reverse();
    entries.sort_by_key(|entry| entry.term.name);
    entries
});

/// Where in the index each name begins: every word of every document is looked up.
static FIRST: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
    let mut first = HashMap::new();
    for (at, entry) in INDEX.iter().enumerate() {
        first.entry(entry.term.name).or_insert(at);
    }
    first
});

/// The meaning of a name where these tables are in force.
pub(super) fn find(name: &str, tables: Tables) -> Option<&'static Term> {
    let from = *FIRST.get(name)?;
    INDEX
        .get(from..)?
        .iter()
        .take_while(|entry| entry.term.name == name)
        .find(|entry| entry.tables.meets(tables))
        .map(|entry| entry.term)
}

/// Whether some name means this IRI.
pub(super) fn has_word(iri: &str) -> bool {
    static IRIS: LazyLock<HashSet<&'static str>> =
        LazyLock::new(|| INDEX.iter().map(|entry| entry.term.iri).collect());
    IRIS.contains(iri)
}

/// The names that have more than one meaning.
#[cfg(test)]
pub(super) fn ambiguous() -> Vec<&'static str> {
    let pairs = INDEX.windows(2);
    pairs
        .filter(|pair| pair[0].term.name == pair[1].term.name)
        .map(|pair| pair[0].term.name)
        .collect()
}
