//! Our wallet among strangers: it receives from an issuer on `@openid4vc/openid4vci`, and answers a
//! verifier on `@openid4vc/openid4vp`.

use std::fs;

use rcgen::{
    BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256,
};
use serde_json::{Value, json};

use crate::ours::{Run, Wallet, everybody};
use crate::process::{Peer, Peers};

const AVATAR: &str = "https://w3id.org/omote/v1#AvatarCredential";
const ITEM: &str = "https://w3id.org/omote/v1#ItemCredential";
const STATEMENT: &str = "https://w3id.org/omote/v1#Statement";

/// Offers, and lets the wallet receive.
fn received(issuer: &Peer, wallet: &Wallet, offer: &Value) -> (Value, Run) {
    let offered = issuer.does("offer", offer);
    let link = offered["link"].as_str().unwrap();
    if let Some(code) = offered["tx_code"].as_str() {
        wallet.secret("code", &format!("{code}\n"));
        let run = wallet.receives(link, &issuer.origin, &["--code-file", "code"]);
        return (offered, run);
    }
    let run = wallet.receives(link, &issuer.origin, &[]);
    (offered, run)
}

fn outcome(peer: &Peer, of: &Value) -> Value {
    peer.gets(&format!("/_/outcome/{}", of["id"].as_str().unwrap()))
}

