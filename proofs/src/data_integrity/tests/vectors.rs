//! The published vectors of VC Data Integrity EdDSA 1.0 appendix B, with every value in between, those
//! of VC Data Integrity ECDSA 1.0 appendix A for P-256, and documents that other software signed.

use schemas::canonical;
use schemas::encoding::{base58btc, hex};
use schemas::json::{Object, Value};
use schemas::suite::Cryptosuite;
use schemas::terms::{Contexts, OwnProof};

use crate::data_integrity::{
    Hashes, ProofError, ProofOptions, Settings, UnverifiedProof, Words, ecdsa_jcs_2019,
    ecdsa_rdfc_2019, eddsa_jcs_2022, eddsa_rdfc_2022, verify_proof_alone,
};
use crate::keys::{SigningKey, VerifyingKey};
use crate::rdf::{WorkLimit, to_canonical_nquads};
use crate::shared;

const SETTINGS: Settings = Settings {
    contexts: Contexts::with_examples_for_vectors(),
    work: WorkLimit::document(),
    words: Words::Open,
};

/// The secret in `privateKeyMultibase`: codec 0x1300 and a seed.
fn signing_key(pair: &Object) -> SigningKey {
    let text = |name| pair.get(name).and_then(Value::as_str).unwrap();
    let bytes = base58btc::decode(&text("privateKeyMultibase")[1..]).unwrap();
    let seed = bytes.strip_prefix(&[0x80, 0x26]).unwrap();
    let key = SigningKey::from_seed(&seed.try_into().unwrap());
    assert_eq!(key.verifying_key().multikey(), text("publicKeyMultibase"));
    key
}

fn verify(
    document: &Object,
    proof: &UnverifiedProof,
    key: &VerifyingKey,
) -> Result<(), ProofError> {
    let Settings { contexts, work, .. } = SETTINGS;
    verify_proof_alone(document, proof, key, contexts, work)
}

fn without(object: &Object, name: &str) -> Object {
    let mut object = object.clone();
    object.remove(name);
    object
}

/// The files of one vector, by the names that the specification gives them.
struct Vector {
    folder: &'static str,
    ending: &'static str,
}

impl Vector {
    fn text(&self, name: &str, kind: &str) -> Option<String> {
        let Self { folder, ending } = self;
        shared::text(&format!(
            "vectors/vc-di-eddsa/{folder}/{name}{ending}.{kind}"
        ))
    }

    fn object(&self, name: &str) -> Option<Object> {
        let Self { folder, ending } = self;
        shared::object(&format!("vectors/vc-di-eddsa/{folder}/{name}{ending}.json"))
    }

    /// Compares everything but the canonical texts, which each suite makes in its own way.
    fn compare(&self, hashes: &Hashes, signed: &Object, made: &Object, key: &SigningKey) {
        let text = |name| self.text(name, "txt").unwrap().trim_end().to_owned();
        assert_eq!(hashes.config.hex(), text("proofHash"));
        assert_eq!(hashes.document.hex(), text("docHash"));
        assert_eq!(hex::encode(&hashes.data()), text("combinedHash"));
        let signature = key.sign(&hashes.data());
        assert_eq!(hex::encode(&signature.to_bytes()), text("sigHex"));
        assert_eq!(made.get("proofValue"), Some(&text("sigBTC58").into()));
        assert_eq!(signed.get("proof"), Some(&made.clone().into()));
        let proofs = UnverifiedProof::all_of(signed).unwrap();
        assert_eq!(verify(signed, &proofs[0], &key.verifying_key()), Ok(()));
        // With the contexts that entrances use it is refused: they give no meaning to any word.
        let refused = proofs[0].verify(signed, &key.verifying_key(), WorkLimit::document());
        assert!(matches!(refused, Err(ProofError::Terms(_))));
    }
}

fn key_pair() -> Option<SigningKey> {
    shared::object("vectors/vc-di-eddsa/keyPair.json").map(|pair| signing_key(&pair))
}

#[test]
fn eddsa_jcs_2022() {
    let vector = Vector {
        folder: "eddsa-jcs-2022",
        ending: "JCS",
    };
    let (Some(key), Some(signed)) = (key_pair(), vector.object("signed")) else {
        return;
    };
    let unsigned = shared::object("vectors/vc-di-eddsa/unsigned.json").unwrap();
    let config = vector.object("proofConfig").unwrap();
    let text = |name| vector.text(name, "txt").unwrap();
    assert_eq!(
        canonical::object_to_bytes(&unsigned),
        text("canonDoc").as_bytes()
    );
    assert_eq!(
        canonical::object_to_bytes(&config),
        text("proofCanon").as_bytes()
    );
    let proof = &UnverifiedProof::all_of(&signed).unwrap()[0];
    assert_eq!(proof.config(), config);
    let hashes = eddsa_jcs_2022::check(&signed, proof, &SETTINGS).unwrap();
    let made =
        eddsa_jcs_2022::create(&unsigned, without(&config, "@context"), &key, &SETTINGS).unwrap();
    vector.compare(&hashes, &signed, &made, &key);
}

