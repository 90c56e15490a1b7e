//! The parties: a creator who makes a model, worlds that issue and ask, a person who holds.

use assets::make::{Recipe, vrm1};
use proofs::did_document::{DidDocument, build};
use proofs::issue::Issuer;
use proofs::keys::SigningKey;
use proofs::present::{Binding, sign};
use schemas::asset::{AssetFacts, MediaType};
use schemas::credential::{
    Asset, AssetProvenance, AvatarCredential, ItemCredential, UnsignedCredential, Validity,
};
use schemas::dcql::DcqlQuery;
use schemas::did::{Did, DidUrl};
use schemas::digest::Sha256Digest;
use schemas::json::{Limits, Object, Value, read};
use schemas::license::{Allowance, AvatarPermission, LicenseTerms};
use schemas::message::Message as _;
use schemas::presentation::UnsignedPresentation;
use schemas::suite::{Cryptosuite, KeyType};
use schemas::world::WorldId;

use crate::fixed::now;

/// A key that is the same in every run.
#[must_use]
pub fn key(name: &str) -> SigningKey {
    SigningKey::from_seed(Sha256Digest::of(name.as_bytes()).as_bytes())
}

/// The same for a suite: of the type of key that it signs with.
///
/// # Panics
/// Never in practice: a digest is a secret number of P-256 but for one in 2^32.
#[must_use]
pub fn key_for(name: &str, suite: Cryptosuite) -> SigningKey {
    match suite.key_type() {
        KeyType::Ed25519 => key(name),
        KeyType::P256 => {
            let scalar = Sha256Digest::of(name.as_bytes());
            SigningKey::from_p256_scalar(scalar.as_bytes()).expect("a secret number")
        }
    }
}

/// The nonce of the world that asks.
pub const NONCE: &str = "n-0S6_WzA2MjOu7Zk9QmUg";

/// Terms under which the licensed may wear it, with credit.
#[must_use]
pub fn terms() -> LicenseTerms {
    LicenseTerms {
        name: Some("Mika".to_owned()),
        authors: vec!["Aoi".to_owned()],
        license_url: Some("https://vrm.dev/licenses/1.0/".to_owned()),
        avatar_permission: Some(AvatarPermission::OnlySeparatelyLicensedPerson),
        allow_redistribution: Some(Allowance::Denied),
        ..LicenseTerms::default()
    }
}

/// A creator with a model file of their own.
#[derive(Debug)]
pub struct Creator {
    /// The model file.
    pub model: Vec<u8>,
    name: String,
}

impl Creator {
    /// A creator who has made a figure.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            model: vrm1(&Recipe::new(terms())),
            name: name.to_owned(),
        }
    }

    /// The creator's DID.
    #[must_use]
    pub fn did(&self) -> Did {
        key(&self.name).did_key()
    }

    /// The creator's key.
    #[must_use]
    pub fn key(&self) -> SigningKey {
        key(&self.name)
    }

    /// What is known of the model file.
    #[must_use]
    pub fn facts(&self) -> AssetFacts {
        assets::inspect(&self.model, &assets::Limits::default()).expect("a sound model")
    }

    /// The statement about the model file, before it is signed.
    #[must_use]
    pub fn statement(&self) -> AssetProvenance {
        AssetProvenance {
            creator: self.did(),
            validity: Validity::starting(now().plus_seconds(-86_400)),
            asset: Asset {
                name: "Mika".to_owned(),
                digest: Sha256Digest::of(&self.model),
                media_type: MediaType::GltfBinary,
                byte_length: self.model.len() as u64,
                derived_from: Vec::new(),
            },
            license: terms(),
        }
    }

    /// The signed statement.
    #[must_use]
    pub fn provenance(&self) -> Object {
        self.sign(&self.statement().unsigned())
    }

    /// Signs any statement.
    #[must_use]
    pub fn sign(&self, statement: &UnsignedCredential) -> Object {
        let issuer = Issuer::of_key(key(&self.name), Cryptosuite::EddsaJcs2022);
        issuer
            .issue(statement, now().plus_seconds(-86_400))
            .expect("an honest creator")
            .into_object()
    }
}

