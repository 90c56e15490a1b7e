//! Credentials and presentations from hand to hand, without OpenID: what `@digitalbazaar/vc`,
//! `@sd-jwt/sd-jwt-vc` and PyPI `sd-jwt` sign is believed here, and what ours sign is believed there;
//! what was spoiled is refused with the exact reason.

use proofs::did_document::DidDocument;
use proofs::issue::Issuer;
use proofs::keys::SigningKey;
use proofs::present::{Binding, sign};
use proofs::sd_jwt::{self, KeyBinding, UnverifiedSdJwt};
use schemas::canonical;
use schemas::check::{CheckId, Verdict};
use schemas::credential::{AvatarCredential, CredentialType, Format, Validity};
use schemas::dcql::{ClaimPath, DcqlQuery};
use schemas::did::Did;
use schemas::digest::Sha256Digest;
use schemas::json::{self, Limits, Object};
use schemas::message::Message as _;
use schemas::presentation::UnsignedPresentation;
use schemas::reason::Reason;
use schemas::suite::{Cryptosuite, KeyType};
use serde_json::{Value, json};
use tests::actors::{Creator, key, terms};
use verifier::{
    Asked, AssetAsked, Audience, Challenge, Creators, CredentialAsked, Evidence, Holder, Policy,
    PresentationAsked, Question, Report, StatusAsked, verify,
};

use crate::process::{Peer, Peers, clock};

const NONCE: &str = "n-0S6_WzA2MjOu7Zk9QmUg";
const DOOR: &str = "decentralized_identifier:did:web:door.example";
const SUITES: [Cryptosuite; 2] = [Cryptosuite::EddsaJcs2022, Cryptosuite::EddsaRdfc2022];

fn ours(value: &Value) -> json::Value {
    json::read(value.to_string().as_bytes(), &Limits::document()).unwrap()
}

fn theirs(object: &Object) -> Value {
    serde_json::from_slice(&canonical::object_to_bytes(object)).unwrap()
}

/// Whoever believes one issuer, whose document is at hand.
struct Door {
    policy: Policy,
    evidence: Evidence,
}

impl Door {
    fn believing(peer: &Peer) -> Self {
        let did: Did = peer.did().parse().unwrap();
        let document = ours(&peer.gets("/.well-known/did.json"));
        let document = DidDocument::parse(&document, &did).unwrap();
        let types = vec![CredentialType::Avatar, CredentialType::Item];
        Self {
            policy: Policy::nobody().with_issuer(did, types, Creators::Any),
            evidence: Evidence::new().with_document(document, clock()),
        }
    }

    fn judge(&self, asked: &Asked, bytes: &[u8]) -> Report {
        let question = Question {
            asked,
            asset: &AssetAsked::NotAsked,
            policy: &self.policy,
        };
        verify(&question, bytes, &self.evidence, clock())
    }

    /// Judges a credential that somebody was given.
    fn given(&self, credential: &Value) -> Report {
        let asked = Asked::Credential(CredentialAsked {
            types: vec![CredentialType::Avatar, CredentialType::Item],
            holder: Holder::Anyone,
            status: StatusAsked::Asked,
        });
        match credential.as_str() {
            Some(text) => self.judge(&asked, text.as_bytes()),
            None => self.judge(&asked, credential.to_string().as_bytes()),
        }
    }

    /// Judges a presentation that answers a query.
    fn shown(&self, query: Value, presentation: &Value) -> Report {
        let asked = Asked::Presentation(PresentationAsked {
            lease: verifier::LeaseAsked::NotAsked,
            challenge: Challenge::new(NONCE).unwrap(),
            audience: Audience::new(DOOR),
            query: DcqlQuery::from_value(&ours(&query)).unwrap(),
            transaction_data: Vec::new(),
        });
        let token = json!({ "avatar": [presentation] });
        self.judge(&asked, token.to_string().as_bytes())
    }
}

#[track_caller]
fn accepted(report: &Report) {
    assert_eq!(
        report.verdict(),
        Verdict::Accepted,
        "{:#?}",
        report.details()
    );
}

#[track_caller]
fn refused(report: &Report, check: CheckId, reason: Reason) {
    let headline = report.headline();
    assert_eq!(headline, Some((check, reason)), "{:#?}", report.details());
    assert_eq!(report.verdict(), Verdict::Rejected);
}

