//! Queries against credentials of both formats, as OpenID4VP 1.0 section 6 has it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use schemas::credential::Format;
use schemas::dcql::{ClaimPath, DcqlQuery, QueryId};
use schemas::json::{Limits, Object, Value, read};
use schemas::message::Message as _;

use super::{Candidate, Choice, Shown, Unmet, answers, choose, disclosures, satisfied};

fn object(text: &str) -> Object {
    match read(text.as_bytes(), &Limits::document()).unwrap() {
        Value::Object(object) => object,
        other => panic!("{other:?}"),
    }
}

fn query(text: &str) -> DcqlQuery {
    DcqlQuery::read(text.as_bytes()).unwrap()
}

/// A query of one part, `a`, with these members.
fn part(members: &str) -> DcqlQuery {
    query(&format!(r#"{{"credentials":[{{"id":"a",{members}}}]}}"#))
}

fn token() -> Object {
    object(
        r#"{"iss":"did:web:a.example","vct":"urn:x:pass:1","name":"Mika","age":20,"member":true,
            "score":1.5,"tags":["cat","ear"],"home":{"city":"Kyoto","zip":"600"},
            "list":[{"k":"a"},{"k":"b"}]}"#,
    )
}

fn document() -> Object {
    object(
        r#"{"@context":["https://www.w3.org/ns/credentials/v2","https://w3id.org/omote/v1"],
            "type":["VerifiableCredential","AvatarCredential"],
            "credentialSubject":{"personaName":"Mika"}}"#,
    )
}

fn as_token(object: &Object) -> Candidate<'_> {
    Candidate {
        format: Format::DcSdJwt,
        object,
    }
}

fn as_document(object: &Object) -> Candidate<'_> {
    Candidate {
        format: Format::LdpVc,
        object,
    }
}

fn paths(names: &[&[&str]]) -> Vec<ClaimPath> {
    let path = |names: &&[&str]| ClaimPath::of_names(names).unwrap();
    names.iter().map(path).collect()
}

const SD: &str = r#""format":"dc+sd-jwt","meta":{}"#;

