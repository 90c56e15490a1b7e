//! Our side: a world of ours that serves its DID document, a holder, and the judgement of
//! `verifier`.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::routing::get;
use proofs::did_document::{DidDocument, build};
use proofs::issue::Issuer;
use proofs::keys::SigningKey;
use proofs::present::{Binding, sign};
use schemas::asset::MediaType;
use schemas::canonical;
use schemas::credential::{
    Asset, AssetProvenance, AvatarCredential, CredentialType, ItemCredential, UnsignedCredential,
    Validity,
};
use schemas::dcql::DcqlQuery;
use schemas::did::{Did, DidUrl};
use schemas::digest::Sha256Digest;
use schemas::json::{Limits, Object, Value, read};
use schemas::license::{Allowance, AvatarPermission, LicenseTerms};
use schemas::message::Message as _;
use schemas::presentation::UnsignedPresentation;
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;
use tokio::net::TcpListener;
use verifier::status::{VerifiedStatusList, verify_list};
use verifier::{
    Asked, AssetAsked, Audience, Challenge, CredentialAsked, Evidence, Holder, ListFault, ListRef,
    Policy, PresentationAsked, Question, Report, StatusAsked, verify,
};

use crate::theirs::Theirs;

const SUITE: Cryptosuite = Cryptosuite::EddsaRdfc2022;
/// A nonce of ours.
pub(crate) const NONCE: &str = "n-0S6_WzA2MjOu7Zk9QmUg";
/// Our client identifier, where we ask.
pub(crate) const CLIENT: &str = "decentralized_identifier:did:web:ours.example";

/// The time of this machine, to the second.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_unix(since.as_secs().try_into().unwrap())
}

/// A day ago.
pub(crate) fn yesterday() -> Timestamp {
    now().plus_seconds(-86_400)
}

/// In a day.
pub(crate) fn tomorrow() -> Timestamp {
    now().plus_seconds(86_400)
}

/// The context of omote, as worlds of ours publish it.
pub(crate) fn context() -> String {
    let document = schemas::terms::context_document();
    String::from_utf8(canonical::to_bytes(&document)).unwrap()
}

/// A new key.
pub(crate) fn key() -> SigningKey {
    SigningKey::from_seed(&random())
}

/// Random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}

/// No `authors`, and another name wherever they stand: see in README.md what `ssi` gets wrong.
pub(crate) fn terms(name: &str) -> LicenseTerms {
    LicenseTerms {
        name: Some(name.to_owned()),
        copyright_information: Some("蒼 \u{2015} Aoi".to_owned()),
        license_url: Some("https://vrm.dev/licenses/1.0/".to_owned()),
        avatar_permission: Some(AvatarPermission::OnlySeparatelyLicensedPerson),
        allow_redistribution: Some(Allowance::Denied),
        ..LicenseTerms::default()
    }
}

/// A world of ours, which serves its document until the test ends.
pub(crate) struct Ours {
    did: Did,
    seed: [u8; 32],
}

impl Ours {
    /// A new world.
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let did: Did = format!("did:web:localhost%3A{port}").parse().unwrap();
        let ours = Self {
            did,
            seed: random(),
        };
        let bytes = canonical::object_to_bytes(&ours.document());
        let kind = [("content-type", "application/did+json")];
        let routes = Router::new().route(
            "/.well-known/did.json",
            get(move || async move { (kind, bytes) }),
        );
        tokio::spawn(async move { axum::serve(listener, routes).await });
        ours
    }

    /// Its DID.
    pub(crate) const fn did(&self) -> &Did {
        &self.did
    }

    fn document(&self) -> Object {
        let key = self.key().verifying_key();
        build(&self.did, &[("key-1", &key)], &[]).unwrap()
    }

    /// Its key.
    pub(crate) fn key(&self) -> SigningKey {
        SigningKey::from_seed(&self.seed)
    }

    /// The name of its key.
    pub(crate) fn method(&self) -> DidUrl {
        self.did.with_fragment("key-1").unwrap()
    }

    /// An avatar for this holder, on the ground of a statement by a creator of ours.
    pub(crate) fn avatar(&self, holder: &Did) -> Object {
        self.avatar_under(terms("as granted"), holder)
    }

    /// An avatar under these terms.
    pub(crate) fn avatar_under(&self, license: LicenseTerms, holder: &Did) -> Object {
        let avatar = AvatarCredential {
            issuer: self.did.clone(),
            holder: holder.clone(),
            validity: Validity::between(yesterday(), tomorrow()),
            persona_name: "美香 \"Mika\" \u{1f98a}".to_owned(),
            license,
            provenance: provenance(),
        };
        self.issue(&avatar.unsigned())
    }

    /// An item for this holder.
    pub(crate) fn item(&self, holder: &Did) -> Object {
        let item = ItemCredential {
            issuer: self.did.clone(),
            holder: holder.clone(),
            validity: Validity::between(yesterday(), tomorrow()),
            item_class: "lantern".to_owned(),
            serial: (1 << 53) - 1,
            license: terms("as granted"),
            provenance: provenance(),
            ledger_entry: None,
        };
        self.issue(&item.unsigned())
    }

    /// Signs a credential.
    pub(crate) fn issue(&self, credential: &UnsignedCredential) -> Object {
        let key = self.key();
        let issuer = Issuer::new(self.method(), key.verifying_key(), key, SUITE);
        issuer.issue(credential, now()).unwrap().into_object()
    }
}

