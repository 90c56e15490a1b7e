//! The seven ways to cheat. Each goes to world B over HTTP, and each has a reason of its own.

use platform::Right;
use proofs::keys::SigningKey;
use schemas::json::{Object, Value};
use schemas::oid4vp::request::RequestObject;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::{canonical, object};
use wallet_core::{OsEntropy, draw};

use crate::clock::now;
use crate::demo::forger::{Forger, send};
use crate::demo::journey::{Journey, check_file, inspect, keep_request, shown_avatar, state};
use crate::demo::kept::Keep;
use crate::demo::record::Record;
use crate::demo::stage::{Served, Stage};

/// More than a credential of world A lives.
const LONG_AGO: i64 = 3 * 366 * 86_400;

/// Tries all of them.
pub(super) async fn try_all(
    record: &mut Record<'_>,
    keep: &Keep,
    stage: &Stage,
    journey: &Journey,
) {
    record.chapter("demo-chapter-forgeries");
    let play = Play {
        keep,
        stage,
        journey,
    };
    record
        .forgery("again", Reason::VpReplay, play.again())
        .await;
    record
        .forgery("another-key", Reason::VpHolderMismatch, play.another_key())
        .await;
    record
        .forgery("license-edited", Reason::SigInvalid, play.license_edited())
        .await;
    record
        .forgery(
            "model-edited",
            Reason::AssetHashMismatch,
            play.model_edited(),
        )
        .await;
    record
        .forgery("relayed", Reason::VpAudience, play.relayed())
        .await;
    record
        .forgery("expired", Reason::CredExpired, play.expired())
        .await;
    record
        .forgery(
            "issuer-unknown",
            Reason::CredIssuerUntrusted,
            play.issuer_unknown(),
        )
        .await;
}

struct Play<'a> {
    keep: &'a Keep,
    stage: &'a Stage,
    journey: &'a Journey,
}