#[test]
fn it_receives_batches_of_a_foreign_issuer() {
    let Some((binaries, peers)) = everybody() else {
        return;
    };
    let issuer = peers.node("issuer", &[]);
    let wallet = Wallet::new(&binaries);
    for (configuration, format, more) in [
        ("avatar", "ldp_vc", json!({ "suite": "eddsa-jcs-2022" })),
        ("item", "ldp_vc", json!({ "suite": "eddsa-rdfc-2022" })),
        ("avatar_sd_jwt", "dc+sd-jwt", json!({ "alg": "EdDSA" })),
        ("item_sd_jwt", "dc+sd-jwt", json!({ "alg": "ES256" })),
    ] {
        let mut offer = json!({ "configuration": configuration, "tx_code": true });
        offer
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let offered = issuer.does("offer", &offer);
        let link = offered["link"].as_str().unwrap();
        // A wrong code, and then the right one: what was offered is still there.
        let code = offered["tx_code"].as_str().unwrap();
        wallet.secret(
            "wrong",
            if code == "000000" {
                "111111\n"
            } else {
                "000000\n"
            },
        );
        wallet.secret("code", &format!("{code}\n"));
        let run = wallet.receives(link, &issuer.origin, &["--code-file", "wrong"]);
        assert_eq!(run.reason(), "tx_code_invalid", "{configuration}");
        let run = wallet.receives(link, &issuer.origin, &["--code-file", "code"]);
        let holding = &run.data()["holdings"][0];
        assert_eq!(holding["format"], format, "{configuration}");
        assert_eq!(holding["copies"]["fresh"], 10, "{configuration}");
        let told = outcome(&issuer, &offered);
        assert_eq!(told["issued"], 10, "{told}");
        assert_eq!(told["attempts"], 2, "{told}");
        assert_eq!(told["notifications"], json!(["credential_accepted"]));
    }
    assert_eq!(
        wallet.runs(&["list"]).data()["holdings"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
}

#[test]
fn it_keeps_nothing_that_a_foreign_issuer_got_wrong() {
    let Some((binaries, peers)) = everybody() else {
        return;
    };
    let issuer = peers.node("issuer", &[]);
    let wallet = Wallet::new(&binaries);
    for (configuration, wrong, reason) in [
        ("avatar", "holder", "vp_holder_mismatch"),
        ("avatar", "signer", "cred_issuer_untrusted"),
        ("avatar", "differs", "import_rejected"),
        ("avatar_sd_jwt", "holder", "vp_holder_mismatch"),
        ("avatar_sd_jwt", "signer", "issuer_key_mismatch"),
        ("avatar_sd_jwt", "vct", "cred_type"),
        ("avatar_sd_jwt", "expired", "cred_malformed"),
        ("avatar_sd_jwt", "unbound", "holder_binding_missing"),
        ("avatar_sd_jwt", "differs", "import_rejected"),
    ] {
        let offer = json!({ "configuration": configuration, "wrong": wrong });
        let (offered, run) = received(&issuer, &wallet, &offer);
        assert_eq!(run.reason(), reason, "{configuration} {wrong}");
        let told = outcome(&issuer, &offered);
        assert_eq!(told["notifications"], json!(["credential_failure"]));
    }
    let list = wallet.runs(&["list"]);
    assert_eq!(list.data()["holdings"], json!([]));
}

/// A wallet that holds an avatar and an item in both formats, and the verifier that it meets.
struct Meeting {
    wallet: Wallet,
    verifier: Peer,
    _issuer: Peer,
}

impl Meeting {
    fn new(binaries: &std::path::Path, peers: &Peers, certificates: &[&str]) -> Self {
        let (issuer, wallet) = (peers.node("issuer", &[]), Wallet::new(binaries));
        for configuration in ["avatar_sd_jwt", "avatar", "item_sd_jwt"] {
            let offer = json!({ "configuration": configuration });
            received(&issuer, &wallet, &offer).1.data();
        }
        Self {
            wallet,
            verifier: peers.node("verifier", certificates),
            _issuer: issuer,
        }
    }

    /// The verifier asks, the wallet answers: how the command ended, and what the verifier made of it.
    fn asks(&self, ask: &Value) -> (Run, Value) {
        let asked = self.verifier.does("ask", ask);
        let link = asked["link"].as_str().unwrap();
        let run = self.wallet.presents(link, &self.verifier.origin);
        (run, outcome(&self.verifier, &asked))
    }

    #[track_caller]
    fn accepts(&self, ask: &Value) -> Value {
        let (run, told) = self.asks(ask);
        run.data();
        assert_eq!(told["standing"], "accepted", "{ask}\n{told}");
        told
    }

    #[track_caller]
    fn refuses(&self, ask: &Value, reason: &str) {
        let fresh = self.wallet.fresh();
        let (run, told) = self.asks(ask);
        assert_eq!(run.reason(), reason, "{ask}");
        assert_ne!(told["standing"], "accepted", "{ask}\n{told}");
        assert_eq!(self.wallet.fresh(), fresh, "nothing is spent: {ask}");
    }
}

fn selective() -> Value {
    json!({ "credentials": [{
        "id": "avatar",
        "format": "dc+sd-jwt",
        "meta": { "vct_values": [AVATAR] },
        "claims": [{ "path": ["personaName"] }],
    }] })
}

fn linked() -> Value {
    json!({ "credentials": [{
        "id": "avatar",
        "format": "ldp_vc",
        "meta": { "type_values": [[AVATAR]] },
        "claims": [{ "path": ["credentialSubject", "personaName"] }],
    }] })
}

fn both() -> Value {
    let mut query = linked();
    query["credentials"].as_array_mut().unwrap().push(json!({
        "id": "item",
        "format": "dc+sd-jwt",
        "meta": { "vct_values": [ITEM] },
        "claims": [{ "path": ["itemClass"] }, { "path": ["serial"] }],
    }));
    query
}

/// The query of either format, the compact one preferred.
fn either() -> Value {
    let (mut one, other) = (selective(), linked());
    let mut other = other["credentials"][0].clone();
    other["id"] = "linked".into();
    one["credentials"].as_array_mut().unwrap().push(other);
    one["credential_sets"] = json!([{ "options": [["avatar"], ["linked"]] }]);
    one
}

#[test]
fn it_answers_a_foreign_verifier() {
    let Some((binaries, peers)) = everybody() else {
        return;
    };
    let meeting = Meeting::new(&binaries, &peers, &[]);
    let fresh = meeting.wallet.fresh();
    for mode in ["direct_post", "direct_post.jwt"] {
        for method in [Value::Null, "post".into()] {
            for query in [selective(), linked(), both(), either()] {
                let mut ask = json!({ "query": query, "mode": mode });
                if !method.is_null() {
                    ask["method"] = method.clone();
                }
                let told = meeting.accepts(&ask);
                let shown = &told["shown"]["avatar"][0];
                if query["credentials"][0]["format"] == "dc+sd-jwt" {
                    assert_eq!(shown["personaName"], "Mika 1");
                    // Only what was asked for.
                    assert!(shown.get("license").is_none(), "{shown}");
                    assert!(shown.get("provenance").is_none(), "{shown}");
                }
                if mode == "direct_post.jwt" {
                    assert_eq!(told["header"]["alg"], "ECDH-ES");
                    assert_eq!(told["header"]["kid"], "enc-1");
                }
            }
        }
    }
    // One copy of each for this verifier, however often it asks.
    assert_eq!(meeting.wallet.fresh(), fresh - 1);
    for enc in ["A128GCM", "A256GCM"] {
        let ask = json!({ "query": selective(), "mode": "direct_post.jwt", "enc": [enc] });
        assert_eq!(meeting.accepts(&ask)["header"]["enc"], enc);
    }
    let statement = |kind: &str| {
        json!([{
            "type": kind,
            "credential_ids": ["avatar"],
            "transaction_data_hashes_alg": ["sha-256"],
            "text": "I keep the rules of this house.",
        }])
    };
    let data = |kind| json!({ "query": selective(), "transaction_data": statement(kind) });
    meeting.accepts(&data(STATEMENT));
    meeting.refuses(&data("payment"), "transaction_data_unsupported");
    // Nobody signs these; the person is told.
    meeting.accepts(&json!({ "query": selective(), "client": "redirect_uri" }));
}

#[test]
fn it_answers_no_request_that_a_foreign_verifier_got_wrong() {
    let Some((binaries, peers)) = everybody() else {
        return;
    };
    let meeting = Meeting::new(&binaries, &peers, &[]);
    for (wrong, reason) in [
        ("client", "client_auth_failed"),
        ("prefix", "client_id_prefix"),
        ("signer", "client_auth_failed"),
        ("typ", "client_auth_failed"),
        ("response_uri", "response_uri_mismatch"),
        ("expired", "deadline_passed"),
        ("both", "bad_request"),
    ] {
        meeting.refuses(&json!({ "query": selective(), "wrong": wrong }), reason);
    }
    let ask = json!({ "query": selective(), "method": "post", "wrong": "wallet_nonce" });
    meeting.refuses(&ask, "client_auth_failed");
    // What nobody holds.
    let mut query = selective();
    query["credentials"][0]["meta"]["vct_values"] = json!(["https://elsewhere.example/Pass"]);
    query["credentials"][0]
        .as_object_mut()
        .unwrap()
        .remove("claims");
    let asked = meeting.verifier.does("ask", &json!({ "query": query }));
    let link = asked["link"].as_str().unwrap();
    let origin = &meeting.verifier.origin;
    let run = meeting.wallet.runs(&["present", link, "--origin", origin]);
    assert_eq!(run.reason(), "vp_query_unsatisfied");
    // A script tells the verifier nothing; a person at a terminal is asked whether to say no.
    let told = outcome(&meeting.verifier, &asked);
    assert_eq!(told["standing"], "waiting");
}

/// A certification authority of the test's own, and a certificate of it for `localhost`.
fn certificates(peers: &Peers) -> [String; 3] {
    let key = || KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let root_key = key();
    let mut root = CertificateParams::new(Vec::new()).unwrap();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let certificate = root.self_signed(&root_key).unwrap();
    let issuer = Issuer::new(root, root_key);
    let leaf_key = key();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&leaf_key, &issuer).unwrap();
    let written = |name: &str, text: String| {
        let path = peers.path(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    [
        written("root.pem", certificate.pem()),
        written("leaf.pem", leaf.pem()),
        written("leaf.key", leaf_key.serialize_pem()),
    ]
}

#[test]
fn it_answers_a_foreign_verifier_with_a_certificate() {
    let Some((binaries, peers)) = everybody() else {
        return;
    };
    let [root, leaf, key] = certificates(&peers);
    let arguments = ["--cert", &leaf, "--key", &key, "--ca", &root];
    let meeting = Meeting::new(&binaries, &peers, &arguments);
    let ask = |client: &str| json!({ "query": selective(), "client": client });
    for client in ["x509_san_dns", "x509_hash"] {
        meeting.refuses(&ask(client), "client_auth_failed");
    }
    meeting
        .wallet
        .runs(&["trust", "anchor", "add", &root])
        .data();
    for client in ["x509_san_dns", "x509_hash"] {
        meeting.accepts(&ask(client));
        let mut encrypted = ask(client);
        encrypted["mode"] = "direct_post.jwt".into();
        encrypted["method"] = "post".into();
        meeting.accepts(&encrypted);
        for (wrong, reason) in [
            ("client", "client_auth_failed"),
            ("signer", "client_auth_failed"),
            ("typ", "client_auth_failed"),
            ("response_uri", "response_uri_mismatch"),
        ] {
            let mut ask = ask(client);
            ask["wrong"] = wrong.into();
            meeting.refuses(&ask, reason);
        }
    }
}
