//! What arrived and was verified, as a person sees it before deciding to keep it. The holder's side runs it.

use std::sync::Arc;

use fetch::{Bearer, Client};
use proofs::did_document::Profile;
use schemas::credential::{Asset, CredentialType, Subject, UnverifiedCredential, Validity};
use schemas::did::Did;
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::ledger::LedgerEntry;
use schemas::license::LicenseTerms;
use schemas::oid4vci::notification::NotificationEvent;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use verifier::{Report, VerifiedCredential};

use crate::consent::{self, Act, natural};
use crate::error::StoreError;
use crate::holding::{Facts, Format, HoldingId, HoldingKind, NewCopy, NewGrant, NewHolding};
use crate::index;
use crate::judge::Documents;
use crate::keys::{KeyPath, PersonaIndex};
use crate::receive::arrival::{Arrival, ArrivalPart, Standing};
use crate::receive::offered::Ordered;
use crate::receive::pending::Owed;
use crate::receive::stored::Grant;
use crate::receive::token::Token;
use crate::receive::{Notifications, OpenOffer};
use crate::store::RecordId;
use crate::transfer::entry::NewItem;
use crate::wallet::Wallet;

/// What arrived for one offer: verified, on disk, and not kept yet. Dropping it decides nothing: the
/// wallet finds it again ([`Wallet::undecided`]).
#[derive(Debug)]
pub struct Arrived {
    record: RecordId,
    arrival: Arrival,
    profile: Option<Profile>,
    parts: Vec<ArrivedPart>,
    owed: Vec<Owed>,
    grant: Option<(RecordId, Grant)>,
}

/// One credential with its copies.
#[derive(Debug)]
pub struct ArrivedPart {
    issuer: WorldId,
    ordered: Ordered,
    credential: VerifiedCredential,
    report: Report,
    copies: Vec<VerifiedCopy>,
    documents: Documents,
    item: Option<NewItem>,
}

/// One copy that the verifier accepted.
#[derive(Debug)]
pub(super) struct VerifiedCopy {
    key: KeyPath,
    bytes: Vec<u8>,
}

impl VerifiedCopy {
    /// The only maker: `bytes` are what the verifier was given and accepted as bound to `key`.
    pub(super) const fn assert(key: KeyPath, bytes: Vec<u8>) -> Self {
        Self { key, bytes }
    }
}

impl ArrivedPart {
    pub(super) fn new(
        issuer: &WorldId,
        ordered: &Ordered,
        credential: VerifiedCredential,
        report: Report,
        copies: Vec<VerifiedCopy>,
        documents: Documents,
    ) -> Self {
        Self {
            issuer: issuer.clone(),
            ordered: ordered.clone(),
            credential,
            report,
            copies,
            documents,
            item: None,
        }
    }

    /// The same, standing in a ledger.
    pub(super) fn with_item(self, item: Option<NewItem>) -> Self {
        Self { item, ..self }
    }

    /// What it says about the ledger of the world that issued it, where it stands in one. It fits the
    /// rest of the credential, and this wallet holds it there.
    #[must_use]
    pub fn entry(&self) -> Option<&LedgerEntry> {
        self.item.as_ref().map(|item| &item.entry)
    }

    /// What it is.
    #[must_use]
    pub const fn kind(&self) -> CredentialType {
        self.credential.kind()
    }

    /// The name that it would have in the wallet. Outside text.
    #[must_use]
    pub fn name(&self) -> String {
        match self.credential.subject() {
            Subject::Avatar(avatar) => avatar.persona_name.clone(),
            Subject::Item(item) => format!("{} #{}", item.item_class, item.serial),
            Subject::Asset(asset) => asset.asset.name.clone(),
            Subject::Other(_) | Subject::Partial(_) => self.name_of_its_kind(),
        }
    }

    /// Of a type that is none of ours only its kind has a name: the issuer's, or the type's own.
    fn name_of_its_kind(&self) -> String {
        let called = self.ordered.called.clone();
        called.unwrap_or_else(|| self.credential.type_name().to_owned())
    }

