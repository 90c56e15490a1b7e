//! Receiving from one world and entering another, over HTTP, as a script does it: every outcome is
//! shown first, and accepted by its digest.

use std::sync::Arc;
use std::thread::JoinHandle;

use platform::{Clock, Founding, OfferTerms, Right, Serving, World};
use schemas::admission::{AdmissionRequest, Ask, Manner};
use schemas::json::{self, Limits, Object};
use schemas::license::LicenseTerms;
use schemas::receipt::InstanceId;
use schemas::records::GrantStatus;
use schemas::time::Timestamp;
use schemas::world::WorldId;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::envelope::Judge;
use crate::hostile::clean;
use crate::runner::{Machine, Run};

/// What a world says it asks for; nobody can stop it from saying this.
const PURPOSE: &str = "To let you in\u{202e}\u{2066}\u{200b}";

/// Two worlds, until this is dropped.
struct Worlds {
    issuer: String,
    door: String,
    offers: Vec<String>,
    grants: Vec<String>,
    requests: Vec<String>,
    revoke: Option<UnboundedSender<Revocation>>,
    thread: Option<JoinHandle<()>>,
}

impl Worlds {
    fn open(provenance: Object) -> Self {
        let (tell, told) = std::sync::mpsc::channel();
        let (revoke, revoked) = unbounded_channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(serve(provenance, &tell, revoked));
        });
        let (issuer, door, offers, grants, requests) = told.recv().unwrap();
        Self {
            issuer,
            door,
            offers,
            grants,
            requests,
            revoke: Some(revoke),
            thread: Some(thread),
        }
    }

    /// The issuer revokes all that came of an offer.
    fn revoke(&self, offer: usize) {
        let (done, heard) = std::sync::mpsc::channel();
        let grant = self.grants[offer].clone();
        self.revoke.as_ref().unwrap().send((grant, done)).unwrap();
        heard.recv().unwrap();
    }
}

