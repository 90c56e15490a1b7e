//! The real `omote-world`, on a port of its own: a wallet on `ssi` receives from it and shows the
//! mock world, and shows it what the mock world gave.
//!
//! The binary is looked for in `OMOTE_WORLD_BIN`, then among what cargo built in the workspace of
//! omote. Without it these tests say so and end; `OMOTE_MUST_RUN=interop` makes that a failure.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use mock_world::documents::presentation;
use mock_world::party::{Party, Purpose};
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::ours::now;
use crate::theirs::{Theirs, client};

const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

/// The creator's terms, under another name.
const LICENSE: &str = r#"{
    "name": "as granted",
    "licenseUrl": "https://vrm.dev/licenses/1.0/",
    "avatarPermission": "onlyAuthor",
    "allowRedistribution": false
}"#;

fn binary() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target");
    let named = std::env::var_os("OMOTE_WORLD_BIN").map(PathBuf::from);
    let built = ["debug", "release"].map(|profile| target.join(profile).join("omote-world"));
    let found = named.into_iter().chain(built).find(|path| path.is_file());
    if found.is_none() {
        let must = std::env::var("OMOTE_MUST_RUN").unwrap_or_default();
        let must = must.split_whitespace().any(|word| word == "interop");
        assert!(!must, "omote-world is not built");
        // Not `eprintln!`, which a test that passes swallows.
        let line = b"skipped: build omote-world first, in the workspace of omote\n";
        let _ = std::io::stderr().write_all(line);
    }
    found
}

/// A world of ours, which believes the mock world.
struct Ours {
    origin: String,
    binary: PathBuf,
    folder: TempDir,
    client: Client,
    server: Child,
}

