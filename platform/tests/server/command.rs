//! The command `omote-world`, as it is typed.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use proofs::jws::{Typ, UnverifiedJws};
use rustix::process::{Pid, Signal};
use schemas::form::Form;
use schemas::json::Value;

use crate::http::{assert_valid, get, path_of, post_form};
use crate::program::{Running, ends, fails, json, run, text};
use crate::town::{model, provenance};

#[test]
fn a_world_is_founded_once_and_for_its_people_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let trust = "https://other.example";
    let made = run(
        at,
        &[
            "init",
            "--dir",
            "w",
            "--name",
            "Neo \"Kyoto\"",
            "--trust",
            trust,
        ],
    );
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    assert_eq!(text(&made.stdout), "w/omote-world.toml\n");
    let token = fs::read_to_string(at.join("w/data/admin.token")).unwrap();
    for stream in [&made.stdout, &made.stderr] {
        assert!(!text(stream).contains(token.trim_end()));
    }
    assert_eq!(
        fs::metadata(at.join("w/data"))
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o700
    );
    fails(&run(at, &["init", "--dir", "w"]), 1, "world_exists");
    let refused = run(at, &["init", "--dir", "v", "--listen", "0.0.0.0:1"]);
    fails(&refused, 2, "config_insecure");
    assert!(!at.join("v").exists());
    let usage = run(at, &["init", "--origin", "http://world.example"]);
    assert_eq!(usage.status.code(), Some(2));
    for verb in ["decisions", "grants", "serve", "purge"] {
        fails(&run(at, &[verb]), 2, "world_io");
    }
    for wrong in [
        &["grant", "--json"][..],
        &["--json", "init", "--listen", "here"],
    ] {
        let refused = run(at, wrong);
        assert_eq!(refused.status.code(), Some(2));
        assert!(text(&refused.stderr).starts_with("error: "));
        let told = json(&refused);
        assert_eq!(told.get("ok"), Some(&Value::Bool(false)));
        assert_eq!(told.get("reason").unwrap().as_str(), Some("bad_request"));
        assert!(
            !told
                .get("error")
                .unwrap()
                .as_str()
                .unwrap()
                .starts_with("error")
        );
    }
    let told = json(&run(at, &["decisions", "--json"]));
    assert_eq!(told.get("ok"), Some(&Value::Bool(false)));
    assert_eq!(told.get("reason").unwrap().as_str(), Some("world_io"));
    // A key that others can read.
    let key = at.join("w/data/world.key");
    fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    let config = ["--config", "w/omote-world.toml"];
    fails(
        &run(at, &[&["decisions"], &config[..]].concat()),
        2,
        "config_insecure",
    );
}

#[test]
fn an_offer_tells_its_code_once_and_waits_for_approval() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    assert!(run(at, &["init"]).status.success());
    fs::write(at.join("mika.vrm"), model()).unwrap();
    let avatar = [
        "offer",
        "avatar",
        "--persona",
        "Mika",
        "--model",
        "mika.vrm",
    ];
    let with = |more: &[&str]| run(at, &[&avatar[..], more].concat());
    let offered = with(&["--tx-code", "--deferred", "--format", "dc+sd-jwt"]);
    assert!(offered.status.success(), "{}", text(&offered.stderr));
    let told = text(&offered.stderr).to_owned();
    let (_, code) = told.split_once("never again: ").unwrap();
    let code = code.lines().next().unwrap();
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
    assert!(!text(&offered.stdout).contains(code));
    assert!(told.contains("omote-world approve "));
    let offered = json(&with(&["--tx-code=text", "--json"]));
    let bytes = schemas::canonical::object_to_bytes(&offered);
    assert_valid("offer-created", &bytes);
    assert_eq!(offered.get("tx_code").unwrap().as_str().unwrap().len(), 8);
    let usual = offered.get("grant").unwrap().as_str().unwrap();
    let listed = json(&run(at, &["grants", "--json"]));
    let listed = listed.get("grants").unwrap().as_array().unwrap().to_vec();
    let approval = |grant: &Value| {
        grant
            .get("approval")
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    assert_eq!(approval(&listed[0]), None);
    assert_eq!(approval(&listed[1]).as_deref(), Some("pending"));
    let grant = listed[1].get("id").unwrap().as_str().unwrap();
    let decided = json(&run(at, &["approve", grant, "--json"]));
    let bytes = schemas::canonical::object_to_bytes(&decided);
    assert_valid("grant", &bytes);
    assert_eq!(decided.get("approval").unwrap().as_str(), Some("approved"));
    fails(&run(at, &["deny", grant]), 8, "bad_request");
    fails(&run(at, &["approve", usual]), 2, "bad_request");
    fails(
        &run(at, &["deny", "-9KeUGvQmHUjng0pR7bQWw"]),
        3,
        "not_found",
    );
    let shown = run(at, &["grants"]);
    assert!(text(&shown.stdout).contains("approved"));
    assert_eq!(text(&shown.stdout).matches("copies  Mika\n").count(), 2);
    assert_eq!(listed[0].get("name").unwrap().as_str(), Some("Mika"));
    // There is no login page, and a code beside a login is no use.
    fails(&with(&["--login"]), 2, "bad_request");
    assert_eq!(with(&["--login", "--tx-code"]).status.code(), Some(2));
    assert_eq!(with(&["--format", "mso_mdoc"]).status.code(), Some(2));
}

