//! Our world among strangers: a wallet on `@openid4vc/openid4vci` receives from it, and one on
//! `@openid4vc/openid4vp` answers it.

use serde_json::{Value, json};

use crate::ours::{World, everybody};
use crate::process::{Peer, Peers};

const AVATAR: &str = "https://w3id.org/omote/v1#AvatarCredential";
const ITEM: &str = "https://w3id.org/omote/v1#ItemCredential";

/// A world that has a creator's statement at hand, and a foreign wallet.
struct Meeting {
    world: World,
    wallet: Peer,
}

impl Meeting {
    fn new(binaries: &std::path::Path, peers: &Peers) -> Self {
        let world = World::new(binaries);
        // The creator signs with a foreign library too.
        let creator = peers.node("credentials", &[]);
        let asked = json!({ "format": "ldp_vc", "suite": "eddsa-rdfc-2022" });
        let credential = &creator.does("issue", &asked)["credential"];
        let statement = credential["credentialSubject"]["provenance"].to_string();
        world.writes("statement.json", &statement);
        Self {
            world,
            wallet: peers.node("wallet", &[]),
        }
    }

    fn offers(&self, more: &[&str]) -> Value {
        let arguments = ["offer", "avatar", "--persona", "Mika"];
        let ground = ["--provenance", "statement.json"];
        self.world
            .runs(&[&arguments[..], &ground[..], more].concat())
    }

    /// What the wallet is told to receive.
    fn receiving(&self, offered: &Value, more: &Value) -> Value {
        let mut asked = json!({ "offer": offered["offer_link"], "copies": 3 });
        let members = more.as_object().unwrap().clone();
        asked.as_object_mut().unwrap().extend(members);
        asked
    }

    /// Asks; the wallet answers, spoiled as `wrong` says.
    fn asks(&self, ask: &Value, wrong: &str) -> (Value, Value) {
        let asked = self.world.asks(ask);
        let request = json!({ "request": asked["request_link"], "wrong": wrong });
        (asked, self.wallet.does("present", &request))
    }

    #[track_caller]
    fn admits(&self, ask: &Value) -> Value {
        let (asked, answer) = self.asks(ask, "");
        assert_eq!(answer["status"], 200, "{ask}\n{answer}");
        let told = self.world.told(&asked);
        assert_eq!(told["report"]["verdict"], "accepted", "{ask}\n{told}");
        told
    }

    #[track_caller]
    fn refuses(&self, ask: &Value, wrong: &str, reason: &str) {
        let (asked, answer) = self.asks(ask, wrong);
        assert_eq!(answer["status"], 400, "{wrong}: {answer}");
        assert_eq!(answer["answer"]["reason"], reason, "{wrong}: {answer}");
        let told = self.world.told(&asked);
        assert!(told.get("admission_token").is_none(), "{wrong}: {told}");
    }
}

#[test]
fn a_foreign_wallet_receives_from_our_world() {
    let Some((binaries, peers)) = everybody() else {
        return;
    };
    let meeting = Meeting::new(&binaries, &peers);
    for (configuration, crv, bind) in [
        ("avatar", "Ed25519", "did"),
        ("avatar", "P-256", "did"),
        ("avatar_sd_jwt", "Ed25519", "did"),
        ("avatar_sd_jwt", "Ed25519", "jwk"),
        ("avatar_sd_jwt", "P-256", "did"),
        ("avatar_sd_jwt", "P-256", "jwk"),
    ] {
        let offered = meeting.offers(&["--tx-code"]);
        let code = offered["tx_code"].as_str().unwrap();
        let more = json!({
            "configuration": configuration, "crv": crv, "bind": bind, "tx_code": code,
        });
        let asked = meeting.receiving(&offered, &more);
        let received = meeting.wallet.does("receive", &asked);
        let credentials = received["credentials"].as_array().unwrap();
        assert_eq!(credentials.len(), 3, "{configuration} {crv} {bind}");
    }
}

