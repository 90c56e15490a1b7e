//! Many at once: the same reports as one by one, whoever else is in the queue and however many work.

use schemas::canonical;
use schemas::credential::CredentialType;
use schemas::json::{Object, Value};
use schemas::suite::Cryptosuite;
use tests::actors::{key, present};
use tests::fixed::now;
use tests::forge::edited;
use tests::scene::{Scene, token};
use verifier::{AssetAsked, Question, Report, Submitted, verify, verify_many, verify_many_on};

/// A presentation with something of another one in it.
fn with_part_of(presentation: &Object, other: &Object, path: &str) -> Object {
    let mut part = Value::Object(other.clone());
    for step in path.split('/').skip(1) {
        let further = match &part {
            Value::Array(elements) => elements.get(step.parse::<usize>().expect("an index")),
            object => object.get(step),
        };
        part = further.expect("a part").clone();
    }
    edited(presentation, path, Some(part))
}

/// Honest ones, some twice; ones with a claim, a signature, a holder or a challenge of others.
fn queue(scene: &Scene) -> Vec<Vec<u8>> {
    let of = |name: &str| {
        let holder = key(name);
        let avatar = scene
            .a
            .avatar(&holder.did_key(), scene.creator.provenance());
        let credential = scene.a.issue(&avatar.unsigned());
        present(&holder, vec![credential], &scene.b)
    };
    let names = ["mika-1", "mika-2", "ren-1", "ren-2", "sora-1", "sora-2"];
    let honest: Vec<Object> = names.iter().map(|name| of(name)).collect();
    let mut all = honest.clone();
    for (index, one) in honest.iter().enumerate() {
        let other = honest.get((index + 1) % honest.len()).expect("another");
        for path in [
            "/proof/proofValue",
            "/proof/verificationMethod",
            "/holder",
            "/verifiableCredential/0/proof/proofValue",
            "/verifiableCredential/0/credentialSubject",
            "/verifiableCredential/0",
        ] {
            all.push(with_part_of(one, other, path));
        }
        all.push(edited(
            one,
            "/proof/challenge",
            Some("another one, long enough".into()),
        ));
        all.push(edited(one, "/proof", None));
        all.push(one.clone());
    }
    let mut bytes: Vec<_> = all.iter().map(token).collect();
    bytes.push(b"{".to_vec());
    bytes.push(canonical::object_to_bytes(&Object::new()));
    bytes
}

fn written(reports: &[Report]) -> Vec<Object> {
    reports.iter().map(Report::to_object).collect()
}

#[test]
fn reports_are_the_same_as_one_by_one() {
    for suite in [Cryptosuite::EddsaJcs2022, Cryptosuite::EcdsaRdfc2019] {
        let scene = Scene::with_suite(suite);
        let asked = scene.asked_for(CredentialType::Avatar);
        let question = Question {
            asked: &asked,
            asset: &AssetAsked::NotAsked,
            policy: &scene.policy,
        };
        let queue = queue(&scene);
        // Nothing is known here but what was asked for: what one knows the other does not learn.
        let singly: Vec<_> = queue
            .iter()
            .map(|bytes| verify(&question, bytes, &scene.evidence, now()))
            .collect();
        let accepted = singly.iter().filter(|one| one.accepted().is_some()).count();
        assert_eq!(accepted, 12, "{suite:?}");
        let singly = written(&singly);
        let mut submitted: Vec<_> = queue
            .iter()
            .map(|bytes| Submitted { question, bytes })
            .collect();
        assert_eq!(
            written(&verify_many(&submitted, &scene.evidence, now())),
            singly
        );
        for threads in [0, 1, 2, 3, 7, 1000] {
            let reports = verify_many_on(threads, &submitted, &scene.evidence, now());
            assert_eq!(written(&reports), singly, "{threads} threads");
        }
        submitted.reverse();
        let mut backwards = written(&verify_many(&submitted, &scene.evidence, now()));
        backwards.reverse();
        assert_eq!(backwards, singly);
    }
}

#[test]
fn of_nothing_there_is_no_report() {
    let scene = Scene::new();
    assert!(verify_many(&[], &scene.evidence, now()).is_empty());
    assert!(verify_many_on(4, &[], &scene.evidence, now()).is_empty());
}
