//! Verifiable presentations: VP-01 to VP-20.

use proofs::data_integrity::ProofOptions;
use schemas::canonical;
use schemas::check::{CheckId, Outcome};
use schemas::credential::CredentialType;
use schemas::dcql::DcqlQuery;
use schemas::json::{Number, Object, Value};
use schemas::message::Message as _;
use schemas::object;
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use tests::actors::{World, key, key_for};
use tests::forge::{edited, reproved, resigned};
use tests::scene::{Scene, token};
use tests::sd_jwt::{self, Forged, sd_query, sd_token};
use verifier::{Asked, Creators, Policy, PresentationAsked};

use crate::{accepted, json_of, refused, refused_both};

/// The presentation with a member changed, signed again by its holder.
fn signed_again(scene: &Scene, path: &str, value: Option<Value>) -> Object {
    let changed = edited(&scene.presentation(), path, value);
    resigned(&changed, &scene.vp_options(), &scene.holder())
}

#[test]
pub(crate) fn vp_01_the_presenter_is_the_holder() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let mallory = key_for("mallory", suite);
        let theirs = ProofOptions {
            verification_method: mallory.verification_method(),
            ..scene.vp_options()
        };
        let bare = scene.unsigned_presentation(vec![scene.avatar()]);
        let in_their_name = edited(&bare, "holder", Some((&mallory.did_key()).into()));
        // Their name and their key, around what is somebody else's.
        let shown = resigned(&in_their_name, &theirs, &mallory);
        refused("stolen", &scene.judge(&shown), Reason::VpHolderMismatch);
        // The holder's name, and their key.
        let shown = resigned(&bare, &theirs, &mallory);
        refused(
            "signed by another",
            &scene.judge(&shown),
            Reason::VpHolderMismatch,
        );
        // The holder's name and method, and their signature.
        let shown = resigned(&bare, &scene.vp_options(), &mallory);
        refused("forged", &scene.judge(&shown), Reason::SigInvalid);
        // Their name, and the holder's proof, replayed.
        let shown = edited(
            &scene.presentation(),
            "holder",
            Some((&mallory.did_key()).into()),
        );
        refused("renamed", &scene.judge(&shown), Reason::VpHolderMismatch);
        // One of their own beside it.
        let own = scene
            .a
            .avatar(&mallory.did_key(), scene.creator.provenance());
        let own = scene.a.issue(&own.unsigned());
        for mixed in [
            vec![own.clone(), scene.avatar()],
            vec![scene.avatar(), own.clone()],
        ] {
            let bare = edited(&in_their_name, "verifiableCredential", Some(mixed.into()));
            let shown = resigned(&bare, &theirs, &mallory);
            refused("mixed", &scene.judge(&shown), Reason::VpHolderMismatch);
        }
        // The same key under another name is another holder: names are compared as text.
        let jwk = proofs::did_jwk::encode(&scene.holder().verifying_key());
        let options = ProofOptions {
            verification_method: proofs::did_jwk::verification_method(&jwk),
            ..scene.vp_options()
        };
        let bare = edited(&bare, "holder", Some((&jwk).into()));
        let shown = resigned(&bare, &options, &scene.holder());
        refused(
            "the same key as did:jwk",
            &scene.judge(&shown),
            Reason::VpHolderMismatch,
        );
    }
}