impl Drop for Worlds {
    fn drop(&mut self) {
        drop(self.revoke.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

type Told = (String, String, Vec<String>, Vec<String>, Vec<String>);
/// Which grant, and whom to tell when it is done.
type Revocation = (String, std::sync::mpsc::Sender<()>);

async fn serve(
    provenance: Object,
    tell: &std::sync::mpsc::Sender<Told>,
    mut revoked: UnboundedReceiver<Revocation>,
) {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (bind().await, bind().await);
    let issuer = WorldId::loopback(a.1);
    let policy = format!(
        "version = 1\n\n[[issuer]]\ndid = \"{}\"\ntypes = [\"AvatarCredential\"]\ncreators = \"any\"\n",
        issuer.did()
    );
    let founding_a = Founding::loopback(a.1, "Neo Kyoto");
    let founding_b = Founding::loopback(b.1, "Sky Arena")
        .trusting(policy)
        .knowing(issuer.clone());
    let a = start(&founding_a, &folder.path().join("a"), a.0).await;
    let b = start(&founding_b, &folder.path().join("b"), b.0).await;
    let offer = |persona: &str| {
        let persona = persona.to_owned();
        OfferTerms::new(Right::Avatar { persona }, provenance.clone())
    };
    let (mut offers, mut grants) = (Vec::new(), Vec::new());
    for persona in ["Mika", "Ren"] {
        let created = a.world().offer(&offer(persona)).await.unwrap();
        offers.push(created.link.to_link());
        grants.push(created.grant.as_str().to_owned());
    }
    let mut requests = Vec::new();
    for ask in [Ask::Avatar, Ask::Avatar, Ask::Item] {
        let asked = AdmissionRequest {
            ask,
            by: "Sky Arena".to_owned(),
            instance: InstanceId::new("arena-1").unwrap(),
            purpose: Some(PURPOSE.to_owned()),
            manner: Manner::default(),
        };
        requests.push(b.world().ask(&asked).await.unwrap().request_link.to_link());
    }
    let door = b.world().config().world().origin().to_owned();
    let issuer = issuer.origin().to_owned();
    tell.send((issuer, door, offers, grants, requests)).unwrap();
    // Ends when the test lets go of its side.
    while let Some((grant, done)) = revoked.recv().await {
        let status = GrantStatus::Revoked;
        a.world().set_status(&grant, status).await.unwrap();
        done.send(()).unwrap();
    }
    a.stop().await;
    b.stop().await;
}

pub(crate) async fn bind() -> (TcpListener, u16) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

pub(crate) async fn start(
    founding: &Founding,
    folder: &std::path::Path,
    listener: TcpListener,
) -> Serving {
    let config = founding.found(folder).unwrap();
    let now = std::fs::metadata(folder).unwrap().modified().unwrap();
    let now = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let clock = Clock::fixed(Timestamp::from_unix(i64::try_from(now).unwrap()));
    let world = World::open(config, clock).await.unwrap();
    Serving::start(Arc::new(world), listener)
}

/// A machine whose creator has signed where a model file comes from.
pub(crate) fn creator() -> (Machine, Object) {
    let machine = Machine::with_wallet();
    let terms = LicenseTerms {
        name: Some("Mika".to_owned()),
        ..LicenseTerms::default()
    };
    let model = assets::make::vrm1(&assets::make::Recipe::new(terms));
    std::fs::write(machine.path().join("mika.vrm"), model).unwrap();
    let made = machine.open(&["provenance", "mika.vrm", "--out", "mika.json"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let bytes = std::fs::read(machine.path().join("mika.json")).unwrap();
    let value = json::read(&bytes, &Limits::document()).unwrap();
    (machine, value.as_object().unwrap().clone())
}

fn told(machine: &Machine, args: &[&str], link: &str) -> Run {
    machine.run_with(args, &[("OMOTE_PASSPHRASE_FILE", "pass")], link)
}

fn refused(judge: &mut Judge, run: &Run, code: i32, reason: &str) {
    let json = judge.take(run);
    assert_eq!(
        (run.code, json["error"]["reason"].as_str()),
        (code, Some(reason)),
        "{json}"
    );
}

fn fresh(judge: &mut Judge, machine: &Machine) -> Value {
    let json = judge.take(&machine.open(&["show", "Mika", "--json"]));
    json["data"]["holding"]["copies"]["fresh"].clone()
}

#[test]
fn an_avatar_goes_from_one_world_to_another() {
    let (machine, provenance) = creator();
    let worlds = Worlds::open(provenance);
    let (issuer, door) = (worlds.issuer.as_str(), worlds.door.as_str());
    let mut judge = Judge::new();

    let offer = &worlds.offers[0];
    let run = told(&machine, &["receive", "-", "--json"], offer);
    refused(&mut judge, &run, 4, "origin_unconfirmed");
    let run = told(
        &machine,
        &["receive", "-", "--origin", door, "--json"],
        offer,
    );
    // Another world than the person named.
    refused(&mut judge, &run, 6, "origin_unconfirmed");
    let run = told(
        &machine,
        &["receive", "-", "--origin", issuer, "--json"],
        offer,
    );
    refused(&mut judge, &run, 4, "cli_needs_answer");
    let run = told(&machine, &["receive", "-", "--dry-run", "--json"], offer);
    let digest = judge.take(&run)["data"]["offer"]["digest"]
        .as_str()
        .unwrap()
        .to_owned();
    // The digest of one persona's offer says nothing about another persona, or more copies.
    let added = machine.open(&["persona", "add", "Night"]);
    assert_eq!(added.code, 0, "{}", added.stderr);
    for more in [["--persona", "Night"], ["--copies", "2"]] {
        let args = [
            &["receive", "-", "--consent", &digest, "--json"][..],
            &more[..],
        ];
        let run = told(&machine, &args.concat(), offer);
        refused(&mut judge, &run, 4, "consent_mismatch");
    }
    // The digest of one offer says nothing about another.
    let other = &worlds.offers[1];
    let run = told(
        &machine,
        &["receive", "-", "--consent", &digest, "--json"],
        other,
    );
    refused(&mut judge, &run, 4, "consent_mismatch");
    let run = told(
        &machine,
        &["receive", "-", "--consent", &digest, "--json"],
        offer,
    );
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert_eq!(judge.take(&run)["data"]["holdings"][0]["name"], "Mika");
    let run = told(
        &machine,
        &["receive", "-", "--consent", &digest, "--json"],
        offer,
    );
    refused(&mut judge, &run, 3, "not_found");
    assert_eq!(fresh(&mut judge, &machine), 10);

    let request = &worlds.requests[0];
    let run = told(
        &machine,
        &["present", "-", "--origin", door, "--json"],
        request,
    );
    refused(&mut judge, &run, 4, "cli_needs_answer");
    let run = told(&machine, &["present", "-", "--dry-run", "--json"], request);
    clean("present --dry-run --json", &run);
    let shown = judge.take(&run);
    let disclosure = &shown["data"]["disclosure"];
    assert_eq!(disclosure["world"], door);
    assert_eq!(disclosure["will_see"][0]["copy_is"], "fresh");
    assert_eq!(disclosure["purpose"], PURPOSE);
    // Who shows their own work is told that its key is theirs.
    let links = disclosure["can_link"].as_array().unwrap();
    assert!(links.iter().any(|link| link["kind"] == "creator_is_you"));
    let digest = disclosure["digest"].as_str().unwrap().to_owned();
    for lang in ["en", "ja"] {
        let run = told(
            &machine,
            &["--lang", lang, "present", "-", "--dry-run"],
            request,
        );
        clean("present --dry-run", &run);
        assert!(
            run.stdout.contains(&digest) && run.stdout.contains("Mika"),
            "{}",
            run.stdout
        );
        assert!(
            run.stdout.contains("To let you in\\u{202e}"),
            "{}",
            run.stdout
        );
    }
    let elsewhere = &worlds.requests[1];
    let run = told(
        &machine,
        &["present", "-", "--consent", &digest, "--json"],
        elsewhere,
    );
    refused(&mut judge, &run, 4, "consent_mismatch");
    assert_eq!(
        fresh(&mut judge, &machine),
        10,
        "showing an outcome spends nothing"
    );
    let run = told(
        &machine,
        &["present", "-", "--consent", &digest, "--json"],
        request,
    );
    assert_eq!(run.code, 0, "{}", run.stdout);
    let presented = judge.take(&run);
    assert_eq!(presented["data"]["receipt"]["verdict"], "accepted");
    assert!(presented["data"]["admission_token"].is_string());
    assert_eq!(fresh(&mut judge, &machine), 9);

    // The world recognizes the persona by the same copy from now on.
    let run = told(
        &machine,
        &["present", "-", "--dry-run", "--json"],
        elsewhere,
    );
    let disclosure = judge.take(&run)["data"]["disclosure"].clone();
    assert_eq!(disclosure["will_see"][0]["copy_is"], "known_to_world");
    assert_eq!(disclosure["met_before"], true);
    let run = told(
        &machine,
        &["present", "-", "--dry-run", "--json"],
        &worlds.requests[2],
    );
    refused(&mut judge, &run, 3, "vp_query_unsatisfied");

    // Whether it still stands is asked at the person's wish.
    let held = machine.open(&["check", "--holdings", "--json"]);
    let one = judge.take(&held)["data"]["holdings"][0].clone();
    assert_eq!(
        (held.code, &one["verdict"]),
        (0, &"accepted".into()),
        "{one}"
    );
    worlds.revoke(0);
    let held = machine.open(&["check", "--holdings", "--json"]);
    let one = judge.take(&held)["data"]["holdings"][0].clone();
    assert_eq!((held.code, &one["reason"]), (6, &"revoked".into()), "{one}");
    for (lang, name) in [("en", "issued by"), ("ja", "発行者")] {
        let held = machine.open(&["check", "--holdings", "--lang", lang]);
        let told = held.stdout.contains(name) && held.stdout.contains("Mika");
        assert!(held.code == 6 && told, "{}", held.stdout);
    }
    not_offered_again(&machine, &mut judge, &worlds.requests[1]);

    let history = judge.take(&machine.open(&["history", "--verify", "--json"]));
    let last = history["data"]["entries"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(
        (&last["kind"], &last["outcome"]),
        (&"presented".into(), &"completed".into())
    );
    machine.secret("receipt.jwt", last["receipt"].as_str().unwrap());
    let run = machine.open(&["check", "receipt.jwt", "--json"]);
    assert_eq!(
        (run.code, &judge.take(&run)["data"]["verdict"]),
        (0, &"accepted".into())
    );
}

/// What was heard to be revoked is shown as such everywhere, and not offered; the refusal names it.
fn not_offered_again(machine: &Machine, judge: &mut Judge, request: &str) {
    let listed = judge.take(&machine.open(&["list", "--json"]));
    let one = &listed["data"]["holdings"][0];
    assert_eq!(
        (&one["withdrawn"]["reason"], &one["withdrawn"]["copies"]),
        (&"revoked".into(), &10.into())
    );
    let id = one["id"].as_str().unwrap()[..8].to_owned();
    let shown = judge.take(&machine.open(&["show", "Mika", "--json"]));
    assert_eq!(shown["data"]["holding"]["withdrawn"], one["withdrawn"]);
    let status = judge.take(&machine.open(&["status", "--json"]));
    assert_eq!(status["data"]["withdrawn"], 1);
    let run = told(machine, &["present", "-", "--dry-run", "--json"], request);
    let error = judge.take(&run)["error"].clone();
    assert_eq!((run.code, &error["reason"]), (6, &"revoked".into()));
    let named = format!("“Mika” ({id})");
    assert!(
        error["sentence"].as_str().unwrap().contains(&named),
        "{error}"
    );
    assert_eq!(error["command"], format!("omote show {id}"));
    for (lang, word) in [("en", "revoked"), ("ja", "失効")] {
        for args in [&["list"][..], &["show", "Mika"], &["status"]] {
            let run = machine.open(&[args, &["--lang", lang]].concat());
            let all = format!("{}{}", run.stdout, run.stderr);
            assert!(run.code == 0 && all.contains(word), "{args:?}: {all}");
            // More copies of it would be shown to nobody.
            assert!(!all.contains("omote refill"), "{args:?}: {all}");
        }
    }
}

/// A link of another kind is the person's slip, and they are told what it is.
#[test]
fn a_link_of_another_kind_is_named() {
    let machine = Machine::with_wallet();
    let mut judge = Judge::new();
    let offer = "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fa.example%2Foffer";
    for (link, lang, word, command) in [
        (offer, "en", "offer", "omote receive LINK"),
        (offer, "ja", "オファー", "omote receive LINK"),
        (
            "https://a.example/?credential_offer=%7B%7D",
            "en",
            "offer",
            "omote receive LINK",
        ),
        ("hello", "en", "no link of a request", "omote help present"),
        (
            "https://a.example",
            "ja",
            "要求のリンクではありません",
            "omote help present",
        ),
        (
            "openid4vp://?",
            "en",
            "no link of a request",
            "omote help present",
        ),
        ("", "en", "no link of a request", "omote help present"),
    ] {
        let run = told(&machine, &["--lang", lang, "present", "-", "--json"], link);
        let error = judge.take(&run)["error"].clone();
        assert_eq!(
            (run.code, &error["command"]),
            (2, &command.into()),
            "{link} {error}"
        );
        assert!(
            error["sentence"].as_str().unwrap().contains(word),
            "{error}"
        );
    }
}

#[test]
fn things_at_hand_are_judged() {
    let (machine, provenance) = creator();
    let mut judge = Judge::new();
    let did = provenance
        .get("issuer")
        .and_then(json::Value::as_str)
        .unwrap()
        .to_owned();
    let model = machine.run(&["check", "mika.vrm", "--json"]);
    assert_eq!(
        (model.code, &judge.take(&model)["data"]["format"]),
        (0, &"vrm-1.0".into())
    );
    let unknown = machine.run(&["check", "mika.json", "--json"]);
    let report = judge.take(&unknown)["data"]["report"].clone();
    assert_eq!(
        (unknown.code, &report["reason"]),
        (6, &"cred_issuer_untrusted".into())
    );
    let known = ["check", "mika.json", "--creator", &did, "--json"];
    let run = machine.run(&known);
    assert_eq!(
        (run.code, &judge.take(&run)["data"]["report"]["verdict"]),
        (0, &"accepted".into())
    );
    // The same as a world of this policy would judge, and of the file beside it.
    let policy = format!(
        "version = 1\n\n[[issuer]]\ndid = \"{did}\"\ntypes = [\"AssetProvenance\"]\ncreators = \"any\"\n"
    );
    machine.secret("policy.toml", &policy);
    let by_policy = [
        "check",
        "mika.json",
        "--policy",
        "policy.toml",
        "--model",
        "mika.vrm",
    ];
    let run = machine.run(&[&by_policy[..], &["--json"]].concat());
    assert_eq!(run.code, 0, "{}", run.stdout);
    let mut edited = std::fs::read(machine.path().join("mika.vrm")).unwrap();
    let last = edited.len() - 1;
    edited[last] ^= 1;
    std::fs::write(machine.path().join("mika.vrm"), edited).unwrap();
    for lang in ["en", "ja"] {
        let run = machine.run(&[&["--lang", lang], &by_policy[..], &["--explain"]].concat());
        assert_eq!(run.code, 6, "{}", run.stdout);
        assert!(run.stdout.contains("asset_hash_mismatch"), "{}", run.stdout);
    }
    // From stdin as well, and as of a time before it was signed.
    let bytes = std::fs::read_to_string(machine.path().join("mika.json")).unwrap();
    let early = [
        "check",
        "-",
        "--creator",
        &did,
        "--at",
        "2020-01-01T00:00:00Z",
        "--json",
    ];
    let run = machine.run_with(&early, &[], &bytes);
    assert_eq!(run.code, 6);
    judge.take(&run);
    let presentation = machine.run_with(&["check", "-", "--json"], &[], "{\"avatar\":[{}]}");
    assert_eq!(
        (presentation.code, presentation.reason().as_str()),
        (2, "bad_request")
    );
}
