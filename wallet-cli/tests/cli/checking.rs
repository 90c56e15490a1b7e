//! `omote check` without a network: documents and lists as files, which rule decided, what stands
//! beside a verdict, and files that are not judged by themselves.

use proofs::did_document::{Profile, build};
use proofs::issue::Issuer;
use proofs::keys::SigningKey;
use schemas::canonical;
use schemas::credential::{AvatarCredential, UnsignedCredential, Validity};
use schemas::json::{self, Limits, Object};
use schemas::license::LicenseTerms;
use schemas::status::{Bits, StatusEntry, StatusListCredential, StatusMessage, StatusPurpose};
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;
use schemas::trust_list::{TrustListCredential, TrustedCreators, TrustedIssuer};
use schemas::world::WorldId;

use crate::envelope::Judge;
use crate::hostile::clean;
use crate::runner::{Machine, Run};

const AT: &str = "2026-11-21T18:00:00Z";
const LIST: &str = "https://meadow.example/status/1";
const TRUSTED: &str = "https://circle.example/trusted";

/// A world that signs; nobody serves it.
struct World {
    id: WorldId,
    name: &'static str,
    seed: u8,
}

fn at(seconds: i64) -> Timestamp {
    // 2026-11-21T18:00:00Z
    Timestamp::from_unix(1_795_284_000 + seconds)
}

impl World {
    fn new(origin: &str, name: &'static str, seed: u8) -> Self {
        let id = origin.parse().unwrap();
        Self { id, name, seed }
    }

    fn key(&self) -> SigningKey {
        SigningKey::from_seed(&[self.seed; 32])
    }

    fn document(&self) -> Object {
        let key = self.key().verifying_key();
        let profile = Profile::new(self.name, None).unwrap().service();
        build(&self.id.did(), &[("key-1", &key)], &[profile]).unwrap()
    }

    fn signed(&self, unsigned: &UnsignedCredential) -> Object {
        let method = self.id.did().with_fragment("key-1").unwrap();
        let key = self.key();
        let issuer = Issuer::new(method, key.verifying_key(), key, Cryptosuite::EddsaJcs2022);
        issuer.issue(unsigned, at(-60)).unwrap().into_object()
    }

    fn list(&self, purpose: StatusPurpose, set: &[u64]) -> Object {
        let mut bits = Bits::unset(0);
        for index in set {
            assert!(bits.set(*index, true));
        }
        let list = StatusListCredential {
            url: LIST.parse().unwrap(),
            issuer: self.id.did(),
            validity: Validity::between(at(-3600), at(3600)),
            purpose,
            bits,
            ttl_seconds: 300,
        };
        self.signed(&list.unsigned())
    }

    fn avatar(&self, provenance: Object, name: &str, status: &[StatusEntry]) -> Object {
        let avatar = AvatarCredential {
            issuer: self.id.did(),
            holder: SigningKey::from_seed(&[9; 32]).did_key(),
            validity: Validity::between(at(-3600), at(3600)),
            persona_name: name.to_owned(),
            license: license_of(&provenance),
            provenance,
        };
        self.signed(&avatar.unsigned().with_status(status))
    }

    /// A list that believes another world for avatars.
    fn trusting(&self, other: &Self) -> Object {
        let list = TrustListCredential {
            url: TRUSTED.parse().unwrap(),
            issuer: self.id.did(),
            validity: Validity::between(at(-3600), at(3600)),
            trusted: vec![TrustedIssuer {
                did: other.id.did(),
                types: vec!["AvatarCredential".to_owned()],
                creators: TrustedCreators::Any,
                validity: Validity::between(at(-3600), at(3600)),
            }],
        };
        self.signed(&list.unsigned())
    }
}

fn entry(purpose: StatusPurpose, said: Option<&str>) -> StatusEntry {
    StatusEntry {
        purpose,
        index: 7,
        list: LIST.parse().unwrap(),
        messages: said.map(|said| {
            ["all is well", said].map(|message| StatusMessage {
                message: message.to_owned(),
            })
        }),
    }
}

/// The creator's terms: a world may give less, and never more.
fn license_of(provenance: &Object) -> LicenseTerms {
    let subject = provenance.get("credentialSubject").unwrap();
    LicenseTerms::from_value(subject.get("license").unwrap()).unwrap()
}

fn put(machine: &Machine, name: &str, object: &Object) {
    let bytes = canonical::object_to_bytes(object);
    std::fs::write(machine.path().join(name), bytes).unwrap();
}

