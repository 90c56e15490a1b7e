//! Others who do the same work: processes of their own, run in turns with ours on the same input.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use schemas::suite::Cryptosuite;
use tests::fixed::now;
use verifier::Asked;

use crate::report::{Bar, Row, line, root};
use crate::work::{self, Batch, middle};

/// The argument with which this program runs itself as one of two independent processes.
pub(crate) const CHILD: &str = "--child";

/// Two threads of one process against two processes that know nothing of each other.
pub(crate) fn two_processes(batch: &Batch, quick: bool) -> Row {
    let rounds = if quick { 3 } else { 7 };
    let run = |_| (threads(batch), children());
    let (ours, others) = middle((0..rounds).map(run).collect());
    Row {
        name: "64 presentations together, two cores".to_owned(),
        median_ns: ours,
        peer: "two independent processes".to_owned(),
        peer_median_ns: others,
        bar: Some(Bar::AtMost(1.0 / 0.9)),
    }
}

const WHILE: Duration = Duration::from_millis(700);

/// Time for one presentation when 64 at a time are judged on two threads.
fn threads(batch: &Batch) -> f64 {
    let (start, mut done) = (Instant::now(), 0_u32);
    while start.elapsed() < WHILE {
        batch.judge_together(64, 2);
        done += 64;
    }
    start.elapsed().as_nanos() as f64 / f64::from(done)
}

/// Time for one presentation when two processes judge 64 at a time on a thread each.
fn children() -> f64 {
    let program = std::env::current_exe().expect("this program");
    let spawn = || {
        Command::new(&program)
            .arg(CHILD)
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program once more")
    };
    let both = [spawn(), spawn()];
    let rates = both.map(|child| {
        let output = child.wait_with_output().expect("an answer");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.trim().parse::<f64>().expect("a time")
    });
    1.0 / rates.iter().map(|time| 1.0 / time).sum::<f64>()
}

/// One of the two processes: prints the time for one presentation.
pub(crate) fn child() {
    let batch = work::presentations();
    batch.judge_together(64, 1);
    let (start, mut done) = (Instant::now(), 0_u32);
    while start.elapsed() < WHILE {
        batch.judge_together(64, 1);
        done += 64;
    }
    line(&format!(
        "{}",
        start.elapsed().as_nanos() as f64 / f64::from(done)
    ));
}

/// A peer that reads credentials from a file, one a line.
struct Peer {
    name: &'static str,
    command: Vec<String>,
    suite: Cryptosuite,
    bar: Bar,
}

fn peers() -> Vec<Peer> {
    let interop = root().join("tests/interop");
    let text = |path: PathBuf| path.display().to_string();
    let ssi = interop.join("target/release/peer-ssi");
    let node = interop.join("node/peer.js");
    let mut peers = Vec::new();
    if ssi.exists() {
        peers.push(Peer {
            name: "ssi",
            command: vec![text(ssi)],
            suite: Cryptosuite::EddsaRdfc2022,
            bar: Bar::TimesFaster(5.0),
        });
    } else {
        line("skipped: ssi is not built (tests/interop/run builds it)");
    }
    if interop.join("node/node_modules").exists() {
        for (suite, times) in [
            (Cryptosuite::EddsaJcs2022, 8.0),
            (Cryptosuite::EddsaRdfc2022, 5.0),
        ] {
            peers.push(Peer {
                name: "@digitalbazaar/vc",
                command: vec!["node".to_owned(), text(node.clone())],
                suite,
                bar: Bar::TimesFaster(times),
            });
        }
    } else {
        line("skipped: @digitalbazaar/vc is not installed (tests/interop/run installs it)");
    }
    peers
}

/// SD-JWTs with key binding and ten disclosures, on Node.
fn sd_jwts(rounds: usize) -> Option<Row> {
    let folder = root().join("tests/peers");
    if !folder.join("node_modules").exists() {
        line("skipped: @sd-jwt/sd-jwt-vc is not installed (tests/peers/install installs it)");
        return None;
    }
    let batch = work::sd_jwts();
    let Asked::Presentation(asked) = &batch.asked else {
        return None;
    };
    let input = root().join("target/compare-sd-jwt.ndjson");
    fs::write(&input, batch.documents.join(&b'\n')).expect("a file in target");
    let run = |_| {
        let before = batch.time_each();
        let output = Command::new("node")
            .arg(folder.join("speed.js"))
            .arg(&input)
            .args(["dc+sd-jwt", "--at", &now().to_string()])
            .args(["--audience", asked.audience.as_str()])
            .args(["--nonce", asked.challenge.as_str()])
            .stderr(Stdio::inherit())
            .output();
        let theirs = answered("@sd-jwt/sd-jwt-vc", output)?;
        Some((f64::midpoint(before, batch.time_each()), theirs))
    };
    let (ours, theirs) = middle((0..rounds).map(run).collect::<Option<_>>()?);
    Some(Row {
        name: "SD-JWT VC with key binding, 10 disclosures, single".to_owned(),
        median_ns: ours,
        peer: "@sd-jwt/sd-jwt-vc".to_owned(),
        peer_median_ns: theirs,
        bar: None,
    })
}

/// Ours and each peer in turns, over the same file.
pub(crate) fn rows(quick: bool) -> Vec<Row> {
    let rounds = if quick { 1 } else { 5 };
    let sd_jwts = sd_jwts(rounds);
    peers()
        .into_iter()
        .filter_map(|peer| {
            let batch = work::badges(peer.suite);
            let input = root().join(format!("target/compare-{}.ndjson", peer.suite.name()));
            let lines = batch.documents.join(&b'\n');
            fs::write(&input, lines).expect("a file in target");
            // Ours before and after theirs, which take a while.
            let run = |_| {
                let before = batch.time_each();
                let theirs = run(&peer, &input)?;
                Some((f64::midpoint(before, batch.time_each()), theirs))
            };
            let (ours, theirs) = middle((0..rounds).map(run).collect::<Option<_>>()?);
            Some(Row {
                name: format!("{} credential, single", peer.suite.name()),
                median_ns: ours,
                peer: peer.name.to_owned(),
                peer_median_ns: theirs,
                bar: Some(peer.bar),
            })
        })
        .chain(sd_jwts)
        .collect()
}

fn run(peer: &Peer, input: &Path) -> Option<f64> {
    let (program, arguments) = peer.command.split_first()?;
    let output = Command::new(program)
        .args(arguments)
        .arg(input)
        .arg(peer.suite.name())
        .args(["--at", &now().to_string(), "--rounds", "1"])
        .stderr(Stdio::inherit())
        .output();
    answered(peer.name, output)
}

/// The time that a peer says, when it ended well.
fn answered(name: &str, output: io::Result<Output>) -> Option<f64> {
    let output = output.ok()?;
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    let time = answer.get("median_ns")?.as_f64();
    if time.is_none() || !output.status.success() {
        line(&format!("skipped: {name} did not answer"));
        return None;
    }
    time
}
