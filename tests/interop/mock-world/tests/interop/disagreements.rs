//! Where the two differ: what `ssi` says by itself, with no application around it, against what
//! `verifier` says. The table in README.md is held to what is measured here.

use axum::Router;
use axum::routing::get;
use mock_world::documents::{self, Validity, avatar};
use mock_world::party::{Options, Party, Purpose};
use mock_world::{contexts, did_key, status};
use schemas::canonical;
use schemas::did::Did;
use schemas::encoding::base58btc;
use schemas::license::LicenseTerms;
use schemas::status::Bits;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::ours::{CLIENT, Judge, NONCE, Ours, code, context, now, terms, tomorrow, yesterday};
use crate::theirs::Theirs;

const README: &str = include_str!("../../../README.md");
const HEADING: &str = "| what | `ssi` 0.16 alone | omote |";

/// What was measured: a line of the table each.
#[derive(Default)]
struct Table(Vec<String>);

impl Table {
    fn add(&mut self, what: &str, ssi: bool, omote: &str) {
        let ssi = if ssi { "accepts" } else { "refuses" };
        let omote = match omote {
            "accepted" => "accepts".to_owned(),
            code => format!("`{code}`"),
        };
        self.0.push(format!("| {what} | {ssi} | {omote} |"));
    }
}

struct Scene {
    theirs: Theirs,
    judge: Judge,
    holder: Party,
}

impl Scene {
    async fn open() -> Self {
        let theirs = Theirs::open().await;
        let judge = Judge::of(&theirs).await;
        Self {
            judge,
            holder: theirs.person(),
            theirs,
        }
    }

    fn validity(&self) -> Validity {
        Validity {
            from: yesterday().to_string(),
            until: tomorrow().to_string(),
        }
    }

    /// An avatar that nobody has signed.
    async fn bare(&self) -> Value {
        let validity = self.validity();
        let statement = self.theirs.world.provenance(&validity).await.unwrap();
        let world = self.theirs.world.party.did();
        avatar(world, self.holder.did(), &validity, statement)
    }

    /// An avatar after this change, signed by the world.
    async fn signed(&self, change: impl FnOnce(&mut Value)) -> Value {
        self.signed_as(change, |_| {}).await
    }

    /// An avatar, with this change in what its proof says.
    async fn proven(&self, change: impl FnOnce(&mut Options)) -> Value {
        self.signed_as(|_| {}, change).await
    }

    async fn signed_as(
        &self,
        change: impl FnOnce(&mut Value),
        options: impl FnOnce(&mut Options),
    ) -> Value {
        let mut document = self.bare().await;
        change(&mut document);
        let world = &self.theirs.world.party;
        let mut made = world.options(Purpose::Assertion);
        options(&mut made);
        world.sign_with(&document, made).await.unwrap()
    }

    async fn credential(&self, table: &mut Table, what: &str, document: Value) {
        let text = serde_json::to_string(&document).unwrap();
        self.text(table, what, &text).await;
    }

    async fn text(&self, table: &mut Table, what: &str, text: &str) {
        let ssi = self.theirs.world.oracle.credential(text.as_bytes()).await;
        let report = self.judge.credential(text.as_bytes());
        table.add(what, ssi.is_ok(), code(&report));
    }

    async fn presentation(
        &self,
        table: &mut Table,
        what: &str,
        signer: &Party,
        change: impl FnOnce(&mut Value, &mut Options),
    ) {
        let credential = self.signed(|_| {}).await;
        let mut document = documents::presentation(self.holder.did(), &[credential]);
        let purpose = Purpose::Authentication {
            challenge: NONCE,
            domain: CLIENT,
        };
        let mut options = signer.options(purpose);
        change(&mut document, &mut options);
        let signed = signer.sign_with(&document, options);
        let text = serde_json::to_string(&signed.await.unwrap()).unwrap();
        let ssi = self.theirs.world.oracle.presentation(text.as_bytes()).await;
        let report = self.judge.presentation(text.as_bytes());
        table.add(what, ssi.is_ok(), code(&report));
    }
}