/// A machine with a creator's statement.
fn scene() -> (Machine, Object) {
    let machine = Machine::with_wallet();
    let model = assets::make::vrm1(&assets::make::Recipe::new(LicenseTerms::default()));
    std::fs::write(machine.path().join("mika.vrm"), model).unwrap();
    let facts = assets::facts(
        &std::fs::read(machine.path().join("mika.vrm")).unwrap(),
        &assets::Limits::default(),
    );
    let statement = wallet_core::provenance::Statement {
        facts: &facts,
        name: "Mika",
        terms: wallet_core::provenance::Terms::OfTheFile,
        derived_from: &[],
        until: None,
        suite: Cryptosuite::EddsaJcs2022,
    };
    let creator = SigningKey::from_seed(&[5; 32]);
    let provenance = wallet_core::provenance::sign_with(creator, &statement, at(-7200)).unwrap();
    (machine, provenance)
}

fn report(judge: &mut Judge, run: &Run) -> serde_json::Value {
    judge.take(run)["data"]["report"].clone()
}

#[test]
fn lists_and_documents_at_hand_decide_without_a_network() {
    let (machine, provenance) = scene();
    let meadow = World::new("https://meadow.example", "Meadow", 1);
    let mut judge = Judge::new();
    put(&machine, "did.json", &meadow.document());
    let revocation = entry(StatusPurpose::Revocation, None);
    put(
        &machine,
        "a.json",
        &meadow.avatar(provenance, "Mika", &[revocation]),
    );
    put(
        &machine,
        "good.json",
        &meadow.list(StatusPurpose::Revocation, &[6]),
    );
    put(
        &machine,
        "bad.json",
        &meadow.list(StatusPurpose::Revocation, &[7]),
    );
    put(
        &machine,
        "other.json",
        &meadow.list(StatusPurpose::Suspension, &[]),
    );
    let check = |more: &[&str]| {
        let common = [
            "check",
            "a.json",
            "--origin",
            "https://meadow.example",
            "--at",
            AT,
        ];
        let with = ["--did-document", "did.json"];
        machine.open(&[&common[..], &with[..], more].concat())
    };
    for (more, code, reason) in [
        (&["--status-list", "good.json"][..], 0, None),
        (&["--status-list", "bad.json"], 6, Some("revoked")),
        (&["--status-list", "other.json"], 6, Some("status_purpose")),
        (&[], 7, Some("status_unavailable")),
    ] {
        let run = check(&[more, &["--json"]].concat());
        let report = report(&mut judge, &run);
        assert_eq!(run.code, code, "{more:?}: {report}");
        assert_eq!(report["reason"].as_str(), reason, "{more:?}");
        assert_eq!(report["trust"][0]["decision"], "believed");
    }
    for lang in ["en", "ja"] {
        let run = check(&["--lang", lang, "--status-list", "bad.json"]);
        assert!(run.stdout.contains("revoked"), "{}", run.stdout);
        let run = check(&["--lang", lang]);
        assert!(run.stdout.contains(LIST), "{}", run.stdout);
    }
}

#[test]
fn the_rule_that_decided_is_named_in_both_languages() {
    let (machine, provenance) = scene();
    let meadow = World::new("https://meadow.example", "Meadow", 1);
    let circle = World::new("https://circle.example", "Circle", 2);
    let mut judge = Judge::new();
    put(&machine, "meadow.json", &meadow.document());
    put(&machine, "circle.json", &circle.document());
    put(&machine, "trusted.json", &circle.trusting(&meadow));
    put(&machine, "a.json", &meadow.avatar(provenance, "Mika", &[]));
    let by_list = format!(
        "version = 1\n\n[[issuer]]\ndid = \"did:web:meadow.example\"\ntypes = [\"ItemCredential\"]\n\
         creators = \"any\"\n\n[[trust_list]]\nurl = \"{TRUSTED}\"\nissuer = \"did:web:circle.example\"\n\
         types = [\"AvatarCredential\"]\n"
    );
    machine.secret("list.toml", &by_list);
    machine.secret(
        "issuer.toml",
        "version = 1\n\n[[issuer]]\ndid = \"did:web:meadow.example\"\n\
         types = [\"AvatarCredential\"]\ncreators = \"any\"\n",
    );
    machine.secret("nobody.toml", "version = 1\n");
    let documents = [
        "--did-document",
        "meadow.json",
        "--did-document",
        "circle.json",
    ];
    let check = |policy: &str, more: &[&str]| {
        let common = ["check", "a.json", "--policy", policy, "--at", AT];
        machine.run(&[&common[..], &documents[..], more].concat())
    };
    let listed = ["--trust-list", "trusted.json"];
    for (policy, more, code, decision, rule) in [
        ("issuer.toml", &[][..], 0, "believed", Some("[[issuer]] 1")),
        (
            "list.toml",
            &listed[..],
            0,
            "believed",
            Some("[[trust_list]] 1, entry 1"),
        ),
        ("list.toml", &[], 7, "unknown", None),
        ("nobody.toml", &[], 6, "not_believed", None),
    ] {
        let run = check(policy, &[more, &["--json"]].concat());
        let trust = report(&mut judge, &run)["trust"][0].clone();
        assert_eq!(
            (run.code, &trust["decision"]),
            (code, &decision.into()),
            "{policy}"
        );
        assert_eq!(trust["rule"].as_str(), rule);
        for (lang, believed) in [
            ("en", "is believed for AvatarCredential: [["),
            ("ja", "発行者として信頼します"),
        ] {
            let run = check(policy, &[more, &["--explain", "--lang", lang]].concat());
            clean("check --explain", &run);
            let told = run.stdout.contains(believed);
            assert_eq!(told, decision == "believed", "{}", run.stdout);
            assert!(
                run.stdout.contains("did:web:meadow.example"),
                "{}",
                run.stdout
            );
            // What the other rule says of this issuer is told too.
            let about = run.stdout.contains("[[issuer]]");
            assert_eq!(about, policy != "nobody.toml", "{}", run.stdout);
        }
    }
}