impl Drop for Ours {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Ours {
    async fn open(binary: PathBuf, theirs: &Theirs) -> Self {
        let origin = format!("http://localhost:{}", free_port());
        let folder = tempfile::tempdir().unwrap();
        let world = folder.path().join("world");
        let config = world.join("omote-world.toml");
        let mut init = Command::new(&binary);
        init.arg("init").arg("--dir").arg(&world);
        init.args([
            "--origin",
            &origin,
            "--name",
            "Ours",
            "--trust",
            &theirs.origin,
        ]);
        assert!(init.output().unwrap().status.success());
        let mut text = fs::read_to_string(&config).unwrap();
        text.push_str("\n[issuing]\ncryptosuite = \"eddsa-rdfc-2022\"\n");
        fs::write(&config, text).unwrap();
        let mut serve = Command::new(&binary);
        serve.arg("serve").arg("--config").arg(&config);
        let ours = Self {
            origin,
            server: serve.spawn().unwrap(),
            binary,
            folder,
            client: client(),
        };
        for _ in 0..100 {
            if ours.client.get(ours.url("/healthz")).send().await.is_ok() {
                return ours;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the world does not answer");
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// What a command of the world prints: a link, or JSON.
    fn prints(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(&self.binary);
        command.args(arguments).arg("--config");
        command.arg(self.folder.path().join("world/omote-world.toml"));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    async fn get(&self, url: &str) -> String {
        let response = self.client.get(url).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200, "{url}");
        response.text().await.unwrap()
    }

    async fn post(&self, url: &str, kind: &str, token: &str, body: String) -> (u16, Value) {
        let request = self.client.post(url).header("content-type", kind);
        let request = match token {
            "" => request,
            token => request.header("authorization", format!("Bearer {token}")),
        };
        let response = request.body(body).send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    async fn form(&self, url: &str, fields: &[(&str, &str)]) -> (u16, Value) {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        let kind = "application/x-www-form-urlencoded";
        self.post(url, kind, "", body.join("&")).await
    }

    /// Receives an avatar (OpenID4VCI 1.0), as a wallet on `ssi` does.
    async fn receive(&self, holder: &Party, statement: &[u8]) -> Value {
        let file = self.folder.path().join("provenance.json");
        fs::write(&file, statement).unwrap();
        let file = file.to_str().unwrap();
        // Other terms than the creator's, or the two would look alike to `ssi`.
        let license = self.folder.path().join("license.json");
        fs::write(&license, LICENSE).unwrap();
        let license = license.to_str().unwrap();
        let mut offer = vec!["offer", "avatar", "--persona", "Mika"];
        offer.extend(["--provenance", file, "--license", license]);
        let link = self.prints(&offer);
        let offer = self.get(&field(&link, "credential_offer_uri")).await;
        let offer: Value = serde_json::from_str(&offer).unwrap();
        let code = offer["grants"][PRE_AUTHORIZED]["pre-authorized_code"].as_str();
        let fields = [
            ("grant_type", PRE_AUTHORIZED),
            ("pre-authorized_code", code.unwrap()),
        ];
        let (status, token) = self.form(&self.url("/token"), &fields).await;
        assert_eq!(status, 200, "{token}");
        let url = self.url("/nonce");
        let nonce = self.post(&url, "application/json", "", String::new());
        let (_, nonce) = nonce.await;
        let claims = json!({
            "aud": self.origin,
            "iat": now().unix(),
            "nonce": nonce["c_nonce"],
        });
        let proof = holder.token("openid4vci-proof+jwt", &claims).unwrap();
        let configuration = self.linked_data(&offer).await;
        let request = json!({
            "credential_configuration_id": configuration,
            "proofs": { "jwt": [proof] },
        });
        let token = token["access_token"].as_str().unwrap();
        let url = self.url("/credential");
        let answer = self.post(&url, "application/json", token, request.to_string());
        let (status, answer) = answer.await;
        assert_eq!(status, 200, "{answer}");
        answer["credentials"][0]["credential"].clone()
    }

    /// Of what is offered, the one of the format that `ssi` reads, by the metadata of the issuer.
    async fn linked_data(&self, offer: &Value) -> String {
        let url = self.url("/.well-known/openid-credential-issuer");
        let metadata: Value = serde_json::from_str(&self.get(&url).await).unwrap();
        offer["credential_configuration_ids"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap())
            .find(|id| metadata["credential_configurations_supported"][id]["format"] == "ldp_vc")
            .unwrap()
            .to_owned()
    }

    /// A request for an avatar (OpenID4VP 1.0): its claims, once `ssi` has checked who signed it.
    async fn asks(&self, theirs: &Theirs) -> Value {
        let link = self.prints(&["ask", "avatar"]);
        let request = self.get(&field(&link, "request_uri")).await;
        let claims = theirs.world.oracle.token(&request).await.unwrap();
        assert_eq!(claims["client_id"], field(&link, "client_id").as_str());
        claims
    }

    /// Answers a request, as a wallet does.
    async fn answer(&self, request: &Value, shown: &Value) -> u16 {
        let token = json!({ "avatar": [shown] }).to_string();
        let mut fields = vec![("vp_token", token.as_str())];
        if let Some(state) = request["state"].as_str() {
            fields.push(("state", state));
        }
        let url = request["response_uri"].as_str().unwrap();
        self.form(url, &fields).await.0
    }

    /// What the world has decided, the newest first.
    fn decisions(&self) -> Vec<(String, String)> {
        let decisions: Value =
            serde_json::from_str(&self.prints(&["--json", "decisions"])).unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        decisions["decisions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|decision| (text(&decision["verdict"]), text(&decision["reasons"][0])))
            .collect()
    }
}

/// Shows a credential in answer to a request.
async fn shows(holder: &Party, credential: &Value, request: &Value) -> Value {
    let document = presentation(holder.did(), std::slice::from_ref(credential));
    let purpose = Purpose::Authentication {
        challenge: request["nonce"].as_str().unwrap(),
        domain: request["client_id"].as_str().unwrap(),
    };
    holder.sign(&document, purpose).await.unwrap()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// A field of a link.
fn field(link: &str, name: &str) -> String {
    let (_, query) = link.split_once('?').unwrap();
    let value = query
        .split('&')
        .find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
        .unwrap();
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits: String = rest.by_ref().take(2).map(char::from).collect();
                u8::from_str_radix(&digits, 16).unwrap()
            }
            other => other,
        });
    }
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn what_our_world_issues_is_shown_to_theirs() {
    let Some(binary) = binary() else { return };
    let theirs = Theirs::open().await;
    let ours = Ours::open(binary, &theirs).await;
    let holder = theirs.person();
    let statement = theirs.issues("/provenances", "").await;
    let credential = ours.receive(&holder, &statement).await;
    assert_eq!(credential["proof"]["cryptosuite"], "eddsa-rdfc-2022");
    let issuer = credential["issuer"].as_str().unwrap();
    theirs.believe(&issuer.parse().unwrap()).await;

    let (challenge, domain) = theirs.challenge().await;
    let request = json!({ "nonce": challenge, "client_id": domain });
    let shown = shows(&holder, &credential, &request).await.to_string();
    assert_eq!(
        theirs.refuses("/presentations", shown.as_bytes()).await,
        None
    );
    // It is of no use to another person.
    let thief = theirs.person();
    let (challenge, domain) = theirs.challenge().await;
    let request = json!({ "nonce": challenge, "client_id": domain });
    let shown = shows(&thief, &credential, &request).await.to_string();
    assert!(
        theirs
            .refuses("/presentations", shown.as_bytes())
            .await
            .is_some()
    );
}

#[tokio::test]
async fn what_their_world_issues_is_shown_to_ours() {
    let Some(binary) = binary() else { return };
    let theirs = Theirs::open().await;
    let ours = Ours::open(binary, &theirs).await;
    let holder = theirs.person();
    let credential = theirs.issues("/avatars", holder.did()).await;
    let credential: Value = serde_json::from_slice(&credential).unwrap();

    let request = ours.asks(&theirs).await;
    let shown = shows(&holder, &credential, &request).await;
    assert_eq!(ours.answer(&request, &shown).await, 200);
    assert_eq!(ours.decisions()[0], ("accepted".to_owned(), String::new()));
    // The same answer again, and for another request.
    assert_eq!(ours.answer(&request, &shown).await, 400);
    let other = ours.asks(&theirs).await;
    assert_eq!(ours.answer(&other, &shown).await, 400);
    assert_eq!(ours.decisions()[0].1, "proof_challenge");

    // Changed in one place.
    let request = ours.asks(&theirs).await;
    let mut shown = shows(&holder, &credential, &request).await;
    shown["verifiableCredential"][0]["credentialSubject"]["personaName"] = "Eve".into();
    assert_eq!(ours.answer(&request, &shown).await, 400);
    assert_eq!(ours.decisions()[0].1, "sig_invalid");
}
