//! A world without a network lives by a bundle, as long as it and its policy allow, and opens no
//! connection.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use platform::{BundleMade, BundleReload, BundleTerms, Clock, World};
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::records::GrantStatus;
use schemas::time::Timestamp;
use tokio::net::TcpListener;
use verifier::ListRef;
use verifier::bundle::UnpackedKind;

use crate::holder::{ask_avatar, avatar, key, response};
use crate::http::{Answer, post_form};
use crate::program::{ends, json, run, text};
use crate::publisher::Publisher;
use crate::town::{NOON, Town};

const DAY: i64 = 86_400;
const LONG_LISTS: &str = "[status]\nttl_seconds = 43200\n";

async fn enter(town: &Town, credential: &Object) -> Answer {
    let asked = ask_avatar(town).await;
    let form = response(town, &asked, &key(1), credential.clone());
    post_form(town.port, asked.response_path(), &form).await
}

#[track_caller]
fn undecided(answer: &Answer, reason: &str) {
    assert_ne!(answer.status, 200);
    assert_eq!(answer.word("reason"), reason);
}

async fn bundle(maker: &Town, status_lists: Vec<ListRef>) -> BundleMade {
    let life = Duration::from_secs(7 * 86_400);
    let terms = BundleTerms { status_lists, life };
    maker.world().make_bundle(&terms).await.unwrap()
}

/// A policy that uses a bundle of this maker for a day.
fn policy(made: &BundleMade, rules: &str) -> String {
    format!(
        "version = 1\nbundle_makers = [\"{}\"]\nmax_document_age_seconds = {DAY}\n\
         max_status_age_seconds = {DAY}\nmax_trust_list_age_seconds = {DAY}\n{rules}",
        made.maker
    )
}

fn believing(town: &Town) -> String {
    format!(
        "[[issuer]]\ndid = \"{}\"\ntypes = [\"AvatarCredential\"]\ncreators = \"any\"\n",
        town.id().did()
    )
}

struct Shelf {
    folder: tempfile::TempDir,
}

impl Shelf {
    fn with(made: &BundleMade) -> Self {
        let shelf = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        shelf.put(&made.text);
        shelf
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("bundle.jws")
    }

    fn put(&self, text: &str) {
        fs::write(self.path(), text).unwrap();
    }

    fn config(&self) -> String {
        format!("offline = true\nbundle = \"{}\"\n", self.path().display())
    }
}

/// Counts whoever knocks at a port, and lets nobody in.
async fn count(port: u16) -> Arc<AtomicUsize> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    count
}

