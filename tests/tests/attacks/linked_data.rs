//! JSON-LD and RDF canonicalization: LD-01 to LD-20.

use proofs::data_integrity::{ProofOptions, UnverifiedProof};
use proofs::rdf::{WorkLimit, to_canonical_nquads};
use schemas::canonical;
use schemas::json::{Object, Value};
use schemas::object;
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::terms::{Contexts, OwnProof};
use tests::fixed::now;
use tests::forge::{edited, resigned};
use tests::scene::Scene;

use crate::{accepted, accepted_both, json_of, refused, refused_both};

const V2: &str = "https://www.w3.org/ns/credentials/v2";
const OMOTE: &str = "https://w3id.org/omote/v1";
const DI: &str = "https://w3id.org/security/data-integrity/v2";

/// A credential whose contexts are others, wherever they stand: at its root, in its statement, in
/// the presentation around it.
#[track_caller]
fn refused_contexts(contexts: &str, reason: Reason) {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let contexts = || json_of(contexts);
        let title = format!("{:?}", contexts());
        let avatar = edited(&scene.avatar(), "@context", contexts());
        refused_both(&title, &scene, &avatar, reason);
        let path = "credentialSubject/provenance/@context";
        let inside = edited(&scene.avatar(), path, contexts());
        refused_both(&title, &scene, &inside, reason);
        let shown = edited(&scene.presentation(), "@context", contexts());
        refused(&title, &scene.judge(&shown), reason);
    }
}