fn add_context(document: &mut Value, context: Value) {
    document["@context"].as_array_mut().unwrap().push(context);
}

async fn proofs(scene: &Scene, table: &mut Table) {
    let day = 86_400;
    let at = |seconds: i64| Some(now().plus_seconds(seconds).to_string().parse().unwrap());
    let text = scene.signed(|_| {}).await.to_string();
    scene.text(table, "a sound credential", &text).await;
    scene
        .credential(table, "no proof", scene.bare().await)
        .await;
    let stranger = scene.theirs.person();
    let forged = stranger.sign(&scene.bare().await, Purpose::Assertion).await;
    let what = "a credential signed by somebody else than its issuer";
    scene.credential(table, what, forged.clone().unwrap()).await;

    let bare = scene.bare().await;
    let mut both = scene
        .theirs
        .world
        .party
        .sign(&bare, Purpose::Assertion)
        .await
        .unwrap();
    let second = stranger.sign(&bare, Purpose::Assertion).await.unwrap();
    both["proof"] = json!([both["proof"], second["proof"]]);
    scene
        .credential(table, "a second proof, by a stranger", both)
        .await;

    let document = scene
        .proven(|options| {
            options.proof_purpose = ssi::verification_methods::ProofPurpose::Authentication;
        })
        .await;
    scene
        .credential(
            table,
            "a credential whose proof is for `authentication`",
            document,
        )
        .await;
    let document = scene.proven(|options| options.expires = at(-60)).await;
    scene
        .credential(table, "a proof that has expired", document)
        .await;
    let document = scene.proven(|options| options.created = at(day)).await;
    scene
        .credential(table, "a proof made tomorrow", document)
        .await;
    let document = scene.proven(|options| options.created = None).await;
    scene
        .credential(
            table,
            "a proof that does not say when it was made",
            document,
        )
        .await;
    let document = scene
        .proven(|options| options.domains = vec!["elsewhere".to_owned()])
        .await;
    scene
        .credential(
            table,
            "a credential whose proof is for one domain",
            document,
        )
        .await;

    // The identity as key and as R, and s = 0: good for every message where nobody looks.
    let identity = [&[1u8][..], &[0; 31]].concat();
    let key = base58btc::encode(&[&[0xed, 0x01][..], &identity].concat());
    let mut document = text.parse::<Value>().unwrap();
    document["issuer"] = format!("did:key:z{key}").into();
    document["proof"]["verificationMethod"] = format!("did:key:z{key}#z{key}").into();
    let signature = [&identity[..], &[0; 32]].concat();
    document["proof"]["proofValue"] = format!("z{}", base58btc::encode(&signature)).into();
    let judge = scene.judge.believing(document["issuer"].as_str().unwrap());
    let ssi = scene
        .theirs
        .world
        .oracle
        .credential(document.to_string().as_bytes())
        .await;
    let report = judge.credential(document.to_string().as_bytes());
    let what = "a key of small order, whose signature fits every message";
    table.add(what, ssi.is_ok(), code(&report));

    unlisted(scene, table).await;
}

/// A key that its DID document lists for other things than claims.
async fn unlisted(scene: &Scene, table: &mut Table) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let world = Party::on_port(&contexts::with_omote(&context()).unwrap(), port).unwrap();
    let mut document = world.document();
    document["assertionMethod"] = json!([]);
    let text = document.to_string();
    let served = text.clone();
    let kind = [("content-type", "application/did+json")];
    let routes = Router::new().route(
        "/.well-known/did.json",
        get(move || async move { (kind, served) }),
    );
    tokio::spawn(async move { axum::serve(listener, routes).await });

    let validity = scene.validity();
    let statement = scene.theirs.world.provenance(&validity).await.unwrap();
    let bare = avatar(world.did(), scene.holder.did(), &validity, statement);
    let credential = world
        .sign(&bare, Purpose::Assertion)
        .await
        .unwrap()
        .to_string();
    let ssi = scene
        .theirs
        .world
        .oracle
        .credential(credential.as_bytes())
        .await;
    let judge = scene.judge.knowing(world.did(), &text);
    let report = judge.credential(credential.as_bytes());
    let what = "a key that its DID document does not list under `assertionMethod`";
    table.add(what, ssi.is_ok(), code(&report));
}