#[test]
pub(crate) fn vp_03_there_is_one_holder() {
    let scene = Scene::new();
    let holder = scene.holder().did_key();
    for value in [
        None,
        json_of("null"),
        json_of(r#""""#),
        json_of(&format!(r#"{{"id":"{holder}"}}"#)),
        json_of(&format!(r#"["{holder}"]"#)),
        json_of(&format!(r#"["{holder}","did:web:evil.example"]"#)),
        json_of("[]"),
        json_of("{}"),
        json_of("7"),
        json_of("true"),
    ] {
        let changed = edited(&scene.presentation(), "holder", value.clone());
        refused(
            &format!("{value:?}"),
            &scene.judge(&changed),
            Reason::VpHolderMismatch,
        );
    }
    let unnamed = signed_again(&scene, "holder", None);
    refused(
        "signed so",
        &scene.judge(&unnamed),
        Reason::VpHolderMismatch,
    );
    let object = object! { "id" => &holder };
    let object = signed_again(&scene, "holder", Some(object.into()));
    refused(
        "signed as object",
        &scene.judge(&object),
        Reason::VpHolderMismatch,
    );
}

#[test]
pub(crate) fn vp_04_what_is_bound_to_nobody_is_no_proof_of_anybody() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        for credential in [scene.avatar(), scene.item()] {
            let bearer = scene.reissue(&credential, "credentialSubject/id", None);
            refused_both("bearer", &scene, &bearer, Reason::HolderBindingMissing);
            let mallory = key_for("mallory", suite);
            let bare = scene.unsigned_presentation(vec![bearer]);
            let bare = edited(&bare, "holder", Some((&mallory.did_key()).into()));
            let options = ProofOptions {
                verification_method: mallory.verification_method(),
                ..scene.vp_options()
            };
            let shown = resigned(&bare, &options, &mallory);
            refused(
                "by anyone",
                &scene.judge(&shown),
                Reason::HolderBindingMissing,
            );
        }
        // A creator's statement is bound to nobody either, and nobody can present it as theirs.
        let mut scene = Scene::with_suite(suite);
        scene.policy = scene.policy.clone().with_issuer(
            scene.creator.did(),
            vec![CredentialType::AssetProvenance],
            Creators::Any,
        );
        let shown = scene.present_unchecked(&scene.creator.provenance());
        let asked = scene.asked_for(CredentialType::AssetProvenance);
        let report = scene.judge_bytes(&asked, &token(&shown));
        refused("a statement", &report, Reason::HolderBindingMissing);
    }
}

#[test]
pub(crate) fn vp_05_one_subject() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let avatar = scene.avatar();
        let subject = avatar.get("credentialSubject").unwrap().clone();
        let mallory = object! { "id" => &key("mallory").did_key(), "personaName" => "Mallory" };
        for subjects in [
            vec![subject.clone(), mallory.clone().into()],
            vec![mallory.clone().into(), subject.clone()],
            vec![subject.clone(), subject.clone()],
            vec![subject.clone(), Value::from(Object::new()), mallory.into()],
        ] {
            let several = edited(&avatar, "credentialSubject", Some(subjects.into()));
            refused_both("several", &scene, &several, Reason::VpHolderMismatch);
        }
        let mut second = subject.as_object().unwrap().clone();
        second.insert("id", &key("mallory").did_key());
        let both = Value::from(vec![subject, second.into()]);
        let signed = scene.reissue(&avatar, "credentialSubject", Some(both));
        refused_both("signed so", &scene, &signed, Reason::VpHolderMismatch);
    }
}

#[test]
pub(crate) fn vp_09_a_presentation_answers_one_question_of_one_world() {
    for suite in Cryptosuite::ALL {
        let mut scene = Scene::with_suite(suite);
        let shown = scene.presentation();
        accepted("to B", &scene.judge(&shown));
        // The world that issued it relays what it was shown, and any third one does.
        scene.b = World::new("c.example");
        let report = scene.judge(&shown);
        refused("to C", &report, Reason::VpAudience);
        assert_eq!(report.details().len(), 1, "only the audience is another");
        // Session 1 to session 2 of the same world: the challenge is another.
        scene.b = World::new("b.example");
        let other = ProofOptions {
            challenge: Some("session-2-n-0S6_WzA2MjOu7Zk9".to_owned()),
            ..scene.vp_options()
        };
        let for_other_session = resigned(&shown, &other, &scene.holder());
        let report = scene.judge(&for_other_session);
        refused("session 2", &report, Reason::ProofChallenge);
        assert_eq!(report.details().len(), 1);
        // Both edited in, without the holder.
        let moved = edited(
            &for_other_session,
            "proof/challenge",
            Some(tests::actors::NONCE.into()),
        );
        refused("edited", &scene.judge(&moved), Reason::SigInvalid);
    }
}

#[test]
pub(crate) fn vp_10_the_audience_is_compared_whole() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let shown_to = |domain: &str| {
            let options = ProofOptions {
                domain: Some(domain.to_owned()),
                ..scene.vp_options()
            };
            scene.judge(&resigned(&scene.presentation(), &options, &scene.holder()))
        };
        let full = scene.b.client_id();
        accepted("the full one", &shown_to(&full));
        for domain in [
            format!("{full}.evil"),
            format!("{full}/"),
            format!("{full}:"),
            format!("{full}#key-1"),
            full[..full.len() - 1].to_owned(),
            full.to_uppercase(),
            format!(" {full}"),
            format!("{full}\u{200b}"),
            format!("{full},{full}"),
            format!("{full} {full}"),
            "decentralized_identifier:".to_owned(),
            scene.b.did().to_string(),
            format!("redirect_uri:{}", scene.b.id.origin()),
            format!("x509_san_dns:{}", "b.example"),
            format!("https:{}", scene.b.did()),
            "https://b.example".to_owned(),
            "https://b.example/".to_owned(),
            "https://b.example.evil".to_owned(),
            "b.example".to_owned(),
            scene.a.client_id(),
            "*".to_owned(),
        ] {
            let report = shown_to(&domain);
            refused(&domain, &report, Reason::VpAudience);
            assert_eq!(report.details().len(), 1, "{domain}");
        }
        let shown = scene.presentation();
        let signed = |list: &str| {
            let domains = json_of(list).unwrap();
            scene.judge(&reproved(&shown, "domain", domains, &scene.holder()))
        };
        // A set of one is that one; in any other set somebody else could show it as well.
        let alone = format!(r#"["{full}"]"#);
        accepted(&alone, &signed(&alone));
        for list in [
            format!(r#"["{full}","https://evil.example"]"#),
            format!(r#"["https://evil.example","{full}"]"#),
            r#"["https://evil.example"]"#.to_owned(),
            r#"["https://evil.example","b.example"]"#.to_owned(),
        ] {
            refused(&list, &signed(&list), Reason::VpAudience);
            let listed = edited(&shown, "proof/domain", json_of(&list));
            refused(&list, &scene.judge(&listed), Reason::SigInvalid);
        }
        let listed = edited(&shown, "proof/domain", json_of(&alone));
        let report = scene.judge(&listed);
        let graph = matches!(
            suite,
            Cryptosuite::EddsaRdfc2022 | Cryptosuite::EcdsaRdfc2019
        );
        if graph {
            accepted("in RDF a set of one is its element", &report);
        } else {
            refused("other bytes", &report, Reason::SigInvalid);
        }
        // Nobody can sign these where the document is a graph.
        let unsigned = |list: &str| scene.judge(&edited(&shown, "proof/domain", json_of(list)));
        // A set says each value once, wherever it stands.
        let doubled = format!(r#"["{full}","{full}"]"#);
        refused(&doubled, &unsigned(&doubled), Reason::ProofMalformed);
        refused("an empty set", &unsigned("[]"), Reason::ProofMalformed);
        for list in [format!(r#"["{full}",""]"#), format!(r#"["{full}",7]"#)] {
            refused(&list, &unsigned(&list), Reason::ProofMalformed);
        }
        for value in ["7", "{}", "null", r#""""#, "[7]"] {
            let odd = edited(&shown, "proof/domain", json_of(value));
            refused(value, &scene.judge(&odd), Reason::ProofMalformed);
        }
        let options = ProofOptions {
            domain: None,
            ..scene.vp_options()
        };
        let nobody = resigned(&shown, &options, &scene.holder());
        refused("for nobody", &scene.judge(&nobody), Reason::ProofDomain);
    }
}

#[test]
pub(crate) fn vp_12_no_presentation_in_a_presentation() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let mut nested = scene.presentation();
        for _ in 0..3 {
            let shown = scene.present_unchecked(&nested);
            refused("nested", &scene.judge(&shown), Reason::VpNestedForbidden);
            let beside = scene.unsigned_presentation(vec![scene.avatar(), nested.clone()]);
            let beside = resigned(&beside, &scene.vp_options(), &scene.holder());
            refused("beside", &scene.judge(&beside), Reason::VpNestedForbidden);
            nested = shown;
        }
        // Half a presentation, half a credential.
        let both = r#"["VerifiableCredential","VerifiablePresentation","AvatarCredential"]"#;
        let both = edited(&scene.avatar(), "type", json_of(both));
        let shown = scene.present_unchecked_or_stale(&both);
        refused("both", &scene.judge(&shown), Reason::VpNestedForbidden);
        assert!(scene.judge_credential(&both).accepted().is_none());
    }
}

#[test]
pub(crate) fn vp_13_nothing_shown_proves_nothing() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let none = edited(&scene.presentation(), "verifiableCredential", None);
        let none = resigned(&none, &scene.vp_options(), &scene.holder());
        refused(
            "missing, well signed",
            &scene.judge(&none),
            Reason::VpQueryUnsatisfied,
        );
        let empty = edited(&none, "verifiableCredential", json_of("[]"));
        refused("empty", &scene.judge(&empty), Reason::VpQueryUnsatisfied);
        refused(
            "no answer",
            &scene.judge_token(b"{}"),
            Reason::VpQueryUnsatisfied,
        );
        refused(
            "an empty answer",
            &scene.judge_token(br#"{"avatar":[]}"#),
            Reason::VpMalformed,
        );
        // Something, and not what was asked for.
        let item = scene.present_unchecked(&scene.item());
        refused("an item", &scene.judge(&item), Reason::VpQueryUnsatisfied);
        for value in ["null", "7", r#""x""#, "true"] {
            let odd = edited(&none, "verifiableCredential", json_of(value));
            refused(value, &scene.judge(&odd), Reason::VpMalformed);
        }
    }
}

#[test]
pub(crate) fn vp_14_not_too_many_at_once() {
    let scene = Scene::new();
    let avatar = scene.avatar();
    for count in [17, 200] {
        let bare = scene.unsigned_presentation(vec![avatar.clone(); count]);
        let with_proof = edited(&bare, "proof", scene.presentation().get("proof").cloned());
        refused("credentials", &scene.judge(&with_proof), Reason::VpTooMany);
        let many = vec![scene.presentation(); count];
        let bytes = canonical::object_to_bytes(&object! { "avatar" => many });
        refused(
            "presentations",
            &scene.judge_token(&bytes),
            Reason::VpTooMany,
        );
    }
    // Not more than 64 credentials in all of them together: each has signatures of its own.
    let sixteen = scene.unsigned_presentation(vec![avatar.clone(); 16]);
    let sixteen = edited(
        &sixteen,
        "proof",
        scene.presentation().get("proof").cloned(),
    );
    for (count, reason) in [(4, Reason::SigInvalid), (5, Reason::VpTooMany)] {
        let many = vec![sixteen.clone(); count];
        let bytes = canonical::object_to_bytes(&object! { "avatar" => many });
        refused("in all", &scene.judge_token(&bytes), reason);
    }
    // Sixteen are judged; two different ones where one was asked for are one too many.
    let presentations = vec![scene.presentation(); 16];
    let bytes = canonical::object_to_bytes(&object! { "avatar" => presentations });
    refused(
        "sixteen",
        &scene.judge_token(&bytes),
        Reason::VpQueryUnsatisfied,
    );
    // Nor are they less when they come in one presentation.
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let bare = scene.unsigned_presentation(vec![scene.avatar(), scene.avatar()]);
        let shown = resigned(&bare, &scene.vp_options(), &scene.holder());
        refused(
            "two in one",
            &scene.judge(&shown),
            Reason::VpQueryUnsatisfied,
        );
    }
    let unknown: String = (0..10_000).map(|n| format!(r#""q{n}":[],"#)).collect();
    let bytes = format!("{{{unknown}\"avatar\":[]}}");
    refused(
        "10 000 ids",
        &scene.judge_token(bytes.as_bytes()),
        Reason::VpMalformed,
    );
}

/// Groups of four things without a name that all point at each other.
fn alike(groups: usize) -> Value {
    let nodes = (0..groups * 4).map(|from| {
        let group = from / 4 * 4;
        let others = (group..group + 4).filter(|to| *to != from);
        let others: Vec<String> = others.map(|to| format!("_:e{to}")).collect();
        object! { "id" => format!("_:e{from}"), "derivedFrom" => others }
    });
    nodes.collect::<Vec<Object>>().into()
}

#[test]
pub(crate) fn vp_14_many_documents_share_the_work_of_one() {
    let scene = Scene::with_suite(Cryptosuite::EddsaRdfc2022);
    let hard = scene.reissue(&scene.avatar(), "credentialStatus", Some(alike(1)));
    let proof_of = |count: usize| {
        let bare = scene.unsigned_presentation(vec![hard.clone(); count]);
        let jcs = ProofOptions {
            suite: Cryptosuite::EddsaJcs2022,
            ..scene.vp_options()
        };
        let report = scene.judge(&resigned(&bare, &jcs, &scene.holder()));
        report.outcome(CheckId::Proof)
    };
    // Alone it is hard and not too hard; sixteen at once are for nobody to compute.
    assert_eq!(proof_of(1), Outcome::Passed);
    assert_eq!(proof_of(16), Outcome::Failed(Reason::CanonWorkLimit));
    // Sixteen ordinary ones that look alike are.
    let bare = scene.unsigned_presentation(vec![scene.avatar(); 16]);
    let shown = resigned(&bare, &scene.vp_options(), &scene.holder());
    assert_eq!(scene.judge(&shown).outcome(CheckId::Proof), Outcome::Passed);
}

#[test]
pub(crate) fn vp_14_further_proofs_are_not_over_everything_again() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let small = scene.presentation();
        let several = |shown: &Object| {
            let proof = shown.get("proof").cloned().unwrap();
            edited(shown, "proof", Some(vec![proof; 4].into()))
        };
        accepted("four times the same", &scene.judge(&several(&small)));
        let text = "x".repeat(400_000);
        let long = scene.reissue(&scene.avatar(), "description", Some(text.as_str().into()));
        let long = scene.present_unchecked(&long);
        accepted("long", &scene.judge(&long));
        refused(
            "long, four times",
            &scene.judge(&several(&long)),
            Reason::ProofSetPolicy,
        );
    }
}

/// What stands first in a set is for the holder to say, where statements are signed and not bytes.
#[test]
pub(crate) fn vp_13_no_order_that_nobody_signed_answers_a_query() {
    let holds = |suite: Cryptosuite, member: &str, index: u64, value: &str, swap: bool| {
        let scene = Scene::with_suite(suite);
        let mut avatar = scene
            .a
            .avatar(&scene.holder().did_key(), scene.creator.provenance());
        avatar.license.references = vec!["urn:one".to_owned(), "urn:two".to_owned()];
        avatar.license.authors = vec!["Aoi".to_owned(), "Ren".to_owned()];
        let mut issued = scene.a.issue(&avatar.unsigned());
        if swap {
            let swapped = json_of(r#"["urn:two","urn:one"]"#);
            issued = edited(&issued, "credentialSubject/license/references", swapped);
        }
        let query = object! { "credentials" => vec![object! {
            "id" => "avatar", "format" => "ldp_vc",
            "meta" => object! { "type_values" => vec![vec![CredentialType::Avatar.iri()]] },
            "claims" => vec![object! {
                "path" => vec![
                    Value::from("credentialSubject"), "license".into(), member.into(),
                    Number::from_u64_saturating(index).into(),
                ],
                "values" => [value],
            }],
        }] };
        let Asked::Presentation(asked) = scene.asked_for(CredentialType::Avatar) else {
            unreachable!("a presentation is asked for");
        };
        let asked = Asked::Presentation(PresentationAsked {
            lease: verifier::LeaseAsked::NotAsked,
            query: DcqlQuery::from_value(&query.into()).unwrap(),
            ..asked
        });
        let shown = scene.present_unchecked(&issued);
        scene.judge_bytes(&asked, &token(&shown)).reason()
    };
    let unmet = Some(Reason::VpQueryUnsatisfied);
    for (jcs, rdfc) in [
        (Cryptosuite::EddsaJcs2022, Cryptosuite::EddsaRdfc2022),
        (Cryptosuite::EcdsaJcs2019, Cryptosuite::EcdsaRdfc2019),
    ] {
        assert_eq!(holds(jcs, "references", 1, "urn:two", false), None);
        assert_eq!(holds(jcs, "authors", 0, "Aoi", false), None);
        assert_eq!(holds(rdfc, "authors", 0, "Aoi", false), None);
        assert_eq!(holds(rdfc, "references", 0, "urn:two", true), unmet);
        assert_eq!(holds(rdfc, "references", 1, "urn:two", false), unmet);
        assert_eq!(
            holds(jcs, "references", 0, "urn:two", true),
            Some(Reason::SigInvalid)
        );
    }
}

#[test]
pub(crate) fn vp_17_the_types_are_exactly_those() {
    for suite in Cryptosuite::ALL {
        let mut scene = Scene::with_suite(suite);
        let avatar = scene.avatar();
        for types in [
            r#"["VerifiableCredential","AvatarCredential","ItemCredential"]"#,
            r#"["VerifiableCredential","AvatarCredential","AssetProvenance"]"#,
            r#"["VerifiableCredential","AvatarCredential","Admin"]"#,
            r#"["VerifiableCredential","Guest","Admin"]"#,
            r#"["VerifiableCredential","Admin"]"#,
            r#"["VerifiableCredential","avatarcredential"]"#,
            r#"["VerifiableCredential","https://w3id.org/omote/v1#AvatarCredential"]"#,
            r#"["VerifiableCredential","BitstringStatusListCredential"]"#,
        ] {
            let changed = edited(&avatar, "type", json_of(types));
            refused_both(types, &scene, &changed, Reason::CredType);
        }
        // One of another type than asked for, and one of a type that this issuer is not trusted for.
        scene.policy = Policy::nobody().with_issuer(
            scene.a.did(),
            vec![CredentialType::Avatar],
            Creators::Any,
        );
        let item = scene.item();
        refused(
            "not for items",
            &scene.judge_credential(&item),
            Reason::CredIssuerUntrusted,
        );
        let shown = scene.present_unchecked(&item);
        let report = scene.judge_bytes(&scene.asked_for(CredentialType::Item), &token(&shown));
        refused("not for items", &report, Reason::CredIssuerUntrusted);
        let provenance = scene.judge_credential(&scene.creator.provenance());
        refused("no statement was asked for", &provenance, Reason::CredType);
        // An avatar that is an item by its subject.
        let item_subject = scene.item().get("credentialSubject").cloned();
        let changed = edited(&avatar, "credentialSubject", item_subject);
        for report in scene.judge_both(&changed) {
            assert_eq!(
                report.headline().map(|(check, _)| check),
                Some(CheckId::Shape)
            );
            assert!(report.accepted().is_none());
        }
    }
}

#[test]
pub(crate) fn vp_19_a_presentation_is_signed() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let shown = scene.presentation();
        for proof in [None, json_of("null"), json_of("[]"), json_of(r#""z""#)] {
            let unsigned = edited(&shown, "proof", proof.clone());
            let report = scene.judge(&unsigned);
            // What is no object is no proof, or no document; never a presentation.
            let reason = report.reason();
            assert!(
                matches!(reason, Some(Reason::ProofMissing))
                    || (proof.is_some() && reason.is_some()),
                "{reason:?}"
            );
            assert!(report.accepted().is_none());
        }
        let unsigned = edited(&shown, "proof", None);
        refused("no proof", &scene.judge(&unsigned), Reason::ProofMissing);
        // The credential's proof is none of the presentation's.
        let lent = edited(&shown, "proof", scene.avatar().get("proof").cloned());
        refused("lent", &scene.judge(&lent), Reason::ProofPurpose);
        // And a credential without one, inside a good presentation.
        let bare = edited(&scene.avatar(), "proof", None);
        refused_both("inside", &scene, &bare, Reason::ProofMissing);
        let path = "credentialSubject/provenance/proof";
        let bare = scene.reissue(&scene.avatar(), path, None);
        refused_both("statement", &scene, &bare, Reason::ProofMissing);
    }
}

/// No credential is a token within a document (VC-JWT). What an SD-JWT carries besides is of its own
/// issuer and about its own holder, or refused.
#[test]
pub(crate) fn vp_20_a_token_says_nothing_else_than_what_is_in_it() {
    let scene = Scene::new();
    let [good, evil] = ["good.example", "evil.example"].map(World::new);
    let (alice, mallory) = (scene.holder().did_key(), key("mallory").did_key());
    let inner = |issuer: &str, subject: &str| {
        object! {
            "@context" => schemas::credential::CONTEXTS,
            "type" => ["VerifiableCredential", "AvatarCredential"],
            "issuer" => issuer,
            "credentialSubject" => object! { "id" => subject },
        }
    };
    let header = object! { "alg" => "EdDSA", "typ" => "JWT", "kid" => evil.method().as_str() };
    let claims = object! {
        "iss" => &evil.did(),
        "sub" => &mallory,
        "vc" => inner(good.did().as_str(), alice.as_str()),
    };
    let jwt = sd_jwt::token(&header, &claims, &evil.key());
    // By itself, in a presentation, in a list of texts.
    let report = scene.judge_bytes(&scene.asked_by_wallet(), jwt.as_bytes());
    refused("by itself", &report, Reason::SdMalformed);
    let mut shown = scene.unsigned_presentation(Vec::new());
    shown.insert("verifiableCredential", [jwt.as_str()]);
    let shown = edited(&shown, "proof", scene.presentation().get("proof").cloned());
    refused(
        "in a presentation",
        &scene.judge(&shown),
        Reason::CredMalformed,
    );
    let as_text = canonical::object_to_bytes(&object! { "avatar" => [jwt.as_str()] });
    refused(
        "as a text",
        &scene.judge_token(&as_text),
        Reason::VpMalformed,
    );
    refused("as an SD-JWT", &scene.judge_sd(&jwt), Reason::SdMalformed);
    let tilde = scene.judge_sd(&scene.sd_bound(&format!("{jwt}~")));
    refused("with a tilde", &tilde, Reason::JwtTyp);

    // An SD-JWT around it, of a type that may say anything.
    const OPEN: &str = "https://t.example/Pass";
    let scene = crate::sd_jwt::open_scene();
    let issuer = scene.a.did();
    let asked = scene.sd_asked_for(sd_query(OPEN, &[]));
    let judge = |sub: Option<&str>, issuer: &str, subject: &str| {
        let mut parts = Forged::of(&scene.sd_avatar());
        parts.disclosures.clear();
        let text = parts
            .claiming("_sd", None)
            .claiming("vct", Some(OPEN.into()))
            .claiming("sub", sub.map(Value::from))
            .claiming("vc", Some(inner(issuer, subject).into()))
            .text(&scene.a.key());
        scene.judge_bytes(&asked, &sd_token(&scene.sd_bound(&text)))
    };
    let same = judge(None, issuer.as_str(), alice.as_str());
    accepted("of the same", &same);
    let other = judge(None, good.did().as_str(), alice.as_str());
    refused("another issuer", &other, Reason::IssuerKeyMismatch);
    for (sub, subject) in [
        (None, &mallory),
        (Some(&mallory), &alice),
        (Some(&alice), &mallory),
    ] {
        let sub = sub.map(schemas::did::Did::as_str);
        let report = judge(sub, issuer.as_str(), subject.as_str());
        refused("another subject", &report, Reason::VpHolderMismatch);
    }
    let scene = Scene::new();
    for (name, value) in [
        ("sub", Value::from(mallory.as_str())),
        ("vc", object! {}.into()),
    ] {
        let text = scene.sd_forged(|parts| parts.claiming(name, Some(value)));
        for report in scene.judge_sd_both(&text) {
            let reason = match name {
                "vc" => Reason::IssuerKeyMismatch,
                _ => Reason::UnknownExtension,
            };
            refused(name, &report, reason);
        }
    }
}
