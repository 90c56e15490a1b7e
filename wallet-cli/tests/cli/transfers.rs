//! An item goes from one wallet to another, through the ledger of a real world, as scripts do it: every
//! outcome is shown first, and agreed to by its digest.

use std::thread::JoinHandle;

use platform::{Founding, OfferTerms, Right};
use schemas::json::Object;
use serde_json::Value;
use tokio::sync::oneshot;

use crate::envelope::Judge;
use crate::evidence;
use crate::runner::{Machine, Run};
use crate::worlds::{bind, creator, start};

/// A world with a ledger that offers two items, until this is dropped.
struct World {
    origin: String,
    offer: String,
    second: String,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl World {
    fn open(provenance: Object) -> Self {
        let (tell, told) = std::sync::mpsc::channel();
        let (end, ended) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let folder = tempfile::tempdir().unwrap();
                let (listener, port) = bind().await;
                let founding = Founding::loopback(port, "Neo Kyoto");
                let world = start(&founding, &folder.path().join("a"), listener).await;
                let mut offers = Vec::new();
                for serial in [7, 8] {
                    let class = "lantern".to_owned();
                    let right = Right::Item { class, serial };
                    let terms = OfferTerms::new(right, provenance.clone());
                    let offer = world.world().offer(&terms).await.unwrap();
                    offers.push(offer.link.to_link());
                }
                let origin = world.world().config().world().origin().to_owned();
                tell.send((origin, offers)).unwrap();
                // Ends when the test lets go of its side.
                ended.await.ok();
                world.stop().await;
            });
        });
        let (origin, mut offers) = told.recv().unwrap();
        Self {
            origin,
            second: offers.pop().unwrap(),
            offer: offers.pop().unwrap(),
            end: Some(end),
            thread: Some(thread),
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn json(judge: &mut Judge, machine: &Machine, args: &[&str]) -> Value {
    let args = [args, &["--json"]].concat();
    let run = machine.open(&args);
    assert_eq!(run.code, 0, "{args:?}: {}{}", run.stdout, run.stderr);
    judge.take(&run)["data"].clone()
}

/// Shows a step first, then agrees to it by its digest.
fn agreed(judge: &mut Judge, machine: &Machine, args: &[&str]) -> Value {
    let shown = json(judge, machine, &[args, &["--dry-run"]].concat());
    let digest = shown["step"]["digest"].as_str().unwrap();
    json(judge, machine, &[args, &["--consent", digest]].concat())
}

fn refused(judge: &mut Judge, run: &Run, code: i32, reason: &str) {
    let json = judge.take(run);
    let found = json["error"]["reason"].as_str();
    assert_eq!((run.code, found), (code, Some(reason)), "{json}");
}

/// Receives what an offer has, as scripts do.
fn receive(judge: &mut Judge, machine: &Machine, offer: &str) {
    let shown = json(judge, machine, &["receive", offer, "--dry-run"]);
    let digest = shown["offer"]["digest"].as_str().unwrap();
    let received = machine.open(&["receive", offer, "--consent", digest]);
    assert_eq!(received.code, 0, "{}", received.stderr);
    // Scripts keep what arrived by its own digest, when the first one was for the offer alone.
    let waiting = json(judge, machine, &["receive", "--pending", "--dry-run"]);
    if let Some(digest) = waiting["undecided"][0]["digest"].as_str() {
        let kept = machine.open(&["receive", "--pending", "--consent", digest]);
        assert_eq!(kept.code, 0, "{}", kept.stderr);
    }
}

#[test]
fn two_items_are_swapped_and_both_sides_get_theirs() {
    let (giver, provenance) = creator();
    let world = World::open(provenance);
    let taker = Machine::with_wallet();
    let mut judge = Judge::new();
    let judge = &mut judge;
    for (machine, offer) in [(&giver, &world.offer), (&taker, &world.second)] {
        json(judge, machine, &["trust", "add", &world.origin]);
        receive(judge, machine, offer);
    }
    let (ours, theirs) = ("lantern #7", "lantern #8");
    let shown = json(judge, &taker, &["show", theirs, "--provenance"]);
    let tag = shown["holding"]["life"]["item"]
        .as_str()
        .unwrap()
        .to_owned();
    let told = taker.open(&["show", theirs]);
    assert!(told.stdout.contains(&tag), "{}", told.stdout);

    // The address goes as a picture.
    let me = ["me", "--world", &world.origin, "--qr-png", "address.png"];
    json(judge, &taker, &me);
    let picture = taker.path().join("address.png");
    let picture = picture.to_str().unwrap();
    let run = giver.open(&["give", ours, "--qr-image", picture, "--for", "x", "--json"]);
    refused(judge, &run, 2, "cli_usage");
    let given = agreed(
        judge,
        &giver,
        &["give", ours, "--qr-image", picture, "--for", &tag],
    );
    assert_eq!(given["steps"][0]["standing"], "offered");

    let inbox = json(judge, &taker, &["inbox"]);
    assert_eq!(inbox["offers"][0]["wants"], tag.as_str());
    let offer = &inbox["offers"][0]["offer"].as_str().unwrap()[..8];
    // Without what it asks for it says how.
    let run = taker.open(&["accept", offer, "--dry-run", "--json"]);
    let error = judge.take(&run)["error"].clone();
    assert_eq!(
        (run.code, &error["reason"]),
        (2, &Value::from("bad_request"))
    );
    let command = error["command"].as_str().unwrap();
    assert!(
        command.starts_with("omote accept") && command.contains("--give"),
        "{command}"
    );
    let shown = json(
        judge,
        &taker,
        &["accept", offer, "--give", theirs, "--dry-run"],
    );
    assert_eq!(shown["step"]["given"]["name"], theirs);
    let taken = agreed(judge, &taker, &["accept", offer, "--give", theirs]);
    assert_eq!(taken["steps"][0]["holdings"][0]["name"], ours);

    let inbox = json(judge, &giver, &["inbox"]);
    assert_eq!(inbox["collected"][0]["name"], theirs);
    let inbox = json(judge, &giver, &["inbox"]);
    assert_eq!(inbox["collected"].as_array().unwrap().len(), 0);
    for (machine, held, gone) in [(&giver, theirs, ours), (&taker, ours, theirs)] {
        let run = machine.open(&["check", "--holdings", "--json"]);
        judge.take(&run);
        let listed = json(judge, machine, &["list"]);
        let holdings = listed["holdings"].as_array().unwrap();
        let standing = |name: &str| {
            let found = holdings.iter().find(|holding| holding["name"] == name);
            found.unwrap()["standing"].clone()
        };
        assert_eq!(
            (standing(held), standing(gone)),
            ("held".into(), "passed_on".into())
        );
    }
    let shown = json(judge, &giver, &["show", theirs, "--provenance"]);
    let hands = shown["holding"]["life"]["hands"].as_array().unwrap();
    assert_eq!(hands.last().unwrap()["event"], "swap");
}

/// A creator signs after they were asked: where nobody can be asked, by what they were shown.
#[test]
fn a_creator_who_cannot_be_asked_signs_nothing() {
    let (machine, provenance) = creator();
    let mut judge = Judge::new();
    let judge = &mut judge;
    let name = |byte: u8| schemas::encoding::base64url::encode(&[byte; 32]);
    let request = schemas::object! {
        "v" => 1,
        "type" => "omote-transfer-consent-request",
        "name" => "lantern #7",
        "creator" => provenance.get("issuer").unwrap().as_str().unwrap(),
        "step" => schemas::object! {
            "v" => 1,
            "ledger" => "did:web:neo.example",
            "item" => name(1),
            "seq" => 1,
            "previous" => name(2),
            "event" => "offer",
            "to" => name(3),
            "until" => "2026-11-22T18:00:00Z",
            "terms" => name(4),
            "swap" => schemas::object! { "item" => name(5), "holder" => name(6) },
        },
    };
    let bytes = schemas::canonical::object_to_bytes(&request);
    std::fs::write(machine.path().join("ask.json"), &bytes).unwrap();
    let sign = ["give", "--creator-sign", "ask.json", "--out", "yes.json"];
    let run = machine.open(&[&sign[..], &["--json"]].concat());
    refused(judge, &run, 4, "cli_needs_answer");
    assert!(!machine.path().join("yes.json").exists());
    let shown = json(judge, &machine, &[&sign[..], &["--dry-run"]].concat());
    assert!(!machine.path().join("yes.json").exists());
    // What is asked for in return is seen before it is signed.
    assert_eq!(shown["asked"]["wants"], name(5).as_str());
    let told = machine.open(&[&sign[..], &["--dry-run"]].concat()).stdout;
    assert!(told.contains(&name(5)), "{told}");
    // Whoever is not asked signs nothing: neither another wallet nor another persona.
    let other = Machine::with_wallet();
    std::fs::write(other.path().join("ask.json"), &bytes).unwrap();
    let run = other.open(&[&sign[..], &["--dry-run", "--json"]].concat());
    refused(judge, &run, 6, "transfer_not_allowed");
    json(judge, &machine, &["persona", "add", "Night"]);
    let night = ["--persona", "Night", "--dry-run", "--json"];
    let run = machine.open(&[&sign[..], &night].concat());
    refused(judge, &run, 6, "transfer_not_allowed");
    let digest = shown["digest"].as_str().unwrap().to_owned();
    let other = format!("{}{}", &digest[..digest.len() - 4], "AAAA");
    let run = machine.open(&[&sign[..], &["--consent", &other, "--json"]].concat());
    assert_ne!(run.code, 0, "{}", run.stdout);
    assert!(!machine.path().join("yes.json").exists());
    let signed = json(
        judge,
        &machine,
        &[&sign[..], &["--consent", &digest]].concat(),
    );
    assert_eq!(signed["consent"], "yes.json");
    assert!(machine.path().join("yes.json").exists());
}

#[test]
fn an_item_is_given_accepted_and_told_from_its_creator_on() {
    let (giver, provenance) = creator();
    let world = World::open(provenance);
    let taker = Machine::with_wallet();
    let mut judge = Judge::new();
    let judge = &mut judge;
    for machine in [&giver, &taker] {
        json(judge, machine, &["trust", "add", &world.origin]);
    }
    receive(judge, &giver, &world.offer);
    let listed = json(judge, &giver, &["list"]);
    assert_eq!(listed["holdings"][0]["standing"], "held");
    let item = "lantern #7";

    let address = json(judge, &taker, &["me"])["address"].clone();
    let address = address.as_str().unwrap();
    // Nobody can be asked, and the name is typed by people only.
    let run = giver.open(&["give", item, address, "--json"]);
    refused(judge, &run, 4, "cli_needs_answer");
    let letter = if &address[30..31] == "A" { "B" } else { "A" };
    let broken = format!("{}{letter}{}", &address[..30], &address[31..]);
    let run = giver.open(&["give", item, &broken, "--dry-run", "--json"]);
    refused(judge, &run, 2, "receiver_invalid");
    let run = giver.open(&["give", item, address, "--until", "abc"]);
    assert!(
        run.code == 2 && run.stderr.contains("30m, 12h or 7d"),
        "{}",
        run.stderr
    );
    let shown = json(judge, &giver, &["show", item])["holding"]["item"].clone();
    assert_eq!(shown["standing"], "held");
    let tag = shown["item"].as_str().unwrap().to_owned();
    let run = giver.open(&["give", item, address, "--for", &tag, "--json"]);
    refused(judge, &run, 2, "bad_request");
    let run = giver.open(&["withdraw", item]);
    assert!(run.stderr.contains("offered to nobody"), "{}", run.stderr);
    let given = agreed(judge, &giver, &["give", item, address]);
    let step = &given["steps"][0];
    assert_eq!(
        (&step["item"], &step["standing"]),
        (&shown["item"], &"offered".into())
    );
    assert!(step["until"].is_string() && step["ledger"] == world.origin.as_str());
    let run = giver.open(&["give", item, address, "--dry-run", "--json"]);
    refused(judge, &run, 8, "transfer_conflict");

    // Taken back, and given again to the same address, which was not used.
    agreed(judge, &giver, &["withdraw", item]);
    agreed(judge, &giver, &["give", item, address, "--until", "2d"]);
    let inbox = json(judge, &giver, &["inbox"]);
    assert_eq!(inbox["giving"][0]["standing"], "offered");
    assert_eq!(inbox["giving"][0]["item"], shown["item"]);

    // A world that does not answer keeps nobody from seeing what others have.
    let gone = {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        schemas::world::WorldId::loopback(port)
    };
    json(judge, &taker, &["trust", "add", gone.origin()]);
    json(judge, &taker, &["me", "--world", gone.origin()]);
    let run = taker.open(&["inbox", "--json"]);
    let inbox = judge.take(&run)["data"].clone();
    assert_ne!(run.code, 0);
    assert_eq!(inbox["failed"].as_array().unwrap().len(), 1);
    assert_eq!(inbox["failed"][0]["ledger"], gone.origin());
    json(judge, &taker, &["trust", "remove", gone.origin()]);
    let offer = &inbox["offers"][0];
    assert_eq!(offer["name"], item);
    assert_eq!(offer["hands"].as_array().unwrap().len(), 4);
    let offer = &offer["offer"].as_str().unwrap()[..8];
    // Whoever knows something against the ledger is told before they say yes.
    let warning = format!("The ledger of {}", world.origin);
    let shown = || taker.open(&["accept", offer, "--dry-run"]).stdout;
    assert!(!shown().contains(&warning));
    let (lie, key) = evidence::file(&taker, &world.origin, "lie.json", [b"one", b"another"]);
    let lie = lie.to_str().unwrap();
    json(judge, &taker, &["evidence", "keep", lie, "--key", &key]);
    let told = shown();
    assert!(told.contains(&warning), "{told}");
    // A script sees what a person sees.
    let shown = json(judge, &taker, &["accept", offer, "--dry-run"]);
    let listed = json(judge, &taker, &["inbox"]);
    assert_eq!(shown["offer"], listed["offers"][0]);
    let taken = agreed(judge, &taker, &["accept", offer]);
    assert_eq!(taken["steps"][0]["holdings"][0]["name"], item);
    let run = taker.open(&["refuse", offer, "--json"]);
    refused(judge, &run, 3, "not_found");

    let shown = json(judge, &taker, &["show", item, "--provenance"]);
    let life = &shown["holding"]["life"];
    let events: Vec<&str> = life["hands"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hand| hand["event"].as_str().unwrap())
        .collect();
    assert_eq!(events, ["mint", "offer", "withdraw", "offer", "accept"]);
    assert_eq!(life["standing"], "held");

    // The giver hears of it, and can neither show nor give it any more.
    let run = giver.open(&["check", "--holdings", "--json"]);
    let checked = judge.take(&run);
    assert_eq!(checked["data"]["items"][0]["standing"], "passed_on");
    // What was passed on is no failure.
    assert_eq!(
        (run.code, &checked["data"]["holdings"]),
        (0, &serde_json::json!([]))
    );
    let listed = json(judge, &giver, &["list"]);
    assert_eq!(listed["holdings"][0]["standing"], "passed_on");
    let run = giver.open(&["give", item, address, "--dry-run", "--json"]);
    refused(judge, &run, 8, "transfer_conflict");

    // Somebody else's refusal leaves it where it is; what is given up is gone.
    let other = json(judge, &giver, &["me"])["address"].clone();
    agreed(judge, &taker, &["give", item, other.as_str().unwrap()]);
    let inbox = json(judge, &giver, &["inbox"]);
    let offer = inbox["offers"][0]["offer"].as_str().unwrap()[..8].to_owned();
    agreed(judge, &giver, &["refuse", &offer]);
    let checked = taker.open(&["check", "--holdings", "--json"]);
    let checked = judge.take(&checked);
    assert_eq!(checked["data"]["items"][0]["standing"], "held");
    let burned = agreed(judge, &taker, &["burn", item]);
    assert_eq!(burned["steps"][0]["standing"], "burned");
    // The wallet itself found nothing against this ledger.
    for (machine, count) in [(&giver, 0), (&taker, 1)] {
        let history = json(judge, machine, &["history", "--verify"]);
        assert_eq!(history["warnings"].as_array().unwrap().len(), count);
    }
}
