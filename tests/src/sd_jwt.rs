//! SD-JWT credentials: as an honest world issues and an honest person shows them, and with any part of
//! them as the real interface forbids to make it.

use proofs::keys::SigningKey;
use proofs::sd_jwt::{UnverifiedSdJwt, issue};
use schemas::canonical;
use schemas::credential::{CredentialType, UnsignedSdJwtVc};
use schemas::dcql::DcqlQuery;
use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use schemas::json::{Limits, Number, Object, Value, read};
use schemas::message::Message as _;
use verifier::{Asked, Audience, Challenge, PresentationAsked, Report};

use crate::actors::{NONCE, World};
use crate::fixed::now;
use crate::scene::Scene;

/// What an avatar discloses.
pub const AVATAR_CLAIMS: [&str; 3] = ["personaName", "license", "provenance"];

/// What an item discloses.
pub const ITEM_CLAIMS: [&str; 4] = ["itemClass", "serial", "license", "provenance"];

/// An SD-JWT in its parts, of which anything may be changed before somebody signs it.
#[derive(Clone, Debug)]
pub struct Forged {
    /// The header of the issuer's token.
    pub header: Object,
    /// Its payload, digests included.
    pub payload: Object,
    /// The disclosures, encoded.
    pub disclosures: Vec<String>,
}

impl Forged {
    /// The parts of a text.
    ///
    /// # Panics
    /// When it is none: the test is wrong then.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut parts = text.split('~').map(str::to_owned);
        let token = parts.next().expect("a token");
        let mut sections = token.split('.').map(object_in);
        let (header, payload) = (sections.next(), sections.next());
        let mut disclosures: Vec<String> = parts.collect();
        disclosures.pop();
        Self {
            header: header.expect("a header"),
            payload: payload.expect("a payload"),
            disclosures,
        }
    }

    /// With a claim that is disclosed, under a digest at the top.
    #[must_use]
    pub fn disclosing(self, name: &str, value: impl Into<Value>) -> Self {
        let disclosure = disclosure(&[name.into(), value.into()]);
        self.with_digest(&digest(&disclosure))
            .with_disclosure(disclosure)
    }

    /// With one more digest at the top.
    #[must_use]
    pub fn with_digest(mut self, digest: &str) -> Self {
        let digests = self.payload.remove("_sd");
        let mut digests = digests
            .as_ref()
            .and_then(Value::as_array)
            .unwrap_or_default()
            .to_vec();
        digests.push(digest.into());
        self.payload.insert("_sd", digests);
        self
    }

    /// With one more disclosure.
    #[must_use]
    pub fn with_disclosure(mut self, disclosure: String) -> Self {
        self.disclosures.push(disclosure);
        self
    }

    /// With another member of the payload, or without it.
    #[must_use]
    pub fn claiming(mut self, name: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.payload.insert(name, value),
            None => self.payload.remove(name),
        };
        self
    }

    /// With another member of the header, or without it.
    #[must_use]
    pub fn headed(mut self, name: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.header.insert(name, value),
            None => self.header.remove(name),
        };
        self
    }

    /// Without what is disclosed under a name: kept back.
    ///
    /// # Panics
    /// When it is not disclosed.
    #[must_use]
    pub fn keeping_back(mut self, name: &str) -> Self {
        let before = self.disclosures.len();
        self.disclosures
            .retain(|disclosure| named(disclosure) != Some(name.to_owned()));
        assert_ne!(self.disclosures.len(), before, "{name} is disclosed");
        self
    }

    /// The text, signed by this key.
    #[must_use]
    pub fn text(&self, key: &SigningKey) -> String {
        let mut text = token(&self.header, &self.payload, key);
        text.push('~');
        for disclosure in &self.disclosures {
            text.push_str(disclosure);
            text.push('~');
        }
        text
    }
}

/// A holder's token in its parts.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The header.
    pub header: Object,
    /// The claims; `sd_hash` is added when it is attached, unless it is there.
    pub claims: Object,
}