/// Asks for an avatar; with `vct` another type, and then for no claims.
fn selective(vct: Option<&str>) -> Value {
    let claims =
        json!([{ "path": ["personaName"] }, { "path": ["license"] }, { "path": ["provenance"] }]);
    let mut part = json!({
        "id": "avatar",
        "format": "dc+sd-jwt",
        "meta": { "vct_values": [vct.unwrap_or(CredentialType::Avatar.iri())] },
    });
    if vct.is_none() {
        part["claims"] = claims;
    }
    json!({ "credentials": [part] })
}

fn linked() -> Value {
    json!({ "credentials": [{
        "id": "avatar",
        "format": "ldp_vc",
        "meta": { "type_values": [[CredentialType::Avatar.iri()]] },
    }] })
}

/// An avatar of a world that is its key, for a holder.
fn avatar(world: &SigningKey, holder: &Did) -> AvatarCredential {
    let now = clock();
    let creator = Creator::new("aoi");
    let mut statement = creator.statement();
    statement.validity = Validity::starting(now.plus_seconds(-86_400));
    let issuer = Issuer::of_key(key("aoi"), Cryptosuite::EddsaJcs2022);
    let provenance = issuer.issue(&statement.unsigned(), now).unwrap();
    AvatarCredential {
        issuer: world.did_key(),
        holder: holder.clone(),
        validity: Validity::between(now.plus_seconds(-3600), now.plus_seconds(86_400)),
        persona_name: "Mika".to_owned(),
        license: terms(),
        provenance: provenance.into_object(),
    }
}

#[test]
fn linked_data_of_digitalbazaar_is_believed_here() {
    let Some(peers) = Peers::installed() else {
        return;
    };
    let peer = peers.node("credentials", &[]);
    let door = Door::believing(&peer);
    for suite in SUITES {
        for kind in ["avatar", "item"] {
            let asked = json!({ "format": "ldp_vc", "kind": kind, "suite": suite.name() });
            let credential = peer.does("issue", &asked)["credential"].clone();
            accepted(&door.given(&credential));
            let mut edited = credential.clone();
            edited["credentialSubject"]["license"]["name"] = "mine".into();
            refused(&door.given(&edited), CheckId::Proof, Reason::SigInvalid);
        }
        let asked = json!({ "format": "ldp_vc", "suite": suite.name() });
        let credential = peer.does("issue", &asked)["credential"].clone();
        let present = |audience: &str, nonce: &str| {
            let asked = json!({
                "credential": credential, "suite": suite.name(),
                "audience": audience, "nonce": nonce,
            });
            peer.does("present", &asked)["presentation"].clone()
        };
        accepted(&door.shown(linked(), &present(DOOR, NONCE)));
        for (audience, nonce, check, reason) in [
            (
                DOOR,
                "another-nonce-of-a-verifier",
                CheckId::Challenge,
                Reason::ProofChallenge,
            ),
            (bare(DOOR), NONCE, CheckId::Audience, Reason::VpAudience),
        ] {
            refused(
                &door.shown(linked(), &present(audience, nonce)),
                check,
                reason,
            );
        }
        // Somebody else's key under the same credential.
        let asked = json!({
            "credential": credential, "suite": suite.name(),
            "audience": DOOR, "nonce": NONCE, "stranger": true,
        });
        let stolen = peer.does("present", &asked)["presentation"].clone();
        let report = door.shown(linked(), &stolen);
        refused(&report, CheckId::Holder, Reason::VpHolderMismatch);
    }
}

/// A client identifier without its prefix.
fn bare(client_id: &str) -> &str {
    client_id.split_once(':').unwrap().1
}

#[test]
fn linked_data_of_ours_is_believed_by_digitalbazaar() {
    let Some(peers) = Peers::installed() else {
        return;
    };
    let peer = peers.node("credentials", &[]);
    let (world, holder) = (key("world"), key("holder"));
    for suite in SUITES {
        let issuer = Issuer::of_key(key("world"), suite);
        let avatar = avatar(&world, &holder.did_key());
        let credential = issuer.issue(&avatar.unsigned(), clock()).unwrap();
        let credential = credential.into_object();
        peer.does("verify", &json!({ "credential": theirs(&credential) }));
        let mut edited = theirs(&credential);
        edited["credentialSubject"]["personaName"] = "Ren".into();
        let why = peer.refuses("verify", &json!({ "credential": edited }));
        assert!(why.contains("not verified"), "{why}");
        let binding = Binding {
            challenge: NONCE,
            domain: DOOR,
            created: clock(),
            suite,
        };
        let unsigned = UnsignedPresentation::new(&holder.did_key(), vec![credential]);
        let shown = theirs(&sign(&unsigned, &binding, &holder).unwrap());
        let verify = |audience: &str, nonce: &str| json!({ "credential": shown, "audience": audience, "nonce": nonce });
        peer.does("verify", &verify(DOOR, NONCE));
        let why = peer.refuses("verify", &verify(DOOR, "another"));
        assert!(why.contains("challenge"), "{why}");
        let why = peer.refuses("verify", &verify(bare(DOOR), NONCE));
        assert!(why.contains("domain"), "{why}");
    }
}