    /// How it is written.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.ordered.format
    }

    /// Its type, as it was written. Outside text for types that are none of ours.
    #[must_use]
    pub fn type_name(&self) -> &str {
        self.credential.type_name()
    }

    /// The world that issued it.
    #[must_use]
    pub const fn issuer(&self) -> &WorldId {
        &self.issuer
    }

    /// The terms of the usage right, which every type that a wallet receives states.
    #[must_use]
    pub const fn terms(&self) -> Option<&LicenseTerms> {
        self.credential.subject().license()
    }

    /// When it is valid.
    #[must_use]
    pub const fn validity(&self) -> Validity {
        self.credential.validity()
    }

    /// The model file that its creator speaks of.
    #[must_use]
    pub fn asset(&self) -> Option<&Asset> {
        match self.provenance()?.subject() {
            Subject::Asset(subject) => Some(&subject.asset),
            Subject::Avatar(_) | Subject::Item(_) | Subject::Partial(_) | Subject::Other(_) => None,
        }
    }

    /// Who made the model, as the verified provenance says.
    #[must_use]
    pub fn creator(&self) -> Option<&Did> {
        self.provenance()
            .map(UnverifiedCredential::unverified_issuer)
    }

    /// How many copies arrived.
    #[must_use]
    pub fn copies(&self) -> usize {
        self.copies.len()
    }

    /// What the verifier found.
    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.report
    }

    fn provenance(&self) -> Option<&UnverifiedCredential> {
        self.credential.subject().provenance()
    }

    pub(super) fn facts(&self) -> Facts {
        let validity = self.validity();
        Facts {
            format: self.format(),
            valid_from: validity.from,
            valid_until: validity.until,
            claims: index::write(self.credential.object(), &self.documents),
        }
    }

    /// The copies, by their keys.
    pub(super) fn into_copies(self) -> Vec<NewCopy> {
        let (format, valid_until) = (self.format(), self.validity().until);
        let copy = |copy: VerifiedCopy| NewCopy {
            format,
            key: copy.key,
            credential: copy.bytes,
            world: None,
            valid_until,
        };
        self.copies.into_iter().map(copy).collect()
    }

    fn into_holding(
        self,
        persona: PersonaIndex,
        grant: Option<&(RecordId, Grant)>,
        settles: Option<RecordId>,
    ) -> (NewHolding, Report) {
        let holding = NewHolding {
            kind: match self.kind() {
                CredentialType::Item => HoldingKind::Item,
                CredentialType::Avatar => HoldingKind::Avatar,
                CredentialType::AssetProvenance | CredentialType::Other => HoldingKind::Credential,
            },
            name: self.name(),
            types: vec![
                "VerifiableCredential".to_owned(),
                self.type_name().to_owned(),
            ],
            facts: self.facts(),
            issuer: self.issuer.clone(),
            persona,
            grant: grant.map(|(id, grant)| NewGrant {
                id: *id,
                configuration: self.ordered.configuration_id.clone(),
                grant: grant.clone(),
            }),
            settles,
            item: self.item.clone(),
            copies: Vec::new(),
        };
        let report = self.report.clone();
        let copies = self.into_copies();
        (NewHolding { copies, ..holding }, report)
    }

    fn digest(&self) -> Vec<Sha256Digest> {
        self.copies
            .iter()
            .map(|copy| Sha256Digest::of(&copy.bytes))
            .collect()
    }
}

impl Arrived {
    /// Nothing yet, for this persona, of this issuer.
    pub(super) fn begin(
        wallet: &mut Wallet,
        open: &OpenOffer,
        persona: PersonaIndex,
        token: &Token,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let endpoint = open.metadata().notification_endpoint.as_ref();
        let record = RecordId::from_bytes(wallet.store_mut().draw()?);
        Ok(Self {
            record,
            arrival: Arrival {
                world: open.world().clone(),
                persona,
                parts: Vec::new(),
                owed: Vec::new(),
                grant: None,
                refills: None,
                notification_endpoint: endpoint.map(|url| url.as_str().to_owned()),
                notification_ids: Vec::new(),
                access_token: token.access.clone(),
                arrived_at: now,
            },
            profile: open.profile().cloned(),
            parts: Vec::new(),
            owed: Vec::new(),
            grant: None,
        })
    }

    /// What a record says, with what was judged of it.
    pub(super) fn found(
        record: RecordId,
        arrival: Arrival,
        parts: Vec<ArrivedPart>,
        owed: Vec<Owed>,
        grant: Option<(RecordId, Grant)>,
    ) -> Self {
        let did = arrival.world.did();
        let mut documents = arrival.parts.iter().map(|part| &part.documents);
        Self {
            profile: documents.find_map(|documents| documents.profile(&did)),
            record,
            arrival,
            parts,
            owed,
            grant,
        }
    }

    /// Writes down what came, before anything else is done with it. What was owed is settled by that.
    pub(super) fn hold(
        &mut self,
        wallet: &mut Wallet,
        part: ArrivalPart,
        notification_id: Option<String>,
        settles: Option<&RecordId>,
    ) -> Result<(), StoreError> {
        self.arrival.parts.push(part);
        self.arrival.notification_ids.extend(notification_id);
        wallet.keep_arrival(&self.record, &self.arrival, self.grant.as_ref(), settles)
    }

