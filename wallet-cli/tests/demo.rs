//! `omote demo`, run as anybody runs it; then every file that it keeps is judged again, by
//! `omote check` and by the worlds themselves over HTTP, and all have to say the same.
#![cfg(feature = "demo")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "test code"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use fetch::{Bearer, Client, Policy, Purpose};
use platform::{Config, Serving};
use proofs::jws::{Typ, UnverifiedJws};
use schemas::json::Value as Wire;
use serde_json::Value;
use tempfile::TempDir;

const STEPS: [(&str, &str); 15] = [
    ("worlds", "accepted"),
    ("model", "accepted"),
    ("provenance", "accepted"),
    ("wallet", "accepted"),
    ("receive-avatar", "accepted"),
    ("receive-item", "accepted"),
    ("enter", "accepted"),
    ("file", "accepted"),
    ("again", "vp_replay"),
    ("another-key", "vp_holder_mismatch"),
    ("license-edited", "sig_invalid"),
    ("model-edited", "asset_hash_mismatch"),
    ("relayed", "vp_audience"),
    ("expired", "cred_expired"),
    ("issuer-unknown", "cred_issuer_untrusted"),
];

/// The steps that can be judged again from files. The same answer sent again is no file of its own:
/// every answer is sent again below.
const CASES: [&str; 8] = [
    "enter",
    "file",
    "another-key",
    "license-edited",
    "model-edited",
    "relayed",
    "expired",
    "issuer-unknown",
];

/// A run of the command in a folder that is gone afterwards.
struct Machine(TempDir);

struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("tmp")).unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// What commands left in the folder for passing files, and in the home.
    fn left(&self) -> Vec<PathBuf> {
        let entries = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten();
        entries(self.path().join("tmp"))
            .chain(entries(self.path().join("home")))
            .map(|entry| entry.path())
            .collect()
    }

    fn run(&self, args: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_omote"))
            .args(args)
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path())
            .env("OMOTE_HOME", self.path().join("home"))
            .env("TMPDIR", self.path().join("tmp"))
            .output()
            .unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Run {
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.stdout, self.stderr))
    }
}

/// Holds the JSON form of a run against the words.
fn hold(run: &Run, what: &str) -> Value {
    let json = run.json();
    assert_eq!(run.code, 0, "{what}: {json:#}");
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("json/omote.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    if let Err(error) = jsonschema::validate(&schema, &json) {
        panic!("{what}: {error} at {}", error.instance_path());
    }
    assert_eq!(json["v"], 1, "{what}");
    assert_eq!(json["ok"], true, "{what}: {json:#}");
    let steps = json["steps"].as_array().unwrap();
    let found: Vec<(&str, &str)> = steps
        .iter()
        .map(|step| (text(step, "id"), text(step, "expected")))
        .collect();
    assert_eq!(found, STEPS, "{what}");
    for step in steps {
        let (outcome, reason) = match text(step, "expected") {
            "accepted" => ("accepted", None),
            code => ("refused", Some(code)),
        };
        assert_eq!(step["outcome"], outcome, "{what}: {step}");
        assert_eq!(step["reason"].as_str(), reason, "{what}: {step}");
        assert!(step["ms"].is_u64(), "{what}: {step}");
        assert!(!text(step, "title").is_empty(), "{what}: {step}");
    }
    json
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no text {name} in {value}"))
}

#[test]
fn shows_everything_and_leaves_nothing() {
    let machine = Machine::new();
    let json = hold(&machine.run(&["demo", "--json"]), "demo");
    for told in ["learned", "not_learned", "issuer_recognizes"] {
        let lines = json[told].as_array().unwrap();
        assert!(!lines.is_empty(), "{told}");
        assert!(lines.iter().all(Value::is_string), "{told}");
    }
    assert_eq!(json.get("kept"), None);
    assert_eq!(machine.left(), Vec::<PathBuf>::new());
}

#[test]
fn tells_people_each_step_in_their_language() {
    let machine = Machine::new();
    let run = machine.run(&["demo", "--lang", "ja"]);
    assert_eq!(run.code, 0, "{}\n{}", run.stdout, run.stderr);
    for code in STEPS.iter().map(|(_, expected)| *expected) {
        if code != "accepted" {
            assert!(run.stdout.contains(code), "{code}: {}", run.stdout);
        }
    }
    let steps: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.starts_with('✓'))
        .collect();
    assert_eq!(steps.len(), STEPS.len() + 1, "{}", run.stdout);
    let timed: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.ends_with(" ms"))
        .collect();
    assert_eq!(timed.len(), STEPS.len() + 1, "{}", run.stdout);
    for line in steps.iter().chain(&timed) {
        assert!(unicode_width::UnicodeWidthStr::width(*line) <= 80, "{line}");
    }
    for line in steps {
        let title = line.trim_start_matches('✓');
        assert!(title.chars().any(is_japanese), "{line}");
    }
    assert!(!run.stdout.contains('\u{1b}'), "color in a pipe");
    assert_eq!(machine.left(), Vec::<PathBuf>::new());
}

