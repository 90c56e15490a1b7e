//! A wallet's half of the protocols.

use proofs::jws::{self, KeyRef, Typ};
use proofs::keys::SigningKey;
use proofs::present::{self, Binding};
use schemas::form::Form;
use schemas::json::{Number, Object, Value};
use schemas::presentation::UnsignedPresentation;
use schemas::suite::Cryptosuite;

use crate::http::{Answer, get, path_of, post_form, post_json, send};
use crate::town::Town;

pub(crate) fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

pub(crate) fn claims(town: &Town, nonce: &str) -> Object {
    schemas::object! {
        "aud" => town.id().origin(),
        "iat" => Number::from_i64(town.now().unix()).unwrap(),
        "nonce" => nonce,
    }
}

pub(crate) fn key_proof(key: &SigningKey, claims: &Object) -> String {
    let method = key.verification_method();
    jws::sign(Typ::CredentialOfferProof, KeyRef::Kid(&method), claims, key)
}

pub(crate) async fn code_of(town: &Town, offer: &str) -> String {
    let answer = get(town.port, offer).await;
    assert_eq!(answer.status, 200);
    let offer = answer.json();
    let grants = offer.get("grants").unwrap();
    let grant = grants
        .get("urn:ietf:params:oauth:grant-type:pre-authorized_code")
        .unwrap();
    grant
        .get("pre-authorized_code")
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

pub(crate) fn token_form(code: &str) -> Form {
    Form::new()
        .with(
            "grant_type",
            "urn:ietf:params:oauth:grant-type:pre-authorized_code",
        )
        .with("pre-authorized_code", code)
}

pub(crate) async fn token(town: &Town, offer: &str) -> String {
    let code = code_of(town, offer).await;
    let answer = post_form(town.port, "/token", &token_form(&code)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.word("access_token")
}

pub(crate) async fn nonce(town: &Town) -> String {
    let answer = send(town.port, "POST", "/nonce", &[], b"").await;
    assert_eq!(
        (answer.status, answer.header("cache-control")),
        (200, Some("no-store"))
    );
    answer.word("c_nonce")
}

pub(crate) fn credential_body(configuration: &str, proofs: Vec<String>) -> Object {
    schemas::object! {
        "credential_configuration_id" => configuration,
        "proofs" => schemas::object! { "jwt" => proofs },
    }
}

/// Asks for copies under these keys; what came back.
pub(crate) async fn ask_for(
    town: &Town,
    token: &str,
    configuration: &str,
    keys: &[SigningKey],
) -> Answer {
    let claims = claims(town, &nonce(town).await);
    let proofs = keys.iter().map(|key| key_proof(key, &claims)).collect();
    post_json(
        town.port,
        "/credential",
        token,
        &credential_body(configuration, proofs),
    )
    .await
}

/// The tokens of one answer to a code.
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Tokens {
    pub(crate) fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.text());
        Self {
            access: answer.word("access_token"),
            refresh: answer.word("refresh_token"),
        }
    }
}

pub(crate) async fn tokens(town: &Town, offer: &str) -> Tokens {
    let code = code_of(town, offer).await;
    Tokens::of(&post_form(town.port, "/token", &token_form(&code)).await)
}

/// The copies of an answer that are tokens.
pub(crate) fn sd_jwts(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let list = answer.json();
    let list = list.get("credentials").unwrap().as_array().unwrap();
    let text = |entry: &Value| {
        entry
            .get("credential")
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    };
    list.iter().map(text).collect()
}

pub(crate) fn credentials(answer: &Answer) -> Vec<Object> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let list = answer.json();
    let list = list.get("credentials").unwrap().as_array().unwrap();
    list.iter()
        .map(|entry| {
            entry
                .get("credential")
                .unwrap()
                .as_object()
                .unwrap()
                .clone()
        })
        .collect()
}

/// One avatar under a key.
pub(crate) async fn avatar(town: &Town, key: SigningKey) -> Object {
    let token = token(town, &town.offer_avatar().await).await;
    credentials(&ask_for(town, &token, "avatar", &[key]).await).remove(0)
}

