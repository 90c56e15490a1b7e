//! What a verifier needs of the outside, in one signed file: DID documents, key histories, trust lists
//! and status lists, each with the moment at which it was fetched.
//!
//! Somebody with a network makes it, a world without one verifies with it. Signing and checking the
//! JWS around these claims is the business of `proofs`, judging what is inside that of the verifier.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::did::Did;
use crate::json::{Object, Value};
use crate::message::{Kind, Members, Message, MessageError, Problem};
use crate::reason::Reason;
use crate::records::read_time;
use crate::time::Timestamp;
use crate::web_url::WebUrl;

/// The `typ` of the JWS header.
pub const BUNDLE_TYP: &str = "omote-bundle+jwt";
/// The longest bundle that is read, in bytes.
pub const MAX_BUNDLE_BYTES: usize = 8 << 20;

/// The most documents in one bundle.
pub const MAX_DOCUMENTS: usize = 1024;
/// The most key histories in one bundle.
pub const MAX_KEY_HISTORIES: usize = 256;
/// The most trust lists in one bundle.
pub const MAX_TRUST_LISTS: usize = 64;
/// The most status lists in one bundle.
pub const MAX_STATUS_LISTS: usize = 256;
/// The only version there is.
const VERSION: u64 = 1;

const BUNDLE: Kind = Kind::new("bundle", Reason::BundleInvalid);
const DOCUMENT: Kind = BUNDLE.part("document of a bundle");
const HISTORY: Kind = BUNDLE.part("key history of a bundle");
const LIST: Kind = BUNDLE.part("list of a bundle");

/// The claims of a bundle.
#[derive(Clone, Debug, PartialEq)]
pub struct BundleClaims {
    /// `made`: when it was put together.
    pub made: Timestamp,
    /// `until`: when its maker no longer stands by it.
    pub until: Timestamp,
    /// `documents`
    pub documents: Vec<BundledDocument>,
    /// `key_histories`
    pub key_histories: Vec<BundledHistory>,
    /// `trust_lists`
    pub trust_lists: Vec<BundledList>,
    /// `status_lists`
    pub status_lists: Vec<BundledList>,
}

/// A DID document, as it was fetched.
#[derive(Clone, Debug, PartialEq)]
pub struct BundledDocument {
    /// `did`
    pub did: Did,
    /// `fetched`
    pub fetched: Timestamp,
    /// `document`
    pub document: Value,
}

/// The history of the keys of a DID, as it was fetched.
#[derive(Clone, Debug, PartialEq)]
pub struct BundledHistory {
    /// `did`
    pub did: Did,
    /// `fetched`
    pub fetched: Timestamp,
    /// `history`
    pub history: Value,
}

/// A list, as it was fetched: a credential with a proof of its own, or the text of a token.
#[derive(Clone, Debug, PartialEq)]
pub struct BundledList {
    /// `url`
    pub url: WebUrl,
    /// `issuer`: whose list it has to be.
    pub issuer: Did,
    /// `fetched`
    pub fetched: Timestamp,
    /// `credential`
    pub credential: Value,
}

