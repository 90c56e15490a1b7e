//! The golden documents: bytes that are accepted, in every form in which something is signed.

use proofs::data_integrity::{ProofOptions, sign};
use proofs::keys::SigningKey;
use schemas::canonical;
use schemas::credential::{CredentialType, Validity};
use schemas::digest::Sha256Digest;
use schemas::encoding::base58btc;
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::status::{Bits, StatusListCredential, StatusPurpose, status_entry};
use schemas::suite::Cryptosuite;
use schemas::trust_list::{TrustListCredential, TrustedCreators, TrustedIssuer};
use tests::fixed::now;
use tests::scene::{Scene, token};
use tests::sd_jwt::sd_token;
use verifier::{Asked, ListRef, Report};

type Judge = Box<dyn Fn(&[u8]) -> Result<(), Reason> + Send + Sync>;

/// One document that is accepted.
pub(crate) struct Golden {
    pub(crate) title: &'static str,
    pub(crate) bytes: Vec<u8>,
    /// Whether the proof is over the graph, to which some spellings of JSON are one.
    pub(crate) graph: bool,
    /// Every bit is changed, or one in so many: a number that shares no factor with eight.
    pub(crate) stride: usize,
    judge: Judge,
}

impl Golden {
    /// `Ok` when it is accepted, otherwise the reason.
    pub(crate) fn judge(&self, bytes: &[u8]) -> Result<(), Reason> {
        (self.judge)(bytes)
    }
}

/// A test for each golden document, so that they share the cores.
macro_rules! for_each_golden {
    ($check:path) => {
        $crate::golden::for_each_golden!($check:
            avatar_eddsa_jcs avatar_eddsa_rdfc avatar_ecdsa_jcs avatar_ecdsa_rdfc
            item provenance avatar_with_status
            presentation_eddsa_jcs presentation_eddsa_rdfc presentation_ecdsa_jcs
            proof_set proof_chain status_list trust_list
        );
    };
    ($check:path: $($name:ident)+) => {
        $(
            #[test]
            fn $name() {
                let golden = $crate::golden::$name();
                assert_eq!(golden.judge(&golden.bytes), Ok(()), "{}", golden.title);
                $check(&golden);
            }
        )+
    };
}
pub(crate) use for_each_golden;

fn reported(report: &Report) -> Result<(), Reason> {
    match report.accepted() {
        Some(_) => {
            assert_eq!(report.reason(), None);
            Ok(())
        }
        None => Err(report.reason().expect("a refusal has a reason")),
    }
}

fn judged(title: &'static str, scene: Scene, asked: Asked, document: Vec<u8>) -> Golden {
    Golden {
        title,
        bytes: document,
        stride: 1,
        graph: matches!(
            scene.a.suite,
            Cryptosuite::EddsaRdfc2022 | Cryptosuite::EcdsaRdfc2019
        ),
        judge: Box::new(move |bytes| reported(&scene.judge_bytes(&asked, bytes))),
    }
}

fn received(title: &'static str, scene: Scene, credential: &Object) -> Golden {
    let asked = scene.asked_by_wallet();
    judged(title, scene, asked, canonical::object_to_bytes(credential))
}

fn avatar_of(title: &'static str, suite: Cryptosuite) -> Golden {
    let scene = Scene::with_suite(suite);
    let avatar = scene.avatar();
    received(title, scene, &avatar)
}

pub(crate) fn avatar_eddsa_jcs() -> Golden {
    avatar_of("avatar, eddsa-jcs-2022", Cryptosuite::EddsaJcs2022)
}

pub(crate) fn avatar_eddsa_rdfc() -> Golden {
    avatar_of("avatar, eddsa-rdfc-2022", Cryptosuite::EddsaRdfc2022)
}

pub(crate) fn avatar_ecdsa_jcs() -> Golden {
    avatar_of("avatar, ecdsa-jcs-2019", Cryptosuite::EcdsaJcs2019)
}

pub(crate) fn avatar_ecdsa_rdfc() -> Golden {
    avatar_of("avatar, ecdsa-rdfc-2019", Cryptosuite::EcdsaRdfc2019)
}