/// One avatar under a key, on the ground of this statement.
pub(crate) async fn avatar_of(town: &Town, key: SigningKey, provenance: Object) -> Object {
    let right = platform::Right::Avatar {
        persona: "Mika".to_owned(),
    };
    let token = token(town, &town.offer_for(right, provenance).await).await;
    credentials(&ask_for(town, &token, "avatar", &[key]).await).remove(0)
}

/// One item under a key.
pub(crate) async fn item(town: &Town, key: SigningKey) -> Object {
    let token = token(town, &town.offer_item().await).await;
    credentials(&ask_for(town, &token, "item", &[key]).await).remove(0)
}

/// A world's question, as a wallet sees it.
pub(crate) struct Asked {
    pub(crate) id: String,
    pub(crate) request_path: String,
    pub(crate) poll_path: String,
    pub(crate) claims: Object,
}

impl Asked {
    pub(crate) fn word(&self, name: &str) -> &str {
        self.claims.get(name).unwrap().as_str().unwrap()
    }

    pub(crate) fn response_path(&self) -> &str {
        path_of(self.word("response_uri"))
    }

    /// What a wallet sends whose holder says no.
    pub(crate) fn declined(&self) -> Form {
        Form::new()
            .with("error", "access_denied")
            .with("state", self.word("state"))
    }
}

pub(crate) async fn ask(town: &Town, body: Object) -> Asked {
    let created = post_json(town.port, "/admissions", &town.token, &body).await;
    assert_eq!(created.status, 201, "{}", created.text());
    let link = Form::of_link(&created.word("request_link")).unwrap();
    let request_path = path_of(link.field("request_uri").unwrap()).to_owned();
    let fetched = get(town.port, &request_path).await;
    assert_eq!(
        fetched.header("content-type"),
        Some("application/oauth-authz-req+jwt")
    );
    Asked {
        id: created.word("id"),
        poll_path: path_of(&created.word("poll_url")).to_owned(),
        claims: request_claims(town, fetched.text()),
        request_path,
    }
}

pub(crate) async fn ask_avatar(town: &Town) -> Asked {
    let body = schemas::object! {
        "preset" => "avatar", "by" => "Neo Kyoto", "instance" => "lobby",
        "purpose" => "Show your avatar in the lobby",
    };
    ask(town, body).await
}

/// The claims of a signed request, after its signature.
pub(crate) fn request_claims(town: &Town, text: &str) -> Object {
    let jws = jws::UnverifiedJws::parse(text, Typ::RequestObject).unwrap();
    jws.verify(&town_key(town)).unwrap().into_claims()
}

/// The key in a world's DID document.
pub(crate) fn town_key(town: &Town) -> proofs::keys::VerifyingKey {
    let keys = town.config().keys().unwrap().keys;
    proofs::keys::VerifyingKey::from_multikey(&keys.last().unwrap().multikey).unwrap()
}

/// A presentation of one credential, bound as told.
pub(crate) fn presentation(
    town: &Town,
    key: &SigningKey,
    credential: Object,
    challenge: &str,
    domain: &str,
) -> Object {
    let unsigned = UnsignedPresentation::new(&key.did_key(), vec![credential]);
    let binding = Binding {
        challenge,
        domain,
        created: town.now(),
        suite: Cryptosuite::EddsaJcs2022,
    };
    present::sign(&unsigned, &binding, key).unwrap()
}

pub(crate) fn vp_form(asked: &Asked, token: Object) -> Form {
    let text = schemas::canonical::to_text(&Value::Object(token));
    Form::new()
        .with("vp_token", text)
        .with("state", asked.word("state"))
}

/// The response that a wallet would send.
pub(crate) fn response(town: &Town, asked: &Asked, key: &SigningKey, credential: Object) -> Form {
    let (nonce, client) = (asked.word("nonce"), asked.word("client_id"));
    let presentation = presentation(town, key, credential, nonce, client);
    vp_form(asked, schemas::object! { "avatar" => [presentation] })
}