/// A statement by a creator of ours.
pub(crate) fn provenance() -> Object {
    let creator = key();
    let statement = AssetProvenance {
        creator: creator.did_key(),
        validity: Validity::starting(yesterday()),
        asset: Asset {
            name: "Mika".to_owned(),
            digest: Sha256Digest::of(b"a model"),
            media_type: MediaType::GltfBinary,
            byte_length: 7,
            derived_from: vec![Sha256Digest::of(b"an older model")],
        },
        license: terms("as given out"),
    };
    let issuer = Issuer::of_key(creator, SUITE);
    let issued = issuer.issue(&statement.unsigned(), yesterday());
    issued.unwrap().into_object()
}

/// Shows credentials, as a wallet of ours does.
pub(crate) fn present(
    holder: &SigningKey,
    credentials: Vec<Object>,
    challenge: &str,
    domain: &str,
) -> Vec<u8> {
    let binding = Binding {
        challenge,
        domain,
        created: now(),
        suite: SUITE,
    };
    let presentation = UnsignedPresentation::new(&holder.did_key(), credentials);
    canonical::object_to_bytes(&sign(&presentation, &binding, holder).unwrap())
}

/// The same, for no challenge in particular, at another time.
pub(crate) fn present_at(holder: &SigningKey, credentials: Vec<Object>, at: Timestamp) -> Vec<u8> {
    let binding = Binding {
        challenge: NONCE,
        domain: CLIENT,
        created: at,
        suite: SUITE,
    };
    let presentation = UnsignedPresentation::new(&holder.did_key(), credentials);
    canonical::object_to_bytes(&sign(&presentation, &binding, holder).unwrap())
}

/// What a world of ours knows and believes: the mock world.
#[derive(Clone)]
pub(crate) struct Judge {
    believed: Vec<String>,
    evidence: Evidence,
}

impl Judge {
    /// A judge who has fetched the document of the mock world, and believes it.
    pub(crate) async fn of(theirs: &Theirs) -> Self {
        Self {
            believed: vec![theirs.did().to_string()],
            evidence: Evidence::new().with_document(theirs.document().await, now()),
        }
    }

    /// The same judge, who believes another issuer too.
    pub(crate) fn believing(&self, issuer: &str) -> Self {
        let mut judge = self.clone();
        judge.believed.push(issuer.to_owned());
        judge
    }

    /// The same judge, who believes another issuer too and knows its document.
    pub(crate) fn knowing(&self, issuer: &str, document: &str) -> Self {
        let did: Did = issuer.parse().unwrap();
        let document = DidDocument::parse(&json(document.as_bytes()), &did).unwrap();
        let mut judge = self.believing(issuer);
        judge.evidence = judge.evidence.with_document(document, now());
        judge
    }

    /// The same judge, who believes a world of ours too and knows its document.
    pub(crate) fn trusting(&self, ours: &Ours) -> Self {
        let document = canonical::object_to_bytes(&ours.document());
        let document = String::from_utf8(document).unwrap();
        self.knowing(ours.did().as_str(), &document)
    }

    fn policy(&self) -> Policy {
        let mut text = "version = 1\n".to_owned();
        for did in &self.believed {
            text.push_str(&format!(
                "[[issuer]]\ndid = \"{did}\"\ntypes = [\"AvatarCredential\", \"ItemCredential\"]\ncreators = \"any\"\n"
            ));
        }
        Policy::from_toml(&text).unwrap()
    }

    fn judge(&self, asked: &Asked, bytes: &[u8]) -> Report {
        let question = Question {
            asked,
            asset: &AssetAsked::NotAsked,
            policy: &self.policy(),
        };
        verify(&question, bytes, &self.evidence, now())
    }

    /// Judges a status list that was fetched just now.
    pub(crate) fn list(
        &self,
        list: &ListRef,
        bytes: &[u8],
    ) -> Result<VerifiedStatusList, ListFault> {
        verify_list(list, bytes, &self.policy(), &self.evidence, now())
    }

    /// Judges a credential, as a wallet that receives it.
    pub(crate) fn credential(&self, bytes: &[u8]) -> Report {
        let asked = Asked::Credential(CredentialAsked {
            types: vec![CredentialType::Avatar, CredentialType::Item],
            holder: Holder::Anyone,
            status: StatusAsked::Asked,
        });
        self.judge(&asked, bytes)
    }

    /// Judges an answer to [`NONCE`], asked by [`CLIENT`]: an avatar.
    pub(crate) fn presentation(&self, bytes: &[u8]) -> Report {
        let query = schemas::object! {
            "credentials" => [schemas::object! {
                "id" => "avatar",
                "format" => "ldp_vc",
                "meta" => schemas::object! {
                    "type_values" => vec![vec![CredentialType::Avatar.iri()]],
                },
            }],
        };
        let asked = Asked::Presentation(PresentationAsked {
            lease: verifier::LeaseAsked::NotAsked,
            challenge: Challenge::new(NONCE).unwrap(),
            audience: Audience::new(CLIENT),
            query: DcqlQuery::from_value(&query.into()).unwrap(),
            transaction_data: Vec::new(),
        });
        let token = [b"{\"avatar\":[", bytes, b"]}"].concat();
        self.judge(&asked, &token)
    }
}

/// The code of a refusal, or `accepted`.
pub(crate) fn code(report: &Report) -> &'static str {
    match report.accepted() {
        Some(_) => "accepted",
        None => report.reason().map_or("no reason", |reason| reason.code()),
    }
}

/// Reads JSON.
pub(crate) fn json(bytes: &[u8]) -> Value {
    read(bytes, &Limits::document()).unwrap()
}