fn rdfc(folder: &'static str, unsigned: &str) {
    let vector = Vector {
        folder,
        ending: "DataInt",
    };
    let (Some(key), Some(signed)) = (key_pair(), vector.object("signed")) else {
        return;
    };
    let unsigned = shared::object(&format!("vectors/vc-di-eddsa/{unsigned}")).unwrap();
    let config = vector.object("proofConfig").unwrap();
    let text = |name| vector.text(name, "txt").unwrap();
    let canonical = |document: &Object, own_proof| {
        to_canonical_nquads(document, &SETTINGS.contexts, own_proof, SETTINGS.work).unwrap()
    };
    assert_eq!(canonical(&unsigned, OwnProof::Told), text("canonDoc"));
    assert_eq!(canonical(&signed, OwnProof::LeftOut), text("canonDoc"));
    assert_eq!(canonical(&config, OwnProof::Told), text("proofCanon"));
    let proof = &UnverifiedProof::all_of(&signed).unwrap()[0];
    let hashes = eddsa_rdfc_2022::check(&signed, proof, &SETTINGS).unwrap();
    let made =
        eddsa_rdfc_2022::create(&unsigned, without(&config, "@context"), &key, &SETTINGS).unwrap();
    vector.compare(&hashes, &signed, &made, &key);
}

#[test]
fn eddsa_rdfc_2022() {
    rdfc("eddsa-rdfc-2022", "unsigned.json");
}

#[test]
fn eddsa_rdfc_2022_employment() {
    rdfc("eddsa-rdfc-2022/employ", "employmentAuth.json");
}

/// The key pair of the P-256 vectors, and what is published of each: suite, digests, signature.
const P256_PAIR: [&str; 2] = [
    "z42twTcNeSYcnqg1FLuSFs2bsGH3ZqbRHFmvS9XMsYhjxvHN",
    "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP",
];
const P256: [[&str; 4]; 2] = [
    [
        "ecdsa-jcs-2019",
        "fe5799489119c7fe3c528715e72bd39d2ec6b4ab345978df32e9a9312648ec2559b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19",
        "f15c3b599eb9b3cad05df9d8e8b39a70a86375833b53743c764ac0a88c4457d60707fd7d073e03d906130631d87803f80a9824dc9939632ba92d418181be9d16",
        "z5ptCet75SaEgzG4v4zJhbJtfNi74Wv7Fq15hhKouJQQjEPQvPZKaYxcMXAMLPQS2FXrkCWokNJkFVkwxNzZfD5oT",
    ],
    [
        "ecdsa-rdfc-2019",
        "3a8a522f689025727fb9d1f0fa99a618da023e8494ac74f51015d009d35abc2e517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017",
        "1cb4290918ffb04a55ff7ae1e55e316a9990fda8eec67325eac7fcbf2ddf9dd2b06716a657e72b284c9604df3a172ecbf06a1a475b49ac807b1d9162df855636",
        "zaHXrr7AQdydBk3ahpCDpWbxfLokDqmCToYm2dyWvpcFVyWooC2he63w1f7UNQoAMKdhaRtcnaE2KTo5o5vTCcfw",
    ],
];

/// The document of these vectors is that of the EdDSA ones.
#[test]
fn ecdsa_2019_with_p256() {
    let Some(unsigned) = shared::object("vectors/vc-di-eddsa/unsigned.json") else {
        return;
    };
    let [secret, public] = P256_PAIR;
    let bytes = base58btc::decode(&secret[1..]).unwrap();
    let scalar = bytes.strip_prefix(&[0x86, 0x26]).unwrap();
    let key = SigningKey::from_p256_scalar(&scalar.try_into().unwrap()).unwrap();
    assert_eq!(key.verifying_key().multikey(), public);
    for [suite, digests, signature, value] in P256 {
        let suite: Cryptosuite = suite.parse().unwrap();
        let options = ProofOptions::assertion(
            suite,
            key.verification_method(),
            "2023-02-24T23:36:38Z".parse().unwrap(),
        );
        let made = SETTINGS
            .create(&unsigned, suite, options.write().unwrap(), &key)
            .unwrap();
        assert_eq!(made.get("proofValue"), Some(&value.into()));
        let mut signed = unsigned.clone();
        signed.insert("proof", made);
        let proof = &UnverifiedProof::all_of(&signed).unwrap()[0];
        let hashes = match suite {
            Cryptosuite::EcdsaJcs2019 => ecdsa_jcs_2019::check(&signed, proof, &SETTINGS),
            _ => ecdsa_rdfc_2019::check(&signed, proof, &SETTINGS),
        };
        let hashes = hashes.unwrap();
        assert_eq!(hex::encode(&hashes.data()), digests);
        assert_eq!(hex::encode(&proof.signature().to_bytes()), signature);
        assert_eq!(verify(&signed, proof, &key.verifying_key()), Ok(()));
        let mut changed = signed.clone();
        changed.insert("name", "x");
        assert!(matches!(
            verify(&changed, proof, &key.verifying_key()),
            Err(ProofError::Signature(_))
        ));
    }
}

