//! A verifier that is none of ours: it is known by a certificate or an address, asks for encrypted
//! answers or plain ones, and decrypts them itself.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use proofs::jwe::{DecryptionKey, Expected, decrypt};
use proofs::jws::{self, KeyRef, Typ};
use proofs::keys::SigningKey;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, IsCa, KeyPair,
    PKCS_ECDSA_P256_SHA256, PKCS_ED25519, PublicKeyData, SignatureAlgorithm,
};
use schemas::credential::CredentialType;
use schemas::digest::Sha256Digest;
use schemas::encoding::base64;
use schemas::json::{Object, Value};
use schemas::object;
use schemas::oid4vp::client_id::ClientId;
use schemas::oid4vp::link::{LinkedRequest, RequestLink, RequestUriMethod, RequestUriPost};
use schemas::oid4vp::request::EncryptionKey;
use schemas::oid4vp::response::{AuthorizationResponse, PostedResponse};
use schemas::receipt::CompactJws;
use schemas::suite::{ContentEncryption, KeyType};
use schemas::world::WorldId;
use wallet_core::{Confirmed, Wallet};

use crate::fixture::{later, now};
use crate::http::{Answer, Asked, Reply, Server};
use crate::world::query;

const KID: &str = "for-answers";

/// A certification authority.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        self.0.der().to_vec()
    }

    pub(crate) fn pem(&self) -> Vec<u8> {
        pem(&[self.der()])
    }

    /// A certificate for a key, with these names.
    pub(crate) fn certify(&self, key: &SigningKey, names: &[&str]) -> Vec<u8> {
        self.certify_with(key, names, |_| {})
    }

    pub(crate) fn certify_with(
        &self,
        key: &SigningKey,
        names: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Vec<u8> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&Public::of(key), &self.0).unwrap();
        certificate.der().to_vec()
    }

    /// An authority below this one, and its certificate.
    pub(crate) fn below(&self, name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        Self(CertifiedIssuer::signed_by(params, key, &self.0).unwrap())
    }
}

pub(crate) fn pem(ders: &[Vec<u8>]) -> Vec<u8> {
    let block = |der: &Vec<u8>| {
        let text = base64::encode(der);
        let lines: Vec<&str> = text
            .as_bytes()
            .chunks(64)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        format!(
            "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
            lines.join("\n")
        )
    };
    ders.iter().map(block).collect::<String>().into_bytes()
}

/// The secret of the key in [`self_signed`].
pub(crate) const SELF_SIGNED: [u8; 32] = [23; 32];

/// A certificate of a key that signed it itself.
pub(crate) fn self_signed(name: &str, is_authority: bool, until: i32) -> Vec<u8> {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(until, 1, 1);
    if is_authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    let key = SigningKey::from_p256_scalar(&SELF_SIGNED).unwrap();
    let certificate = params.self_signed(&OwnKey(Public::of(&key), key)).unwrap();
    certificate.der().to_vec()
}

/// A certificate for another key by the one in [`self_signed`], whatever that may sign.
pub(crate) fn signed_by_self_signed(name: &str, key: &SigningKey) -> Vec<u8> {
    let own = SigningKey::from_p256_scalar(&SELF_SIGNED).unwrap();
    let own = OwnKey(Public::of(&own), own);
    let issuer = rcgen::Issuer::new(CertificateParams::default(), own);
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = params.signed_by(&Public::of(key), &issuer).unwrap();
    certificate.der().to_vec()
}

/// A key of ours that signs certificates.
struct OwnKey(Public, SigningKey);

impl PublicKeyData for OwnKey {
    fn der_bytes(&self) -> &[u8] {
        self.0.der_bytes()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.0.algorithm()
    }
}

impl rcgen::SigningKey for OwnKey {
    /// In DER, as certificates have signatures: two numbers, each with a zero in front.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let signature = self.1.sign(message).to_bytes();
        let number = |bytes: &[u8]| {
            let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(31);
            let mut digits = bytes[start..].to_vec();
            if digits[0] >= 0x80 {
                digits.insert(0, 0);
            }
            [vec![2, u8::try_from(digits.len()).unwrap()], digits].concat()
        };
        let both = [number(&signature[..32]), number(&signature[32..])].concat();
        Ok([vec![0x30, u8::try_from(both.len()).unwrap()], both].concat())
    }
}