impl Play<'_> {
    /// The answer that was accepted, sent once more.
    async fn again(&self) -> Result<(), Reason> {
        let request = self.journey.request.object();
        send(&self.stage.client, request, &self.journey.vp_token).await
    }

    /// World B, or whoever saw it, presents the person's credential with a key of their own.
    async fn another_key(&self) -> Result<(), Reason> {
        let stolen = shown_avatar(&self.journey.vp_token).ok_or(Reason::InternalError)?;
        let thief = self.somebody()?;
        self.answer("another-key", &thief, &stolen, Reason::VpHolderMismatch)
            .await
    }

    /// A holder gives themselves more than the creator gave out, wherever the credential says it: as
    /// the world's terms, and as the creator's.
    async fn license_edited(&self) -> Result<(), Reason> {
        let holder = self.somebody()?;
        let mut credential = self.own_avatar(&holder, &self.stage.a).await?;
        let granted = terms_of(&mut credential).ok_or(Reason::InternalError)?;
        let allowed = granted.get("allowRedistribution") == Some(&Value::Bool(true));
        granted.insert("allowRedistribution", !allowed);
        let stated = credential
            .get_mut("credentialSubject")
            .and_then(Value::as_object_mut)
            .and_then(|subject| subject.get_mut("provenance"))
            .and_then(Value::as_object_mut)
            .and_then(terms_of)
            .ok_or(Reason::InternalError)?;
        stated.insert("allowRedistribution", !allowed);
        self.answer("license-edited", &holder, &credential, Reason::SigInvalid)
            .await
    }

    /// The model file has one other bit.
    async fn model_edited(&self) -> Result<(), Reason> {
        let credential = shown_avatar(&self.journey.vp_token).ok_or(Reason::InternalError)?;
        let mut model = self.journey.model.clone();
        if let Some(last) = model.last_mut() {
            *last ^= 1;
        }
        self.keep.file("model-edited.vrm", &model);
        self.keep.case(object! {
            "id" => "model-edited",
            "file" => "avatar-credential.json",
            "model" => "model-edited.vrm",
            "expected" => Reason::AssetHashMismatch.code(),
            "issuer" => self.stage.a.id.origin(),
        });
        check_file(self.stage, &credential, &model).await
    }

    /// World A asks with world B's nonce, and hands on what the holder answers to A.
    async fn relayed(&self) -> Result<(), Reason> {
        let holder = self.somebody()?;
        let credential = self.own_avatar(&holder, &self.stage.a).await?;
        let request = self.asked(&holder, "relayed").await?;
        let to_a = format!("decentralized_identifier:{}", self.stage.a.id.did());
        let presentation = holder.present(&credential, request.nonce.as_str(), &to_a, now())?;
        self.deliver("relayed", &request, presentation, Reason::VpAudience)
            .await
    }

    /// A credential that world A issued years ago.
    async fn expired(&self) -> Result<(), Reason> {
        let holder = self.somebody()?;
        let then = now().plus_seconds(-LONG_AGO);
        self.stage.a.clock.set(then);
        let credential = self.old_avatar(&holder, then).await;
        self.stage.a.clock.set(now());
        self.answer("expired", &holder, &credential?, Reason::CredExpired)
            .await
    }

    /// World C issues the same avatar. World B has never heard of C.
    async fn issuer_unknown(&self) -> Result<(), Reason> {
        let holder = self.somebody()?;
        let credential = self.own_avatar(&holder, &self.stage.c).await?;
        self.answer(
            "issuer-unknown",
            &holder,
            &credential,
            Reason::CredIssuerUntrusted,
        )
        .await
    }

    fn somebody(&self) -> Result<Forger<'_>, Reason> {
        let seed = draw::<32>(&mut OsEntropy).map_err(|error| error.reason())?;
        Ok(Forger {
            client: &self.stage.client,
            key: SigningKey::from_seed(&seed),
        })
    }

    /// An avatar of the forger's own, received as anybody receives one.
    async fn own_avatar(&self, holder: &Forger<'_>, world: &Served) -> Result<Object, Reason> {
        let right = Right::Avatar {
            persona: "Mallory".to_owned(),
        };
        let link = world.offer(right, &self.journey.provenance).await?;
        holder.take(&link, now()).await
    }

    /// The same, long ago, when the creator's statement was already there.
    async fn old_avatar(&self, holder: &Forger<'_>, then: Timestamp) -> Result<Object, Reason> {
        let creator = self.somebody()?.key;
        let provenance = state(creator, &inspect(&self.journey.model)?, "Mika", then)?;
        let right = Right::Avatar {
            persona: "Mallory".to_owned(),
        };
        let link = self.stage.a.offer(right, &provenance).await?;
        holder.take(&link, then).await
    }

    async fn asked(&self, forger: &Forger<'_>, id: &str) -> Result<RequestObject, Reason> {
        let created = self.stage.b.ask(None).await?;
        let url = created.request_link.request_uri();
        let url = url.ok_or(Reason::BadRequest)?.as_str();
        keep_request(self.keep, &self.stage.client, id, url).await?;
        forger.request(url).await
    }

    /// Answers world B with a presentation of this credential.
    async fn answer(
        &self,
        id: &str,
        forger: &Forger<'_>,
        credential: &Object,
        expected: Reason,
    ) -> Result<(), Reason> {
        let request = self.asked(forger, id).await?;
        let (nonce, audience) = (request.nonce.as_str(), request.client_id.as_str());
        let presentation = forger.present(credential, nonce, audience, now())?;
        self.deliver(id, &request, presentation, expected).await
    }

    async fn deliver(
        &self,
        id: &str,
        request: &RequestObject,
        presentation: Object,
        expected: Reason,
    ) -> Result<(), Reason> {
        let token = canonical::object_to_bytes(&object! { "avatar" => vec![presentation] });
        self.keep.file(&format!("{id}-vp.json"), &token);
        self.keep.case(object! {
            "id" => id,
            "file" => format!("{id}-vp.json"),
            "request" => format!("{id}-request.jwt"),
            "expected" => expected.code(),
            "issuer" => self.stage.a.id.origin(),
        });
        send(&self.stage.client, request, &token).await
    }
}

/// The license terms of a credential or of a statement.
fn terms_of(document: &mut Object) -> Option<&mut Object> {
    document
        .get_mut("credentialSubject")?
        .as_object_mut()?
        .get_mut("license")?
        .as_object_mut()
}