impl Binding {
    /// An honest one, for a world.
    #[must_use]
    pub fn to(world: &World) -> Self {
        Self {
            header: schemas::object! { "alg" => "EdDSA", "typ" => "kb+jwt" },
            claims: schemas::object! {
                "iat" => Number::from_i64(now().unix()),
                "aud" => world.client_id(),
                "nonce" => NONCE,
            },
        }
    }

    /// With another claim, or without it.
    #[must_use]
    pub fn claiming(mut self, name: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.claims.insert(name, value),
            None => self.claims.remove(name),
        };
        self
    }

    /// With another member of the header, or without it.
    #[must_use]
    pub fn headed(mut self, name: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.header.insert(name, value),
            None => self.header.remove(name),
        };
        self
    }

    /// Authorizing texts of the request.
    #[must_use]
    pub fn authorizing(self, texts: &[&str]) -> Self {
        let hashes: Vec<String> = texts.iter().map(|text| digest(text)).collect();
        self.claiming("transaction_data_hashes", Some(hashes.into()))
            .claiming("transaction_data_hashes_alg", Some("sha-256".into()))
    }

    /// The text with the token behind it, signed by this key.
    #[must_use]
    pub fn attach(&self, text: &str, key: &SigningKey) -> String {
        let mut claims = self.claims.clone();
        if !claims.contains_key("sd_hash") {
            claims.insert("sd_hash", digest(text));
        }
        format!("{text}{}", token(&self.header, &claims, key))
    }
}

/// A disclosure with a salt before these parts.
#[must_use]
pub fn disclosure(parts: &[Value]) -> String {
    let salt = Sha256Digest::of(&canonical::to_bytes(&Value::Array(parts.to_vec())));
    let salt = Value::from(base64url::encode(&salt.as_bytes()[..16]));
    let whole: Vec<Value> = [salt].into_iter().chain(parts.iter().cloned()).collect();
    encoded(&Value::Array(whole))
}

/// Anything as base64url of its JSON.
#[must_use]
pub fn encoded(value: &Value) -> String {
    base64url::encode(&canonical::to_bytes(value))
}

/// The digest of a text, as digests of disclosures and `sd_hash` are.
#[must_use]
pub fn digest(text: &str) -> String {
    base64url::encode(Sha256Digest::of(text.as_bytes()).as_bytes())
}

/// The name of what is disclosed; `None` for an element of an array.
#[must_use]
pub fn named(disclosure: &str) -> Option<String> {
    let bytes = base64url::decode(disclosure)?;
    let value = read(&bytes, &Limits::document()).ok()?;
    match value.as_array()? {
        [_, name, _] => name.as_str().map(str::to_owned),
        _ => None,
    }
}

/// A compact token with any header.
#[must_use]
pub fn token(header: &Object, claims: &Object, key: &SigningKey) -> String {
    let part = |object: &Object| encoded(&Value::Object(object.clone()));
    let text = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(text.as_bytes()).to_bytes();
    format!("{text}.{}", base64url::encode(&signature))
}

fn object_in(part: &str) -> Object {
    let bytes = base64url::decode(part).expect("base64url");
    match read(&bytes, &Limits::document()) {
        Ok(Value::Object(object)) => object,
        other => panic!("no object: {other:?}"),
    }
}

/// A query for one SD-JWT VC of a type, as `avatar`, with these claims.
///
/// # Panics
/// Never: it is a sound query.
#[must_use]
pub fn sd_query(vct: &str, claims: &[&str]) -> DcqlQuery {
    let path = |name: &&str| schemas::object! { "path" => [*name] };
    let mut part = schemas::object! {
        "id" => "avatar",
        "format" => "dc+sd-jwt",
        "meta" => schemas::object! { "vct_values" => [vct] },
    };
    if !claims.is_empty() {
        let claims: Vec<Object> = claims.iter().map(path).collect();
        part.insert("claims", claims);
    }
    let query = schemas::object! { "credentials" => vec![part] };
    DcqlQuery::from_value(&query.into()).expect("a sound query")
}

