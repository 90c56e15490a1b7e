//! Judging what arrived, with the verifier that worlds use. The holder's side runs it.
//!
//! Every copy is of the offered type, by the confirmed world, bound to another one of our keys, and
//! says what the others say. Nothing of a copy may tell that it belongs to another one: not a salt,
//! and not its place in a status list.

use std::collections::BTreeMap;

use fetch::Client;
use proofs::did_key;
use proofs::sd_jwt::UnverifiedSdJwt;
use schemas::credential::{CredentialType, Validity};
use schemas::dcql::select;
use schemas::did::Did;
use schemas::json::{Object, Value};
use schemas::ledger::Commitment;
use schemas::message::WireDocument;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::{
    Asked, AssetAsked, Creators, CredentialAsked, Holder, Policy, Question, Report, Rule,
    StatusAsked, VerifiedCredential,
};

use crate::holding::{Format, HoldingError, HoldingId};
use crate::index;
use crate::judge::{Outside, judge};
use crate::keys::KeyPath;
use crate::receive::arrival::ArrivalPart;
use crate::receive::offered::Ordered;
use crate::receive::preview::{ArrivedPart, VerifiedCopy};
use crate::receive::{ImportFault, ReceiveError};
use crate::transfer::entry::{self, NewItem};
use crate::wallet::Wallet;

/// A holding that is refilled, as far as what arrives is compared with it.
pub(super) struct Held {
    /// What every copy of it says.
    says: Object,
    /// Its copies as they came, with the key of each.
    copies: Vec<(Did, WireDocument)>,
}

impl Held {
    /// The holding of this id, when it is there.
    pub(super) fn of(wallet: &Wallet, id: &HoldingId) -> Result<Option<Self>, HoldingError> {
        let Some(holding) = wallet.holding(id)? else {
            return Ok(None);
        };
        let mut copies = Vec::new();
        for copy in wallet.copies(id)? {
            let did = wallet.signing_key(&copy.key).did_key();
            let bytes = wallet.credential(&copy.id)?;
            // What lies here was verified once: what cannot be read is compared with nothing.
            if let Some(document) = read(&bytes, copy.format) {
                copies.push((did, document));
            }
        }
        let says = index::credential(&holding.facts)?.clone();
        Ok(Some(Self { says, copies }))
    }
}

fn read(bytes: &[u8], format: Format) -> Option<WireDocument> {
    let text = std::str::from_utf8(bytes).ok()?;
    match format {
        Format::DcSdJwt => Some(WireDocument::Text(text.to_owned())),
        Format::LdpVc => {
            let limits = schemas::json::Limits::document();
            let value = schemas::json::read(bytes, &limits).ok()?;
            value.as_object().cloned().map(WireDocument::Object)
        }
    }
}

/// Verifies what just arrived. Its status is asked for; of a holding that is refilled it has to say
/// what is `held` already, but for its dates.
pub(super) async fn verify(
    client: &Client,
    wallet: &Wallet,
    world: &WorldId,
    part: &ArrivalPart,
    held: Option<&Held>,
    now: Timestamp,
) -> Result<ArrivedPart, ReceiveError> {
    let mut outside = Outside::of(part.documents.clone());
    // Also creators that are worlds, when the person confirmed them; nobody else is contacted.
    let reachable = wallet.confirmed_worlds()?;
    let policy = policy_for(world, &part.ordered);
    let mut batch = Batch::new(wallet, part, held)?;
    for document in &part.credentials {
        let bound = batch.bind(document)?;
        let asked = bound.asked(&part.ordered, StatusAsked::Asked);
        let question = question(&asked, &policy);
        let report = judge(
            client,
            &question,
            &bound.bytes,
            &mut outside,
            &reachable,
            now,
        )
        .await;
        batch.take(document, bound, report)?;
    }
    batch.finish(world, outside.into_documents())
}

