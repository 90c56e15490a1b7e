//! Killed at any moment, several at once, disk full: what was acknowledged is there.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use schemas::reason::Reason;

use crate::holding::{NewCopy, NewHolding, Refill};
use crate::{
    Entropy, Format, HoldingKind, OsEntropy, PersonaIndex, RngError, SeedOrigin, Unlock, Wallet,
};

use super::fixture::{Place, add_avatar, at, child, child_task, facts, open_home, persona, world};

#[test]
#[ignore = "started by the tests below as a process of its own"]
fn child_adds_until_killed() {
    let Some((home, name)) = child_task() else {
        return;
    };
    let mut wallet = open_home(&home).unwrap();
    for number in 0.. {
        let holding = add_avatar(&mut wallet, &format!("{name}-{number}"), 2);
        acknowledge(&holding.name);
    }
}

#[test]
#[ignore = "started by the tests below as a process of its own"]
fn child_adds_a_hundred() {
    let Some((home, name)) = child_task() else {
        return;
    };
    let mut wallet = open_home(&home).unwrap();
    for number in 0..100 {
        let holding = add_avatar(&mut wallet, &format!("{name}-{number}"), 1);
        acknowledge(&holding.name);
    }
}

#[test]
#[ignore = "started by the tests below as a process of its own"]
fn child_adds_until_refused() {
    let Some((home, name)) = child_task() else {
        return;
    };
    let mut wallet = match open_home(&home) {
        Ok(wallet) => wallet,
        Err(error) => return refused(error.reason()),
    };
    for number in 0..20 {
        match wallet.add_persona(&persona(&format!("{name}-{number}")), at(1)) {
            Ok(persona) => acknowledge(persona.name.as_str()),
            Err(error) => return refused(error.reason()),
        }
    }
}

fn refused(reason: Reason) {
    println!("refusal {}", reason.code());
}

fn acknowledge(name: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "ack {name}").unwrap();
    out.flush().unwrap();
}

fn acknowledged(out: impl std::io::Read) -> Vec<String> {
    BufReader::new(out)
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.split_once("ack ").map(|(_, name)| name.to_owned()))
        .collect()
}

#[test]
fn killed_at_any_moment_everything_acknowledged_is_there() {
    let place = Place::new();
    drop(place.create());
    let mut expected = Vec::new();
    let mut writing = 0;
    for round in 0..20u64 {
        let name = format!("round{round}");
        let mut process = child(
            "wallet::tests::crash::child_adds_until_killed",
            &place.home(),
            &name,
        );
        let out = process.stdout.take().unwrap();
        let (first, wrote) = mpsc::channel();
        let reader = std::thread::spawn(move || {
            let mut names = Vec::new();
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                names.extend(acknowledged(line.as_bytes()));
                if !names.is_empty() {
                    let _ = first.send(());
                }
            }
            names
        });
        // Every other process is killed amid its writes, the rest while it starts and opens.
        if round % 2 == 0 {
            wrote.recv().unwrap();
        }
        std::thread::sleep(Duration::from_micros(round * 7_919 % 60_000));
        process.kill().unwrap();
        assert_eq!(process.wait().unwrap().signal(), Some(9));
        let names = reader.join().unwrap();
        writing += usize::from(!names.is_empty());
        expected.extend(names);

        let wallet = place.open().unwrap();
        assert_eq!(wallet.rolled_back(), None);
        wallet.check().unwrap();
        let there: HashSet<String> = wallet
            .holdings()
            .unwrap()
            .into_iter()
            .map(|holding| holding.name)
            .collect();
        for name in &expected {
            assert!(there.contains(name), "{name} was acknowledged and is gone");
        }
    }
    assert!(
        writing >= 10,
        "only {writing} of 20 processes were killed while they wrote"
    );
    no_key_is_used_twice(&place);
}

