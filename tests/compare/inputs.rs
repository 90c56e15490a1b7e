//! A thousand different credentials of about 1.5 kB, and presentations of such.

use proofs::data_integrity::{self, ProofOptions};
use proofs::keys::SigningKey;
use proofs::present::{Binding, sign};
use schemas::canonical;
use schemas::json::{Number, Object, Value};
use schemas::presentation::UnsignedPresentation;
use schemas::suite::Cryptosuite;
use tests::actors::{Creator, NONCE, World, key, terms};
use tests::fixed::now;
use tests::sd_jwt::Forged;

/// A type of somebody else, which the policy names: bound to a holder, signed once, about 1.5 kB.
pub(crate) const BADGE: &str = "https://compare.example/types#Badge";

/// How large a credential is to be, in bytes.
const SIZE: usize = 1500;

/// Who issues and who presents.
pub(crate) struct Parties {
    pub(crate) issuer: SigningKey,
    pub(crate) audience: World,
}

impl Parties {
    pub(crate) fn new() -> Self {
        Self {
            issuer: key("compare issuer"),
            audience: World::new("b.example"),
        }
    }

    /// A badge for a holder. Only words of the pinned contexts, so that others can read it too.
    pub(crate) fn badge(&self, number: usize, holder: &SigningKey, suite: Cryptosuite) -> Object {
        let mut subject = schemas::object! { "id" => &holder.did_key() };
        subject.insert("name", format!("Badge number {number}"));
        subject.insert("description", "");
        let mut credential = schemas::object! {
            "@context" => ["https://www.w3.org/ns/credentials/v2"],
            "type" => ["VerifiableCredential", BADGE],
            "issuer" => &self.issuer.did_key(),
            "validFrom" => now().plus_seconds(-3600),
            "validUntil" => now().plus_seconds(86_400),
            "credentialSubject" => subject.clone(),
        };
        let sealed = |credential: &Object| {
            let method = self.issuer.verification_method();
            let options = ProofOptions::assertion(suite, method, now());
            data_integrity::sign(credential, &options, &self.issuer).expect("an honest issuer")
        };
        let bare = canonical::object_to_bytes(&sealed(&credential)).len();
        let text = format!("{number:04} lantern light ").repeat(SIZE);
        subject.insert("description", &text[..SIZE.saturating_sub(bare)]);
        credential.insert("credentialSubject", subject);
        sealed(&credential)
    }

    /// The same as an SD-JWT, of which each claim is shown by itself.
    pub(crate) fn sd_badge(&self, number: usize, holder: &SigningKey, names: &[&str]) -> String {
        let seconds = |ahead| Number::from_i64(now().plus_seconds(ahead).unix());
        let payload = schemas::object! {
            "iss" => &self.issuer.did_key(),
            "vct" => BADGE,
            "nbf" => seconds(-3600),
            "exp" => seconds(86_400),
            "cnf" => schemas::object! { "jwk" => holder.verifying_key().jwk() },
            "_sd_alg" => "sha-256",
        };
        let header = schemas::object! {
            "alg" => "EdDSA",
            "typ" => "dc+sd-jwt",
            "kid" => &self.issuer.verification_method(),
        };
        let bare = Forged {
            header,
            payload,
            disclosures: Vec::new(),
        };
        let claim = |name: &&str| format!("{name} of badge number {number}");
        let all = names
            .iter()
            .fold(bare, |badge, name| badge.disclosing(name, claim(name)));
        all.text(&self.issuer)
    }

    /// What a holder answers the audience with.
    pub(crate) fn answer(&self, holder: &SigningKey, credential: Object, id: &str) -> Vec<u8> {
        let binding = Binding {
            challenge: NONCE,
            domain: &self.audience.client_id(),
            created: now(),
            suite: Cryptosuite::EddsaJcs2022,
        };
        let presentation = UnsignedPresentation::new(&holder.did_key(), vec![credential]);
        let presentation = sign(&presentation, &binding, holder).expect("an honest holder");
        let token = schemas::object! { id => vec![Value::Object(presentation)] };
        canonical::object_to_bytes(&token)
    }
}

/// Avatars of one world with the statement of one creator, presented: three signatures each.
pub(crate) fn avatars(count: usize) -> (World, Vec<Vec<u8>>) {
    let (world, parties) = (World::new("a.example"), Parties::new());
    let answers = (0..count)
        .map(|number| {
            let holder = key(&format!("avatar holder {number}"));
            let creator = Creator::new(&format!("creator {number}"));
            let mut avatar = world.avatar(&holder.did_key(), creator.provenance());
            avatar.license = terms();
            parties.answer(&holder, world.issue(&avatar.unsigned()), "avatar")
        })
        .collect();
    (world, answers)
}