#[test]
fn what_stands_beside_a_verdict_is_said_in_both_languages() {
    let (machine, provenance) = scene();
    let meadow = World::new("https://meadow.example", "Meadow", 1);
    put(&machine, "did.json", &meadow.document());
    let said = entry(StatusPurpose::Message, Some("look\u{1b}[2J\u{202e} here"));
    // With the Cyrillic letter О.
    let avatar = meadow.avatar(provenance, "MEADОW", &[said]);
    put(&machine, "a.json", &avatar);
    put(
        &machine,
        "list.json",
        &meadow.list(StatusPurpose::Message, &[7]),
    );
    let policy = |more: &str| {
        format!(
            "version = 1\n\n[[issuer]]\ndid = \"did:web:meadow.example\"\n\
             types = [\"AvatarCredential\"]\ncreators = \"any\"\n\n[names]\n{more}\n\
             [[names.known]]\nname = \"Staff\"\nkind = \"reserved\"\n"
        )
    };
    machine.secret("note.toml", &policy(""));
    machine.secret("refuse.toml", &policy("on_lookalike = \"refuse\""));
    let mut judge = Judge::new();
    let check = |policy: &str, more: &[&str]| {
        let common = ["check", "a.json", "--policy", policy, "--at", AT];
        let with = ["--did-document", "did.json", "--status-list", "list.json"];
        machine.run(&[&common[..], &with[..], more].concat())
    };
    for (lang, words) in [
        ("en", ["looks like", "mixes letters", "Its issuer says"]),
        ("ja", ["まぎらわしい", "文字体系", "発行者からの知らせ"]),
    ] {
        let run = check("note.toml", &["--lang", lang]);
        clean("check", &run);
        assert_eq!(run.code, 0, "{}", run.stdout);
        for word in words {
            assert!(run.stdout.contains(word), "{word}: {}", run.stdout);
        }
        assert!(
            run.stdout.contains("look\\u{1b}[2J\\u{202e} here"),
            "{}",
            run.stdout
        );
        assert!(
            run.stdout.contains("https://meadow.example"),
            "{}",
            run.stdout
        );
    }
    let run = check("refuse.toml", &["--json"]);
    let report = report(&mut judge, &run);
    assert_eq!(
        (run.code, report["reason"].as_str()),
        (6, Some("name_lookalike"))
    );
}

#[test]
fn what_others_are_judged_by_is_not_judged_by_itself() {
    let (machine, _) = scene();
    let meadow = World::new("https://meadow.example", "Meadow", 1);
    let mut judge = Judge::new();
    put(&machine, "did.json", &meadow.document());
    put(
        &machine,
        "list.json",
        &meadow.list(StatusPurpose::Revocation, &[]),
    );
    put(&machine, "trusted.json", &meadow.trusting(&meadow));
    machine.secret("hello.txt", "hello");
    for (file, code, reason) in [
        ("did.json", 2, "bad_request"),
        ("list.json", 2, "bad_request"),
        ("trusted.json", 2, "bad_request"),
        ("hello.txt", 6, "parse_error"),
    ] {
        let run = machine.run(&["check", file, "--json"]);
        let json = judge.take(&run);
        assert_eq!(
            (run.code, run.reason().as_str()),
            (code, reason),
            "{file}: {json}"
        );
    }
    for lang in ["en", "ja"] {
        let run = machine.run(&["check", "list.json", "--lang", lang]);
        assert!(run.stderr.contains("--status-list FILE"), "{}", run.stderr);
    }
    // A document beside it that is none is told with its name.
    put(
        &machine,
        "a.json",
        &json::read(b"{}", &Limits::document())
            .unwrap()
            .as_object()
            .unwrap()
            .clone(),
    );
    let run = machine.run(&["check", "a.json", "--status-list", "did.json", "--json"]);
    let json = judge.take(&run);
    assert_eq!(run.reason(), "status_invalid");
    assert_eq!(json["error"]["details"][0], "did.json");
}