/// What both libraries for SD-JWTs are tried with: they are told to issue and to show.
fn selective_is_believed_here(peer: &Peer, issue: &dyn Fn(&str, &str) -> Value) {
    let door = Door::believing(peer);
    for (alg, holder) in [("EdDSA", "EdDSA"), ("ES256", "ES256"), ("EdDSA", "ES256")] {
        let credential = peer.does("issue", &issue(alg, holder))["credential"].clone();
        let report = door.given(&credential);
        accepted(&report);
        let credentials = report.accepted().unwrap().credentials();
        assert_eq!(credentials[0].format(), Format::DcSdJwt);
        let report = door.given(&spoiled(&credential));
        refused(&report, CheckId::Proof, Reason::SigInvalid);
        let present = |audience: &str, nonce: &str, disclose: Value| {
            let asked = json!({
                "credential": credential, "holder": holder,
                "audience": audience, "nonce": nonce, "disclose": disclose,
            });
            peer.does("present", &asked)["presentation"].clone()
        };
        let all = json!(["personaName", "license", "provenance"]);
        let good = present(DOOR, NONCE, all.clone());
        accepted(&door.shown(selective(None), &good));
        let nonce = "another-nonce-of-a-verifier";
        for (shown, check, reason) in [
            (
                present(DOOR, nonce, all.clone()),
                CheckId::Challenge,
                Reason::KbAud,
            ),
            (
                present(bare(DOOR), NONCE, all.clone()),
                CheckId::Audience,
                Reason::KbAud,
            ),
            // Bound to nobody.
            (unbound(&good), CheckId::Holder, Reason::KbMissing),
            // More than its holder signed for.
            (
                with_more(
                    &present(DOOR, NONCE, json!(["license", "provenance"])),
                    &credential,
                ),
                CheckId::Proof,
                Reason::KbSdHash,
            ),
            // Less than was asked for.
            (
                present(DOOR, NONCE, json!(["license", "provenance"])),
                CheckId::Query,
                Reason::VpQueryUnsatisfied,
            ),
        ] {
            refused(&door.shown(selective(None), &shown), check, reason);
        }
        // Another type is another type, also where no claims are asked for.
        let asked = selective(Some("https://elsewhere.example/Pass"));
        let report = door.shown(asked, &good);
        refused(&report, CheckId::Query, Reason::VpQueryUnsatisfied);
    }
}

fn unbound(shown: &Value) -> Value {
    let text = shown.as_str().unwrap();
    text[..=text.rfind('~').unwrap()].into()
}

fn with_more(shown: &Value, credential: &Value) -> Value {
    let (text, whole) = (shown.as_str().unwrap(), credential.as_str().unwrap());
    let at = text.rfind('~').unwrap();
    let more = whole
        .split('~')
        .skip(1)
        .find(|part| !text.contains(part))
        .unwrap();
    format!("{}~{more}{}", &text[..at], &text[at..]).into()
}

/// The same with another signature of the issuer.
fn spoiled(shown: &Value) -> Value {
    let text = shown.as_str().unwrap();
    let (token, rest) = text.split_once('~').unwrap();
    let at = token.rfind('.').unwrap() + 10;
    let letter = if &token[at..=at] == "A" { "B" } else { "A" };
    format!("{}{letter}{}~{rest}", &token[..at], &token[at + 1..]).into()
}

#[test]
fn sd_jwts_of_sd_jwt_vc_are_believed_here() {
    let Some(peers) = Peers::installed() else {
        return;
    };
    let peer = peers.node("credentials", &[]);
    for bind in ["jwk", "kid"] {
        selective_is_believed_here(
            &peer,
            &|alg, holder| json!({ "format": "dc+sd-jwt", "alg": alg, "holder": holder, "bind": bind }),
        );
    }
}

