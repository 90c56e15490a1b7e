//! The rules of the data model, and where a document breaks one.

use std::fmt;

use crate::reason::Reason;

/// The most faults of one document that are gathered.
pub const MAX_FAULTS: usize = 32;

macro_rules! rules {
    ($($(#[$doc:meta])* $rule:ident = $reason:ident, $sentence:literal;)+) => {
        /// A rule of the data model.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[$doc])* $rule,)+
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &[Self] = &[$(Self::$rule,)+];

            /// The reason code.
            #[must_use]
            pub const fn reason(self) -> Reason {
                match self { $(Self::$rule => Reason::$reason,)+ }
            }

            /// What is asked for.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$rule => $sentence,)+ }
            }
        }
    };
}

rules! {
    /// VCDM 2.0 section 4.3.
    Context = CtxOrder, "@context is a list whose first entry is the credentials context";
    /// VCDM 2.0 section 4.3.
    ContextEntry = CtxUnknown, "every entry of @context is a URL or an object, and stands there once";
    /// VCDM 2.0 section 4.4.
    Id = IdMalformed, "an id is one URL";
    /// VCDM 2.0 section 4.5.
    Type = CredMalformed, "a type is one or more terms or absolute URLs";
    /// VCDM 2.0 section 4.5.
    TypeMissing = CredMalformed, "this object needs a type";
    /// VCDM 2.0 section 4.5.
    TypeOfDocument = CredType, "the type names what kind of document this is";
    /// VCDM 2.0 sections 4.6 and 11.1.
    Text = CredMalformed, "a name or description is a text, a language value object, or a list of them";
    /// VCDM 2.0 section 11.1.
    ValueObject = CredMalformed, "a value object has @value, @language and @direction and nothing else";
    /// VCDM 2.0 section 4.7.
    Issuer = CredMalformed, "an issuer is a URL, or an object whose id is a URL";
    /// VCDM 2.0 section 4.8.
    Subject = CredMalformed, "credentialSubject is one or more objects, each with a claim";
    /// VCDM 2.0 section 4.9.
    Date = DateMalformed, "a point in time is a dateTimeStamp, with its zone";
    /// VCDM 2.0 section 4.9.
    Period = CredMalformed, "validFrom is not later than validUntil";
    /// VCDM 2.0 section 4.10.
    Status = CredMalformed, "credentialStatus is one or more objects";
    /// Bitstring Status List 1.0 section 2.1.
    StatusEntry = CredMalformed, "a BitstringStatusListEntry has a purpose, an index and the URL of its list, in their forms";
    /// VCDM 2.0 section 4.11.
    Schema = CredMalformed, "credentialSchema is one or more objects with id and type";
    /// VCDM 2.0 section 5.3.
    Resource = CredMalformed, "relatedResource is one or more objects with an id";
    /// VCDM 2.0 section 5.3.
    ResourceTwice = CredMalformed, "a related resource is listed once";
    /// VCDM 2.0 section 5.3.
    ResourceDigest = CredMalformed, "a related resource has a digestSRI or a digestMultibase";
    /// VCDM 2.0 sections 5.3 and B.3.
    DigestForm = CredMalformed, "a digest is written as its form demands";
    /// VCDM 2.0 section 5.3.
    DigestWrong = DigestMismatch, "the digest is that of the resource";
    /// VCDM 2.0 section 5.3.
    MediaType = CredMalformed, "a mediaType is a media type";
    /// VCDM 2.0 sections 5.4 to 5.6.
    Objects = CredMalformed, "the value is one or more objects";
    /// VCDM 2.0 section 4.13.
    Holder = VpMalformed, "a holder is a URL, or an object whose id is a URL";
    /// VCDM 2.0 section 4.13.
    Credentials = VpMalformed, "verifiableCredential is one or more credential objects";
    /// VCDM 2.0 sections 4.13.1 and 4.13.2.
    Envelope = CredMalformed, "an envelope has the credentials context, its one type, and a data: URL of a secured document as id, and nothing else";
    /// VCDM 2.0 section 4.12; VC Data Integrity 1.0 section 2.1.
    Proof = ProofMalformed, "a proof is one or more objects with a type";
    /// VCDM 1.1 section 4.6.
    IssuanceDate = DateMalformed, "a credential of version 1.1 has an issuanceDate";
    /// Nesting without end.
    Depth = InputTooDeep, "objects are nested at most 64 deep";
}

/// A rule, and the place where a document breaks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    rule: Rule,
    pointer: String,
}

impl Fault {
    /// The rule.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.rule.reason()
    }

    /// The place, as a JSON Pointer (RFC 6901); empty for the whole document.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "at \"{}\": {}",
            self.pointer,
            self.rule.sentence()
        )
    }
}

impl std::error::Error for Fault {}

/// Faults while they are gathered.
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn add(&mut self, rule: Rule, pointer: impl Into<String>) {
        if self.0.len() < MAX_FAULTS {
            let fault = Fault {
                rule,
                pointer: pointer.into(),
            };
            if !self.0.contains(&fault) {
                self.0.push(fault);
            }
        }
    }

    /// Adds a fault unless the rule is kept.
    pub(super) fn demand(&mut self, kept: bool, rule: Rule, pointer: impl Into<String>) {
        if !kept {
            self.add(rule, pointer);
        }
    }

    pub(super) fn into_result(self) -> Result<(), Vec<Fault>> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(self.0)
        }
    }
}

/// One step further in.
pub(super) fn step(pointer: &str, name: impl fmt::Display) -> String {
    let name = name.to_string().replace('~', "~0").replace('/', "~1");
    format!("{pointer}/{name}")
}
