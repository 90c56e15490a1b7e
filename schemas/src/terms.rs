//! The one term table: which words documents may use, and what each of them means.
//!
//! Issuers, holders and worlds all run it, in every build and for every cryptosuite. The tables are
//! written down here; a context is never fetched, so a document can only say what the table can
//! express. [`check`] refuses the rest, [`walk`] reads a document as statements.
//! Source: JSON-LD 1.1; VCDM 2.0 section 4.3 and appendix B; VC Data Integrity 1.0 section 2.4.

mod credentials_v2;
mod data_integrity_v2;
mod document;
mod iri;
mod omote_v1;
mod spelling;
mod table;
mod vectors;
mod walk;

#[cfg(test)]
mod tests;

use std::fmt;

use crate::json::{Object, Value};
use crate::reason::Reason;
use crate::terms::table::{Table, Tables};

pub use document::context_document;
pub use iri::Iri;
pub use spelling::spell_out;
pub use walk::{Literal, MAX_DEPTH, OwnProof, Statements, walk};

/// A pinned context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Context {
    /// `https://www.w3.org/ns/credentials/v2`; the first one of every document.
    CredentialsV2,
    /// `https://w3id.org/security/data-integrity/v2`
    DataIntegrityV2,
    /// `https://w3id.org/omote/v1`
    OmoteV1,
    /// `https://www.w3.org/ns/credentials/examples/v2`, for published vectors only.
    VectorExamplesV2,
    /// `https://w3id.org/citizenship/v4rc1`, for published vectors only.
    VectorCitizenshipV4rc1,
    /// `https://www.w3.org/2018/credentials/v1`, for conformance suites only.
    VectorCredentialsV1,
}

impl Context {
    /// The contexts that documents of this house may use.
    pub const PINNED: [Self; 3] = [Self::CredentialsV2, Self::DataIntegrityV2, Self::OmoteV1];

    const WITH_VECTORS: [Self; 5] = [
        Self::CredentialsV2,
        Self::DataIntegrityV2,
        Self::OmoteV1,
        Self::VectorExamplesV2,
        Self::VectorCitizenshipV4rc1,
    ];

    const WITH_SUITES: [Self; 6] = [
        Self::CredentialsV2,
        Self::DataIntegrityV2,
        Self::OmoteV1,
        Self::VectorExamplesV2,
        Self::VectorCitizenshipV4rc1,
        Self::VectorCredentialsV1,
    ];

    /// The pinned context of this URL. A vector context is not found here.
    #[must_use]
    pub fn from_url(url: &str) -> Option<Self> {
        Contexts::pinned().get(url)
    }

    /// Its URL, as documents name it.
    #[must_use]
    pub const fn url(self) -> &'static str {
        match self {
            Self::CredentialsV2 => "https://www.w3.org/ns/credentials/v2",
            Self::DataIntegrityV2 => "https://w3id.org/security/data-integrity/v2",
            Self::OmoteV1 => "https://w3id.org/omote/v1",
            Self::VectorExamplesV2 => "https://www.w3.org/ns/credentials/examples/v2",
            Self::VectorCitizenshipV4rc1 => "https://w3id.org/citizenship/v4rc1",
            Self::VectorCredentialsV1 => "https://www.w3.org/2018/credentials/v1",
        }
    }

    /// SHA-256 of the published document in lower-case hex, where one is pinned. For our own
    /// context: of the canonical bytes (RFC 8785) of [`context_document`].
    #[must_use]
    pub const fn sha256(self) -> Option<&'static str> {
        match self {
            Self::CredentialsV2 => Some(credentials_v2::SHA256),
            Self::DataIntegrityV2 => Some(data_integrity_v2::SHA256),
            Self::OmoteV1 => Some(omote_v1::SHA256),
            Self::VectorExamplesV2 | Self::VectorCitizenshipV4rc1 | Self::VectorCredentialsV1 => {
                None
            }
        }
    }

    const fn table(self) -> Table {
        match self {
            Self::CredentialsV2 => Table::Base,
            Self::DataIntegrityV2 => Table::DataIntegrity,
            Self::OmoteV1 => Table::Omote,
            Self::VectorExamplesV2 => Table::VectorExamples,
            Self::VectorCitizenshipV4rc1 => Table::VectorCitizenship,
            Self::VectorCredentialsV1 => Table::VectorV1,
        }
    }
}

/// Which words a document may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Words {
    /// Those of the table.
    Tabled,
    /// Also absolute IRIs, and those that the document defines itself.
    Own,
}

/// The contexts that a reader allows.
#[derive(Clone, Copy, Debug)]
pub struct Contexts {
    allowed: &'static [Context],
    words: Words,
}

impl Contexts {
    /// Whether these are the pinned ones and no others.
    pub(crate) fn are_pinned(self) -> bool {
        self.allowed == Context::PINNED && self.words == Words::Tabled
    }

    /// The pinned ones: what every entrance of the house uses.
    #[must_use]
    pub const fn pinned() -> Self {
        Self {
            allowed: &Context::PINNED,
            words: Words::Tabled,
        }
    }

