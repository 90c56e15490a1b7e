//! `--json`: every command's output against the schema, and every exit code at least once.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::runner::{Machine, Run};

fn schema() -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("json/omote.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

/// Holds every output against the schema.
pub(crate) struct Judge {
    schema: jsonschema::Validator,
    commands: BTreeSet<String>,
}

impl Judge {
    pub(crate) fn new() -> Self {
        Self {
            schema: schema(),
            commands: BTreeSet::new(),
        }
    }

    /// The envelope, which must be valid and fit the exit code.
    pub(crate) fn take(&mut self, run: &Run) -> Value {
        let json = run.json();
        assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
        if let Err(error) = self.schema.validate(&json) {
            panic!("{error} at {}: {json}", error.instance_path());
        }
        assert_eq!(json["ok"] == true, run.code == 0, "{json}");
        if let Some(command) = json["command"].as_str() {
            self.commands.insert(command.to_owned());
        }
        json
    }
}

/// A certificate that vouches for itself.
const ROOT: &str = "\
-----BEGIN CERTIFICATE-----\n\
MIIBjjCCATOgAwIBAgIUKbbiZEGe6oqU9P3TNUmtHR5eSqYwCgYIKoZIzj0EAwIw\n\
GzEZMBcGA1UEAwwQQSByb290IGZvciB0ZXN0czAgFw0yNjExMjIwNTI5NDJaGA8y\n\
MTI2MTAyOTA1Mjk0MlowGzEZMBcGA1UEAwwQQSByb290IGZvciB0ZXN0czBZMBMG\n\
ByqGSM49AgEGCCqGSM49AwEHA0IABORX+7KGvDKiEozFPzqloAWzQtcjsJrPYnCz\n\
X2X/B1gavELGMy/VwXxDbWVzH8M9gaGPetznw0Sjao0ubwPi8TqjUzBRMB0GA1Ud\n\
DgQWBBSnelbvaT7tbXOBEqUSo+nvEWnYLDAfBgNVHSMEGDAWgBSnelbvaT7tbXOB\n\
EqUSo+nvEWnYLDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCM\n\
sEl51tktVfQjb7Mivv/OUEexyWKwq8zJd2tCpA3xDwIhALSx0YrrcpyHYVB/iNGr\n\
cwa9NjCalEz2a/y6U7tcxC9K\n\
-----END CERTIFICATE-----\n";

#[test]
fn every_command_without_a_world_is_valid() {
    let machine = Machine::new();
    let mut judge = Judge::new();
    let run = |args: &[&str]| {
        let mut args = args.to_vec();
        args.push("--json");
        machine.open(&args)
    };
    assert_eq!(judge.take(&run(&["status"]))["data"]["state"], "absent");
    assert_eq!(judge.take(&run(&["doctor"]))["data"]["worst"], "fail");
    let made = judge.take(&run(&[
        "init",
        "--no-keychain",
        "--words-out",
        "words",
        "--persona",
        "表",
    ]));
    assert_eq!(made["data"]["persona"], "表");
    assert_eq!(made["data"]["keychain"], false);
    let status = judge.take(&run(&["status"]));
    assert_eq!(status["data"]["state"], "open");
    assert_eq!(status["data"]["inventory"]["personas"], 1);
    assert_eq!(judge.take(&run(&["doctor"]))["data"]["worst"], "warn");
    assert_eq!(
        judge.take(&run(&["doctor", "--accept-older-store"]))["ok"],
        true
    );
    judge.take(&run(&["persona", "add", "Night"]));
    judge.take(&run(&["persona", "rename", "Night", "Dawn"]));
    judge.take(&run(&["persona", "default", "dawn"]));
    let personas = judge.take(&run(&["persona", "list"]));
    assert_eq!(personas["data"]["personas"][1]["default"], true);
    judge.take(&run(&["trust", "add", "https://Arena.example/"]));
    let worlds = judge.take(&run(&["trust", "list"]));
    assert_eq!(
        worlds["data"]["worlds"][0]["origin"],
        "https://arena.example"
    );
    judge.take(&run(&["trust", "remove", "https://arena.example"]));
    std::fs::write(machine.path().join("root.pem"), ROOT).unwrap();
    let added = judge.take(&run(&["trust", "anchor", "add", "root.pem"]));
    let listed = judge.take(&run(&["trust", "anchor", "list"]));
    assert_eq!(added["data"], listed["data"]);
    let fingerprint = listed["data"]["anchors"][0]["fingerprint"]
        .as_str()
        .unwrap();
    let removed = judge.take(&run(&["trust", "anchor", "remove", fingerprint]));
    assert_eq!(removed["data"]["removed"], true);
    judge.take(&run(&["list"]));
    let address = judge.take(&run(&["me", "--qr-png", "me.png"]));
    let text = address["data"]["address"].as_str().unwrap();
    assert!(text.starts_with("omote:to:"), "{text}");
    let picture = std::fs::read(machine.path().join("me.png")).unwrap();
    assert_eq!(qr::read::text(&picture).unwrap(), text);
    let inbox = judge.take(&run(&["inbox"]));
    assert_eq!(inbox["data"]["offers"].as_array().unwrap().len(), 0);
    judge.take(&run(&["history", "--verify"]));
    judge.take(&run(&["history", "--export", "history.jsonl"]));
    judge.take(&run(&["backup", "create", "a.omote"]));
    let verified = judge.take(&run(&["backup", "verify", "a.omote"]));
    assert_eq!(verified["data"]["inventory"]["personas"], 2);
    let elsewhere = ["--home", "other", "--words-file", "words"];
    let restored = [
        &["backup", "restore", "a.omote", "--no-keychain"],
        &elsewhere[..],
    ]
    .concat();
    judge.take(&run(&restored));
    judge.take(&run(&["completions", "zsh"]));
    judge.take(&run(&["man", "backup", "create"]));
    judge.take(&run(&["help", "backup", "create"]));
    let expected = [
        "backup create",
        "backup restore",
        "backup verify",
        "completions",
        "doctor",
        "help",
        "history",
        "inbox",
        "init",
        "list",
        "man",
        "me",
        "persona add",
        "persona default",
        "persona list",
        "persona rename",
        "status",
        "trust add",
        "trust anchor add",
        "trust anchor list",
        "trust anchor remove",
        "trust list",
        "trust remove",
    ];
    assert_eq!(
        judge.commands,
        expected.map(str::to_owned).into_iter().collect()
    );
}

#[test]
fn failures_are_valid_and_end_in_their_codes() {
    let machine = Machine::with_wallet();
    let mut judge = Judge::new();
    let nowhere = "openid-credential-offer://?credential_offer_uri=\
                   http%3A%2F%2Flocalhost%3A9%2Fo%2Fx";
    std::fs::write(machine.path().join("broken.json"), "{\"a\":1,\"a\":2}").unwrap();
    for (args, code, reason) in [
        (
            &["init", "--no-keychain", "--words-out", "w"][..],
            1,
            "wallet_exists",
        ),
        (&["backup", "create", "pass"], 1, "cli_file_exists"),
        (&["check", "nothing-here"], 1, "cli_file_unreadable"),
        (&["lst"], 2, "cli_usage"),
        (&["persona", "add", "a\u{202e}b"], 2, "bad_request"),
        (&["show", "nothing"], 3, "not_found"),
        (&["receive", nowhere], 4, "origin_unconfirmed"),
        (
            &["receive", nowhere, "--origin", "http://localhost:9"],
            7,
            "world_unreachable",
        ),
        (&["receive", "https://example.org/?a=b"], 2, "bad_request"),
        (&["receive", "anything at all"], 2, "bad_request"),
        (
            &[
                "receive",
                "openid4vp://?client_id=redirect_uri%3Ahttps%3A%2F%2Fa.example&request_uri=https%3A%2F%2Fa.example%2Fr",
            ],
            2,
            "bad_request",
        ),
        // An offer that is none is the world's doing.
        (
            &["receive", "openid-credential-offer://?credential_offer=x"],
            6,
            "offer_rejected",
        ),
        (
            &[
                "receive",
                "--pending",
                "--consent",
                "uEiDo7OKxPJWaemN_653CG2k6gaOuYrF-YlGsaAfY_gNpIw",
            ],
            4,
            "consent_mismatch",
        ),
        // A world by itself is for logging in there.
        (
            &["receive", "https://example.org/"],
            4,
            "origin_unconfirmed",
        ),
    ] {
        let mut args = args.to_vec();
        args.push("--json");
        let run = machine.open(&args);
        let json = judge.take(&run);
        assert_eq!(
            (run.code, json["error"]["reason"].as_str()),
            (code, Some(reason)),
            "{json}"
        );
    }
    let locked = machine.run(&["list", "--json"]);
    judge.take(&locked);
    assert_eq!((locked.code, locked.reason().as_str()), (4, "cli_locked"));
    let checked = machine.open(&["check", "broken.json", "--json"]);
    let json = judge.take(&checked);
    assert_eq!(checked.code, 6);
    assert_eq!(json["data"]["report"]["reason"], "json_duplicate_key");
}

#[test]
fn a_failure_in_the_middle_of_a_pipe_is_an_error() {
    use std::process::{Command, Stdio};
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_omote"))
        .args(["completions", "bash"])
        .stdout(Stdio::from(full))
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
}

#[test]
fn a_reader_who_goes_away_is_no_error() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_omote"))
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