/// Verifies once more what was verified when it arrived, and contacts nobody: as of now, and by the
/// documents that lie beside it. Whether its issuer still stands by it is not asked.
pub(super) fn verify_again(
    wallet: &Wallet,
    world: &WorldId,
    part: &ArrivalPart,
    held: Option<&Held>,
    now: Timestamp,
) -> Result<ArrivedPart, ReceiveError> {
    let evidence = part.documents.evidence_as_of(now);
    let policy = policy_for(world, &part.ordered);
    let mut batch = Batch::new(wallet, part, held)?;
    for document in &part.credentials {
        let bound = batch.bind(document)?;
        let asked = bound.asked(&part.ordered, StatusAsked::NotAsked);
        let question = question(&asked, &policy);
        let report = verifier::verify(&question, &bound.bytes, &evidence, now);
        batch.take(document, bound, report)?;
    }
    batch.finish(world, part.documents.clone())
}

/// The copies of one credential, one after the other.
struct Batch<'a> {
    part: &'a ArrivalPart,
    held: Option<&'a Held>,
    /// By which the ledger is to know the holder.
    holder: Option<Commitment>,
    unbound: Vec<(KeyPath, Did)>,
    copies: Vec<VerifiedCopy>,
    first: Option<(VerifiedCredential, Report)>,
    traits: Traits,
}

/// One copy with the key that it has to be bound to.
struct Bound {
    key: KeyPath,
    did: Did,
    bytes: Vec<u8>,
}

impl Bound {
    fn asked(&self, ordered: &Ordered, status: StatusAsked) -> Asked {
        Asked::Credential(CredentialAsked {
            types: vec![ordered.kind],
            holder: Holder::Key(self.did.clone()),
            status,
        })
    }
}

const fn question<'a>(asked: &'a Asked, policy: &'a Policy) -> Question<'a> {
    Question {
        asked,
        asset: &AssetAsked::NotAsked,
        policy,
    }
}

impl<'a> Batch<'a> {
    fn new(
        wallet: &Wallet,
        part: &'a ArrivalPart,
        held: Option<&'a Held>,
    ) -> Result<Self, ImportFault> {
        if part.credentials.len() > part.keys.len() {
            let (expected, found) = (part.keys.len(), part.credentials.len());
            return Err(ImportFault::Count { expected, found });
        }
        let did = |path: &KeyPath| (path.clone(), wallet.signing_key(path).did_key());
        let mut traits = Traits::default();
        for (did, document) in held.iter().flat_map(|held| &held.copies) {
            traits.note(document, did);
        }
        Ok(Self {
            part,
            held,
            holder: part
                .holder
                .as_ref()
                .map(|path| wallet.transfer_key(path).commitment()),
            unbound: part.keys.iter().map(did).collect(),
            copies: Vec::new(),
            first: None,
            traits,
        })
    }

    fn bind(&mut self, document: &WireDocument) -> Result<Bound, ImportFault> {
        let holder = holder_of(document, &self.part.ordered)?;
        let place = self
            .unbound
            .iter()
            .position(|(_, did)| Some(did) == holder.as_ref());
        // Of a stranger's, any of ours, so that the verifier says what is wrong.
        let (key, did) = self.unbound.remove(place.unwrap_or(0));
        // A text is judged as it came. An object arrives as a value inside the answer, whose bytes are
        // the only ones that there are. The strict reader has left one meaning to it, so its canonical
        // form is judged, and that very form is kept and shown.
        let bytes = document.to_bytes();
        Ok(Bound { key, did, bytes })
    }

    fn take(
        &mut self,
        document: &WireDocument,
        bound: Bound,
        report: Report,
    ) -> Result<(), ImportFault> {
        let Some(credential) = accepted(&report) else {
            return Err(ImportFault::Verdict(Box::new(report)));
        };
        match &self.first {
            Some((first, _))
                if what_it_says(first.object()) != what_it_says(credential.object()) =>
            {
                return Err(ImportFault::Differing);
            }
            Some(_) => {}
            None => {
                let grants = |object: &Object| without_dates(what_it_says(object));
                if self
                    .held
                    .is_some_and(|held| grants(&held.says) != grants(credential.object()))
                {
                    return Err(ImportFault::OtherThanHeld);
                }
                self.first = Some((credential, report));
            }
        }
        if !self.traits.note(document, &bound.did) {
            return Err(ImportFault::SaltsAgain);
        }
        self.copies
            .push(VerifiedCopy::assert(bound.key, bound.bytes));
        Ok(())
    }