pub(crate) fn item() -> Golden {
    let scene = Scene::new();
    let item = scene.item();
    received("item", scene, &item)
}

/// The creator's statement by itself, as a wallet that makes it checks it.
pub(crate) fn provenance() -> Golden {
    let scene = Scene::new();
    let statement = scene.creator.provenance();
    let creator = scene.creator.did();
    let scene = Scene {
        policy: verifier::Policy::nobody().with_issuer(
            creator,
            vec![CredentialType::AssetProvenance],
            verifier::Creators::Any,
        ),
        ..scene
    };
    let asked = Asked::Credential(verifier::CredentialAsked {
        types: vec![CredentialType::AssetProvenance],
        holder: verifier::Holder::Anyone,
        status: verifier::StatusAsked::Asked,
    });
    judged(
        "provenance",
        scene,
        asked,
        canonical::object_to_bytes(&statement),
    )
}

const LIST: &str = "https://a.example/status/1";

fn status_list_of(scene: &Scene) -> Vec<u8> {
    let mut bits = Bits::unset(131_072);
    for index in (0..131_072).step_by(4099) {
        assert!(bits.set(index, true));
    }
    let list = StatusListCredential {
        url: LIST.parse().unwrap(),
        issuer: scene.a.did(),
        validity: Validity::between(now().plus_seconds(-60), now().plus_seconds(3600)),
        purpose: StatusPurpose::Revocation,
        bits,
        ttl_seconds: 300,
    };
    canonical::object_to_bytes(&scene.a.issue(&list.unsigned()))
}

fn list_ref(scene: &Scene, url: &str) -> ListRef {
    ListRef {
        url: url.parse().unwrap(),
        issuer: scene.a.did(),
    }
}

/// An avatar that names a status list, which is known.
pub(crate) fn avatar_with_status() -> Golden {
    let mut scene = Scene::new();
    let list = list_ref(&scene, LIST);
    let bytes = status_list_of(&scene);
    let known =
        verifier::status::verify_list(&list, &bytes, &scene.policy, &scene.evidence, scene.now);
    scene.evidence = scene.evidence.clone().with_status_list(known.unwrap());
    let entry = status_entry(StatusPurpose::Revocation, 7, LIST);
    let avatar = scene.reissue(&scene.avatar(), "credentialStatus", Some(entry.into()));
    received("avatar with a status", scene, &avatar)
}

fn shown(title: &'static str, suite: Cryptosuite) -> Golden {
    let scene = Scene::with_suite(suite);
    let bytes = token(&scene.presentation());
    let asked = scene.asked_for(CredentialType::Avatar);
    judged(title, scene, asked, bytes)
}

pub(crate) fn presentation_eddsa_jcs() -> Golden {
    shown("presentation, eddsa-jcs-2022", Cryptosuite::EddsaJcs2022)
}

pub(crate) fn presentation_eddsa_rdfc() -> Golden {
    Golden {
        stride: 7,
        ..shown("presentation, eddsa-rdfc-2022", Cryptosuite::EddsaRdfc2022)
    }
}

pub(crate) fn presentation_ecdsa_jcs() -> Golden {
    Golden {
        stride: 7,
        ..shown("presentation, ecdsa-jcs-2019", Cryptosuite::EcdsaJcs2019)
    }
}

/// An avatar as an SD-JWT, as a wallet receives it: a text and no JSON.
pub(crate) fn sd_jwt() -> Golden {
    let scene = Scene::new();
    let asked = scene.asked_by_wallet();
    let text = scene.sd_avatar();
    Golden {
        stride: 7,
        ..judged("SD-JWT", scene, asked, text.into_bytes())
    }
}

/// The same shown to a world, bound by its holder.
pub(crate) fn sd_jwt_presentation() -> Golden {
    let scene = Scene::new();
    let asked = scene.sd_asked();
    let bytes = sd_token(&scene.sd_bound(&scene.sd_avatar()));
    Golden {
        stride: 7,
        ..judged("SD-JWT presentation", scene, asked, bytes)
    }
}