#[test]
fn eight_processes_add_a_hundred_each() {
    let place = Place::new();
    drop(place.create());
    let children: Vec<_> = (0..8)
        .map(|number| {
            child(
                "wallet::tests::crash::child_adds_a_hundred",
                &place.home(),
                &format!("process{number}"),
            )
        })
        .collect();
    let outputs: Vec<_> = children
        .into_iter()
        .map(|process| process.wait_with_output().unwrap())
        .collect();
    for output in outputs {
        assert!(output.status.success());
        assert_eq!(acknowledged(output.stdout.as_slice()).len(), 100);
    }
    let wallet = place.open().unwrap();
    assert_eq!(wallet.findings(), []);
    let inventory = wallet.check().unwrap();
    assert_eq!(
        (inventory.holdings, inventory.copies, inventory.history),
        (800, 800, 800)
    );
    let names: HashSet<String> = wallet
        .holdings()
        .unwrap()
        .into_iter()
        .map(|holding| holding.name)
        .collect();
    assert_eq!(names.len(), 800);
    no_key_is_used_twice(&place);
}

fn no_key_is_used_twice(place: &Place) {
    let wallet = place.open().unwrap();
    let mut seen = HashSet::new();
    for holding in wallet.holdings().unwrap() {
        for copy in wallet.copies(&holding.id).unwrap() {
            assert!(seen.insert(*wallet.copy_seed(&copy.key).expose()));
        }
    }
}

/// A file system of 1 MiB, when this user may mount one.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(path: std::path::PathBuf) -> Option<Self> {
        std::fs::create_dir(&path).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m,mode=0700", "none"])
            .arg(&path)
            .stderr(std::process::Stdio::null())
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then_some(Self(path))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_loses_nothing() {
    let place = Place::new();
    let Some(disk) = SmallDisk::mount(place.home()) else {
        println!("skipped: this user may not mount a small file system");
        return;
    };
    let mut wallet = place.create();
    add_avatar(&mut wallet, "first", 1);
    let filler = vec![7u8; 64 * 1024];
    let mut error = None;
    let mut kept = 0;
    for number in 0..64 {
        let keys = wallet.allocate_keys(PersonaIndex::FIRST, &world("a"), 1);
        let inserted = keys.and_then(|keys| {
            let copies = keys
                .into_iter()
                .map(|key| NewCopy {
                    format: Format::LdpVc,
                    key,
                    credential: filler.clone(),
                    world: None,
                    valid_until: None,
                })
                .collect();
            let new = NewHolding {
                kind: HoldingKind::Item,
                name: format!("filler{number}"),
                issuer: world("a"),
                persona: PersonaIndex::FIRST,
                types: Vec::new(),
                facts: facts("filler"),
                grant: None,
                settles: None,
                item: None,
                copies,
            };
            wallet.insert_holding(new, at(2))
        });
        match inserted {
            Ok(_) => kept += 1,
            Err(refused) => {
                error = Some(refused);
                break;
            }
        }
    }
    assert_eq!(
        error.expect("the disk was never full").reason(),
        Reason::WalletIo
    );
    drop(wallet);
    let wallet = place.open().unwrap();
    assert_eq!(wallet.check().unwrap().holdings, kept + 1);
    drop(wallet);
    drop(disk);
}

/// A source of randomness that gives out after some draws.
struct Failing(usize);

impl Entropy for Failing {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), RngError> {
        self.0 = self.0.checked_sub(1).ok_or(RngError::Unavailable)?;
        OsEntropy.fill(out)
    }
}

#[test]
fn without_randomness_nothing_is_made_and_nothing_is_lost() {
    let place = Place::new();
    let mut draws = 0;
    while let Err(error) = place.try_create_with(SeedOrigin::New, Box::new(Failing(draws))) {
        assert_eq!(error.reason(), Reason::RngFailure, "after {draws} draws");
        assert_eq!(std::fs::read_dir(place.home()).unwrap().count(), 0);
        assert!(!place.path("keychain").exists(), "after {draws} draws");
        draws += 1;
    }
    assert!(draws > 8, "{draws}");

    let before = place.open().unwrap().check().unwrap();
    draws = 0;
    loop {
        let unlock = place.keychain();
        let unlock = Unlock::Keychain(&unlock);
        let mut wallet = Wallet::open(&place.home(), unlock, Box::new(Failing(draws))).unwrap();
        match wallet.add_persona(&persona("more"), at(1)) {
            Ok(_) => break,
            Err(error) => assert_eq!(error.reason(), Reason::RngFailure),
        }
        assert_eq!(place.open().unwrap().check().unwrap(), before);
        draws += 1;
    }
    assert_eq!(place.open().unwrap().check().unwrap().personas, 2);
}