async fn contents(scene: &Scene, table: &mut Table) {
    let text = scene.signed(|_| {}).await.to_string();
    let name = "\"personaName\":\"Mika\"";
    assert!(text.contains(name));
    let twice = text.replace(name, &format!("\"personaName\":\"Eve\",{name}"));
    scene
        .text(table, "a member twice, the signed one last", &twice)
        .await;
    let spelled = text.replace("1048576", "1048576.0");
    assert_ne!(spelled, text);
    scene
        .text(
            table,
            "a number in another spelling (`1048576.0`)",
            &spelled,
        )
        .await;

    let document = scene
        .signed(|document| {
            add_context(
                document,
                json!({ "glow": "https://elsewhere.example/glow" }),
            );
            document["credentialSubject"]["glow"] = "red".into();
        })
        .await;
    scene
        .credential(table, "a context written into the document", document)
        .await;
    let document = scene
        .signed(|document| {
            let context = "https://www.w3.org/ns/credentials/examples/v2";
            add_context(document, context.into());
            document["credentialSubject"]["glow"] = "red".into();
        })
        .await;
    scene
        .credential(
            table,
            "the examples context, under which every name means something",
            document,
        )
        .await;
    let document = scene
        .signed(|document| {
            document["type"] = json!(["VerifiableCredential"]);
            document["credentialSubject"] = json!({ "id": document["credentialSubject"]["id"] });
        })
        .await;
    scene
        .credential(table, "a type that nobody asked for", document)
        .await;
    let document = scene
        .signed(|document| {
            document["credentialSubject"]["license"]["allowRedistribution"] = true.into();
        })
        .await;
    scene
        .credential(table, "terms looser than the creator's", document)
        .await;
    let document = scene
        .signed(|document| {
            document["credentialSubject"]["provenance"]["credentialSubject"]["byteLength"] =
                7.into();
        })
        .await;
    scene
        .credential(table, "a forged statement of the creator inside", document)
        .await;
    let document = scene
        .signed(|document| {
            document["credentialSubject"]["personaName"] = "Mi\u{202e}ka".into();
        })
        .await;
    scene
        .credential(table, "a name that turns the reading direction", document)
        .await;
    let document = scene
        .signed(|document| {
            document["issuer"] = json!({ "id": document["issuer"], "name": "Neo Kyoto" });
        })
        .await;
    scene
        .credential(
            table,
            "an issuer that gives itself a name in the credential",
            document,
        )
        .await;
    let document = scene
        .signed(|document| {
            document.as_object_mut().unwrap().remove("validFrom");
        })
        .await;
    scene.credential(table, "no `validFrom`", document).await;
}

/// `ssi` leaves out what stands in a JSON-LD list, when it signs and when it verifies.
async fn lists_of_names(scene: &Scene, table: &mut Table) {
    let ours = Ours::open().await;
    let judge = scene.judge.trusting(&ours);
    let holder: Did = scene.holder.did().parse().unwrap();
    let license = LicenseTerms {
        authors: vec!["Aoi".to_owned(), "Ren".to_owned()],
        ..terms("as granted")
    };
    let sound = canonical::object_to_bytes(&ours.avatar_under(license, &holder));
    let ssi = scene.theirs.world.oracle.credential(&sound).await;
    let report = judge.credential(&sound);
    let what = "a sound credential with a JSON-LD list in it (`authors`)";
    table.add(what, ssi.is_ok(), code(&report));

    let mut document = scene
        .signed(|document| {
            document["credentialSubject"]["license"]["authors"] = json!(["Aoi", "Ren"]);
        })
        .await;
    document["credentialSubject"]["license"]["authors"][0] = "Eve".into();
    let what = "a list whose entries were changed after `ssi` signed it";
    scene.credential(table, what, document).await;
}