/// A world: issues and asks.
#[derive(Debug)]
pub struct World {
    /// Its origin.
    pub id: WorldId,
    /// The suite it issues with.
    pub suite: Cryptosuite,
}

impl World {
    /// A world of this host name.
    #[must_use]
    pub fn new(host: &str) -> Self {
        let id = format!("https://{host}").parse().expect("a host name");
        Self {
            id,
            suite: Cryptosuite::EddsaJcs2022,
        }
    }

    /// The same world, issuing with another suite.
    #[must_use]
    pub fn with_suite(self, suite: Cryptosuite) -> Self {
        Self { suite, ..self }
    }

    /// Its DID; where nobody is asked for documents, its key is its name.
    #[must_use]
    pub fn did(&self) -> Did {
        match crate::surfaces::live() {
            None => self.id.did(),
            Some(_) => self.key().did_key(),
        }
    }

    /// Its client identifier.
    #[must_use]
    pub fn client_id(&self) -> String {
        format!("decentralized_identifier:{}", self.did())
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> SigningKey {
        key_for(self.id.origin(), self.suite)
    }

    /// The name of its key.
    #[must_use]
    pub fn method(&self) -> DidUrl {
        match crate::surfaces::live() {
            None => self.did().with_fragment("key-1").expect("a fragment"),
            Some(_) => self.key().verification_method(),
        }
    }

    /// Its document, as it publishes it.
    #[must_use]
    pub fn document_object(&self) -> Object {
        let key = self.key().verifying_key();
        let document = build(&self.did(), &[("key-1", &key)], &[]).expect("a document");
        crate::surfaces::publishes(&self.did(), &document);
        document
    }

    /// Its document.
    #[must_use]
    pub fn document(&self) -> DidDocument {
        DidDocument::parse(&self.document_object().into(), &self.did()).expect("a document")
    }

    /// An avatar for a holder, before it is signed.
    #[must_use]
    pub fn avatar(&self, holder: &Did, provenance: Object) -> AvatarCredential {
        AvatarCredential {
            issuer: self.did(),
            holder: holder.clone(),
            validity: Validity::between(now().plus_seconds(-3600), now().plus_seconds(86_400)),
            persona_name: "Mika".to_owned(),
            license: terms(),
            provenance,
        }
    }

    /// An item for a holder, before it is signed.
    #[must_use]
    pub fn item(&self, holder: &Did, provenance: Object) -> ItemCredential {
        ItemCredential {
            issuer: self.did(),
            holder: holder.clone(),
            validity: Validity::between(now().plus_seconds(-3600), now().plus_seconds(86_400)),
            item_class: "lantern".to_owned(),
            serial: 42,
            license: terms(),
            provenance,
            ledger_entry: None,
        }
    }

    /// Signs a credential.
    #[must_use]
    pub fn issue(&self, credential: &UnsignedCredential) -> Object {
        let key = self.key();
        let issuer = Issuer::new(self.method(), key.verifying_key(), key, self.suite);
        issuer
            .issue(credential, now().plus_seconds(-3600))
            .expect("an honest world")
            .into_object()
    }
}

/// Signs a presentation of credentials by a holder, for a world.
#[must_use]
pub fn present(holder: &SigningKey, credentials: Vec<Object>, to: &World) -> Object {
    let binding = Binding {
        challenge: NONCE,
        domain: &to.client_id(),
        created: now(),
        suite: Cryptosuite::EddsaJcs2022,
    };
    let presentation = UnsignedPresentation::new(&holder.did_key(), credentials);
    sign(&presentation, &binding, holder).expect("an honest holder")
}

/// A query for one credential of a type.
#[must_use]
pub fn query(parts: &[(&str, &str)]) -> DcqlQuery {
    let credentials: Vec<Object> = parts
        .iter()
        .map(|(id, iri)| {
            schemas::object! {
                "id" => *id,
                "format" => "ldp_vc",
                "meta" => schemas::object! { "type_values" => vec![vec![*iri]] },
            }
        })
        .collect();
    let query = schemas::object! { "credentials" => credentials };
    DcqlQuery::from_value(&query.into()).expect("a sound query")
}

/// JSON from a text of a test.
#[must_use]
pub fn json(text: &str) -> Value {
    read(text.as_bytes(), &Limits::document()).expect("JSON of a test")
}