#[test]
fn an_item_is_offered_by_its_number_and_with_what_its_terms_allow() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    assert!(run(at, &["init"]).status.success());
    fs::write(at.join("sword.vrm"), model()).unwrap();
    let sword = "offer item --class sword --serial 42 --model sword.vrm";
    let offer = |more: &str| {
        let line = format!("{sword} {more}");
        run(at, &line.split_whitespace().collect::<Vec<_>>())
    };
    for (more, told) in [
        ("", "It can be passed on any number of times."),
        ("--transfers 1", "It can be passed on 1 time."),
        ("--transfers none", "It cannot be passed on."),
        ("--transfers 3 --copies 1", "It can be passed on 3 times."),
    ] {
        let offered = offer(more);
        let said = text(&offered.stderr);
        assert!(said.contains(told), "{said}");
        let copies = match more.contains("copies") {
            true => "1 one-time copy,",
            false => "10 one-time copies,",
        };
        let first = format!("A usage right to sword 42, {copies} open until ");
        assert!(said.starts_with(&first), "{said}");
    }
    // The world states by a did:web where its model comes from.
    fails(&offer("--creator-consent"), 2, "bad_request");
    let unknown = schemas::ledger::ItemTag::from_bytes([77; 32]).to_string();
    fails(&run(at, &["items", "show", &unknown]), 3, "item_unknown");
}

