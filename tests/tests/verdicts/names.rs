//! Names: what looks like a known name is told, and refused where policy says so. The name of an
//! issuer is the one in its own document.

use schemas::check::{CheckId, Outcome, Verdict};
use schemas::json::Value;
use schemas::reason::Reason;
use tests::actors::{World, json};
use tests::fixed::now;
use tests::lists::{document_called, document_named};
use tests::scene::Scene;
use verifier::names::{KnownName, Likeness, NameFinding, NameKind};
use verifier::{Evidence, Finding, NameRules, OnLookAlike, Report};

/// Latin letters but for one of Cyrillic.
const LIKE_MIKA: &str = "Mіka";

fn known(name: &str, kind: NameKind, who: Option<&World>) -> KnownName {
    KnownName {
        name: name.to_owned(),
        who: who.map(World::did),
        kind,
    }
}

fn scene_with(on_lookalike: OnLookAlike, known: Vec<KnownName>) -> Scene {
    let mut scene = Scene::new();
    scene.policy = scene.policy.with_names(NameRules {
        on_lookalike,
        known,
    });
    scene
}

fn reports(scene: &Scene) -> [Report; 2] {
    scene.judge_both(&scene.avatar())
}

fn likenesses(report: &Report) -> Vec<(Likeness, String)> {
    report
        .findings()
        .iter()
        .filter_map(|finding| match finding {
            Finding::Name {
                pointer,
                finding: NameFinding::LookAlike { likeness, .. },
            } => Some((*likeness, pointer.clone())),
            _ => None,
        })
        .collect()
}

#[test]
fn a_look_alike_is_noted_and_refused_where_policy_says_so() {
    let star = || vec![known(LIKE_MIKA, NameKind::Persona, None)];
    for report in reports(&scene_with(OnLookAlike::Note, star())) {
        assert_eq!(report.verdict(), Verdict::Accepted);
        assert_eq!(report.outcome(CheckId::Name), Outcome::NotAsked);
        let found = likenesses(&report);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, Likeness::Confusable);
        assert!(found[0].1.ends_with("/credentialSubject/personaName"));
    }
    for report in reports(&scene_with(OnLookAlike::Refuse, star())) {
        assert_eq!(
            report.headline(),
            Some((CheckId::Name, Reason::NameLookalike))
        );
        assert_eq!(report.verdict(), Verdict::Rejected);
        assert_eq!(report.details().len(), 1);
        assert_eq!(likenesses(&report).len(), 1);
    }
    for report in reports(&scene_with(
        OnLookAlike::Refuse,
        vec![known("Somebody Else", NameKind::Persona, None)],
    )) {
        assert_eq!(report.verdict(), Verdict::Accepted);
        assert_eq!(report.outcome(CheckId::Name), Outcome::Passed);
    }
}

#[test]
fn the_one_whose_name_it_is_may_bear_it() {
    let scene = Scene::new();
    let mut mine = known("Mika", NameKind::Persona, None);
    mine.who = Some(scene.holder().did_key());
    let scene = scene_with(OnLookAlike::Refuse, vec![mine]);
    for report in reports(&scene) {
        assert_eq!(
            report.verdict(),
            Verdict::Accepted,
            "{:?}",
            report.findings()
        );
    }
}

/// World A publishes a name like that of a known world.
#[test]
fn the_name_of_an_issuer_is_that_of_its_document() {
    let neo = World::new("neo.example");
    for (name, like) in [("Neo Kyoto", true), ("Nеo Kyoto", true), ("Harbour", false)] {
        let mut scene = scene_with(
            OnLookAlike::Refuse,
            vec![known("Neo Kyoto", NameKind::World, Some(&neo))],
        );
        scene.evidence = Evidence::new().with_document(document_named(&scene.a, name), now());
        for report in reports(&scene) {
            if like {
                assert_eq!(
                    report.headline(),
                    Some((CheckId::Name, Reason::NameLookalike)),
                    "{name}"
                );
                assert!(report.details()[0].pointer.ends_with("/issuer"), "{name}");
            } else {
                assert_eq!(report.verdict(), Verdict::Accepted, "{name}");
            }
        }
    }
    // Known from its document alone: what believed worlds are called is known too.
    let mut scene = scene_with(OnLookAlike::Refuse, Vec::new());
    scene.evidence = Evidence::new()
        .with_document(document_named(&neo, "Neo Kyoto"), now())
        .with_document(document_named(&scene.a, "Neo Kyotο"), now());
    for report in reports(&scene) {
        assert_eq!(
            report.headline(),
            Some((CheckId::Name, Reason::NameLookalike))
        );
    }
}

