//! What arrived before somebody answered: it survives the end of the process, is asked about again, and
//! is never redeemed twice.

use std::path::PathBuf;
use std::process::Command;

use schemas::credential::CredentialType;
use schemas::reason::Reason;
use schemas::status::StatusPurpose;
use wallet_core::consent::KeepConsent;
use wallet_core::receive::{self, Arrived, Fetched, Notified, ReceiveError, Undecided};
use wallet_core::{Format, HoldingError, Wallet};

use crate::fixture::{Person, client, later, now, open_in, run};
use crate::world::{Lie, World};

fn only(wallet: &Wallet) -> Undecided {
    let mut all = wallet.undecided().unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn resume(wallet: &mut Wallet, world: &World, at: i64) -> Result<Fetched, ReceiveError> {
    let undecided = only(wallet);
    let confirmed = wallet.confirmed(&world.id).unwrap();
    run(receive::resume(
        &client(&[world]),
        wallet,
        &undecided,
        &confirmed,
        later(at),
    ))
}

fn arrived(fetched: Result<Fetched, ReceiveError>) -> Arrived {
    match fetched.unwrap() {
        Fetched::Arrived(arrived) => *arrived,
        other => panic!("{other:?}"),
    }
}

fn keep(wallet: &mut Wallet, world: &World, arrived: Arrived) -> Result<usize, ReceiveError> {
    let consent = KeepConsent::Digest(arrived.digest());
    let client = client(&[world]);
    let kept = receive::keep(&client, wallet, arrived, consent, now());
    run(kept).map(|received| received.holdings.len())
}

/// How many records of grants there are. Which records there are is no secret; what is in them is.
fn grants(person: &Person) -> u32 {
    let file = person.folder().join("home/wallet.sqlite");
    let conn = rusqlite::Connection::open(file).unwrap();
    let count = "SELECT count(*) FROM record WHERE kind = 12";
    conn.query_row(count, [], |row| row.get(0)).unwrap()
}

fn told(world: &World) -> Vec<String> {
    let asked = world.server.asked().into_iter();
    let asked = asked.filter(|asked| asked.path == "/notification");
    asked
        .map(|asked| String::from_utf8_lossy(&asked.body).into_owned())
        .collect()
}

#[test]
fn what_arrived_is_found_again_and_never_redeemed_twice() {
    for format in [Format::LdpVc, Format::DcSdJwt] {
        let world = World::new(1);
        world.offer_in(&[format]);
        world.issuing(|issuing| issuing.refills = true);
        world.offer(&[CredentialType::Avatar, CredentialType::Item], Some(3));
        let mut person = Person::new();
        let first = person.redeem(&world).unwrap();
        let digest = first.digest();
        drop(first);

        let mut wallet = person.reopened();
        assert!(wallet.holdings().unwrap().is_empty());
        let waiting = only(&wallet);
        assert_eq!((waiting.copies, &waiting.world), (6, &world.id));
        world.server.forget();
        let seen = receive::look(&wallet, &waiting, later(60))
            .unwrap()
            .unwrap();
        assert_eq!((seen.digest(), seen.parts().len()), (digest, 2));
        assert_eq!(wallet.undecided().unwrap().len(), 1);
        let again = arrived(resume(&mut wallet, &world, 60));
        assert_eq!(again.digest(), digest);
        // Neither looking nor taking it up contacts anybody.
        assert!(world.server.asked().is_empty());
        assert!(told(&world).is_empty());
        assert_eq!(keep(&mut wallet, &world, again).unwrap(), 2);
        assert_eq!(told(&world).len(), 2);
        assert!(told(&world)[0].contains("credential_accepted"));
        assert!(wallet.undecided().unwrap().is_empty());
        let lines = wallet.listed().unwrap();
        assert!(lines.iter().all(|line| line.supply(now()).refillable));
        // What was looked at before is decided by now.
        assert!(matches!(
            keep(&mut wallet, &world, seen),
            Err(ReceiveError::Holding(HoldingError::NotFound))
        ));
        assert_eq!(wallet.holdings().unwrap().len(), 2);
        assert_eq!(world.requests("/token"), 0);
        wallet.check().unwrap();
        wallet.verify_history().unwrap();
    }
}

#[test]
fn no_word_of_what_arrived_lies_readable_in_the_file() {
    let world = World::new(1);
    let mut person = Person::new();
    person.redeem(&world).unwrap();
    let bytes = std::fs::read(person.folder().join("home/wallet.sqlite")).unwrap();
    for word in ["token-1", "Mika", world.id.origin()] {
        let has = |part: &[u8]| part == word.as_bytes();
        assert!(!bytes.windows(word.len()).any(has), "{word}");
    }
    person.wallet.check().unwrap();
}

#[test]
fn what_was_declined_leaves_nothing_behind() {
    for defers in [false, true] {
        let world = World::new(1);
        world.issuing(|issuing| {
            issuing.refills = true;
            issuing.defers = defers;
        });
        let mut person = Person::new();
        let before = grants(&person);
        let mut first = person.redeem(&world).unwrap();
        if defers {
            assert_eq!(person.wallet.owed().unwrap().len(), 1);
            world.issuing(|issuing| issuing.ready = true);
            let owed = person.wallet.owed().unwrap().remove(0);
            let confirmed = person.wallet.confirmed(&world.id).unwrap();
            let client = client(&[&world]);
            let fetching =
                receive::fetch_owed(&client, &mut person.wallet, &owed, &confirmed, later(60));
            first = arrived(run(fetching));
            // It came, so it is not owed; and it is not lost when nobody answers.
            assert!(person.wallet.owed().unwrap().is_empty());
            assert_eq!(only(&person.wallet).copies, 3);
        }
        drop(first);
        let mut wallet = person.reopened();
        let again = arrived(resume(&mut wallet, &world, 61));
        run(receive::decline(&client(&[&world]), &mut wallet, again)).unwrap();
        assert!(told(&world)[0].contains("credential_deleted"));
        assert!(wallet.undecided().unwrap().is_empty());
        // No grant, no arrival and nothing that is owed.
        assert_eq!(grants(&person), before);
        wallet.check().unwrap();
    }
}

#[test]
fn a_grant_stays_while_something_of_it_does() {
    let world = World::new(1);
    world.issuing(|issuing| issuing.refills = true);
    let mut person = Person::new();
    let received = person.receive(&world);
    let mut wallet = person.reopened();
    assert_eq!(grants(&person), 1);
    let id = received.holdings[0].holding.id;
    wallet.forget_holding(&id, now()).unwrap();
    assert_eq!(grants(&person), 0);
}

#[test]
fn what_could_not_be_judged_when_it_came_is_judged_later() {
    let world = World::lying(1, Lie::StatusUnreachable);
    world.publish_status(StatusPurpose::Revocation, None);
    let mut person = Person::new();
    let error = person.redeem(&world).unwrap_err();
    assert_eq!(error.cause(), Reason::StatusUnavailable);
    // Nobody has decided, and it is not known to be false.
    let mut wallet = person.reopened();
    let waiting = only(&wallet);
    assert!(receive::look(&wallet, &waiting, now()).unwrap().is_none());
    assert!(told(&world).is_empty());
    world.lie(Lie::None);
    let again = arrived(resume(&mut wallet, &world, 1));
    assert_eq!(keep(&mut wallet, &world, again).unwrap(), 1);
    assert_eq!(world.requests("/token"), 1);
}

#[test]
fn what_is_over_by_then_is_let_go_of() {
    let world = World::new(1);
    world.issuing(|issuing| issuing.lifetime = Some(86_400));
    let mut person = Person::new();
    person.redeem(&world).unwrap();
    let mut wallet = person.reopened();
    // Looking changes nothing.
    let waiting = only(&wallet);
    let error = receive::look(&wallet, &waiting, later(90_000)).unwrap_err();
    assert_eq!(error.cause(), Reason::CredExpired);
    let error = resume(&mut wallet, &world, 90_000).unwrap_err();
    assert_eq!(error.cause(), Reason::CredExpired);
    assert!(wallet.undecided().unwrap().is_empty());
    assert!(told(&world)[0].contains("credential_failure"));
}

/// Where the wallet of a process that is killed lies.
const HOME_FILE: &str = "OMOTE_TEST_HOME_FILE";

#[test]
fn a_kill_between_arrival_and_answer_loses_nothing() {
    let place = tempfile::TempDir::new().unwrap();
    let file = place.path().join("home");
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "undeciding::child_is_killed_before_the_answer"])
        .args(["--ignored", "--nocapture"])
        .env(HOME_FILE, &file)
        .output()
        .unwrap();
    assert!(!child.status.success());
    let folder = PathBuf::from(std::fs::read_to_string(&file).unwrap());
    let mut wallet = open_in(&folder);
    assert!(wallet.holdings().unwrap().is_empty());
    // Its world went down with it, and is not needed.
    let waiting = only(&wallet);
    let confirmed = wallet.confirmed(&waiting.world).unwrap();
    let client = fetch::Client::new(confirmed.policy());
    let resuming = receive::resume(&client, &mut wallet, &waiting, &confirmed, now());
    let again = arrived(run(resuming));
    assert_eq!(again.parts()[0].name(), "Mika");
    let consent = KeepConsent::Digest(again.digest());
    let kept = run(receive::keep(&client, &mut wallet, again, consent, now())).unwrap();
    assert_eq!(kept.notified, Notified::Failed);
    let copies = wallet.copies(&wallet.holdings().unwrap()[0].id).unwrap();
    assert_eq!(copies.len(), 3);
    wallet.check().unwrap();
    drop(wallet);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
#[ignore = "the other half of a test that kills it"]
fn child_is_killed_before_the_answer() {
    let file = std::env::var(HOME_FILE).unwrap();
    let world = World::new(1);
    let mut person = Person::new();
    std::fs::write(file, person.folder().to_str().unwrap()).unwrap();
    let _arrived = person.redeem(&world).unwrap();
    std::process::abort();
}