fn bare_avatar(scene: &Scene) -> Object {
    let mut bare = scene.avatar();
    bare.remove("proof");
    bare
}

fn proof_of(document: &Object) -> Object {
    document
        .get("proof")
        .and_then(Value::as_object)
        .unwrap()
        .clone()
}

/// Two proofs of the world, one of the bytes and one of the graph.
pub(crate) fn proof_set() -> Golden {
    let scene = Scene::new();
    let mut avatar = bare_avatar(&scene);
    let proofs: Vec<Object> = Cryptosuite::ED25519
        .into_iter()
        .map(|suite| {
            let options = ProofOptions::assertion(suite, scene.a.method(), now());
            proof_of(&sign(&avatar, &options, &scene.a.key()).unwrap())
        })
        .collect();
    avatar.insert("proof", proofs);
    received("proof set", scene, &avatar)
}

/// Two proofs of the world, of which the second secures the first too. Our calls make no chains: this
/// is VC Data Integrity 1.0 section 4.3 once more, by hand.
pub(crate) fn proof_chain() -> Golden {
    let scene = Scene::new();
    let mut avatar = bare_avatar(&scene);
    let options = ProofOptions::assertion(scene.a.suite, scene.a.method(), now());
    let blank = proof_of(&sign(&avatar, &options, &scene.a.key()).unwrap());
    let mut first = blank.clone();
    first.insert("id", "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544");
    let first = proved(&avatar, first, &scene.a.key());
    let mut second = blank;
    second.insert("id", "urn:uuid:8cc9022b-6b14-4cf3-8571-74972c5feb54");
    second.insert("previousProof", first.get("id").unwrap().clone());
    avatar.insert("proof", vec![first.clone()]);
    let second = proved(&avatar, second, &scene.a.key());
    avatar.insert("proof", vec![first, second]);
    received("proof chain", scene, &avatar)
}

/// `eddsa-jcs-2022` section 3.3: two digests, the configuration first.
fn proved(document: &Object, mut proof: Object, key: &SigningKey) -> Object {
    proof.remove("proofValue");
    let digests =
        [&proof, document].map(|part| Sha256Digest::of(&canonical::object_to_bytes(part)));
    let data = digests.map(|digest| *digest.as_bytes()).concat();
    let value = base58btc::encode(&key.sign(&data).to_bytes());
    proof.insert("proofValue", format!("z{value}"));
    proof
}

pub(crate) fn status_list() -> Golden {
    let scene = Scene::new();
    let list = list_ref(&scene, LIST);
    Golden {
        title: "status list",
        bytes: status_list_of(&scene),
        graph: false,
        stride: 1,
        judge: Box::new(move |bytes| {
            let (policy, evidence) = (&scene.policy, &scene.evidence);
            verifier::status::verify_list(&list, bytes, policy, evidence, scene.now)
                .map(drop)
                .map_err(|fault| fault.reason())
        }),
    }
}

pub(crate) fn trust_list() -> Golden {
    const URL: &str = "https://a.example/trust/1";
    let scene = Scene::new();
    let trusted = TrustedIssuer {
        did: scene.b.did(),
        types: vec!["AvatarCredential".to_owned()],
        creators: TrustedCreators::Listed(vec![scene.creator.did()]),
        validity: Validity::starting(now()),
    };
    let credential = TrustListCredential {
        url: URL.parse().unwrap(),
        issuer: scene.a.did(),
        validity: Validity::between(now().plus_seconds(-60), now().plus_seconds(3600)),
        trusted: vec![trusted],
    };
    let list = list_ref(&scene, URL);
    Golden {
        title: "trust list",
        bytes: canonical::object_to_bytes(&scene.a.issue(&credential.unsigned())),
        graph: false,
        stride: 1,
        judge: Box::new(move |bytes| {
            let (policy, evidence) = (&scene.policy, &scene.evidence);
            verifier::trust::verify_list(&list, bytes, policy, evidence, scene.now)
                .map(drop)
                .map_err(|fault| fault.reason())
        }),
    }
}
