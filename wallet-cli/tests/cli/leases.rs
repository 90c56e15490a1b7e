//! An item is active in one world at a time: marked with the holder's consent, seen elsewhere without a
//! word of where, released by command; and each world's policy says whether it matters.

use std::sync::mpsc::Sender;
use std::thread::JoinHandle;

use platform::{Founding, OfferTerms, Right};
use schemas::admission::{AdmissionCreated, AdmissionRequest, AdmissionState, Ask, Manner};
use schemas::json::Object;
use schemas::receipt::{InstanceId, UniqueId};
use schemas::world::WorldId;
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::envelope::Judge;
use crate::runner::{Machine, Run};
use crate::worlds::{bind, creator, start};

/// The worlds at whose doors the item is shown.
#[derive(Clone, Copy, Debug)]
enum Door {
    /// Says that an item is active elsewhere, and asks for leases.
    Arena,
    /// Refuses what is active elsewhere.
    Strict,
    /// Does not mind.
    Open,
}

const DOORS: [(Door, &str); 3] = [
    (Door::Arena, "review"),
    (Door::Strict, "refuse"),
    (Door::Open, "ignore"),
];

enum Wish {
    /// A request of a world, with a lease of so many minutes.
    Ask(Door, Option<u64>, Sender<AdmissionCreated>),
    /// What became of it.
    Look(Door, UniqueId, Sender<Option<AdmissionState>>),
}

/// The world that keeps the ledger, and three doors, until this is dropped.
struct Worlds {
    home: String,
    doors: Vec<String>,
    offer: String,
    wishes: Option<UnboundedSender<Wish>>,
    thread: Option<JoinHandle<()>>,
}

impl Worlds {
    fn open(provenance: Object) -> Self {
        let (tell, told) = std::sync::mpsc::channel();
        let (wishes, heard) = unbounded_channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(serve(provenance, &tell, heard));
        });
        let (home, doors, offer) = told.recv().unwrap();
        Self {
            home,
            doors,
            offer,
            wishes: Some(wishes),
            thread: Some(thread),
        }
    }

    fn ask(&self, door: Door, minutes: Option<u64>) -> AdmissionCreated {
        let (tell, told) = std::sync::mpsc::channel();
        let wish = Wish::Ask(door, minutes, tell);
        assert!(self.wishes.as_ref().unwrap().send(wish).is_ok());
        told.recv().unwrap()
    }

    /// What a world found worth knowing about what it was shown, by code; none when it refused.
    fn findings(&self, door: Door, asked: &AdmissionCreated) -> Vec<String> {
        let (tell, told) = std::sync::mpsc::channel();
        let wish = Wish::Look(door, asked.id.clone(), tell);
        assert!(self.wishes.as_ref().unwrap().send(wish).is_ok());
        let standing = told.recv().unwrap().unwrap();
        let AdmissionState::Answered {
            judged: Some(judged),
            ..
        } = standing
        else {
            panic!("{standing:?}")
        };
        let findings = judged.report.get("findings").and_then(|all| all.as_array());
        let code = |one: &schemas::json::Value| Some(one.get("code")?.as_str()?.to_owned());
        findings
            .unwrap_or_default()
            .iter()
            .filter_map(code)
            .collect()
    }
}