#[test]
fn sd_jwts_of_python_are_believed_here() {
    let Some(peers) = Peers::installed() else {
        return;
    };
    let peer = peers.python();
    let someone = key("holder").did_key();
    let avatar = avatar(&key("world"), &someone);
    let now = clock().unix();
    selective_is_believed_here(&peer, &|alg, holder| {
        json!({
            "alg": alg,
            "holder": holder,
            "hidden": ["personaName", "license", "provenance"],
            "payload": {
                "vct": CredentialType::Avatar.iri(),
                "nbf": now - 60,
                "exp": now + 86_400,
                "personaName": "Mika",
                "license": theirs(&avatar.license.to_object()),
                "provenance": theirs(&avatar.provenance),
            },
        })
    });
}

/// Keys of a world and of a holder, of these types.
fn keys(issuer: KeyType, holder: KeyType) -> (SigningKey, SigningKey) {
    let of = |name: &str, kind| match kind {
        KeyType::Ed25519 => key(name),
        KeyType::P256 => {
            let scalar = Sha256Digest::of(name.as_bytes());
            SigningKey::from_p256_scalar(scalar.as_bytes()).unwrap()
        }
    };
    (of("world", issuer), of("holder", holder))
}

#[test]
fn sd_jwts_of_ours_are_believed_by_both() {
    let Some(peers) = Peers::installed() else {
        return;
    };
    let (node, python) = (peers.node("credentials", &[]), peers.python());
    let types = [
        (KeyType::Ed25519, KeyType::Ed25519),
        (KeyType::P256, KeyType::P256),
        (KeyType::Ed25519, KeyType::P256),
    ];
    for (issuer, holder) in types {
        let alg = match holder {
            KeyType::Ed25519 => "EdDSA",
            KeyType::P256 => "ES256",
        };
        let (world, holder) = keys(issuer, holder);
        let unsigned = avatar(&world, &holder.did_key()).unsigned_sd_jwt(None);
        let salts: Vec<sd_jwt::Salt> = (0..unsigned.digests())
            .map(|number| {
                let digest = Sha256Digest::of(&number.to_be_bytes());
                digest.as_bytes()[..16].try_into().unwrap()
            })
            .collect();
        let method = world.verification_method();
        let credential = sd_jwt::issue(&unsigned, &salts, &world, &method).unwrap();
        let held = UnverifiedSdJwt::parse(&credential).unwrap();
        let binding = KeyBinding {
            audience: DOOR,
            nonce: NONCE,
            issued_at: clock(),
            transaction_data: &[],
        };
        let name = ClaimPath::of_names(&["personaName"]).unwrap();
        let shown = sd_jwt::present(&held, &[name], &binding, &holder).unwrap();
        let jwk = theirs(&world.verifying_key().jwk());
        let asked = |credential: &str, audience: &str, nonce: &str| {
            json!({
                "credential": credential, "issuer": jwk, "alg": alg,
                "audience": audience, "nonce": nonce,
            })
        };
        for peer in [&node, &python] {
            let alone = json!({ "credential": credential, "issuer": jwk, "alg": alg });
            let claims = &peer.does("verify", &alone)["claims"];
            assert_eq!(claims["vct"], CredentialType::Avatar.iri());
            assert_eq!(claims["license"]["name"], "Mika");
            let claims = &peer.does("verify", &asked(&shown, DOOR, NONCE))["claims"];
            assert_eq!(claims["personaName"], "Mika");
            assert!(claims.get("license").is_none(), "{claims}");
            for (text, audience, nonce) in [
                (
                    spoiled(&shown.as_str().into()).as_str().unwrap(),
                    DOOR,
                    NONCE,
                ),
                (&shown, bare(DOOR), NONCE),
                (&shown, DOOR, "another"),
            ] {
                peer.refuses("verify", &asked(text, audience, nonce));
            }
        }
        // The peer of the speed table reads what is measured there.
        let input = peers.path("input.ndjson");
        let token = json!({ "avatar": [shown] }).to_string();
        std::fs::write(&input, format!("{token}\n{token}\n")).unwrap();
        let timed = |audience: &str| {
            let arguments = [input.to_str().unwrap(), "dc+sd-jwt", "--nonce", NONCE];
            let mut script = peers.script("speed", &arguments);
            script.args(["--audience", audience]).output().unwrap()
        };
        let output = timed(DOOR);
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["credentials"], 2, "{answer}");
        assert!(!timed("another").status.success());
    }
}