/// Whether system calls can be made to fail on this machine.
fn traceable() -> bool {
    let traced = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .status();
    let traceable = traced.is_ok_and(|status| status.success());
    if !traceable {
        println!("skipped: no strace on this machine; failing system calls were NOT tested");
    }
    traceable
}

/// A process that adds personas until it is refused, in a system with this fault.
fn adding_with(fault: &str, place: &Place, name: &str) -> std::process::Output {
    Command::new("strace")
        .args(["-f", "-o", "/dev/null", "-e", &format!("inject={fault}")])
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "wallet::tests::crash::child_adds_until_refused",
            "--ignored",
            "--nocapture",
        ])
        .env("OMOTE_TEST_HOME", place.home())
        .env("OMOTE_TEST_NAME", name)
        .output()
        .unwrap()
}

/// The wallet is sound, and the personas that were acknowledged are in it.
fn has_all(place: &Place, expected: &[String], what: &str) {
    let wallet = place.open().unwrap();
    assert_eq!(wallet.rolled_back(), None, "{what}");
    wallet.check().unwrap();
    let there: HashSet<String> = wallet
        .personas()
        .unwrap()
        .into_iter()
        .map(|persona| persona.name.to_string())
        .collect();
    for name in expected {
        assert!(
            there.contains(name),
            "{what}: {name} was acknowledged and is gone"
        );
    }
}

/// Killed at the first, the second, the so-manieth call by which anything reaches the disk.
#[test]
fn killed_at_each_system_call_it_is_the_old_or_the_new() {
    if !traceable() {
        return;
    }
    let place = Place::new();
    drop(place.create());
    let mut expected = vec!["main".to_owned()];
    for (calls, most) in [
        ("pwrite64", 12),
        ("fsync,fdatasync", 6),
        ("unlink,unlinkat", 2),
        ("rename,renameat,renameat2", 2),
    ] {
        for when in 1..=most {
            let fault = format!("{calls}:signal=KILL:when={when}");
            let name = format!("{}-{when}", &calls[..4]);
            let output = adding_with(&fault, &place, &name);
            assert_eq!(output.status.signal(), Some(9), "{fault}");
            expected.extend(acknowledged(output.stdout.as_slice()));
            has_all(&place, &expected, &fault);
        }
    }
}

/// The system's random numbers are interrupted, missing, or all zeros.
#[test]
fn a_system_without_randomness_is_noticed() {
    if !traceable() {
        return;
    }
    let place = Place::new();
    drop(place.create());
    let mut expected = vec!["main".to_owned()];
    for (name, fault, refused) in [
        ("interrupted", "getrandom:error=EINTR:when=1+3", false),
        ("missing", "getrandom:error=ENOSYS", false),
        ("zeros", "getrandom:retval=8", true),
    ] {
        let output = adding_with(fault, &place, name);
        assert!(output.status.success(), "{fault}");
        let text = String::from_utf8_lossy(&output.stdout);
        let code = text.lines().find_map(|line| line.split_once("refusal "));
        let code = code.map(|(_, code)| code);
        let rng_failure = refused.then_some(Reason::RngFailure.code());
        assert_eq!(code, rng_failure, "{fault}: {text}");
        expected.extend(acknowledged(output.stdout.as_slice()));
        has_all(&place, &expected, fault);
    }
    // Twice twenty, and not one more: the source that is missing has another beside it.
    assert_eq!(expected.len(), 41);
}