    fn finish(
        self,
        world: &WorldId,
        documents: crate::judge::Documents,
    ) -> Result<ArrivedPart, ReceiveError> {
        // The reader of the response refuses an empty list.
        let (credential, report) = self.first.ok_or(ImportFault::Count {
            expected: 1,
            found: 0,
        })?;
        let entry = entry::entry_of(&credential, world, self.holder.as_ref())
            .map_err(|entry::Misfit| ImportFault::Entry)?;
        let item = entry.map(|entry| NewItem {
            entry,
            path: self.part.holder.clone(),
        });
        Ok(ArrivedPart::new(
            world,
            &self.part.ordered,
            credential,
            report,
            self.copies,
            documents,
        )
        .with_item(item))
    }
}

/// The confirmed world is believed for what it offered, and for nothing else.
fn policy_for(world: &WorldId, ordered: &Ordered) -> Policy {
    Policy::nobody().with_rule(Rule {
        did: world.did(),
        types: vec![ordered.type_name.clone()],
        creators: Creators::Any,
        validity: Validity {
            from: None,
            until: None,
        },
    })
}

/// By what two copies could be told to belong together, and whose key each is of: the salted texts of
/// an SD-JWT, for each claim of each copy has a salt of its own (RFC 9901 section 9.3), and places in
/// status lists. What was renewed under its key was known to the same world before.
#[derive(Default)]
struct Traits(BTreeMap<String, Did>);

impl Traits {
    /// Whether no copy of another key has one of this copy's.
    fn note(&mut self, document: &WireDocument, did: &Did) -> bool {
        let mut is_new = true;
        for text in traits_of(document) {
            let known = self.0.entry(text).or_insert_with(|| did.clone());
            is_new &= known == did;
        }
        is_new
    }
}

fn traits_of(document: &WireDocument) -> Vec<String> {
    match document {
        WireDocument::Object(object) => places_of(object),
        WireDocument::Text(text) => {
            let Ok(read) = UnverifiedSdJwt::parse(text) else {
                return Vec::new();
            };
            let texts = read.disclosures().iter().map(|one| one.text().to_owned());
            texts.chain(places_of(read.claims())).collect()
        }
    }
}

/// Each place in a status list, as `list#index`.
fn places_of(credential: &Object) -> Vec<String> {
    fn place(entry: &Value, list: &str, index: &str) -> Option<String> {
        let list = entry.get(list)?.as_str()?;
        let index = entry.get(index)?;
        let index = match index {
            Value::String(text) => text.clone(),
            other => other.as_u64()?.to_string(),
        };
        Some(format!("{list}#{index}"))
    }
    let entries = ["credentialStatus", "status"].into_iter();
    let entries = entries.filter_map(|name| credential.get(name));
    let mut places = Vec::new();
    for value in entries {
        let each = match value {
            Value::Array(entries) => entries.iter().collect(),
            other => vec![other],
        };
        for entry in each {
            places.extend(place(entry, "statusListCredential", "statusListIndex"));
            let token = entry.get("status_list");
            places.extend(token.and_then(|token| place(token, "uri", "idx")));
        }
    }
    places
}

/// The key that a credential says it is bound to. Refuses one of another format than was offered, and
/// an SD-JWT that is not handed over as a whole.
fn holder_of(document: &WireDocument, ordered: &Ordered) -> Result<Option<Did>, ImportFault> {
    match (document, ordered.format) {
        (WireDocument::Object(object), Format::LdpVc) => {
            let subject = object.get("credentialSubject");
            let holder = subject.and_then(|subject| subject.get("id"));
            let holder = holder.and_then(Value::as_str);
            Ok(holder.and_then(|did| did.parse().ok()))
        }
        (WireDocument::Text(text), Format::DcSdJwt) => {
            // What cannot be read at all is for the verifier to say.
            let Ok(read) = UnverifiedSdJwt::parse(text) else {
                return Ok(None);
            };
            if read.has_key_binding() {
                return Err(ImportFault::KeyBound);
            }
            if is_kept_back(&read, ordered) {
                return Err(ImportFault::KeptBack);
            }
            Ok(read.holder_key().ok().map(|key| did_key::encode(&key)))
        }
        _ => Err(ImportFault::Format),
    }
}