#[test]
fn offers_and_questions_are_made_without_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    assert!(run(at, &["init"]).status.success());
    fs::write(at.join("mika.vrm"), model()).unwrap();
    fs::write(
        at.join("provenance.json"),
        schemas::canonical::object_to_bytes(&provenance()),
    )
    .unwrap();
    let by_model = [
        "offer",
        "avatar",
        "--persona",
        "Mika",
        "--model",
        "mika.vrm",
    ];
    let offered = run(at, &by_model);
    assert!(offered.status.success(), "{}", text(&offered.stderr));
    let link = "openid-credential-offer://?credential_offer_uri=http%3A%2F%2Flocalhost%3A4001%2F";
    assert!(text(&offered.stdout).starts_with(link));
    let item = [
        "offer", "item", "--class", "sword", "--serial", "42", "--copies", "3", "--json",
    ];
    let offered = json(&run(
        at,
        &[&item[..], &["--provenance", "provenance.json"]].concat(),
    ));
    assert_valid(
        "offer-created",
        &schemas::canonical::object_to_bytes(&offered),
    );
    assert_eq!(offered.get("copies").unwrap().as_u64(), Some(3));
    let grant = offered.get("grant").unwrap().as_str().unwrap().to_owned();
    let listed = json(&run(at, &["grants", "--json"]));
    assert_valid("grant-list", &schemas::canonical::object_to_bytes(&listed));
    let listed = listed.get("grants").unwrap().as_array().unwrap().to_vec();
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].get("id").unwrap().as_str(), Some(grant.as_str()));
    for (verb, status) in [
        ("suspend", "suspended"),
        ("reinstate", "active"),
        ("revoke", "revoked"),
        ("revoke", "revoked"),
    ] {
        let changed = json(&run(at, &[verb, &grant, "--json"]));
        assert_valid("grant", &schemas::canonical::object_to_bytes(&changed));
        assert_eq!(changed.get("status").unwrap().as_str(), Some(status));
    }
    fails(&run(at, &["reinstate", &grant]), 1, "grant_revoked");
    fails(&run(at, &["revoke", "nobody"]), 3, "not_found");
    // Names are drawn by chance, and some begin with a hyphen.
    for verb in ["suspend", "reinstate", "revoke"] {
        fails(&run(at, &[verb, "-9KeUGvQmHUjng0pR7bQWw"]), 3, "not_found");
        let json = json(&run(at, &[verb, "-9KeUGvQmHUjng0pR7bQWw", "--json"]));
        assert_eq!(json.get("reason").unwrap().as_str(), Some("not_found"));
    }
    let shown = run(at, &["grants"]);
    assert!(text(&shown.stdout).contains("revoked"));
    let explained = json(&run(
        at,
        &["explain", "--issuer", "did:web:a.example", "--json"],
    ));
    assert_valid(
        "policy-explanation",
        &schemas::canonical::object_to_bytes(&explained),
    );
    assert_eq!(
        explained.get("decision").unwrap().as_str(),
        Some("not_believed")
    );
    let explained = run(at, &["explain", "--issuer", "did:web:a.example"]);
    assert!(text(&explained.stdout).starts_with("No rule believes the issuer"));
    let origin = run(at, &["explain", "--issuer", "http://localhost:4001"]);
    ends(
        &origin,
        2,
        "the DID of that world is did:web:localhost%3A4001",
    );
    let no_type = run(
        at,
        &[
            "explain",
            "--issuer",
            "did:web:a.example",
            "--type",
            "Avatar",
        ],
    );
    ends(&no_type, 2, "AvatarCredential");
    let nothing = run(at, &["offer", "avatar", "--persona", "Mika"]);
    ends(&nothing, 2, "--provenance <FILE>|--model <FILE>");
    let no_model = [
        "offer",
        "avatar",
        "--persona",
        "Mika",
        "--model",
        "policy.toml",
    ];
    fails(&run(at, &no_model), 6, "asset_format");
    let no_provenance = [
        "offer",
        "avatar",
        "--persona",
        "Mika",
        "--provenance",
        "policy.toml",
    ];
    fails(&run(at, &no_provenance), 6, "parse_error");

    let asked = run(at, &["ask", "both", "--purpose", "Enter the arena"]);
    assert!(asked.status.success(), "{}", text(&asked.stderr));
    assert!(text(&asked.stdout).starts_with("openid4vp://?client_id=decentralized_identifier%3A"));
    let asked = run(at, &["ask", "avatar", "--instance", "a/b"]);
    fails(&asked, 2, "bad_request");
    ask_in_each_manner(at);
    let purged = run(at, &["purge"]);
    assert!(text(&purged.stdout).starts_with("0 records older than "));
    let purged = run(at, &["purge", "--json"]);
    assert_valid("purge", &purged.stdout);
    let list = run(at, &["decisions", "--json"]);
    assert_valid("decision-list", &list.stdout);
    let list = json(&list);
    assert_eq!(list.get("purges").unwrap().as_array().unwrap().len(), 2);
    let completions = run(at, &["completions", "bash"]);
    assert!(text(&completions.stdout).contains("omote-world"));
}

fn ask_in_each_manner(at: &Path) {
    let created = |arguments: &[&str]| {
        let all = [["ask", "avatar", "--json"].as_slice(), arguments].concat();
        let asked = run(at, &all);
        assert!(asked.status.success(), "{}", text(&asked.stderr));
        let mut created = json(&asked);
        created.remove("v");
        created.remove("ok");
        assert_valid(
            "admission-created",
            &schemas::canonical::object_to_bytes(&created),
        );
        (created, text(&asked.stderr).to_owned())
    };
    let (plain, said) = created(&[]);
    let digits = plain
        .get("match_code")
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned();
    assert!(said.contains(&format!(": {digits}\n")), "{said}");
    let page = "http://localhost:9/enter";
    let (back, said) = created(&["--return-to", page]);
    assert!(!back.contains_key("match_code"));
    let poll = back.get("poll_url").unwrap().as_str().unwrap();
    for told in [
        format!("\n  {page}#response_code=…\n"),
        format!("\n  {poll}\n"),
        "response_code\": \"…\"} to the poll\n".to_owned(),
        "nothing to compare".to_owned(),
    ] {
        assert!(said.contains(&told), "{told}: {said}");
    }
    for arguments in [
        ["--statement", "Entry fee: 100 coins"].as_slice(),
        &["--format", "dc+sd-jwt", "--statement", "Entry fee"],
        &["--format", "ldp_vc", "--format", "dc+sd-jwt"],
        &["--response-mode", "direct_post.jwt"],
    ] {
        created(arguments);
        let all = [["ask", "both"].as_slice(), arguments].concat();
        let both = run(at, &all);
        assert!(both.status.success(), "{}", text(&both.stderr));
    }
    for what in ["avatar", "both"] {
        let ask = |arguments: &[&str]| run(at, &[["ask", what].as_slice(), arguments].concat());
        // Not understood.
        for (arguments, named) in [
            (["--format", "mso_mdoc"].as_slice(), "--format"),
            (&["--response-mode", "fragment"], "--response-mode"),
            (&["--return-to", "/enter"], "--return-to"),
            (&["--return-to", page, "--wait"], "--wait"),
        ] {
            ends(&ask(arguments), 2, named);
        }
        let elsewhere = ask(&["--return-to", "https://evil.example/"]);
        fails(&elsewhere, 2, "bad_request");
        let unconfirmed = ask(&["--format", "ldp_vc", "--statement", "a"]);
        fails(&unconfirmed, 2, "transaction_data_unsupported");
    }
}