impl Drop for Worlds {
    fn drop(&mut self) {
        drop(self.wishes.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

type Told = (String, Vec<String>, String);

async fn serve(provenance: Object, tell: &Sender<Told>, mut wishes: UnboundedReceiver<Wish>) {
    let folder = tempfile::tempdir().unwrap();
    let (listener, port) = bind().await;
    let issuer = WorldId::loopback(port);
    let founding = Founding::loopback(port, "Neo Kyoto");
    let home = start(&founding, &folder.path().join("home"), listener).await;
    let right = Right::Item {
        class: "lantern".to_owned(),
        serial: 7,
    };
    let terms = OfferTerms::new(right, provenance);
    let offer = home.world().offer(&terms).await.unwrap().link.to_link();
    let (mut worlds, mut doors) = (Vec::new(), Vec::new());
    for (door, rule) in DOORS {
        let (listener, port) = bind().await;
        let policy = format!(
            "version = 1\n\n[[issuer]]\ndid = \"{}\"\ntypes = [\"ItemCredential\"]\n\
             creators = \"any\"\n\n[ledger]\nactive_elsewhere = \"{rule}\"\n",
            issuer.did()
        );
        let founding = Founding::loopback(port, &format!("{door:?}"))
            .trusting(policy)
            .knowing(issuer.clone());
        let world = start(&founding, &folder.path().join(rule), listener).await;
        doors.push(world.world().config().world().origin().to_owned());
        worlds.push(world);
    }
    tell.send((issuer.origin().to_owned(), doors, offer))
        .unwrap();
    // Ends when the test lets go of its side.
    while let Some(wish) = wishes.recv().await {
        match wish {
            Wish::Ask(door, lease_minutes, tell) => {
                let asked = AdmissionRequest {
                    ask: Ask::Item,
                    by: format!("{door:?}"),
                    instance: InstanceId::new("lobby").unwrap(),
                    purpose: None,
                    manner: Manner {
                        lease_minutes,
                        ..Manner::default()
                    },
                };
                let world = worlds[door as usize].world();
                tell.send(world.ask(&asked).await.unwrap()).unwrap();
            }
            Wish::Look(door, id, tell) => {
                let world = worlds[door as usize].world();
                tell.send(world.standing(&id).await.unwrap()).unwrap();
            }
        }
    }
    home.stop().await;
    for world in worlds {
        world.stop().await;
    }
}

fn json(judge: &mut Judge, machine: &Machine, args: &[&str]) -> Value {
    let args = [args, &["--json"]].concat();
    let run = machine.open(&args);
    assert_eq!(run.code, 0, "{args:?}: {}{}", run.stdout, run.stderr);
    judge.take(&run)["data"].clone()
}

/// Somebody who holds the item and knows every door.
fn holder(judge: &mut Judge) -> (Machine, Worlds) {
    let (machine, provenance) = creator();
    let worlds = Worlds::open(provenance);
    json(judge, &machine, &["trust", "add", &worlds.home]);
    for door in &worlds.doors {
        json(judge, &machine, &["trust", "add", door]);
    }
    let shown = json(judge, &machine, &["receive", &worlds.offer, "--dry-run"]);
    let digest = shown["offer"]["digest"].as_str().unwrap().to_owned();
    let received = machine.open(&["receive", &worlds.offer, "--consent", &digest]);
    assert_eq!(received.code, 0, "{}", received.stderr);
    let waiting = json(judge, &machine, &["receive", "--pending", "--dry-run"]);
    if let Some(digest) = waiting["undecided"][0]["digest"].as_str() {
        let kept = machine.open(&["receive", "--pending", "--consent", digest]);
        assert_eq!(kept.code, 0, "{}", kept.stderr);
    }
    (machine, worlds)
}

/// Answers a request after it was shown; what would be leased comes along.
fn show(judge: &mut Judge, machine: &Machine, link: &str, more: &[&str]) -> (Value, Run) {
    let dry = json(
        judge,
        machine,
        &[&["present", link, "--dry-run"], more].concat(),
    );
    let digest = dry["disclosure"]["digest"].as_str().unwrap().to_owned();
    let consent = ["present", link, "--consent", &digest, "--json"];
    let run = machine.open(&[&consent, more].concat());
    (dry["disclosure"]["leases"].clone(), run)
}

#[test]
fn an_item_is_active_in_one_world_until_it_is_released() {
    let mut judge = Judge::new();
    let judge = &mut judge;
    let (machine, worlds) = holder(judge);
    let item = "lantern #7";
    let none = json(judge, &machine, &["release"]);
    assert_eq!(none["active"].as_array().unwrap().len(), 0);

    // The arena asks for it, and sees its own lease.
    let asked = worlds.ask(Door::Arena, Some(30));
    let link = asked.request_link.to_link();
    let (leases, run) = show(judge, &machine, &link, &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    judge.take(&run);
    assert_eq!(leases[0]["ledger"], worlds.home.as_str());
    assert_eq!(
        (&leases[0]["seconds"], &leases[0]["ends"]),
        (&1800.into(), &Value::Null)
    );
    assert_eq!(worlds.findings(Door::Arena, &asked), ["item_active_here"]);
    let active = json(judge, &machine, &["release"]);
    let arena = worlds.doors[Door::Arena as usize].as_str();
    assert_eq!(active["active"][0]["world"], arena);
    let shown = json(judge, &machine, &["show", item]);
    assert_eq!(shown["holding"]["active"]["world"], arena);

    // Others see that it is active elsewhere. One refuses that, one does not mind.
    let asked = worlds.ask(Door::Strict, None);
    let (leases, run) = show(judge, &machine, &asked.request_link.to_link(), &[]);
    assert_eq!(leases.as_array().unwrap().len(), 0);
    let refused = judge.take(&run);
    assert_eq!(refused["error"]["reason"], "item_active_elsewhere");
    let asked = worlds.ask(Door::Open, None);
    let (_, run) = show(judge, &machine, &asked.request_link.to_link(), &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(worlds.findings(Door::Open, &asked), [""; 0]);

    // The world in which it is active knows it again, without asking for another lease.
    let asked = worlds.ask(Door::Arena, None);
    let (_, run) = show(judge, &machine, &asked.request_link.to_link(), &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(worlds.findings(Door::Arena, &asked), ["item_active_here"]);

    // Released, everybody lets it in.
    let dry = json(judge, &machine, &["release", item, "--dry-run"]);
    let digest = dry["step"]["digest"].as_str().unwrap();
    let done = json(judge, &machine, &["release", item, "--consent", digest]);
    assert_eq!(done["steps"][0]["act"], "release");
    let asked = worlds.ask(Door::Strict, None);
    let (_, run) = show(judge, &machine, &asked.request_link.to_link(), &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let run = machine.open(&["release", item, "--dry-run", "--json"]);
    let refused = judge.take(&run);
    assert_eq!(refused["error"]["reason"], "transfer_conflict");
}

#[test]
fn another_lease_ends_the_first_and_nobody_has_to_take_one() {
    let mut judge = Judge::new();
    let judge = &mut judge;
    let (machine, worlds) = holder(judge);
    let asked = worlds.ask(Door::Arena, Some(30));
    let (_, run) = show(judge, &machine, &asked.request_link.to_link(), &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    // It is said what ends, and then it does: the strict world sees its own lease.
    let asked = worlds.ask(Door::Strict, Some(60));
    let (leases, run) = show(judge, &machine, &asked.request_link.to_link(), &[]);
    let arena = worlds.doors[Door::Arena as usize].as_str();
    assert_eq!(leases[0]["ends"]["world"], arena);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(worlds.findings(Door::Strict, &asked), ["item_active_here"]);
    // The first one sees that it is active elsewhere now, and not where.
    let asked = worlds.ask(Door::Arena, None);
    let (_, run) = show(judge, &machine, &asked.request_link.to_link(), &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(
        worlds.findings(Door::Arena, &asked),
        ["item_active_elsewhere"]
    );
    // Without a lease, as a wallet of another maker answers: the world sees that as well.
    let asked = worlds.ask(Door::Open, Some(5));
    let link = asked.request_link.to_link();
    let (leases, run) = show(judge, &machine, &link, &["--no-lease"]);
    assert_eq!(leases.as_array().unwrap().len(), 0);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(worlds.findings(Door::Open, &asked), ["item_not_leased"]);
    let events = json(judge, &machine, &["show", "lantern #7", "--provenance"]);
    let events = events["holding"]["life"]["hands"].as_array().unwrap();
    let events: Vec<&str> = events
        .iter()
        .map(|hand| hand["event"].as_str().unwrap())
        .collect();
    assert_eq!(events, ["mint", "lease", "release", "lease"]);
}