/// The `vp_token` of one SD-JWT, as bytes.
#[must_use]
pub fn sd_token(text: &str) -> Vec<u8> {
    canonical::object_to_bytes(&schemas::object! { "avatar" => [text] })
}

impl Scene {
    /// An avatar of the person, as an SD-JWT with all its disclosures.
    ///
    /// # Panics
    /// Never: the world is honest.
    #[must_use]
    pub fn sd_avatar(&self) -> String {
        let holder = self.holder().did_key();
        let avatar = self.a.avatar(&holder, self.creator.provenance());
        self.sd_issue(&avatar.unsigned_sd_jwt(None))
    }

    /// An item of the person, likewise.
    ///
    /// # Panics
    /// Never: the world is honest.
    #[must_use]
    pub fn sd_item(&self) -> String {
        let holder = self.holder().did_key();
        let item = self.a.item(&holder, self.creator.provenance());
        self.sd_issue(&item.unsigned_sd_jwt(None))
    }

    /// Anything that world A issues as an SD-JWT.
    ///
    /// # Panics
    /// When it is not for world A to issue.
    #[must_use]
    pub fn sd_issue(&self, credential: &UnsignedSdJwtVc) -> String {
        let salt = |number: usize| {
            let digest = Sha256Digest::of(format!("salt {number}").as_bytes());
            let mut salt = [0; 16];
            salt.copy_from_slice(&digest.as_bytes()[..16]);
            salt
        };
        let salts: Vec<_> = (0..credential.digests()).map(salt).collect();
        issue(credential, &salts, &self.a.key(), &self.a.method()).expect("an honest world")
    }

    /// The person's avatar, changed before world A signs it.
    #[must_use]
    pub fn sd_forged(&self, change: impl FnOnce(Forged) -> Forged) -> String {
        change(Forged::of(&self.sd_avatar())).text(&self.a.key())
    }

    /// A text, whatever it is, shown to world B by the person.
    #[must_use]
    pub fn sd_bound(&self, text: &str) -> String {
        self.sd_binding().attach(text, &self.holder())
    }

    /// What the person signs for world B.
    #[must_use]
    pub fn sd_binding(&self) -> Binding {
        let alg = match self.holder_suite.key_type() {
            schemas::suite::KeyType::Ed25519 => "EdDSA",
            schemas::suite::KeyType::P256 => "ES256",
        };
        Binding::to(&self.b).headed("alg", Some(alg.into()))
    }

    /// World B asks for an avatar as an SD-JWT, with all its claims.
    #[must_use]
    pub fn sd_asked(&self) -> Asked {
        self.sd_asked_for(sd_query(CredentialType::Avatar.iri(), &AVATAR_CLAIMS))
    }

    /// World B asks this.
    ///
    /// # Panics
    /// Never: the nonce of the tests is long enough.
    #[must_use]
    pub fn sd_asked_for(&self, query: DcqlQuery) -> Asked {
        Asked::Presentation(PresentationAsked {
            lease: verifier::LeaseAsked::NotAsked,
            challenge: Challenge::new(NONCE).expect("a nonce"),
            audience: Audience::new(self.b.client_id()),
            query,
            transaction_data: Vec::new(),
        })
    }

    /// World B judges what it was shown.
    #[must_use]
    pub fn judge_sd(&self, shown: &str) -> Report {
        self.judge_bytes(&self.sd_asked(), &sd_token(shown))
    }

    /// A text on both ways: received by the wallet, and shown to world B by its holder.
    #[must_use]
    pub fn judge_sd_both(&self, text: &str) -> [Report; 2] {
        [
            self.judge_bytes(&self.asked_by_wallet(), text.as_bytes()),
            self.judge_sd(&self.sd_bound(text)),
        ]
    }
}

/// What a text says, whoever wrote it.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn claims_of(text: &str) -> Object {
    let read = UnverifiedSdJwt::parse(text).expect("an SD-JWT");
    read.claims().clone()
}