#[tokio::test]
async fn a_world_without_a_network_admits_within_its_ages_and_asks_nobody() {
    let mut a = Town::with(&[], LONG_LISTS).await;
    let maker = Town::with(&[&a], "").await;
    let (kept, taken) = (avatar(&a, key(1)).await, avatar(&a, key(1)).await);
    let grant = a.last_grant().await;
    // So the maker meets the lists.
    for credential in [&kept, &taken] {
        assert_eq!(enter(&maker, credential).await.status, 200);
    }
    let first = bundle(&maker, Vec::new()).await;
    assert_eq!(first.missing(), None, "{:?}", first.gathered);
    let kinds: Vec<_> = first.gathered.iter().map(|one| one.kind).collect();
    let (document, list) = (UnpackedKind::Document, UnpackedKind::StatusList);
    let history = UnpackedKind::KeyHistory;
    assert_eq!(kinds, [document, history, document, history, list, list]);
    let world = a.world();
    world
        .set_status(&grant, GrantStatus::Revoked)
        .await
        .unwrap();
    let second = bundle(&maker, Vec::new()).await;
    a.serving.take().unwrap().stop().await;
    let knocks = count(a.port).await;

    let shelf = Shelf::with(&first);
    let believed = policy(&first, &believing(&a));
    let mut b = Town::among(&[a.port], &believed, &shelf.config()).await;
    for credential in [&kept, &taken] {
        let answer = enter(&b, credential).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    // A new file counts.
    shelf.put(&second.text);
    let reloaded = b.world().reload_bundle().await;
    // It is looked at each second, too.
    assert_ne!(reloaded, Some(BundleReload::Refused(Reason::BundleInvalid)));
    enter(&b, &taken)
        .await
        .refuses(400, "invalid_request", "revoked");
    assert_eq!(enter(&b, &kept).await.status, 200);
    // A file that is none does not, and is said.
    shelf.put("nothing");
    for _ in 0..2 {
        let refused = BundleReload::Refused(Reason::BundleInvalid);
        assert_eq!(b.world().reload_bundle().await, Some(refused));
    }
    assert_eq!(enter(&b, &kept).await.status, 200);
    // An older bundle does not undo a revocation, also not after a restart.
    shelf.put(&first.text);
    assert!(b.world().reload_bundle().await.is_some());
    for _ in 0..2 {
        enter(&b, &taken)
            .await
            .refuses(400, "invalid_request", "status_rollback");
        b.restart().await;
    }
    shelf.put(&second.text);
    b.restart().await;
    // The `ttl` of the lists, then the age that the policy allows.
    b.pass(43_200);
    assert_eq!(enter(&b, &kept).await.status, 200);
    b.pass(1);
    undecided(&enter(&b, &kept).await, "status_unavailable");
    b.pass(DAY - 43_200);
    undecided(&enter(&b, &kept).await, "did_resolution_failed");
    assert_eq!(knocks.load(Ordering::SeqCst), 0);

    // The counter counts: a world with a network knocks.
    let c = Town::with(&[&a], "").await;
    undecided(&enter(&c, &kept).await, "did_resolution_failed");
    assert!(knocks.load(Ordering::SeqCst) > 0);
}

/// A bad signature makes a world with a network ask again for a document that it knows; one without
/// has nobody to ask.
#[tokio::test]
async fn what_is_forged_is_refused_without_a_question() {
    let mut a = Town::with(&[], LONG_LISTS).await;
    let maker = Town::with(&[&a], "").await;
    let mut forged = avatar(&a, key(1)).await;
    forged.insert("validUntil", "2024-12-31T00:00:00Z");
    let made = bundle(&maker, Vec::new()).await;
    a.serving.take().unwrap().stop().await;
    let knocks = count(a.port).await;
    let shelf = Shelf::with(&made);
    let believed = policy(&made, &believing(&a));
    let b = Town::among(&[a.port], &believed, &shelf.config()).await;
    enter(&b, &forged)
        .await
        .refuses(400, "invalid_request", "sig_invalid");
    assert_eq!(knocks.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_bundle_has_those_whom_trust_lists_name_and_lists_named_by_hand() {
    let publisher = Publisher::new().await;
    let a = Town::with(&[], LONG_LISTS).await;
    let copy = avatar(&a, key(1)).await;
    let did = a.id().did();
    publisher.serve("/trust", publisher.trust_list(&[did.as_str()]), "", None);
    publisher.serve("/list", publisher.list(&[], 9), "Age: 100\r\n", None);
    let rules = format!(
        "[[trust_list]]\nurl = \"{}\"\nissuer = \"{}\"\ntypes = [\"AvatarCredential\"]\n",
        publisher.address("/trust"),
        publisher.did()
    );
    let plain = format!("version = 1\n{rules}");
    let maker = Town::among(&[publisher.port, a.port], &plain, "").await;
    assert_eq!(enter(&maker, &copy).await.status, 200);
    let asked = publisher.answered("/trust").len();
    let by_hand = ListRef {
        url: publisher.address("/list").parse().unwrap(),
        issuer: publisher.did().clone(),
    };
    let made = bundle(&maker, vec![by_hand]).await;
    assert_eq!(made.missing(), None, "{:?}", made.gathered);
    assert_eq!(publisher.answered("/trust").len(), asked + 1);
    let found = |name: &str| {
        let mut all = made.gathered.iter();
        let one = all.find(|one| one.name == name).unwrap();
        one.outcome.unwrap()
    };
    assert_eq!(found(did.as_str()).own_end, None);
    // As old as the caches on the way had made it, with a `ttl` of 300.
    let list = found(&publisher.address("/list"));
    let at = |seconds| Timestamp::from_unix(NOON + seconds);
    assert_eq!(list.fetched, at(-100));
    assert_eq!(list.own_end, Some(at(201)));

    let shelf = Shelf::with(&made);
    let ports = [publisher.port, a.port];
    let b = Town::among(&ports, &policy(&made, &rules), &shelf.config()).await;
    let answer = enter(&b, &copy).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(publisher.answered("/trust").len(), asked + 1);
    // A trust list that the policy does not name any more is no status list, though its date is known.
    let believed = publisher.policy();
    maker.believe(&believed).await;
    let later = bundle(&maker, Vec::new()).await;
    let addresses = later.gathered.iter().map(|one| one.name.as_str());
    assert!(!addresses.into_iter().any(|name| name.ends_with("/trust")));
    assert_eq!(later.missing(), None, "{:?}", later.gathered);

    // Whoever believes the maker no longer knows nothing any more, at once.
    let nobody = format!("version = 1\n{rules}");
    b.believe(&nobody).await;
    undecided(&enter(&b, &copy).await, "trust_list_unavailable");
    b.believe(&policy(&made, &rules)).await;
    assert_eq!(enter(&b, &copy).await.status, 200);
}

#[tokio::test]
async fn what_cannot_be_had_is_said() {
    let publisher = Publisher::new().await;
    let mut a = Town::new().await;
    let maker = Town::among(
        &[publisher.port, a.port],
        &{ format!("version = 1\n{}", believing(&a)) },
        "",
    )
    .await;
    a.serving.take().unwrap().stop().await;
    publisher.serve("/list", b"{}".to_vec(), "", None);
    let list = ListRef {
        url: publisher.address("/list").parse().unwrap(),
        issuer: publisher.did().clone(),
    };
    let made = bundle(&maker, vec![list]).await;
    assert_eq!(made.missing(), Some(Reason::DidResolutionFailed));
    let outcomes: Vec<_> = made.gathered.iter().map(|one| one.outcome.err()).collect();
    let (away, bad) = (Reason::DidResolutionFailed, Reason::StatusInvalid);
    assert_eq!(outcomes, [Some(away), None, None, Some(bad)]);
}

/// More than a bundle holds is refused before anybody is asked.
#[tokio::test]
async fn what_does_not_fit_is_said_before_anybody_is_asked() {
    let publisher = Publisher::new().await;
    let town = Town::beside(publisher.port, &publisher.policy()).await;
    let list = |number: usize| ListRef {
        url: publisher.address(&format!("/l{number}")).parse().unwrap(),
        issuer: publisher.did().clone(),
    };
    let make = async |count: usize| {
        let terms = BundleTerms {
            status_lists: (0..count).map(list).collect(),
            life: Duration::from_secs(60),
        };
        let made = town.world().make_bundle(&terms).await;
        made.map(drop)
            .map_err(|error| (error.reason(), error.to_string()))
    };
    let (reason, said) = make(257).await.unwrap_err();
    assert_eq!(reason, Reason::InputTooLarge);
    assert!(said.contains("257") && said.contains("256"), "{said}");
    assert!(publisher.answered("/l0").is_empty());
    // What fits is asked for.
    assert_eq!(make(1).await, Ok(()));
    assert_eq!(publisher.answered("/l0"), [404]);

    let issuer = |number| {
        format!("[[issuer]]\ndid = \"did:web:w{number}.example\"\ntypes = []\ncreators = \"any\"\n")
    };
    let many: String = (0..1024).map(issuer).collect();
    town.believe(&format!("version = 1\n{many}")).await;
    let (reason, said) = make(0).await.unwrap_err();
    assert_eq!(reason, Reason::InputTooLarge);
    assert!(said.contains("1025") && said.contains("1024"), "{said}");
}

#[tokio::test]
async fn a_bundle_that_cannot_be_used_is_refused_at_the_start() {
    let maker = Town::new().await;
    let made = bundle(&maker, Vec::new()).await;
    let shelf = Shelf::with(&made);
    let town = Town::among(&[], &policy(&made, ""), "").await;
    let open = async |now: i64| {
        let config = town.config().offline(shelf.path());
        let clock = Clock::fixed(Timestamp::from_unix(now));
        let opened = World::open(config, clock).await;
        opened.map(drop).map_err(|error| error.reason())
    };
    assert_eq!(open(NOON).await, Ok(()));
    assert_eq!(open(NOON - 121).await, Err(Reason::BundleExpired));
    assert_eq!(open(NOON + 7 * DAY).await, Err(Reason::BundleExpired));
    town.believe("version = 1\n").await;
    assert_eq!(open(NOON).await, Err(Reason::BundleUntrusted));
    shelf.put(&made.text[1..]);
    assert_eq!(open(NOON).await, Err(Reason::BundleInvalid));
    fs::write(shelf.path(), [0xff, 0xfe]).unwrap();
    assert_eq!(open(NOON).await, Err(Reason::BundleInvalid));
    fs::remove_file(shelf.path()).unwrap();
    assert_eq!(open(NOON).await, Err(Reason::WorldIo));
}

#[test]
fn the_command_makes_shows_and_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    ends(&run(at, &["init"]), 0, "");
    let make = ["bundle", "make", "--out", "b.jws", "--json"];
    let made = run(at, &make);
    ends(&made, 0, "bundle_makers = [\"did:key:z6Mk");
    let made = json(&made);
    let maker = made.get("maker").unwrap().as_str().unwrap();
    let mode = fs::metadata(at.join("b.jws")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
    // A bundle is replaced, another file is not.
    ends(&run(at, &make), 0, "");
    let over = run(at, &["bundle", "make", "--out", "policy.toml"]);
    ends(&over, 1, "[world_exists]");
    for time in ["31d", "0s", "7", "+7d", "d", "7w", "99999999999999999999d"] {
        let asked = [&make[..], &["--until", time]].concat();
        assert_eq!(run(at, &asked).status.code(), Some(2), "{time}");
    }

    let shown = run(at, &["bundle", "show", "b.jws"]);
    ends(&shown, 0, "");
    assert!(text(&shown.stdout).starts_with("NOT VERIFIED"));
    assert!(text(&shown.stdout).contains("did:web:localhost%3A4001"));
    let shown = json(&run(at, &["bundle", "show", "b.jws", "--json"]));
    assert_eq!(shown.get("verified"), Some(&Value::Bool(false)));

    let verify = ["bundle", "verify", "b.jws", "--json"];
    ends(&run(at, &verify), 6, "[bundle_untrusted]");
    let policy = format!("version = 1\nbundle_makers = [\"{maker}\"]\n");
    fs::write(at.join("other.toml"), &policy).unwrap();
    let named = [&verify[..], &["--policy", "other.toml"]].concat();
    let verified = run(at, &named);
    ends(&verified, 0, "");
    let contents = json(&verified).get("contents").unwrap().clone();
    let first = &contents.as_array().unwrap()[0];
    assert_eq!(first.get("usable"), Some(&Value::Bool(true)));
    assert!(first.get("usable_until").is_some());
    // Nothing lasts by a policy that allows no age.
    std::thread::sleep(Duration::from_millis(1100));
    fs::write(
        at.join("other.toml"),
        policy + "max_document_age_seconds = 0\n",
    )
    .unwrap();
    let old = run(at, &named);
    ends(&old, 6, "[did_resolution_failed]");
    assert!(json(&old).get("contents").is_some());

    // Where nobody may be asked nothing is to be had.
    let list = format!("http://localhost:1/list={maker}");
    let asked = [&make[..], &["--status-list", &list]].concat();
    let before = fs::read(at.join("b.jws")).unwrap();
    let missing = run(at, &asked);
    assert_eq!(missing.status.code(), Some(7), "{}", text(&missing.stderr));
    assert_eq!(json(&missing).get("partial"), Some(&Value::Bool(true)));
    assert_eq!(fs::read(at.join("b.jws")).unwrap(), before);
    let partial = [&asked[..], &["--partial"]].concat();
    ends(&run(at, &partial), 0, "");

    fs::write(at.join("b.jws"), "nothing").unwrap();
    for verb in ["show", "verify"] {
        ends(&run(at, &["bundle", verb, "b.jws"]), 6, "[bundle_invalid]");
    }
    let served = run(at, &["serve", "--bundle", "b.jws"]);
    ends(&served, 6, "[bundle_invalid]");
    let config = fs::read_to_string(at.join("omote-world.toml")).unwrap();
    let config = config + "offline = true\n";
    fs::write(at.join("omote-world.toml"), config).unwrap();
    ends(&run(at, &["serve"]), 2, "[config_malformed]");
}