/// Another that is met calls itself by a name that the policy gives to somebody: that is told, and has
/// nobody refused but the other.
#[test]
fn nobody_takes_a_name_from_whom_the_policy_gives_it_to() {
    let evil = World::new("evil.example");
    let home = Scene::new();
    let mut mika = known("Mika", NameKind::Persona, None);
    mika.who = Some(home.holder().did_key());
    let listed = [known("Meadow", NameKind::World, Some(&home.a)), mika];
    for (taken, listed, refused) in [
        ("Meadow", &listed[..], false),
        ("Meadоw", &listed, false),
        ("Mika", &listed, false),
        ("Mіka", &listed, false),
        // Who is not listed has no better right to a name than whoever else bears it.
        ("Meadow", &listed[1..], true),
        ("Mika", &listed[..1], true),
    ] {
        let mut scene = scene_with(OnLookAlike::Refuse, listed.to_vec());
        let own = document_named(&scene.a, "Meadow");
        for evidence in [
            Evidence::new()
                .with_document(own.clone(), now())
                .with_document(document_named(&evil, taken), now()),
            Evidence::new()
                .with_document(document_named(&evil, taken), now())
                .with_document(own, now()),
        ] {
            scene.evidence = evidence;
            for report in reports(&scene) {
                let expected = refused.then_some((CheckId::Name, Reason::NameLookalike));
                assert_eq!(
                    report.headline(),
                    expected,
                    "{taken}: {:?}",
                    report.findings()
                );
                assert_eq!(likenesses(&report).len(), 1, "{taken}");
            }
        }
    }
}

/// Each of a world's names is known, and each of an issuer's is compared.
#[test]
fn a_name_in_japanese_is_a_name() {
    let neo = World::new("neo.example");
    let called = |world: &World, japanese: &str| document_called(world, "Harbour", Some(japanese));
    for (known, shown, like) in [
        (called(&neo, "ネオ京都"), "ネオ京都", true),
        (called(&neo, "ネオ京都"), "港町", false),
        (document_named(&neo, "ネオ京都"), "ネオ京都", true),
    ] {
        let mut scene = scene_with(OnLookAlike::Refuse, Vec::new());
        let shown = document_called(&scene.a, "Meadow", Some(shown));
        scene.evidence = Evidence::new()
            .with_document(known, now())
            .with_document(shown, now());
        for report in reports(&scene) {
            let expected = like.then_some((CheckId::Name, Reason::NameLookalike));
            assert_eq!(report.headline(), expected, "{:?}", report.findings());
        }
    }
}

/// What an issuer calls itself in a credential is neither believed nor compared.
#[test]
fn what_a_credential_calls_its_issuer_counts_for_nothing() {
    let neo = World::new("neo.example");
    let names = || vec![known("Neo Kyoto", NameKind::World, Some(&neo))];
    for (document, credential, refused) in [
        ("Harbour", "Neo Kyoto", false),
        ("Nеo Kyoto", "Harbour", true),
    ] {
        let mut scene = scene_with(OnLookAlike::Refuse, names());
        scene.evidence = Evidence::new().with_document(document_named(&scene.a, document), now());
        let did = scene.a.did();
        let issuer = json(&format!(r#"{{"id":"{did}","name":"{credential}"}}"#));
        let avatar = scene.reissue(&scene.avatar(), "issuer", Some(issuer));
        for report in scene.judge_both(&avatar) {
            let found = report.outcome(CheckId::Name);
            let expected = if refused {
                Outcome::Failed(Reason::NameLookalike)
            } else {
                Outcome::Passed
            };
            assert_eq!(found, expected, "{document} {credential}");
            let told = Value::Object(report.to_object()).to_string();
            assert!(!told.contains("Harbour"), "{told}");
        }
    }
}

#[test]
fn mixed_scripts_and_hidden_characters_are_told_with_their_evidence() {
    for (name, code, reason) in [
        ("Pаypal", "mixed_scripts", Reason::NameMixedScripts),
        (
            "Mi\u{200b}ka",
            "hidden_characters",
            Reason::NameHiddenCharacters,
        ),
    ] {
        for on_lookalike in [OnLookAlike::Note, OnLookAlike::Refuse] {
            let scene = scene_with(on_lookalike, Vec::new());
            let avatar = scene.reissue(
                &scene.avatar(),
                "credentialSubject/personaName",
                Some(name.into()),
            );
            for report in scene.judge_both(&avatar) {
                let told = Value::Object(report.to_object()).to_string();
                assert!(told.contains(code), "{told}");
                match on_lookalike {
                    OnLookAlike::Note => assert_eq!(report.verdict(), Verdict::Accepted),
                    OnLookAlike::Refuse => {
                        assert_eq!(report.headline(), Some((CheckId::Name, reason)));
                    }
                }
            }
        }
    }
}
