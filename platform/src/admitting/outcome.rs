//! What an accepted presentation leaves behind: a signed receipt, a token for the door, and what the
//! world's own server is told.

use proofs::jws::Typ;
use proofs::keys::VerifyingKey;
use schemas::admission::{
    AdmissionState as Told, Admitted, Decided, Decision, Judged, Shown, ShownAsset, ShownRight,
};
use schemas::credential::{CredentialType, Subject};
use schemas::did::{Did, DidMethod};
use schemas::digest::Sha256Digest;
use schemas::json::Object;
use schemas::message::{Confidential, Message};
use schemas::oid4vp::response::DirectPostAnswer;
use schemas::reason::Reason;
use schemas::receipt::{
    AdmissionTokenClaims, CompactJws, ConfirmationKey, ReceiptClaims, ReceiptOutcome, UniqueId,
};
use verifier::{Accepted, Admission, Report, VerifiedCredential};

use super::Answer;
use super::returning::WayBack;
use crate::store::AdmissionState;
use crate::world::{World, seconds};

/// An accepted presentation, as it is answered.
pub(super) struct Settled {
    receipt: CompactJws,
    /// Only when the policy opens the door.
    token: Option<CompactJws>,
    decided: Decided,
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
            outcome: outcome_of(policy),
            instance: answer.asked.instance.clone(),
        };
        let identity = world.identity();
        let sign = |typ, claims: &Object| CompactJws::new(identity.sign(typ, claims));
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
            decided: policy.decided(),
        })
    }

    pub(super) const fn state(&self) -> AdmissionState {
        match self.decided {
            Decided::Admit | Decided::AdmitWithConditions => AdmissionState::Admitted,
            Decided::Review => AdmissionState::Review,
            Decided::NeedsLicense | Decided::Deny => AdmissionState::Refused,
        }
    }

    pub(super) fn receipt_digest(&self) -> Sha256Digest {
        Sha256Digest::of(self.receipt.as_str().as_bytes())
    }

    /// What the wallet is answered.
    pub(super) fn answer(&self, back: Option<&WayBack>) -> DirectPostAnswer {
        DirectPostAnswer {
            redirect_uri: back.map(|back| back.url().clone()),
            receipt: Some(self.receipt.clone()),
            admission_token: self.confidential_token(),
            admission: Some(self.decided),
        }
    }

    /// What the world's own server is told.
    pub(super) fn told(&self, answer: &Answer<'_>, report: &Report, policy: &Admission) -> Told {
        // An accepted presentation holds the digest of what it was asked to confirm.
        let statement = answer.asked.manner.statement.clone();
        let judged = judged(report, policy, statement);
        if self.decided == Decided::Review {
            return Told::Review {
                judged,
                receipt: self.receipt.clone(),
            };
        }
        let admitted = self.confidential_token().map(|admission_token| Admitted {
            admission_token,
            receipt: self.receipt.clone(),
        });
        Told::Answered {
            judged: Some(judged),
            admitted,
        }
    }

    fn confidential_token(&self) -> Option<Confidential> {
        let token = self.token.as_ref();
        token.map(|token| Confidential::new(token.as_str()))
    }
}

/// What the receipt of an accepted presentation says. Nobody is told "accepted" who may not enter.
const fn outcome_of(policy: &Admission) -> ReceiptOutcome {
    match policy.decided() {
        Decided::Admit | Decided::AdmitWithConditions => ReceiptOutcome::Accepted,
        Decided::Review => ReceiptOutcome::Indeterminate(Reason::AdmissionReview),
        Decided::NeedsLicense => ReceiptOutcome::Rejected(Reason::LicenseLooser),
        Decided::Deny => ReceiptOutcome::Rejected(Reason::Unauthorized),
    }
}

/// What the world's own server is told of a refused presentation.
pub(super) fn refused(report: &Report, policy: &Admission) -> Told {
    Told::Answered {
        judged: Some(judged(report, policy, None)),
        admitted: None,
    }
}

/// What the policy said and, when the presentation was accepted, what was shown: the world asked for
/// it in order to know it. Swept after a short time; decision records do not have it.
fn judged(report: &Report, policy: &Admission, statement: Option<String>) -> Judged {
    let credentials = report.accepted().map(Accepted::credentials);
    Judged {
        report: report.to_object(),
        decision: Decision {
            admission: policy.decided(),
            conditions: policy.conditions().to_vec(),
            shown: credentials.iter().copied().flatten().map(shown).collect(),
            statement,
        },
    }
}

fn shown(credential: &VerifiedCredential) -> Shown {
    let subject = credential.subject();
    let right = match subject {
        Subject::Avatar(avatar) => ShownRight::Avatar {
            persona_name: Some(avatar.persona_name.clone()),
        },
        Subject::Item(item) => ShownRight::Item {
            item_class: Some(item.item_class.clone()),
            serial: Some(item.serial),
        },
        Subject::Partial(partial) => match credential.kind() {
            CredentialType::Item => ShownRight::Item {
                item_class: partial.item_class.clone(),
                serial: partial.serial,
            },
            _ => ShownRight::Avatar {
                persona_name: partial.persona_name.clone(),
            },
        },
        Subject::Asset(_) => ShownRight::Provenance,
        Subject::Other(_) => ShownRight::Other {
            type_name: credential.type_name().to_owned(),
        },
    };
    let asset = match subject.provenance().map(|stated| stated.subject()) {
        Some(Subject::Asset(stated)) => Some(ShownAsset {
            digest: stated.asset.digest,
            media_type: stated.asset.media_type,
        }),
        _ => None,
    };
    Shown {
        issuer: credential.issuer().clone(),
        right,
        license: subject.license().cloned(),
        asset,
    }
}

/// The key of whoever presented: the one to which the avatar, or else the first credential, is bound.
fn presenter(accepted: &Accepted) -> Option<ConfirmationKey> {
    let credentials = accepted.credentials();
    let avatar = credentials
        .iter()
        .find(|credential| credential.kind() == CredentialType::Avatar);
    let holder = avatar.or_else(|| credentials.first())?.holder()?;
    let jwk = key_of(holder)?.jwk();
    ConfirmationKey::of_jwk(&jwk)
}

fn key_of(holder: &Did) -> Option<VerifyingKey> {
    match holder.method() {
        DidMethod::Key => proofs::did_key::decode(holder).ok(),
        DidMethod::Jwk => proofs::did_jwk::decode(holder).ok(),
        DidMethod::Web => None,
    }
}