impl Message for BundleClaims {
    /// Other members are refused, and so is anything that was fetched after the bundle was made.
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(BUNDLE, value)?;
        members.only(&[
            "v",
            "made",
            "until",
            "documents",
            "key_histories",
            "trust_lists",
            "status_lists",
        ])?;
        if members.natural("v")? != Some(VERSION) {
            let expected = "version 1";
            return Err(members.fail("v", Problem::Value { expected }));
        }
        let (made, until) = (read_time(&members, "made")?, read_time(&members, "until")?);
        let expected = "a time after the bundle was made";
        if until <= made {
            return Err(members.fail("until", Problem::Value { expected }));
        }
        let documents = members.optional_array("documents", MAX_DOCUMENTS)?.iter();
        let key_histories = members
            .optional_array("key_histories", MAX_KEY_HISTORIES)?
            .iter();
        let trust_lists = members
            .optional_array("trust_lists", MAX_TRUST_LISTS)?
            .iter();
        let status_lists = members
            .optional_array("status_lists", MAX_STATUS_LISTS)?
            .iter();
        let read = Self {
            documents: documents
                .map(|one| BundledDocument::read(one, made))
                .collect::<Result<_, _>>()?,
            key_histories: key_histories
                .map(|one| BundledHistory::read(one, made))
                .collect::<Result<_, _>>()?,
            trust_lists: trust_lists
                .map(|one| BundledList::read("trust_lists", one, made))
                .collect::<Result<_, _>>()?,
            status_lists: status_lists
                .map(|one| BundledList::read("status_lists", one, made))
                .collect::<Result<_, _>>()?,
            made,
            until,
        };
        // Of two the reader would have to choose one.
        let expected = "each thing once";
        let dids: BTreeSet<_> = read.documents.iter().map(|one| &one.did).collect();
        if dids.len() != read.documents.len() {
            return Err(members.fail("documents", Problem::Value { expected }));
        }
        let dids: BTreeSet<_> = read.key_histories.iter().map(|one| &one.did).collect();
        if dids.len() != read.key_histories.len() {
            return Err(members.fail("key_histories", Problem::Value { expected }));
        }
        for (name, lists) in [
            ("trust_lists", &read.trust_lists),
            ("status_lists", &read.status_lists),
        ] {
            let all = lists.iter().map(|one| (&one.url, &one.issuer));
            if all.collect::<BTreeSet<_>>().len() != lists.len() {
                return Err(members.fail(name, Problem::Value { expected }));
            }
        }
        Ok(read)
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! {
            "v" => 1,
            "made" => self.made,
            "until" => self.until,
        };
        let documents: Vec<Object> = self.documents.iter().map(BundledDocument::write).collect();
        if !documents.is_empty() {
            object.insert("documents", documents);
        }
        let histories: Vec<Object> = self
            .key_histories
            .iter()
            .map(BundledHistory::write)
            .collect();
        if !histories.is_empty() {
            object.insert("key_histories", histories);
        }
        for (name, lists) in [
            ("trust_lists", &self.trust_lists),
            ("status_lists", &self.status_lists),
        ] {
            if !lists.is_empty() {
                let lists: Vec<Object> = lists.iter().map(BundledList::write).collect();
                object.insert(name, lists);
            }
        }
        object
    }
}

/// When something was fetched: not after the bundle was made.
fn read_fetched(members: &Members<'_>, made: Timestamp) -> Result<Timestamp, MessageError> {
    let fetched = read_time(members, "fetched")?;
    if fetched <= made {
        return Ok(fetched);
    }
    let expected = "a time before the bundle was made";
    Err(members.fail("fetched", Problem::Value { expected }))
}

fn read_did(members: &Members<'_>, name: &'static str) -> Result<Did, MessageError> {
    let expected = "a DID";
    let text = members.text(name)?;
    text.parse()
        .map_err(|_| members.fail(name, Problem::Value { expected }))
}

impl BundledDocument {
    fn read(value: &Value, made: Timestamp) -> Result<Self, MessageError> {
        let members = Members::of_member(DOCUMENT, "documents", value)?;
        members.only(&["did", "fetched", "document"])?;
        Ok(Self {
            did: read_did(&members, "did")?,
            fetched: read_fetched(&members, made)?,
            document: members.required("document")?.clone(),
        })
    }

    fn write(&self) -> Object {
        crate::object! {
            "did" => &self.did,
            "fetched" => self.fetched,
            "document" => self.document.clone(),
        }
    }
}

impl BundledHistory {
    fn read(value: &Value, made: Timestamp) -> Result<Self, MessageError> {
        let members = Members::of_member(HISTORY, "key_histories", value)?;
        members.only(&["did", "fetched", "history"])?;
        Ok(Self {
            did: read_did(&members, "did")?,
            fetched: read_fetched(&members, made)?,
            history: members.required("history")?.clone(),
        })
    }

    fn write(&self) -> Object {
        crate::object! {
            "did" => &self.did,
            "fetched" => self.fetched,
            "history" => self.history.clone(),
        }
    }
}

impl BundledList {
    fn read(name: &'static str, value: &Value, made: Timestamp) -> Result<Self, MessageError> {
        let members = Members::of_member(LIST, name, value)?;
        members.only(&["url", "issuer", "fetched", "credential"])?;
        Ok(Self {
            url: members.url("url")?,
            issuer: read_did(&members, "issuer")?,
            fetched: read_fetched(&members, made)?,
            credential: members.required("credential")?.clone(),
        })
    }

    fn write(&self) -> Object {
        crate::object! {
            "url" => self.url.as_str(),
            "issuer" => &self.issuer,
            "fetched" => self.fetched,
            "credential" => self.credential.clone(),
        }
    }
}