    /// Writes down that all of it was verified, with the documents that it was verified by.
    pub(super) fn seal(&mut self, wallet: &mut Wallet) -> Result<(), StoreError> {
        if self.parts.is_empty() {
            return Ok(());
        }
        for (held, part) in self.arrival.parts.iter_mut().zip(&self.parts) {
            held.documents = part.documents.clone();
            held.standing = Standing::Verified;
        }
        wallet.keep_arrival(&self.record, &self.arrival, None, None)
    }

    /// Lets go of what is not to be believed, and tells the issuer.
    pub(super) async fn refuse(
        self,
        client: &Client,
        wallet: &mut Wallet,
    ) -> Result<(), StoreError> {
        let notify = self.notifications();
        wallet.drop_arrival(&self.record, &[], self.arrival.grant.as_ref())?;
        notify.send(client, NotificationEvent::Failure).await;
        Ok(())
    }

    /// The world that issued.
    #[must_use]
    pub const fn world(&self) -> &WorldId {
        &self.arrival.world
    }

    pub(super) const fn record(&self) -> RecordId {
        self.record
    }

    pub(super) const fn arrival(&self) -> &Arrival {
        &self.arrival
    }

    pub(super) const fn profile(&self) -> Option<&Profile> {
        self.profile.as_ref()
    }

    /// The face that would hold it.
    #[must_use]
    pub const fn persona(&self) -> PersonaIndex {
        self.arrival.persona
    }

    /// When it came.
    #[must_use]
    pub const fn arrived_at(&self) -> Timestamp {
        self.arrival.arrived_at
    }

    /// What arrived, in the order of the offer. Empty only when all of it is [`Arrived::owed`].
    #[must_use]
    pub fn parts(&self) -> &[ArrivedPart] {
        &self.parts
    }

    /// What the issuer delivers later. The wallet remembers it, whatever is kept of the rest.
    #[must_use]
    pub fn owed(&self) -> &[Owed] {
        &self.owed
    }

    /// What [`KeepConsent::Digest`](crate::consent::KeepConsent::Digest) needs: the digest of these
    /// very credentials, by this world, for this persona.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        let credentials: Vec<Vec<Sha256Digest>> =
            self.parts.iter().map(ArrivedPart::digest).collect();
        let what = schemas::object! {
            "world" => self.world().origin(),
            "persona" => self.persona().value(),
            "credentials" => credentials,
        };
        consent::digest(Act::Keep, what)
    }

    /// The JSON form, for `--json`.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let part = |part: &ArrivedPart| {
            schemas::object! {
                "kind" => part.kind().name(),
                "type" => part.type_name(),
                "format" => part.format().name(),
                "name" => part.name(),
                "issuer" => part.issuer.origin(),
                "terms" => part.terms().map(LicenseTerms::to_object),
                "valid_from" => part.validity().from,
                "valid_until" => part.validity().until,
                "copies" => natural(part.copies()),
                "report" => part.report.to_object(),
            }
        };
        schemas::object! {
            "world" => self.world().origin(),
            "arrived_at" => self.arrived_at(),
            "credentials" => self.parts.iter().map(part).collect::<Vec<Object>>(),
            "owed" => self.owed.iter().map(Owed::to_object).collect::<Vec<Object>>(),
            "digest" => self.digest(),
        }
    }

    pub(super) fn push(&mut self, part: ArrivedPart) {
        self.parts.push(part);
    }

    pub(super) fn push_owed(&mut self, owed: Owed) {
        self.arrival.owed.push(owed.id);
        self.owed.push(owed);
    }

    /// What is kept of it comes with this grant.
    pub(super) fn grant_with(&mut self, grant: Option<(RecordId, Grant)>) {
        self.arrival.grant = grant.as_ref().map(|(id, _)| *id);
        self.grant = grant;
    }

    pub(super) const fn granted(&self) -> Option<&(RecordId, Grant)> {
        self.grant.as_ref()
    }

    /// It is more copies of this holding.
    pub(super) const fn refill(&mut self, holding: HoldingId) {
        self.arrival.refills = Some(holding);
    }

    pub(super) fn into_parts(self) -> Vec<ArrivedPart> {
        self.parts
    }

    pub(super) fn notifications(&self) -> Notifications {
        let token = self.arrival.access_token.reveal().to_owned();
        Notifications {
            endpoint: self.arrival.notification_endpoint.clone(),
            ids: self.arrival.notification_ids.clone(),
            // It was in a header before.
            token: Bearer::new(token).ok().map(Arc::new),
        }
    }

    pub(super) fn into_holdings(self) -> Vec<(NewHolding, Report)> {
        let persona = self.arrival.persona;
        self.parts
            .into_iter()
            .map(|part| part.into_holding(persona, self.grant.as_ref(), Some(self.record)))
            .collect()
    }
}