async fn presentations(scene: &Scene, table: &mut Table) {
    let holder = &scene.holder;
    scene
        .presentation(table, "a sound presentation", holder, |_, _| {})
        .await;
    let thief = scene.theirs.person();
    let what = "a presentation signed by somebody else than its holder";
    scene.presentation(table, what, &thief, |_, _| {}).await;
    let what = "a credential about somebody else than the holder";
    scene
        .presentation(table, what, &thief, |document, _| {
            document["holder"] = thief.did().into();
        })
        .await;
    let what = "another challenge and another domain than asked";
    scene
        .presentation(table, what, holder, |_, options| {
            options.challenge = Some("n-another-nonce-of-somebody".to_owned());
            options.domains = vec!["elsewhere".to_owned()];
        })
        .await;
    let what = "a presentation whose proof is for `assertionMethod`";
    scene
        .presentation(table, what, holder, |_, options| {
            options.proof_purpose = ssi::verification_methods::ProofPurpose::Assertion;
        })
        .await;
    let what = "a presentation made an hour ago";
    scene
        .presentation(table, what, holder, |_, options| {
            let then = now().plus_seconds(-3600).to_string();
            options.created = Some(then.parse().unwrap());
        })
        .await;
}

async fn names(table: &mut Table) {
    let mut name = |what: &str, theirs: bool, bytes: &[u8]| {
        let did: Did = format!("did:key:z{}", base58btc::encode(bytes))
            .parse()
            .unwrap();
        let ours = match proofs::did_key::decode(&did) {
            Ok(_) => "accepted",
            Err(error) => error.reason().code(),
        };
        table.add(what, theirs, ours);
    };
    let x25519 = [&[0xec, 0x01][..], &[9; 32]].concat();
    let identity = [&[0xed, 0x01, 1][..], &[0; 31]].concat();
    // y = 2 is on no point of the curve.
    let nowhere = [&[0xed, 0x01, 2][..], &[0; 31]].concat();
    for (what, bytes) in [
        ("a did:key that is no key for signatures (X25519)", x25519),
        ("a did:key of a point of small order", identity),
        ("a did:key of bytes that are no point", nowhere),
    ] {
        let did = format!("did:key:z{}", base58btc::encode(&bytes));
        let theirs = did_key::document(&did).await.is_ok();
        name(what, theirs, &bytes);
    }
}

fn lists(table: &mut Table) {
    let mut list = |what: &str, text: &str| {
        let ours = match Bits::decode(text) {
            Ok(_) => "accepted",
            Err(error) => error.reason().code(),
        };
        table.add(what, status::decode(text).is_ok(), ours);
    };
    let sound = Bits::unset(131_072).encode();
    list("a sound status list", &sound);
    let gzip = schemas::encoding::base64url::decode(sound.strip_prefix('u').unwrap()).unwrap();
    list(
        "a status list in base58btc",
        &format!("z{}", base58btc::encode(&gzip)),
    );
    let behind = schemas::encoding::base64url::encode(&[&gzip[..], b"and more"].concat());
    list(
        "a status list with something behind it",
        &format!("u{behind}"),
    );
    let large = status::encode_bytes(vec![0; 17 << 20]).unwrap();
    assert_eq!(
        status::decode(&large).unwrap().len(),
        16 << 20,
        "cut off without a word"
    );
    list(
        "a status list of 17 MiB (`ssi` cuts it off at 16 MiB)",
        &large,
    );
}

#[tokio::test]
async fn the_table_in_the_readme_is_what_is_measured() {
    let scene = Scene::open().await;
    let mut table = Table::default();
    proofs(&scene, &mut table).await;
    contents(&scene, &mut table).await;
    lists_of_names(&scene, &mut table).await;
    presentations(&scene, &mut table).await;
    names(&mut table).await;
    lists(&mut table);
    let written: Vec<&str> = README
        .lines()
        .skip_while(|line| *line != HEADING)
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();
    assert_eq!(written, table.0, "\n{}\n", table.0.join("\n"));
}