    /// Also the contexts of published test vectors. **Dangerous**: the examples context gives every
    /// name a meaning, so an attacker's member is no longer undefined. For vector tests and a
    /// conformance suite; no entrance of a wallet or a world may use it.
    #[must_use]
    pub const fn with_examples_for_vectors() -> Self {
        Self {
            allowed: &Context::WITH_VECTORS,
            words: Words::Tabled,
        }
    }

    /// Also the contexts of published suites, absolute IRIs as words, and contexts that a document
    /// brings along itself. **Dangerous**: with these a document can say anything, in words of its
    /// writer's choice. For the conformance interface, which judges proofs and data model and
    /// believes nobody; no entrance of a wallet or a world may use it.
    #[must_use]
    pub const fn for_conformance_suites() -> Self {
        Self {
            allowed: &Context::WITH_SUITES,
            words: Words::Own,
        }
    }

    /// The tables that are in force beside those of the contexts that a document names.
    const fn always(self) -> Tables {
        match self.words {
            Words::Tabled => Tables::NONE,
            Words::Own => Table::VectorIris.alone(),
        }
    }

    /// The allowed context of this URL.
    #[must_use]
    pub fn get(self, url: &str) -> Option<Context> {
        self.allowed
            .iter()
            .copied()
            .find(|context| context.url() == url)
    }
}

impl Default for Contexts {
    fn default() -> Self {
        Self::pinned()
    }
}

/// Why a document was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    reason: Reason,
    /// Kept back to front while the walk unwinds.
    pointer: Vec<String>,
}

impl Violation {
    pub(super) const fn new(reason: Reason) -> Self {
        Self {
            reason,
            pointer: Vec::new(),
        }
    }

    /// The violation, seen from one step further out.
    pub(super) fn inside(mut self, step: impl Into<String>) -> Self {
        self.pointer.push(step.into());
        self
    }

    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// The place, as a JSON Pointer (RFC 6901). Holds member names, never values.
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in self.pointer.iter().rev() {
            pointer.push('/');
            pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        }
        pointer
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "the document says what it may not say, at \"{}\": {}",
            self.pointer(),
            self.reason.code()
        )
    }
}

impl std::error::Error for Violation {}

/// Checks that every word of a document is in the table and every value has the shape that its
/// term asks for. Every cryptosuite needs this, also those that sign the bytes of the JSON.
///
/// A document begins with the credentials context. A credential inside `verifiableCredential` or
/// `provenance` is a document of its own. A proof may repeat the first contexts of its document.
///
/// # Errors
/// [`Violation`] with the first fault and its place:
/// `ctx_unknown`, `ctx_inline`, `ctx_nested`, `ctx_order` for contexts; `ld_keyword_forbidden` for
/// JSON-LD keywords; `term_undefined` for words, IRIs and values that JSON-LD would drop;
/// `id_malformed` for hidden characters in IRIs; `cred_malformed` for wrong shapes;
/// `input_too_deep` beyond [`MAX_DEPTH`].
pub fn check(document: &Object, allowed: &Contexts) -> Result<(), Violation> {
    let document = spell_out(document, allowed)?;
    walk(&document, allowed, OwnProof::Told, &mut walk::Nothing)
}

/// A document whose every word has a meaning under the pinned contexts: whoever has one need not look
/// again. Made by [`check`]ing only.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'d>(&'d Object);

impl<'d> Checked<'d> {
    /// Checks a document under the pinned contexts.
    ///
    /// # Errors
    /// [`Violation`] as of [`check`].
    pub fn new(document: &'d Object) -> Result<Self, Violation> {
        check(document, &Contexts::pinned()).map(|()| Self(document))
    }

    /// Readers of documents call this: they have checked the document, or the one that it is part of.
    pub(crate) const fn known(document: &'d Object) -> Self {
        Self(document)
    }

    /// The document.
    #[must_use]
    pub const fn document(self) -> &'d Object {
        self.0
    }
}

/// The IRI of a type as a document would mean it that names these contexts. `None` when they do
/// not define it.
#[must_use]
pub fn expand_type<'d>(contexts: &[Context], name: &'d str) -> Option<Iri<'d>> {
    walk::type_meaning(name, walk::tables_of(contexts)).map(|meaning| meaning.iri)
}

/// Whether a text is an absolute IRI, without hidden characters, and no blank node.
#[must_use]
pub fn is_absolute_iri(text: &str) -> bool {
    matches!(iri::reference(text), Ok(iri::Reference::Iri(_)))
}

/// The contexts that a document names, in its order.
///
/// # Errors
/// [`Violation`] as of [`check`], for the contexts alone.
pub fn declared(document: &Object, allowed: &Contexts) -> Result<Vec<Context>, Violation> {
    walk::contexts(document, allowed)
}

/// The IRIs of a document's types, in its order: what DCQL's `type_values` is compared with.
///
/// # Errors
/// [`Violation`] as of [`check`], for the contexts and types alone.
pub fn expanded_types<'d>(
    document: &'d Object,
    allowed: &Contexts,
) -> Result<Vec<Iri<'d>>, Violation> {
    let contexts = declared(document, allowed)?;
    let Some(names) = document.get("type").and_then(Value::strings) else {
        return Err(Violation::new(Reason::CredMalformed).inside("type"));
    };
    names
        .into_iter()
        .map(|name| {
            expand_type(&contexts, name)
                .ok_or_else(|| Violation::new(Reason::TermUndefined).inside("type"))
        })
        .collect()
}