#[test]
fn format_and_type_come_first_also_where_no_claim_is_asked_for() {
    let (token, document) = (token(), document());
    for (members, by_token, by_document) in [
        (r#""format":"dc+sd-jwt","meta":{}"#, true, false),
        (
            r#""format":"dc+sd-jwt","meta":{"vct_values":["urn:y","urn:x:pass:1"]}"#,
            true,
            false,
        ),
        (
            r#""format":"dc+sd-jwt","meta":{"vct_values":["urn:x:pass"]}"#,
            false,
            false,
        ),
        (
            r#""format":"dc+sd-jwt","meta":{"vct_values":["URN:X:PASS:1"]}"#,
            false,
            false,
        ),
        (r#""format":"ldp_vc","meta":{}"#, false, true),
        (
            r#""format":"ldp_vc","meta":{"type_values":[["https://w3id.org/omote/v1#AvatarCredential"]]}"#,
            false,
            true,
        ),
        (
            r#""format":"ldp_vc","meta":{"type_values":[["https://w3id.org/omote/v1#ItemCredential"]]}"#,
            false,
            false,
        ),
        (r#""format":"jwt_vc_json","meta":{}"#, false, false),
        (
            r#""format":"mso_mdoc","meta":{"doctype_value":"x"}"#,
            false,
            false,
        ),
        (
            r#""format":"dc+sd-jwt","meta":{},"trusted_authorities":[{"type":"aki","values":["s9tIpPmhxdiuNkHMEWNpYim8S8Y"]}]"#,
            false,
            false,
        ),
        (
            r#""format":"ldp_vc","meta":{},"trusted_authorities":[{"type":"etsi_tl","values":["https://lotl.example"]}]"#,
            false,
            false,
        ),
    ] {
        let query = part(members);
        let part = &query.credentials()[0];
        assert_eq!(answers(part, as_token(&token)), by_token, "{members}");
        assert_eq!(
            answers(part, as_document(&document)),
            by_document,
            "{members}"
        );
        // What is one thing is never taken for the other.
        assert!(!answers(part, as_document(&token)) || members.contains("ldp_vc"));
    }
}

#[test]
fn values_have_their_type() {
    let token = token();
    for (path, values, answered) in [
        (r#"["name"]"#, r#"["Mika"]"#, true),
        (r#"["name"]"#, r#"["Aoi","Mika"]"#, true),
        (r#"["name"]"#, r#"["mika"]"#, false),
        (r#"["age"]"#, "[20]", true),
        (r#"["age"]"#, r#"["20"]"#, false),
        (r#"["member"]"#, "[true]", true),
        (r#"["member"]"#, "[false]", false),
        (r#"["member"]"#, r#"["true"]"#, false),
        (r#"["member"]"#, "[1]", false),
        (r#"["tags",null]"#, r#"["ear"]"#, true),
        (r#"["tags",0]"#, r#"["ear"]"#, false),
        (r#"["tags"]"#, r#"["ear"]"#, false),
        (r#"["home","city"]"#, r#"["Kyoto"]"#, true),
        (r#"["home"]"#, r#"["Kyoto"]"#, false),
        (r#"["list",null,"k"]"#, r#"["b"]"#, true),
        (r#"["nome"]"#, r#"["Mika"]"#, false),
    ] {
        let query = part(&format!(
            r#"{SD},"claims":[{{"path":{path},"values":{values}}}]"#
        ));
        let part = &query.credentials()[0];
        assert_eq!(answers(part, as_token(&token)), answered, "{path} {values}");
        assert_eq!(disclosures(part, &token).is_some(), answered);
    }
}

#[test]
fn the_first_claim_set_that_can_be_satisfied_is_disclosed_and_nothing_else() {
    let token = token();
    let disclosed = |members: &str| {
        let query = part(&format!("{SD}{members}"));
        disclosures(&query.credentials()[0], &token)
    };
    // Nothing that can be withheld is asked for.
    assert_eq!(disclosed(""), Some(Vec::new()));
    assert_eq!(
        disclosed(r#","claims":[{"path":["name"]},{"path":["home","city"]}]"#),
        Some(paths(&[&["name"], &["home", "city"]]))
    );
    assert_eq!(
        disclosed(r#","claims":[{"path":["name"]},{"path":["passport"]}]"#),
        None
    );
    let sets = |sets: &str| {
        disclosed(&format!(
            r#","claims":[{{"id":"n","path":["name"]}},{{"id":"c","path":["home","city"]}},
                {{"id":"p","path":["passport"]}},{{"id":"old","path":["age"],"values":[99]}}],
               "claim_sets":{sets}"#
        ))
    };
    assert_eq!(
        sets(r#"[["p"],["old"],["c","n"],["n"]]"#),
        Some(paths(&[&["home", "city"], &["name"]]))
    );
    assert_eq!(sets(r#"[["n"],["c","n"]]"#), Some(paths(&[&["name"]])));
    assert_eq!(sets(r#"[["p","n"],["old"]]"#), None);
    // Another format is another matter.
    let query = part(r#""format":"ldp_vc","meta":{},"claims":[{"path":["name"]}]"#);
    assert_eq!(disclosures(&query.credentials()[0], &token), None);
}

#[test]
fn of_alternatives_the_first_that_can_be_answered_and_nothing_optional() {
    let (token, document) = (token(), document());
    let sets = |sets: &str| {
        query(&format!(
            r#"{{"credentials":[
                {{"id":"sd","format":"dc+sd-jwt","meta":{{"vct_values":["urn:x:pass:1"]}}}},
                {{"id":"ld","format":"ldp_vc","meta":{{}}}},
                {{"id":"no","format":"dc+sd-jwt","meta":{{"vct_values":["urn:none"]}}}}],
              "credential_sets":{sets}}}"#
        ))
    };
    let candidates = [as_document(&document), as_token(&token)];
    let chosen = |sets_text: &str| {
        choose(&sets(sets_text), &candidates).map(|choices| {
            let told = |choice: Choice| (choice.query_id.as_str().to_owned(), choice.candidates);
            choices.into_iter().map(told).collect::<Vec<_>>()
        })
    };
    let (sd, ld) = (("sd".to_owned(), vec![1]), ("ld".to_owned(), vec![0]));
    assert_eq!(
        chosen(r#"[{"options":[["sd"],["ld"]]}]"#),
        Ok(vec![sd.clone()])
    );
    assert_eq!(
        chosen(r#"[{"options":[["no"],["ld"]]}]"#),
        Ok(vec![ld.clone()])
    );
    assert_eq!(
        chosen(r#"[{"options":[["no","sd"],["ld","sd"]]}]"#),
        Ok(vec![sd.clone(), ld.clone()])
    );
    assert_eq!(
        chosen(r#"[{"options":[["sd"]]},{"options":[["ld"]],"required":false}]"#),
        Ok(vec![sd])
    );
    assert_eq!(
        chosen(r#"[{"options":[["ld"]],"required":false}]"#),
        Ok(Vec::new())
    );
    let whole = Unmet {
        query_id: None,
        reason: schemas::reason::Reason::VpQueryUnsatisfied,
    };
    assert_eq!(chosen(r#"[{"options":[["no"]]}]"#), Err(whole.clone()));
    assert_eq!(
        chosen(r#"[{"options":[["sd"]]},{"options":[["no"],["no","ld"]]}]"#),
        Err(whole.clone())
    );

    // The world that is shown them agrees.
    let shown = |id: &'static str, credential| Shown {
        query_id: id,
        presentation: 0,
        credential,
    };
    let alternatives = sets(r#"[{"options":[["sd"],["ld"]]}]"#);
    for one in [
        shown("sd", as_token(&token)),
        shown("ld", as_document(&document)),
    ] {
        assert_eq!(satisfied(&alternatives, &[one]), Ok(()));
    }
    assert_eq!(satisfied(&alternatives, &[]), Err(whole));
    for one in [
        shown("sd", as_document(&document)),
        shown("ld", as_token(&token)),
        shown("no", as_token(&token)),
        shown("x", as_token(&token)),
    ] {
        let unmet = satisfied(&alternatives, &[one]).unwrap_err();
        assert_eq!(unmet.query_id.as_deref(), Some(one.query_id));
    }
    // All parts of a query without sets.
    let both = query(&format!(
        r#"{{"credentials":[{{"id":"a",{SD}}},{{"id":"b","format":"ldp_vc","meta":{{}}}}]}}"#
    ));
    let unmet = choose(&both, &candidates[1..]).unwrap_err();
    assert_eq!(unmet.query_id.as_deref(), Some("b"));
    let choices = choose(&both, &candidates).unwrap();
    assert_eq!(choices.len(), 2);
    assert_eq!(choices[0].query_id, QueryId::new("a").unwrap());
}
