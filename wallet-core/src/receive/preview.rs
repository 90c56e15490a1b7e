//! What arrived and was verified, before the person decides to keep it. The holder's side runs it.

use std::sync::Arc;

use fetch::{Bearer, Client};
use proofs::did_document::Profile;
use schemas::credential::{Asset, CredentialType, Subject, UnverifiedCredential, Validity};
use schemas::did::Did;
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::license::LicenseTerms;
use schemas::oid4vci::notification::NotificationEvent;
use schemas::world::WorldId;
use verifier::{Report, VerifiedCredential};

use crate::consent::{self, Act, natural};
use crate::holding::{Facts, Format, HoldingKind, NewCopy, NewHolding};
use crate::index;
use crate::judge::Documents;
use crate::keys::{KeyPath, PersonaIndex};
use crate::receive::token::Token;
use crate::receive::{Notifications, Notified, OpenOffer};

/// What arrived for one offer: verified, in memory, and not kept yet.
#[derive(Debug)]
pub struct Arrived {
    world: WorldId,
    persona: PersonaIndex,
    profile: Option<Profile>,
    parts: Vec<ArrivedPart>,
    notification_endpoint: Option<String>,
    notification_ids: Vec<String>,
    token: Option<Arc<Bearer>>,
}

/// One credential with its copies.
#[derive(Debug)]
pub struct ArrivedPart {
    issuer: WorldId,
    credential: VerifiedCredential,
    report: Report,
    copies: Vec<VerifiedCopy>,
    documents: Documents,
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
        credential: VerifiedCredential,
        report: Report,
        copies: Vec<VerifiedCopy>,
        documents: Documents,
    ) -> Self {
        Self {
            issuer: issuer.clone(),
            credential,
            report,
            copies,
            documents,
        }
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
            Subject::Other(_) => self.credential.type_name().to_owned(),
        }
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
            Subject::Avatar(_) | Subject::Item(_) | Subject::Other(_) => None,
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

    fn into_holding(self, persona: PersonaIndex) -> (NewHolding, Report) {
        let validity = self.validity();
        let copy = |copy: VerifiedCopy| NewCopy {
            format: Format::LdpVc,
            key: copy.key,
            credential: copy.bytes,
            world: None,
        };
        let holding = NewHolding {
            kind: match self.kind() {
                CredentialType::Item => HoldingKind::Item,
                CredentialType::Avatar
                | CredentialType::AssetProvenance
                | CredentialType::Other => HoldingKind::Avatar,
            },
            name: self.name(),
            types: vec![
                "VerifiableCredential".to_owned(),
                self.kind().name().to_owned(),
            ],
            facts: Facts {
                valid_from: validity.from,
                valid_until: validity.until,
                claims: index::write(self.credential.object(), &self.documents),
            },
            issuer: self.issuer,
            persona,
            copies: self.copies.into_iter().map(copy).collect(),
        };
        (holding, self.report)
    }

    fn digest(&self) -> Vec<Sha256Digest> {
        self.copies
            .iter()
            .map(|copy| Sha256Digest::of(&copy.bytes))
            .collect()
    }
}

impl Arrived {
    pub(super) fn new(open: &OpenOffer, persona: PersonaIndex) -> Self {
        let endpoint = open.metadata().notification_endpoint.as_ref();
        Self {
            world: open.world().clone(),
            persona,
            profile: open.profile().cloned(),
            parts: Vec::new(),
            notification_endpoint: endpoint.map(|url| url.as_str().to_owned()),
            notification_ids: Vec::new(),
            token: None,
        }
    }

    /// The world that issued.
    #[must_use]
    pub const fn world(&self) -> &WorldId {
        &self.world
    }

    pub(super) const fn profile(&self) -> Option<&Profile> {
        self.profile.as_ref()
    }

    /// The face that would hold it.
    #[must_use]
    pub const fn persona(&self) -> PersonaIndex {
        self.persona
    }

    /// What arrived, in the order of the offer. Never empty.
    #[must_use]
    pub fn parts(&self) -> &[ArrivedPart] {
        &self.parts
    }

    /// What [`KeepConsent::Digest`](crate::consent::KeepConsent::Digest) needs: the digest of these
    /// very credentials, by this world, for this persona.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        let credentials: Vec<Vec<Sha256Digest>> =
            self.parts.iter().map(ArrivedPart::digest).collect();
        let what = schemas::object! {
            "world" => self.world.origin(),
            "persona" => self.persona.value(),
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
            "world" => self.world.origin(),
            "credentials" => self.parts.iter().map(part).collect::<Vec<Object>>(),
            "digest" => self.digest(),
        }
    }

    pub(super) fn push(&mut self, part: ArrivedPart) {
        self.parts.push(part);
    }

    pub(super) fn expect_notification(&mut self, id: Option<String>) {
        self.notification_ids.extend(id);
    }

    pub(super) fn finish(&mut self, token: Token) {
        self.token = Some(token.bearer);
    }

    pub(super) async fn notify(
        &mut self,
        client: &Client,
        token: &Token,
        event: NotificationEvent,
    ) -> Notified {
        self.token = Some(Arc::clone(&token.bearer));
        self.notifications().send(client, event).await
    }

    pub(super) fn notifications(&self) -> Notifications {
        Notifications {
            endpoint: self.notification_endpoint.clone(),
            ids: self.notification_ids.clone(),
            token: self.token.clone(),
        }
    }

    pub(super) fn into_holdings(self) -> Vec<(NewHolding, Report)> {
        let persona = self.persona;
        self.parts
            .into_iter()
            .map(|part| part.into_holding(persona))
            .collect()
    }
}