#[tokio::test]
async fn a_served_world_answers_waits_and_stops_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let origin = format!("http://localhost:{port}");
    assert!(run(at, &["init", "--origin", &origin]).status.success());
    let mut serving = Running::start(at, &["serve"]);
    let mut talk = BufReader::new(serving.0.stderr.take().unwrap());
    let mut line = String::new();
    talk.read_line(&mut line).unwrap();
    assert!(line.contains("listening on"), "{line}");
    assert_eq!(get(port, "/healthz").await.status, 204);
    // The address is taken.
    fails(&run(at, &["serve"]), 1, "world_io");

    let mut asking = Running::start(at, &["ask", "avatar", "--wait"]);
    let mut link = String::new();
    BufReader::new(asking.0.stdout.take().unwrap())
        .read_line(&mut link)
        .unwrap();
    let link = Form::of_link(link.trim_end()).unwrap();
    let request_path = path_of(link.field("request_uri").unwrap()).to_owned();
    let request = get(port, &request_path).await;
    let jws = UnverifiedJws::parse(request.text(), Typ::RequestObject).unwrap();
    let claims = jws.unverified_claims();
    let state = claims.get("state").unwrap().as_str().unwrap();
    let response = claims.get("response_uri").unwrap();
    let response_path = path_of(response.as_str().unwrap()).to_owned();
    let no = Form::new()
        .with("error", "access_denied")
        .with("state", state);
    assert_eq!(post_form(port, &response_path, &no).await.status, 200);
    assert_eq!(asking.0.wait().unwrap().code(), Some(5));

    let pid = Pid::from_child(&serving.0);
    // A policy that nobody can read, and the signal to read it: the world goes on.
    let policy = fs::read_to_string(at.join("policy.toml")).unwrap();
    fs::write(at.join("policy.toml"), "version = 9\n").unwrap();
    rustix::process::kill_process(pid, Signal::HUP).unwrap();
    let mut said = String::new();
    while !said.contains("policy_malformed") {
        assert!(talk.read_line(&mut said).unwrap() > 0, "nothing was said");
    }
    assert_eq!(get(port, "/healthz").await.status, 204);
    fs::write(at.join("policy.toml"), policy).unwrap();
    rustix::process::kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(serving.0.wait().unwrap().code(), Some(0));
    // What it said names routes, never the secrets in paths.
    std::io::Read::read_to_string(&mut talk, &mut said).unwrap();
    assert!(said.contains("/openid4vp/request/{request}"), "{said}");
    for path in [&request_path, &response_path] {
        assert!(!said.contains(path.rsplit('/').next().unwrap()), "{said}");
    }
}

#[test]
fn a_malformed_configuration_or_policy_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    assert!(run(at, &["init"]).status.success());
    let policy = fs::read_to_string(at.join("policy.toml")).unwrap();
    fs::write(
        at.join("policy.toml"),
        format!("{policy}everybody = true\n"),
    )
    .unwrap();
    fails(&run(at, &["serve"]), 2, "policy_malformed");
    fs::write(at.join("policy.toml"), policy).unwrap();
    let path = at.join("omote-world.toml");
    let config = fs::read_to_string(&path).unwrap();
    fs::write(&path, config.clone() + "shoe_size = 3\n").unwrap();
    fails(&run(at, &["serve"]), 2, "config_malformed");
    fs::write(&path, config.replace("127.0.0.1", "0.0.0.0")).unwrap();
    fails(&run(at, &["serve"]), 2, "config_insecure");
}