/// Whether there are digests of claims that did not come along. A digest may be a decoy, so this is
/// seen by what has to be there and is not.
fn is_kept_back(read: &UnverifiedSdJwt, ordered: &Ordered) -> bool {
    if read.undisclosed() == 0 {
        return false;
    }
    let needed: &[&str] = match ordered.kind {
        CredentialType::Avatar => &["personaName", "license", "provenance"],
        CredentialType::Item => &["itemClass", "serial", "license", "provenance"],
        CredentialType::AssetProvenance | CredentialType::Other => &[],
    };
    let said = Value::Object(read.claims().clone());
    read.disclosures().is_empty()
        || needed.iter().any(|name| said.get(name).is_none())
        || ordered
            .promised
            .iter()
            .any(|path| select(path, &said).is_empty())
}

fn accepted(report: &Report) -> Option<VerifiedCredential> {
    report.accepted()?.credentials().first().cloned()
}

/// A credential without what has to differ between copies: whose key, its own name, which place in
/// which status list, and the signature. That all have a status of the same purpose has to agree.
fn what_it_says(credential: &Object) -> Object {
    let mut credential = credential.clone();
    for name in ["proof", "id", "cnf", "jti", "iat"] {
        credential.remove(name);
    }
    for name in ["credentialStatus", "status"] {
        if let Some(status) = credential.get_mut(name) {
            without_places(status);
        }
    }
    if let Some(Value::Object(subject)) = credential.get_mut("credentialSubject") {
        subject.remove("id");
    }
    // The name of the holder's key, where an SD-JWT has it twice.
    credential.remove("sub");
    credential
}

fn without_dates(mut credential: Object) -> Object {
    for name in ["validFrom", "validUntil", "nbf", "exp"] {
        credential.remove(name);
    }
    credential
}

fn without_places(status: &mut Value) {
    match status {
        Value::Object(entry) => {
            for name in ["id", "statusListCredential", "statusListIndex"] {
                entry.remove(name);
            }
            if let Some(Value::Object(token)) = entry.get_mut("status_list") {
                token.remove("idx");
                token.remove("uri");
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(without_places),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{Traits, places_of};
    use schemas::did::Did;
    use schemas::json::{Limits, Object, read};
    use schemas::message::WireDocument;

    fn object(text: &str) -> Object {
        let value = read(text.as_bytes(), &Limits::document()).unwrap();
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_place_in_a_status_list_is_of_one_key_alone() {
        let entry = r#"{"statusListCredential":"https://a.example/1","statusListIndex":"7"}"#;
        let one = object(&format!(r#"{{"credentialStatus":{entry}}}"#));
        let listed = object(&format!(r#"{{"credentialStatus":[{entry}]}}"#));
        let token = object(r#"{"status":{"status_list":{"uri":"https://a.example/1","idx":7}}}"#);
        let other = object(r#"{"status":{"status_list":{"uri":"https://a.example/1","idx":8}}}"#);
        for same in [&one, &listed, &token] {
            assert_eq!(places_of(same), ["https://a.example/1#7"]);
        }
        let did = |text: &str| text.parse::<Did>().unwrap();
        let (a, b) = (did("did:web:a.example"), did("did:web:b.example"));
        let mut traits = Traits::default();
        assert!(traits.note(&WireDocument::Object(one), &a));
        // Renewed under its key it may stay where it was.
        assert!(traits.note(&WireDocument::Object(token.clone()), &a));
        assert!(!traits.note(&WireDocument::Object(token), &b));
        assert!(traits.note(&WireDocument::Object(other), &b));
    }
}