fn is_japanese(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')
}

#[test]
fn a_folder_that_is_there_stays_as_it_is() {
    let machine = Machine::new();
    let folder = machine.path().join("mine");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("demo.json"), "mine").unwrap();
    let run = machine.run(&["demo", "--json", "--keep", "mine"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    let json = run.json();
    assert_eq!(json["ok"], false);
    assert_eq!(json["error"]["reason"], "cli_file_exists");
    let names: Vec<_> = fs::read_dir(&folder).unwrap().flatten().collect();
    assert_eq!(names.len(), 1);
    assert_eq!(
        fs::read_to_string(folder.join("demo.json")).unwrap(),
        "mine"
    );
}

#[test]
fn a_broken_model_file_ends_the_demo_with_its_reason() {
    let machine = Machine::new();
    let whole = assets::make::vrm1(&assets::make::Recipe::new(Default::default()));
    for (name, bytes, reason) in [
        ("cut.vrm", &whole[..whole.len() / 2], "asset_format"),
        ("text.vrm", &b"this is no model"[..], "asset_format"),
    ] {
        fs::write(machine.path().join(name), bytes).unwrap();
        let run = machine.run(&["demo", "--json", "--avatar", name]);
        let json = run.json();
        assert_eq!(run.code, 6, "{name}: {json}");
        assert_eq!(json["ok"], false, "{name}");
        let steps = json["steps"].as_array().unwrap();
        let last = steps.last().unwrap();
        assert_eq!(last["id"], "model", "{name}: {json}");
        assert_eq!(last["outcome"], "refused", "{name}");
        assert_eq!(last["reason"], reason, "{name}");
    }
    let run = machine.run(&["demo", "--json", "--avatar", "absent.vrm"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.json()["error"]["reason"], "cli_file_unreadable");
    assert_eq!(machine.left(), Vec::<PathBuf>::new());
}

#[test]
fn every_real_avatar_takes_the_journey() {
    let Some(folder) = shared("models/vrm") else {
        return;
    };
    let files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "vrm"))
        .collect();
    assert!(!files.is_empty(), "no .vrm among the shared models");
    // A run waits more than it works.
    std::thread::scope(|scope| {
        for third in files.chunks(files.len().div_ceil(3)) {
            scope.spawn(move || {
                for file in third {
                    let file = file.to_str().unwrap();
                    let machine = Machine::new();
                    hold(&machine.run(&["demo", "--json", "--avatar", file]), file);
                    assert_eq!(machine.left(), Vec::<PathBuf>::new(), "{file}");
                }
            });
        }
    });
}

/// A folder of real files beside the project.
fn shared(below: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared"));
    let root = std::env::var_os("OMOTE_SHARED").map_or_else(beside, PathBuf::from);
    let folder = root.join(below);
    if folder.exists() {
        return Some(folder);
    }
    eprintln!("skipped: shared/{below} is not here (set OMOTE_SHARED)");
    None
}

/// What a kept run left, and how each file has to be judged.
struct Kept {
    _machine: Machine,
    folder: PathBuf,
    cases: Vec<Value>,
}

impl Kept {
    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().unwrap().to_owned()
    }

    fn read(&self, case: &Value, member: &str) -> Vec<u8> {
        fs::read(self.folder.join(text(case, member))).unwrap()
    }
}

