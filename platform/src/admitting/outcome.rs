//! What an accepted presentation leaves behind: a signed receipt, a token for the door, and what the
//! world's own server is told.

use proofs::jws::{self, KeyRef, Typ};
use schemas::admission::{AdmissionState as Told, Admitted};
use schemas::canonical;
use schemas::credential::Subject;
use schemas::did::{Did, DidMethod};
use schemas::digest::Sha256Digest;
use schemas::json::{Number, Object, Value};
use schemas::message::{Confidential, Message};
use schemas::oid4vp::response::DirectPostAnswer;
use schemas::receipt::{
    AdmissionTokenClaims, CompactJws, ConfirmationKey, ReceiptClaims, ReceiptOutcome, UniqueId,
};
use verifier::{Accepted, Admission, Report, VerifiedCredential};

use super::Answer;
use crate::store::AdmissionState;
use crate::world::{World, seconds};

/// An accepted presentation, as it is answered.
pub(super) struct Settled {
    receipt: CompactJws,
    /// Only when the policy opens the door.
    token: Option<CompactJws>,
}

impl Settled {
    /// Signs the receipt and, when the policy admits, the token. `None` when a claim is impossible,
    /// which is a fault of ours.
    pub(super) fn new(
        world: &World,
        id: &UniqueId,
        answer: &Answer<'_>,
        report: &Report,
        policy: &Admission,
    ) -> Option<Self> {
        let now = world.clock.now();
        let receipt = ReceiptClaims {
            issuer: world.config.world().clone(),
            issued_at: now,
            id: id.clone(),
            nonce_digest: answer.nonce,
            presentation_digest: answer.presented,
            outcome: ReceiptOutcome::Accepted,
            instance: answer.asked.instance.clone(),
        };
        let sign = |typ, claims: &Object| {
            let key = KeyRef::Kid(world.issuer.verification_method());
            CompactJws::new(jws::sign(typ, key, claims, &world.keys.signing))
        };
        let token = match policy.admits() {
            true => {
                let claims = AdmissionTokenClaims {
                    issuer: world.config.world().clone(),
                    subject: None,
                    confirmation: presenter(report.accepted()?)?,
                    id: id.clone(),
                    instance: answer.asked.instance.clone(),
                    issued_at: now,
                    expires_at: now.plus_seconds(seconds(world.config.asking.token_life)),
                };
                Some(sign(Typ::Admission, &claims.to_object())?)
            }
            false => None,
        };
        Some(Self {
            receipt: sign(Typ::Receipt, &receipt.to_object())?,
            token,
        })
    }

    pub(super) const fn state(&self) -> AdmissionState {
        match self.token {
            Some(_) => AdmissionState::Admitted,
            None => AdmissionState::Refused,
        }
    }

    pub(super) fn receipt_digest(&self) -> Sha256Digest {
        Sha256Digest::of(self.receipt.as_str().as_bytes())
    }

    /// What the wallet is answered.
    pub(super) fn answer(&self) -> DirectPostAnswer {
        DirectPostAnswer {
            redirect_uri: None,
            receipt: Some(self.receipt.clone()),
            admission_token: self.confidential_token(),
        }
    }

    /// What the world's own server is told.
    pub(super) fn result(&self, report: &Report, policy: &Admission) -> String {
        let admitted = self.confidential_token().map(|admission_token| Admitted {
            admission_token,
            receipt: self.receipt.clone(),
        });
        tell(report, admitted, policy)
    }

    fn confidential_token(&self) -> Option<Confidential> {
        let token = self.token.as_ref();
        token.map(|token| Confidential::new(token.as_str()))
    }
}

/// What the world's own server is told of a refused presentation.
pub(super) fn refused(report: &Report, policy: &Admission) -> String {
    tell(report, None, policy)
}

/// What the world's own server is told when the person declined.
pub(super) fn declined() -> String {
    let told = Told::Answered {
        report: None,
        admitted: None,
    };
    canonical::to_text(&told.to_value())
}

fn tell(report: &Report, admitted: Option<Admitted>, policy: &Admission) -> String {
    let told = Told::Answered {
        report: Some(report.to_object()),
        admitted,
    };
    let mut object = told.to_object();
    object.insert("decision", decision(report, policy));
    canonical::to_text(&Value::Object(object))
}

/// What the policy said and, when the presentation was accepted, what was shown: the world asked for
/// it in order to know it. Swept after a short time; decision records do not have it.
fn decision(report: &Report, policy: &Admission) -> Object {
    let mut object = schemas::object! { "admission" => policy.id() };
    if let Admission::AdmitWithConditions(conditions) = policy {
        let conditions: Vec<_> = conditions.iter().map(|condition| condition.id()).collect();
        object.insert("conditions", conditions);
    }
    if let Some(accepted) = report.accepted() {
        let shown: Vec<Object> = accepted.credentials().iter().map(shown).collect();
        object.insert("shown", shown);
    }
    object
}

fn shown(credential: &VerifiedCredential) -> Object {
    let mut object = schemas::object! {
        "type" => credential.kind().name(),
        "issuer" => credential.issuer(),
    };
    match credential.subject() {
        Subject::Avatar(avatar) => {
            object.insert("persona_name", avatar.persona_name.as_str());
        }
        Subject::Item(item) => {
            object.insert("item_class", item.item_class.as_str());
            object.insert("serial", Number::from_u64_saturating(item.serial));
        }
        Subject::Asset(_) => {}
    }
    object.insert("license", credential.subject().license().to_object());
    if let Some(Subject::Asset(asset)) = credential
        .subject()
        .provenance()
        .map(|provenance| provenance.subject())
    {
        object.insert("asset_digest", asset.asset.digest);
        object.insert("media_type", asset.asset.media_type.as_str());
    }
    object
}

/// The key of whoever presented: the one to which the avatar, or else the first credential, is bound.
fn presenter(accepted: &Accepted) -> Option<ConfirmationKey> {
    let credentials = accepted.credentials();
    let avatar = credentials
        .iter()
        .find(|credential| matches!(credential.subject(), Subject::Avatar(_)));
    let holder = avatar.or_else(|| credentials.first())?.holder()?;
    key_of(holder).map(ConfirmationKey)
}

fn key_of(holder: &Did) -> Option<[u8; 32]> {
    match holder.method() {
        DidMethod::Key => Some(proofs::did_key::decode(holder).ok()?.to_bytes()),
        DidMethod::Jwk => Some(proofs::did_jwk::decode(holder).ok()?.to_bytes()),
        DidMethod::Web => None,
    }
}