#[test]
pub(crate) fn ld_01_only_known_contexts() {
    for url in [
        "https://evil.example/ctx",
        "https://www.w3.org/2018/credentials/v1",
        "https://w3id.org/security/suites/ed25519-2020/v1",
        "http://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/v2/",
        "https://www.w3.org/ns/credentials/v2#",
        "HTTPS://www.w3.org/ns/credentials/v2",
        "https://w3id.org/omote/v2",
        "",
    ] {
        refused_contexts(
            &format!(r#"["{V2}","{OMOTE}","{url}"]"#),
            Reason::CtxUnknown,
        );
        refused_contexts(
            &format!(r#"["{V2}","{url}","{OMOTE}"]"#),
            Reason::CtxUnknown,
        );
        refused_contexts(&format!(r#"["{url}"]"#), Reason::CtxUnknown);
        refused_contexts(&format!(r#""{url}""#), Reason::CtxUnknown);
    }
    for other in ["null", "7", "true"] {
        refused_contexts(
            &format!(r#"["{V2}","{OMOTE}",{other}]"#),
            Reason::CtxUnknown,
        );
        refused_contexts(other, Reason::CtxUnknown);
    }
    refused_contexts(&format!(r#""{V2}""#), Reason::CredMalformed);
    // Unused and signed by a trusted issuer, it is unknown all the same.
    let scene = Scene::new();
    let more = json_of(&format!(r#"["{V2}","{OMOTE}","https://evil.example/ctx"]"#));
    let bare = edited(&edited(&scene.avatar(), "@context", more), "proof", None);
    let options = ProofOptions::assertion(scene.a.suite, scene.a.method(), now());
    assert!(proofs::data_integrity::sign(&bare, &options, &scene.a.key()).is_err());
}

#[test]
pub(crate) fn ld_02_no_context_redefines_a_term() {
    // From elsewhere it is unknown; written in place it is named for what it is.
    let evil = "https://evil.example/alias";
    refused_contexts(
        &format!(r#"["{V2}","{OMOTE}","{evil}"]"#),
        Reason::CtxUnknown,
    );
    for inline in [
        r#"{"personaName":"https://schema.org/alternateName","alias":"https://w3id.org/omote/v1#personaName"}"#,
        r#"{"name":"https://schema.org/alias","alias":"https://schema.org/name"}"#,
        r#"{"@protected":false,"issuer":null}"#,
        r#"{"@import":"https://evil.example/ctx"}"#,
        r#"{"@base":"https://evil.example/"}"#,
        r#"{"@version":1.1}"#,
        "{}",
    ] {
        refused_contexts(
            &format!(r#"["{V2}","{OMOTE}",{inline}]"#),
            Reason::CtxInline,
        );
        refused_contexts(
            &format!(r#"["{V2}",{inline},"{OMOTE}"]"#),
            Reason::CtxInline,
        );
        refused_contexts(
            &format!(r#"["{V2}","{OMOTE}",[{inline}]]"#),
            Reason::CtxInline,
        );
        refused_contexts(inline, Reason::CtxInline);
    }
    // Two words swapped, so that the statements would be the same under the alias.
    let scene = Scene::with_suite(Cryptosuite::EddsaRdfc2022);
    let renamed = {
        let avatar = edited(&scene.avatar(), "credentialSubject/personaName", None);
        edited(&avatar, "credentialSubject/alias", Some("Mika".into()))
    };
    for report in scene.judge_both(&renamed) {
        assert!(report.accepted().is_none());
    }
}

#[test]
pub(crate) fn ld_04_contexts_keep_their_order() {
    for contexts in [
        format!(r#"["{OMOTE}","{V2}"]"#),
        format!(r#"["{DI}","{V2}","{OMOTE}"]"#),
        format!(r#"["{OMOTE}"]"#),
        format!(r#"["{V2}","{OMOTE}","{OMOTE}"]"#),
        format!(r#"["{V2}","{V2}","{OMOTE}"]"#),
        "[]".to_owned(),
    ] {
        refused_contexts(&contexts, Reason::CtxOrder);
    }
    // The proof keeps the contexts that were signed; one slipped in between comes to light.
    let scene = Scene::new();
    for contexts in [
        format!(r#"["{V2}","{DI}","{OMOTE}"]"#),
        format!(r#"["{V2}"]"#),
    ] {
        let avatar = edited(&scene.avatar(), "@context", json_of(&contexts));
        for report in scene.judge_both(&avatar) {
            let reason = report.reason();
            assert!(
                matches!(
                    reason,
                    Some(Reason::CtxOrder | Reason::CtxUnknown | Reason::TermUndefined)
                ),
                "{contexts}: {reason:?}"
            );
            assert!(report.accepted().is_none());
        }
    }
    for contexts in [
        format!(r#"["{OMOTE}","{V2}"]"#),
        format!(r#"["{OMOTE}"]"#),
        "[]".to_owned(),
    ] {
        let avatar = edited(&scene.avatar(), "proof/@context", json_of(&contexts));
        refused_both(&contexts, &scene, &avatar, Reason::CtxOrder);
    }
    let fewer = edited(
        &scene.avatar(),
        "proof/@context",
        json_of(&format!(r#"["{V2}"]"#)),
    );
    refused_both("fewer", &scene, &fewer, Reason::SigInvalid);
    let none = edited(&scene.avatar(), "proof/@context", None);
    refused_both("none", &scene, &none, Reason::SigInvalid);
    // One more at the end is allowed by the suite, and changes nothing of what was signed.
    let more = json_of(&format!(r#"["{V2}","{OMOTE}","{DI}"]"#));
    let avatar = edited(&scene.avatar(), "@context", more);
    accepted("more at the end", &scene.judge_credential(&avatar));
}

#[test]
pub(crate) fn ld_07_relative_names_mean_nothing() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let avatar = scene.avatar();
        for relative in [
            "item/1",
            "#x",
            "/item/1",
            "?x",
            "..",
            "x",
            "//a.example/1",
            ":",
            "1:2",
            "",
        ] {
            for path in [
                "credentialSubject/id",
                "id",
                "issuer",
                "credentialSubject/provenance/id",
                "credentialSubject/provenance/credentialSubject/id",
                "credentialSubject/license/id",
            ] {
                let changed = edited(&avatar, path, Some(relative.into()));
                refused_both(
                    &format!("{path} {relative}"),
                    &scene,
                    &changed,
                    Reason::TermUndefined,
                );
            }
            let shown = edited(&scene.presentation(), "id", Some(relative.into()));
            refused(relative, &scene.judge(&shown), Reason::TermUndefined);
        }
    }
}

#[test]
pub(crate) fn ld_08_no_vocabulary_that_catches_everything() {
    for url in [
        "https://www.w3.org/ns/credentials/examples/v2",
        "https://www.w3.org/ns/credentials/undefined-terms/v2",
        "https://www.w3.org/2018/credentials/examples/v1",
        "https://schema.org",
        "https://schema.org/",
    ] {
        refused_contexts(
            &format!(r#"["{V2}","{OMOTE}","{url}"]"#),
            Reason::CtxUnknown,
        );
    }
    refused_contexts(
        &format!(r#"["{V2}","{OMOTE}",{{"@vocab":"https://evil.example/"}}]"#),
        Reason::CtxInline,
    );
    // Without one, an unknown word is undefined, wherever it stands, signed or not.
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        for path in [
            "role",
            "credentialSubject/role",
            "credentialSubject/license/role",
            "credentialSubject/provenance/role",
            "credentialSubject/provenance/credentialSubject/role",
            "proof/role",
        ] {
            for value in [Value::from("admin"), Value::Null, Value::Array(vec![])] {
                let changed = edited(&scene.avatar(), path, Some(value));
                refused_both(path, &scene, &changed, Reason::TermUndefined);
            }
        }
        let shown = edited(&scene.presentation(), "role", Some("admin".into()));
        refused("shown", &scene.judge(&shown), Reason::TermUndefined);
    }
}

#[test]
pub(crate) fn ld_10_no_context_further_in() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        for context in [
            format!(r#"["{V2}","{OMOTE}"]"#),
            format!(r#""{OMOTE}""#),
            r#"{"@vocab":"https://evil.example/"}"#.to_owned(),
            r#""https://evil.example/ctx""#.to_owned(),
            "[]".to_owned(),
            "null".to_owned(),
        ] {
            for path in [
                "credentialSubject/@context",
                "credentialSubject/license/@context",
                "credentialSubject/provenance/credentialSubject/@context",
                "credentialSubject/provenance/credentialSubject/license/@context",
            ] {
                let changed = edited(&scene.avatar(), path, json_of(&context));
                refused_both(
                    &format!("{path} {context}"),
                    &scene,
                    &changed,
                    Reason::CtxNested,
                );
            }
            let issuer = format!(r#"{{"id":"did:web:a.example","@context":{context}}}"#);
            let changed = edited(&scene.avatar(), "issuer", json_of(&issuer));
            refused_both(&issuer, &scene, &changed, Reason::CtxNested);
        }
    }
}

#[test]
pub(crate) fn ld_11_no_keyword_by_another_name() {
    for alias in [
        r#"{"id":"@type"}"#,
        r#"{"proof":null}"#,
        r#"{"type":"@id"}"#,
        r#"{"holder":"@id"}"#,
        r#"{"claims":"@graph"}"#,
    ] {
        refused_contexts(&format!(r#"["{V2}","{OMOTE}",{alias}]"#), Reason::CtxInline);
    }
    refused_contexts(
        &format!(r#"["{V2}","{OMOTE}","https://evil.example/aliases"]"#),
        Reason::CtxUnknown,
    );
    // Keywords by their own name are used by no document.
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        for name in [
            "@id",
            "@type",
            "@graph",
            "@included",
            "@reverse",
            "@nest",
            "@value",
            "@list",
            "@set",
            "@language",
            "@index",
            "@vocab",
            "@base",
            "@none",
            "@json",
            "@evil",
        ] {
            for path in [
                "",
                "credentialSubject/",
                "credentialSubject/provenance/",
                "proof/",
            ] {
                let path = format!("{path}{name}");
                let changed = edited(&scene.avatar(), &path, Some("did:web:evil.example".into()));
                refused_both(&path, &scene, &changed, Reason::LdKeywordForbidden);
            }
        }
    }
}

#[test]
pub(crate) fn ld_12_no_type_brings_a_context() {
    refused_contexts(
        &format!(
            r#"["{V2}","{OMOTE}",{{"X":{{"@id":"https://evil.example/X","@context":{{"issuer":"https://evil.example/i"}}}}}}]"#
        ),
        Reason::CtxInline,
    );
    let scene = Scene::new();
    let types = json_of(r#"["VerifiableCredential","AvatarCredential","X"]"#);
    let typed = edited(&scene.avatar(), "type", types);
    let scoped = json_of(&format!(r#"["{V2}","{OMOTE}","https://evil.example/x"]"#));
    let typed_and_scoped = edited(&typed, "@context", scoped);
    refused_both(
        "with its context",
        &scene,
        &typed_and_scoped,
        Reason::CtxUnknown,
    );
    refused_both("without", &scene, &typed, Reason::CredType);
    // The scopes of known types reach as far as they should: a word of one is none of another.
    for path in [
        "credentialSubject/provenance/credentialSubject/cryptosuite",
        "credentialSubject/proofValue",
        "credentialSubject/authors",
        "credentialSubject/license/issuer",
        "credentialSubject/encodedList",
        "proof/issuer",
    ] {
        let changed = edited(&scene.avatar(), path, Some("x".into()));
        refused_both(path, &scene, &changed, Reason::TermUndefined);
    }
}

/// Nothing that checks can open a connection: the rooms have no network (`boundaries.rs`), and a
/// context is no reason to fetch.
#[test]
pub(crate) fn ld_14_no_context_is_fetched() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    for url in [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://[::1]:{port}/"),
        "file:///etc/passwd".to_owned(),
        "data:application/ld+json,{}".to_owned(),
        "ftp://a.example/".to_owned(),
        "//a.example/".to_owned(),
        "gopher://127.0.0.1/".to_owned(),
    ] {
        refused_contexts(&format!(r#""{url}""#), Reason::CtxUnknown);
        refused_contexts(&format!(r#"["{url}"]"#), Reason::CtxUnknown);
        refused_contexts(
            &format!(r#"["{V2}","{OMOTE}","{url}"]"#),
            Reason::CtxUnknown,
        );
    }
    assert!(listener.accept().is_err(), "somebody has connected");
}

/// A credential that describes a clique of blank nodes, all alike.
fn clique(scene: &Scene, nodes: usize) -> Object {
    let things: Vec<Object> = (0..nodes)
        .map(|node| {
            let others: Vec<String> = (0..nodes)
                .filter(|other| *other != node)
                .map(|other| format!("_:b{other}"))
                .collect();
            object! { "id" => format!("_:b{node}"), "derivedFrom" => others }
        })
        .collect();
    let things: Vec<Value> = things.into_iter().map(Value::Object).collect();
    edited(&scene.avatar(), "description", Some(things.into()))
}

/// Sent by a stranger: the presentation's proof is checked whoever issued what is in it.
#[test]
pub(crate) fn ld_15_cliques_end_by_count() {
    let scene = Scene::with_suite(Cryptosuite::EddsaRdfc2022);
    for nodes in [7, 8, 10, 40] {
        let poisoned = clique(&scene, nodes);
        let started = std::time::Instant::now();
        let report = scene.judge_credential(&poisoned);
        refused(&format!("{nodes} nodes"), &report, Reason::CanonWorkLimit);
        let bare = scene.unsigned_presentation(vec![poisoned]);
        let shown = edited(&bare, "proof", scene.presentation().get("proof").cloned());
        refused(
            &format!("{nodes} shown"),
            &scene.judge(&shown),
            Reason::CanonWorkLimit,
        );
        // Counted, not timed; the time is there to notice when the count is lost.
        assert!(started.elapsed().as_secs() < 5, "{nodes} nodes");
    }
    // Few enough to be computed, they are statements like others: not signed, refused for that.
    let report = scene.judge_credential(&clique(&scene, 3));
    refused("3 nodes", &report, Reason::SigInvalid);
    // Canonical JSON has no such work, and the same words are checked.
    let scene = Scene::new();
    refused_both("jcs", &scene, &clique(&scene, 10), Reason::SigInvalid);
}

/// The W3C's own poison is run where N-Quads are read (`proofs/src/rdfc/tests.rs`). Here it is in the
/// form that a document can have: a ring of nodes that all look alike, each with links both ways.
#[test]
pub(crate) fn ld_16_other_poison_ends_by_count() {
    let scene = Scene::with_suite(Cryptosuite::EddsaRdfc2022);
    for (name, nodes, links) in [
        ("dense ring", 24, &[1, 2, 3, 4, 5][..]),
        ("two-way wheel", 32, &[1, 31, 16]),
        ("circulant", 20, &[1, 3, 7, 9]),
    ] {
        let things: Vec<Value> = (0..nodes)
            .map(|node: usize| {
                let to: Vec<String> = links
                    .iter()
                    .map(|step| format!("_:n{}", (node + step) % nodes))
                    .collect();
                object! { "id" => format!("_:n{node}"), "derivedFrom" => to }.into()
            })
            .collect();
        let poisoned = edited(&scene.avatar(), "description", Some(things.into()));
        let started = std::time::Instant::now();
        let report = scene.judge_credential(&poisoned);
        refused(name, &report, Reason::CanonWorkLimit);
        assert!(started.elapsed().as_secs() < 5, "{name}");
    }
    // Beyond the limit on statements, however harmless they are.
    let many: Vec<Value> = (0..5000)
        .map(|n| object! { "creator" => format!("urn:{n}") }.into())
        .collect();
    let long = edited(&scene.avatar(), "description", Some(many.into()));
    refused(
        "5000 statements",
        &scene.judge_credential(&long),
        Reason::CanonWorkLimit,
    );
}

fn nquads(document: &Object) -> String {
    let mut bare = document.clone();
    bare.remove("proof");
    let contexts = Contexts::pinned();
    to_canonical_nquads(&bare, &contexts, OwnProof::Told, WorkLimit::document()).unwrap()
}

#[test]
pub(crate) fn ld_17_labels_of_the_sender_are_none_of_ours() {
    let scene = Scene::with_suite(Cryptosuite::EddsaRdfc2022);
    let described = |one: &str, other: &str| {
        let things = vec![
            object! { "id" => one, "creator" => "urn:a" },
            object! { "id" => other, "creator" => "urn:b", "derivedFrom" => one },
        ];
        edited(&scene.avatar(), "description", Some(things.into()))
    };
    let labels = [
        ("_:c14n0", "_:c14n1"),
        ("_:c14n1", "_:c14n0"),
        ("_:c14n7", "_:b0"),
        ("_:b1", "_:b0"),
    ];
    let signed = scene.reissue(&described("_:x", "_:y"), "name", Some("labels".into()));
    let expected = nquads(&signed);
    let proof = signed.get("proof").cloned();
    for (one, other) in labels {
        let relabelled = edited(&described(one, other), "name", Some("labels".into()));
        assert_eq!(nquads(&relabelled), expected, "{one} {other}");
        let relabelled = edited(&relabelled, "proof", proof.clone());
        accepted("relabelled", &scene.judge_credential(&relabelled));
    }
    // Two nodes made into one are other statements.
    let merged = edited(&described("_:x", "_:x"), "name", Some("labels".into()));
    assert_ne!(nquads(&merged), expected);
    let merged = edited(&merged, "proof", proof);
    refused(
        "merged",
        &scene.judge_credential(&merged),
        Reason::SigInvalid,
    );
}

#[test]
pub(crate) fn ld_18_language_direction_and_kind_of_a_value_are_signed() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let plain = scene.reissue(&scene.avatar(), "name", Some("Mika".into()));
        let spoken = json_of(r#"{"@value":"Mika","@language":"en"}"#);
        let spoken = scene.reissue(&scene.avatar(), "name", spoken);
        accepted_both("plain", &scene, &plain);
        accepted_both("with a language", &scene, &spoken);
        for value in [
            r#""Mika""#,
            r#"{"@value":"Mika","@language":"en"}"#,
            r#"{"@value":"Mika","@language":"ja"}"#,
            r#"{"@value":"Mika","@language":"en-GB"}"#,
            r#"{"@value":"Mia","@language":"en"}"#,
            "7",
            "true",
            r#"["Mika","Mia"]"#,
        ] {
            for document in [&plain, &spoken] {
                if document.get("name") == json_of(value).as_ref() {
                    continue;
                }
                let changed = edited(document, "name", json_of(value));
                refused_both(value, &scene, &changed, Reason::SigInvalid);
            }
        }
        // A direction is lost in RDF, so it is not taken there; canonical JSON keeps it.
        let turned = r#"{"@value":"Mika","@language":"en","@direction":"rtl"}"#;
        for document in [&plain, &spoken] {
            let changed = edited(document, "name", json_of(turned));
            for report in scene.judge_both(&changed) {
                assert!(report.accepted().is_none());
                assert_eq!(
                    report.headline().map(|(check, _)| check),
                    Some(schemas::check::CheckId::Proof)
                );
            }
        }
        // A datatype is the term's and never the document's.
        for typed in [
            r#"{"@value":"1","@type":"http://www.w3.org/2001/XMLSchema#string"}"#,
            r#"{"@value":"1","@type":"http://www.w3.org/2001/XMLSchema#integer"}"#,
        ] {
            let changed = edited(&plain, "name", json_of(typed));
            refused_both(typed, &scene, &changed, Reason::LdKeywordForbidden);
        }
    }
}

/// Under `eddsa-rdfc-2022` the order of a set is not signed, so nothing here may read it.
#[test]
pub(crate) fn ld_19_no_meaning_in_the_order_of_a_set() {
    let scene = Scene::with_suite(Cryptosuite::EddsaRdfc2022);
    let mut statement = scene.creator.statement();
    let digest = |text: &str| schemas::digest::Sha256Digest::of(text.as_bytes());
    statement.asset.derived_from = vec![digest("1"), digest("2"), digest("3")];
    let mut aoi = scene.creator.sign(&statement.unsigned());
    aoi.remove("proof");
    let signer = tests::actors::key("aoi");
    let options = ProofOptions::assertion(
        Cryptosuite::EddsaRdfc2022,
        signer.verification_method(),
        now(),
    );
    let aoi = resigned(&aoi, &options, &signer);
    let holder = scene.holder().did_key();
    let avatar = scene.a.issue(&scene.a.avatar(&holder, aoi).unsigned());
    accepted_both("in order", &scene, &avatar);

    let turned = |path: &str| {
        let mut value = Value::Object(avatar.clone());
        for step in path.split('/') {
            value = value.get(step).unwrap().clone();
        }
        let mut elements = value.as_array().unwrap().to_vec();
        elements.reverse();
        edited(&avatar, path, Some(elements.into()))
    };
    let statement = "credentialSubject/provenance/credentialSubject";
    for path in ["type".to_owned(), format!("{statement}/derivedFrom")] {
        let turned = turned(&path);
        let reports = scene.judge_both(&turned);
        for (report, honest) in reports.iter().zip(scene.judge_both(&avatar)) {
            accepted(&path, report);
            let seen = |report: &verifier::Report| {
                let credential = report.accepted().unwrap().credentials()[0].clone();
                (
                    credential.kind(),
                    credential.issuer().clone(),
                    credential.holder().cloned(),
                )
            };
            assert_eq!(seen(report), seen(&honest));
            assert_eq!(report.to_object(), honest.to_object());
        }
    }
    // What has an order is a list, and its order is signed: the first author is credited first.
    let mut two = scene.avatar();
    two = scene.reissue(
        &two,
        "credentialSubject/license/authors",
        json_of(r#"["Aoi","Ren"]"#),
    );
    let swapped = edited(
        &two,
        "credentialSubject/license/authors",
        json_of(r#"["Ren","Aoi"]"#),
    );
    refused_both("authors", &scene, &swapped, Reason::SigInvalid);
    // One author is a list of one, and no text.
    let single = edited(
        &two,
        "credentialSubject/license/authors",
        Some("Aoi".into()),
    );
    for report in scene.judge_both(&single) {
        assert!(report.accepted().is_none());
    }
    // The other suite signs the order of everything.
    let scene = Scene::new();
    let types = json_of(r#"["AvatarCredential","VerifiableCredential"]"#);
    let turned = edited(&scene.avatar(), "type", types);
    refused_both("jcs", &scene, &turned, Reason::SigInvalid);
}

#[test]
pub(crate) fn ld_20_a_text_is_no_thing() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let graph = matches!(
            suite,
            Cryptosuite::EddsaRdfc2022 | Cryptosuite::EcdsaRdfc2019
        );
        let url = "https://x.example/";
        let forms = [
            format!(r#""{url}""#),
            format!(r#"{{"id":"{url}"}}"#),
            format!(r#"{{"@value":"{url}"}}"#),
            format!(r#"{{"@value":"{url}","@language":"en"}}"#),
        ];
        for (place, signed) in forms.iter().enumerate() {
            let description = json_of(signed);
            let avatar = scene.reissue(&scene.avatar(), "description", description);
            accepted_both(signed, &scene, &avatar);
            for (other, form) in forms.iter().enumerate() {
                // A value object without more is the text itself, in RDF.
                let same = |a: usize, b: usize| a == b || (graph && a + b == 2 && a != 1);
                let changed = edited(&avatar, "description", json_of(form));
                if same(place, other) {
                    continue;
                }
                refused_both(
                    &format!("{signed} as {form}"),
                    &scene,
                    &changed,
                    Reason::SigInvalid,
                );
            }
        }
        let bytes = canonical::object_to_bytes(&scene.avatar());
        assert!(!bytes.is_empty());
        // The issuer named in place is the same thing in RDF, and other bytes in JSON.
        let named = object! { "id" => &scene.a.did() };
        let named = edited(&scene.avatar(), "issuer", Some(named.into()));
        let proofs = UnverifiedProof::all_of(&named).unwrap();
        assert_eq!(proofs.len(), 1);
        for report in scene.judge_both(&named) {
            if graph {
                accepted("the same", &report);
            } else {
                refused("bytes", &report, Reason::SigInvalid);
            }
        }
    }
}