struct Public(Vec<u8>, &'static SignatureAlgorithm);

impl Public {
    fn of(key: &SigningKey) -> Self {
        let spki = key.verifying_key().to_spki();
        match key.key_type() {
            KeyType::Ed25519 => Self(spki[12..].to_vec(), &PKCS_ED25519),
            KeyType::P256 => Self(spki[26..].to_vec(), &PKCS_ECDSA_P256_SHA256),
        }
    }
}

impl PublicKeyData for Public {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.1
    }
}

/// What it asks with; tests change it.
#[derive(Clone, Debug)]
pub(crate) struct Manner {
    pub(crate) client_id: String,
    pub(crate) chain: Vec<Vec<u8>>,
    pub(crate) mode: &'static str,
    pub(crate) metadata: Object,
    pub(crate) response_uri: String,
    pub(crate) more: Object,
    /// What it answers to a response.
    pub(crate) answer: Object,
}

pub(crate) struct Stranger {
    pub(crate) id: WorldId,
    pub(crate) server: Server,
    pub(crate) key: SigningKey,
    manner: Arc<Mutex<Manner>>,
    decryption: DecryptionKey,
}

impl Stranger {
    /// With a P-256 key, a certificate of this authority for its host, and the name of that host.
    pub(crate) fn new(authority: &Authority) -> Self {
        Self::with_key(authority, SigningKey::from_p256_scalar(&[21; 32]).unwrap())
    }

    pub(crate) fn with_key(authority: &Authority, key: SigningKey) -> Self {
        let listener = TcpListener::bind(("localhost", 0)).unwrap();
        let id = WorldId::loopback(listener.local_addr().unwrap().port());
        let manner = Arc::new(Mutex::new(Manner {
            client_id: "x509_san_dns:localhost".to_owned(),
            chain: vec![authority.certify(&key, &["localhost"])],
            mode: "direct_post",
            metadata: object! { "client_name" => "A stranger" },
            response_uri: format!("{}/respond", id.origin()),
            more: Object::new(),
            answer: Object::new(),
        }));
        let (told, signs) = (Arc::clone(&manner), copy(&key));
        let server = Server::start(listener, move |asked| {
            reply(&told.lock().unwrap(), &signs, asked)
        });
        Self {
            id,
            server,
            key,
            manner,
            decryption: DecryptionKey::from_scalar(&[31; 32]).unwrap(),
        }
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Manner)) {
        change(&mut self.manner.lock().unwrap());
    }

    pub(crate) fn manner(&self) -> Manner {
        self.manner.lock().unwrap().clone()
    }

    /// Is known by the digest of its certificate.
    pub(crate) fn by_digest(&self) {
        self.change(|manner| {
            let digest = Sha256Digest::of(&manner.chain[0]);
            manner.client_id = ClientId::x509_hash(digest).to_string();
        });
    }

    /// Asks for encrypted answers, in one of these ways.
    pub(crate) fn encrypted(&self, encryptions: &[&str]) {
        let key = EncryptionKey::for_ecdh_es(self.decryption.recipient().jwk(), KID);
        let values: Vec<String> = encryptions.iter().map(|name| (*name).to_owned()).collect();
        self.change(|manner| {
            manner.mode = "direct_post.jwt";
            let other =
                object! { "kty" => "RSA", "n" => "AQAB", "e" => "AQAB", "alg" => "RSA-OAEP" };
            let keys = [Value::from(other), Value::from(key.jwk)];
            let keys = Value::Array(keys.to_vec());
            manner.metadata.insert("jwks", object! { "keys" => keys });
            if !values.is_empty() {
                let name = "encrypted_response_enc_values_supported";
                manner.metadata.insert(name, values);
            }
        });
    }

    /// The request as a signed text.
    pub(crate) fn signed(&self) -> String {
        signed(&self.manner(), &self.key, None)
    }

    pub(crate) fn link(&self) -> String {
        self.link_by(RequestUriMethod::Get)
    }

    pub(crate) fn link_by(&self, method: RequestUriMethod) -> String {
        let uri = format!("{}/request", self.id.origin()).parse().unwrap();
        let client_id = self.manner().client_id.parse().unwrap();
        RequestLink::to(client_id, uri, method).to_link()
    }

    /// The whole signed request in the link.
    pub(crate) fn link_by_value(&self) -> String {
        let request = CompactJws::new(self.signed()).unwrap();
        let link = RequestLink {
            client_id: self.manner().client_id.parse().unwrap(),
            request: LinkedRequest::Signed(request),
        };
        link.to_link()
    }

    /// The whole request in the link, signed by nobody.
    pub(crate) fn link_unsigned(&self) -> String {
        let claims = claims(&self.manner(), None);
        let form = claims.iter().filter(|(name, _)| *name != "aud").fold(
            schemas::form::Form::new(),
            |form, (name, value)| match value {
                Value::String(text) => form.with(name, text.as_str()),
                other => form.with(name, schemas::canonical::to_text(other)),
            },
        );
        format!("openid4vp://?{}", form.to_text())
    }

    pub(crate) fn confirmed(&self, wallet: &mut Wallet) -> Confirmed {
        wallet.confirm_origin(&self.id, &self.id, now()).unwrap()
    }

    /// The one response that came, decrypted when it was encrypted.
    pub(crate) fn response(&self) -> (AuthorizationResponse, Option<ContentEncryption>) {
        let asked = self.server.asked();
        let [posted] = &asked
            .iter()
            .filter(|one| one.path == "/respond")
            .collect::<Vec<_>>()[..]
        else {
            panic!("not one response: {asked:?}");
        };
        match PostedResponse::read(&posted.body).unwrap() {
            PostedResponse::Plain(response) => (response, None),
            PostedResponse::Encrypted(jwe) => {
                let in_a_way = |encryption| {
                    let expected = Expected {
                        key: &self.decryption,
                        kid: KID,
                        encryptions: &[encryption],
                    };
                    let plain = decrypt(jwe.as_str(), &expected).ok()?;
                    let response = AuthorizationResponse::read_decrypted(&plain).unwrap();
                    Some((response, Some(encryption)))
                };
                ContentEncryption::ALL
                    .into_iter()
                    .find_map(in_a_way)
                    .unwrap()
            }
        }
    }
}