#[test]
fn our_world_gives_a_foreign_wallet_nothing_that_it_asks_for_wrongly() {
    let Some((binaries, peers)) = everybody() else {
        return;
    };
    let meeting = Meeting::new(&binaries, &peers);
    for (wrong, error, reason) in [
        ("nonce", "invalid_nonce", "c_nonce_invalid"),
        ("audience", "invalid_proof", "invalid_proof"),
        ("twice", "invalid_proof", "invalid_proof"),
    ] {
        let asked = meeting.receiving(&meeting.offers(&[]), &json!({ "wrong": wrong }));
        let why = meeting.wallet.refuses("receive", &asked);
        assert!(
            why.contains(error) && why.contains(reason),
            "{wrong}: {why}"
        );
    }
    // One wrong code does no harm, five end the offer.
    let offered = meeting.offers(&["--tx-code"]);
    let code = offered["tx_code"].as_str().unwrap();
    let other = if code == "000000" { "111111" } else { "000000" };
    let told = |code: &str| meeting.receiving(&offered, &json!({ "tx_code": code }));
    for _ in 0..5 {
        let why = meeting.wallet.refuses("receive", &told(other));
        assert!(why.contains("tx_code_invalid"), "{why}");
    }
    let why = meeting.wallet.refuses("receive", &told(code));
    assert!(why.contains("404"), "{why}");
    let offered = meeting.offers(&["--tx-code"]);
    let code = offered["tx_code"].as_str().unwrap();
    let other = if code == "000000" { "111111" } else { "000000" };
    let told = |code: &str| meeting.receiving(&offered, &json!({ "tx_code": code }));
    meeting.wallet.refuses("receive", &told(other));
    meeting.wallet.does("receive", &told(code));
}

impl Meeting {
    /// With an avatar of the world in both formats.
    fn holding(self) -> Self {
        for configuration in ["avatar", "avatar_sd_jwt"] {
            let more = json!({ "configuration": configuration });
            let asked = self.receiving(&self.offers(&[]), &more);
            self.wallet.does("receive", &asked);
        }
        self
    }
}

#[test]
fn a_foreign_wallet_answers_our_world() {
    let Some((binaries, peers)) = everybody() else {
        return;
    };
    let meeting = Meeting::new(&binaries, &peers).holding();
    for mode in ["direct_post", "direct_post.jwt"] {
        for formats in [
            json!(["dc+sd-jwt"]),
            json!(["ldp_vc"]),
            json!(["dc+sd-jwt", "ldp_vc"]),
        ] {
            let ask = json!({ "preset": "avatar", "formats": formats, "response_mode": mode });
            let told = meeting.admits(&ask);
            assert_eq!(
                told["decision"]["shown"][0]["persona_name"], "Mika",
                "{told}"
            );
        }
    }
    let ask = json!({
        "preset": "avatar",
        "formats": ["dc+sd-jwt"],
        "response_mode": "direct_post.jwt",
        "statement": "I keep the rules of this house.",
    });
    meeting.admits(&ask);
    // Nothing is disclosed where nothing is asked for; the type is looked at all the same.
    let query = |vct: &str| {
        json!({ "dcql_query": { "credentials": [{
            "id": "avatar", "format": "dc+sd-jwt", "meta": { "vct_values": [vct] },
        }] } })
    };
    meeting.admits(&query(AVATAR));
    meeting.refuses(&query(ITEM), "vct", "vp_query_unsatisfied");
}

#[test]
fn our_world_admits_nobody_whose_wallet_gets_it_wrong() {
    let Some((binaries, peers)) = everybody() else {
        return;
    };
    let meeting = Meeting::new(&binaries, &peers).holding();
    let ask = |format: &str| json!({ "preset": "avatar", "formats": [format] });
    for (wrong, reason) in [
        ("nonce", "kb_aud"),
        ("audience", "kb_aud"),
        ("holder", "sig_invalid"),
        ("sd_hash", "kb_sd_hash"),
        ("unbound", "kb_missing"),
        ("stale", "kb_iat"),
    ] {
        meeting.refuses(&ask("dc+sd-jwt"), wrong, reason);
    }
    for (wrong, reason) in [
        ("nonce", "proof_challenge"),
        ("audience", "vp_audience"),
        ("holder", "vp_holder_mismatch"),
    ] {
        meeting.refuses(&ask("ldp_vc"), wrong, reason);
    }
    let mut stated = ask("dc+sd-jwt");
    stated["statement"] = "I keep the rules of this house.".into();
    for wrong in ["hashes", "hash"] {
        meeting.refuses(&stated, wrong, "kb_transaction_data");
    }
    // Encrypted or not, it is judged alike.
    let mut encrypted = ask("dc+sd-jwt");
    encrypted["response_mode"] = "direct_post.jwt".into();
    meeting.refuses(&encrypted, "audience", "kb_aud");
}