fn keep() -> Kept {
    let machine = Machine::new();
    let json = hold(&machine.run(&["demo", "--json", "--keep", "kept"]), "kept");
    let folder = machine.path().join("kept");
    let told = PathBuf::from(text(&json, "kept"));
    assert_eq!(told, folder.canonicalize().unwrap());
    let manifest = fs::read(folder.join("demo.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["v"], 1);
    let cases = manifest["cases"].as_array().unwrap().clone();
    let ids: Vec<&str> = cases.iter().map(|case| text(case, "id")).collect();
    assert_eq!(ids, CASES);
    for case in &cases {
        let step = STEPS.iter().find(|(id, _)| *id == text(case, "id"));
        assert_eq!(step.unwrap().1, text(case, "expected"));
    }
    Kept {
        _machine: machine,
        folder,
        cases,
    }
}

/// What a report comes to, in one word.
fn word(report: &Value) -> String {
    match report["verdict"].as_str() {
        Some("accepted") => "accepted".to_owned(),
        Some("rejected") => text(report, "reason").to_owned(),
        other => panic!("{other:?}: {report:#}"),
    }
}

/// Judges a case as world B would, with the documents at hand and without any wallet.
fn check(kept: &Kept, case: &Value) -> String {
    let documents = ["world-a.did.json", "world-c.did.json"].map(|name| kept.path(name));
    let (file, policy) = (
        kept.path(text(case, "file")),
        kept.path("world-b/policy.toml"),
    );
    let mut args = vec!["check", &file, "--json", "--policy", &policy];
    for document in &documents {
        args.extend(["--did-document", document]);
    }
    let lists: Vec<String> = (1..)
        .map(|number| kept.path(&format!("status-{number}.json")))
        .take_while(|path| Path::new(path).exists())
        .collect();
    assert!(!lists.is_empty(), "no status list was kept");
    for list in &lists {
        args.extend(["--status-list", list]);
    }
    let head = kept.path("item-head.json");
    args.extend(["--item-head", &head]);
    let beside = |member: &str| case[member].as_str().map(|name| kept.path(name));
    let (request, model) = (beside("request"), beside("model"));
    if let Some(request) = &request {
        args.extend(["--request", request]);
    }
    if let Some(model) = &model {
        args.extend(["--model", model]);
    }
    let run = Machine::new().run(&args);
    let json = run.json();
    let found = word(&json["data"]["report"]);
    let exit = if found == "accepted" { 0 } else { 6 };
    assert_eq!(run.code, exit, "{case}: {json:#}");
    assert_eq!(json["ok"], found == "accepted", "{case}");
    found
}

/// The worlds are gone while `omote check` judges, so that it can only be by what was kept; then
/// they are opened again where they were, and asked the same.
#[tokio::test]
async fn kept_files_are_judged_alike_by_the_command_and_by_the_worlds() {
    let kept = keep();
    let mut by_command = BTreeMap::new();
    for case in &kept.cases {
        let found = check(&kept, case);
        assert_eq!(found, text(case, "expected"), "{case}");
        by_command.insert(text(case, "id"), found);
    }

    let a = open(&kept, "world-a").await;
    let b = open(&kept, "world-b").await;
    let world = b.world().config().world().clone();
    let client = Client::new(Policy::public().allow_world(&world).unwrap());
    let token = kept.path("world-b/data/admin.token");
    let bearer = fs::read_to_string(token).unwrap().trim().to_owned();
    let bearer = Bearer::new(bearer).unwrap();
    let url = format!("{}/assets/check", world.origin());
    let (mut files, mut answers) = (0, 0);
    for case in &kept.cases {
        let file = kept.read(case, "file");
        if case.get("model").is_some() {
            let model = kept.read(case, "model");
            let parts = [("credential", file.as_slice()), ("file", model.as_slice())];
            let response = client
                .post_parts(Purpose::World, &url, &parts, &bearer)
                .await
                .unwrap();
            let report: Value = serde_json::from_slice(response.body()).unwrap();
            assert_eq!(word(&report), by_command[text(case, "id")], "{case}");
            files += 1;
        } else {
            assert_eq!(
                answer_again(&client, &kept, case).await,
                "vp_replay",
                "{case}"
            );
            answers += 1;
        }
    }
    assert_eq!((files, answers), (2, 6));
    a.stop().await;
    b.stop().await;
}

/// Serves a kept world where it was. Its port may be somebody's for a moment.
async fn open(kept: &Kept, name: &str) -> Serving {
    let config = Config::read(&kept.folder.join(name).join("omote-world.toml")).unwrap();
    let until = Instant::now() + Duration::from_secs(20);
    let listener = loop {
        match platform::bind(&config).await {
            Ok(listener) => break listener,
            Err(error) if Instant::now() > until => panic!("{name}: {error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    };
    platform::serve(config, listener).await.unwrap()
}

/// Sends a kept answer to the address in its kept request; gives the reason of the refusal.
async fn answer_again(client: &Client, kept: &Kept, case: &Value) -> String {
    let request = String::from_utf8(kept.read(case, "request")).unwrap();
    let request = UnverifiedJws::parse(request.trim(), Typ::RequestObject).unwrap();
    let claim = |name: &str| {
        let claims = request.unverified_claims();
        claims.get(name).and_then(Wire::as_str).map(str::to_owned)
    };
    let vp_token = String::from_utf8(kept.read(case, "file")).unwrap();
    let state = claim("state");
    let mut fields = vec![("vp_token", vp_token.as_str())];
    if let Some(state) = &state {
        fields.push(("state", state));
    }
    let url = claim("response_uri").unwrap();
    let response = client
        .post_form(Purpose::PresentationResponse, &url, &fields)
        .await
        .unwrap();
    assert!(!response.is_success(), "{case}");
    let refusal: Value = serde_json::from_slice(response.body()).unwrap();
    text(&refusal, "reason").to_owned()
}