fn copy(key: &SigningKey) -> SigningKey {
    match key.key_type() {
        KeyType::P256 => [[21; 32], SELF_SIGNED]
            .map(|scalar| SigningKey::from_p256_scalar(&scalar).unwrap())
            .into_iter()
            .find(|known| known.verifying_key() == key.verifying_key())
            .unwrap(),
        KeyType::Ed25519 => SigningKey::from_seed(&[22; 32]),
    }
}

fn reply(manner: &Manner, key: &SigningKey, asked: &Asked) -> Answer {
    match asked.path.as_str() {
        "/request" => {
            let posted = RequestUriPost::read(&asked.body).unwrap();
            let nonce = posted.wallet_nonce.map(|nonce| nonce.as_str().to_owned());
            let text = signed(manner, key, nonce);
            Reply::bytes(200, "application/oauth-authz-req+jwt", text.into_bytes())
        }
        "/respond" => Reply::json(manner.answer.clone()),
        _ => Reply::json_with(404, object! { "error" => "not_found" }),
    }
}

fn signed(manner: &Manner, key: &SigningKey, wallet_nonce: Option<String>) -> String {
    let claims = claims(manner, wallet_nonce);
    jws::sign(Typ::RequestObject, KeyRef::X5c(&manner.chain), &claims, key)
}

fn claims(manner: &Manner, wallet_nonce: Option<String>) -> Object {
    let mut claims = object! {
        "client_id" => manner.client_id.as_str(),
        "response_type" => "vp_token",
        "response_mode" => manner.mode,
        "response_uri" => manner.response_uri.as_str(),
        "nonce" => "stranger-nonce-0123456789",
        "state" => "stranger-state",
        "aud" => "https://self-issued.me/v2",
        "exp" => schemas::json::Number::from_i64(later(300).unix()).unwrap(),
        "client_metadata" => manner.metadata.clone(),
        "dcql_query" => query(&[("avatar", CredentialType::Avatar)]),
    };
    if let Some(nonce) = wallet_nonce {
        claims.insert("wallet_nonce", nonce);
    }
    for (name, value) in manner.more.iter() {
        claims.insert(name, value.clone());
    }
    claims
}