#[test]
fn proof_sets_and_chains() {
    let file = |name: &str| shared::object(&format!("vectors/vc-di-eddsa/proof-set-chain/{name}"));
    let Some(pairs) = file("multiKeyPairs.json") else {
        return;
    };
    let key = |number: usize| {
        let pair = pairs.get(&format!("keyPair{number}"));
        signing_key(pair.and_then(Value::as_object).unwrap())
    };
    for (name, proofs) in [
        ("signedProofSet1.json", 1),
        ("signedProofSet2.json", 2),
        ("signedProofChain1.json", 3),
        ("signedProofChain2.json", 4),
    ] {
        let signed = file(name).unwrap();
        let found = UnverifiedProof::all_of(&signed).unwrap();
        assert_eq!(found.len(), proofs, "{name}");
        for (index, proof) in found.iter().enumerate() {
            for number in 1..=4 {
                let good = verify(&signed, proof, &key(number).verifying_key()).is_ok();
                assert_eq!(good, number == index + 1, "{name} {index} {number}");
            }
        }
    }
    // Each step of making: the document as it stands, and what is added.
    for (document, config, number, expected) in [
        (
            "unsigned.json",
            "proofSetConfig1.json",
            1,
            "proofSetConfigSigned1.json",
        ),
        (
            "unsigned.json",
            "proofSetConfig2.json",
            2,
            "proofSetConfigSigned2.json",
        ),
    ] {
        let made = eddsa_rdfc_2022::create(
            &file(document).unwrap(),
            file(config).unwrap(),
            &key(number),
            &SETTINGS,
        );
        assert_eq!(made.unwrap(), file(expected).unwrap());
    }
}

/// A chain is a chain: nothing that comes before a proof can be changed or taken away after it.
#[test]
fn a_chain_covers_what_comes_before() {
    let file = |name: &str| shared::object(&format!("vectors/vc-di-eddsa/proof-set-chain/{name}"));
    let (Some(pairs), Some(signed)) = (file("multiKeyPairs.json"), file("signedProofChain2.json"))
    else {
        return;
    };
    let pair = pairs.get("keyPair4").and_then(Value::as_object).unwrap();
    let key = signing_key(pair).verifying_key();
    let mut changed = signed.clone();
    let Some(Value::Array(proofs)) = changed.get_mut("proof") else {
        panic!("a list of proofs")
    };
    proofs[2]
        .as_object_mut()
        .unwrap()
        .insert("created", "2023-02-26T22:06:39Z");
    let found = UnverifiedProof::all_of(&changed).unwrap();
    assert!(matches!(
        verify(&changed, &found[3], &key),
        Err(ProofError::Signature(_))
    ));
    let Some(Value::Array(proofs)) = changed.get_mut("proof") else {
        panic!("a list of proofs")
    };
    proofs.remove(2);
    assert_eq!(UnverifiedProof::all_of(&changed), Err(ProofError::Chain));
}

/// Signed by other software, in both suites.
#[test]
fn documents_of_peers() {
    for name in ["out-jcs.json", "out-rdfc.json"] {
        let Some(signed) = shared::object(&format!("vectors/js-peers/{name}")) else {
            return;
        };
        let key = SigningKey::from_seed(&[7; 32]).verifying_key();
        let proof = &UnverifiedProof::all_of(&signed).unwrap()[0];
        assert_eq!(verify(&signed, proof, &key), Ok(()), "{name}");
        let mut changed = signed.clone();
        changed.insert("name", "x");
        assert!(matches!(
            verify(&changed, proof, &key),
            Err(ProofError::Signature(_))
        ));
    }
}

/// RFC 8785: the bytes that `eddsa-jcs-2022` hashes.
#[test]
fn canonical_json() {
    for name in [
        "arrays",
        "french",
        "structures",
        "unicode",
        "values",
        "weird",
    ] {
        let Some(value) = shared::value(&format!("vectors/jcs-rfc8785/input/{name}.json")) else {
            return;
        };
        let expected = shared::text(&format!("vectors/jcs-rfc8785/outhex/{name}.txt")).unwrap();
        let expected: String = expected.split_whitespace().collect();
        assert_eq!(
            hex::encode(&canonical::to_bytes(&value)),
            expected,
            "{name}"
        );
    }
}