#[test]
fn a_system_that_fails_loses_nothing() {
    if !traceable() {
        return;
    }
    let place = Place::new();
    drop(place.create());
    let mut expected = vec!["main".to_owned()];
    let mut failures = 0;
    for (number, fault) in [
        "pwrite64:error=ENOSPC:when=5",
        "pwrite64:error=EIO:when=14",
        "pwrite64:error=EDQUOT:when=23+",
        "fsync,fdatasync:error=EIO:when=1",
        "fsync,fdatasync:error=EIO:when=6",
        "fsync,fdatasync:error=EIO:when=11+",
        "unlink:error=EIO:when=3",
        // The counter cannot be replaced: a finding, while what was changed is stored.
        "rename,renameat,renameat2:error=EXDEV:when=2",
        "pread64:error=EIO:when=20+",
    ]
    .into_iter()
    .enumerate()
    {
        let output = adding_with(fault, &place, &format!("fault{number}"));
        assert!(output.status.success(), "{fault}");
        let text = String::from_utf8_lossy(&output.stdout);
        if let Some(code) = text.lines().find_map(|line| line.split_once("refusal ")) {
            assert_eq!(code.1, Reason::WalletIo.code(), "{fault}");
            failures += 1;
        }
        expected.extend(acknowledged(output.stdout.as_slice()));
        has_all(&place, &expected, fault);
    }
    assert!(failures >= 5, "only {failures} faults were met");
}

#[test]
#[ignore = "started by the test below as a process of its own"]
fn child_refills_until_killed() {
    let Some((home, _)) = child_task() else {
        return;
    };
    let mut wallet = open_home(&home).unwrap();
    let id = wallet.listed().unwrap().remove(0).id;
    for round in 0.. {
        let known = wallet.copies(&id).unwrap().remove(0).key;
        let fresh = wallet
            .allocate_keys(PersonaIndex::FIRST, &world("a"), 1)
            .unwrap();
        let copies = [known].into_iter().chain(fresh).map(|key| NewCopy {
            format: Format::LdpVc,
            key,
            credential: format!("round {round}").into_bytes(),
            world: None,
            valid_until: Some(at(round)),
        });
        let refill = Refill {
            facts: facts("refilled"),
            copies: copies.collect(),
            settles: None,
        };
        wallet.refill_holding(&id, refill, at(0)).unwrap();
        acknowledge(&format!("{round}"));
    }
}

/// The copy that a world knows is the old one or the new one, whole, and always there; a fresh one came
/// with the new one or not at all.
#[test]
fn killed_amid_a_refill_nothing_is_lost_and_no_key_is_used_twice() {
    let place = Place::new();
    let mut wallet = place.create();
    let holding = add_avatar(&mut wallet, "mika", 1);
    wallet.spend_copy(&holding.copies[0], &world("b")).unwrap();
    drop(wallet);
    let mut writing = 0;
    for round in 0..12u64 {
        let mut process = child(
            "wallet::tests::crash::child_refills_until_killed",
            &place.home(),
            "",
        );
        let out = process.stdout.take().unwrap();
        let (first, wrote) = mpsc::channel();
        let reader = std::thread::spawn(move || {
            let mut acknowledged_last = None;
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                for name in acknowledged(line.as_bytes()) {
                    acknowledged_last = name.parse::<i64>().ok();
                    let _ = first.send(());
                }
            }
            acknowledged_last
        });
        let before = place.open().unwrap().copies(&holding.id).unwrap().len();
        wrote.recv().unwrap();
        std::thread::sleep(Duration::from_micros(round * 7_919 % 40_000));
        process.kill().unwrap();
        assert_eq!(process.wait().unwrap().signal(), Some(9));
        let last = reader.join().unwrap().unwrap();
        writing += 1;

        let wallet = place.open().unwrap();
        wallet.check().unwrap();
        let copies = wallet.copies(&holding.id).unwrap();
        let known = &copies[0];
        assert_eq!(
            (known.id, &known.world),
            (holding.copies[0], &Some(world("b")))
        );
        let text = String::from_utf8(wallet.credential(&known.id).unwrap()).unwrap();
        let number: i64 = text.strip_prefix("round ").unwrap().parse().unwrap();
        // What was acknowledged is there, or one more that was not.
        assert!((last..=last + 1).contains(&number), "{text} after {last}");
        assert_eq!(known.valid_until, Some(at(number)));
        assert!(copies.len() > before);
        no_key_is_used_twice(&place);
    }
    assert_eq!(writing, 12);
}
