//! Queries: the whole grammar, every refusal, bounds, round trips.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

use crate::dcql::{
    ClaimPath, ClaimQuery, Count, CredentialQuery, CredentialSetQuery, DcqlQuery, HolderBinding,
    MAX_CLAIMS, MAX_CLAIMS_IN_ALL, MAX_CREDENTIALS, MAX_PARTS, MAX_SETS, Meta, Need, OverAsk,
    QueryId, TrustedAuthority,
};
use crate::json::Value;
use crate::message::{Message, MessageError, Problem};
use crate::oid4vci::CredentialFormat;
use crate::reason::Reason;

const FULL: &str = r#"{
    "credentials": [
        {
            "id": "avatar",
            "format": "ldp_vc",
            "meta": {"type_values": [["https://w3id.org/omote#AvatarCredential"], ["https://a.example#B", "https://a.example#C"]]},
            "multiple": true,
            "trusted_authorities": [{"type": "openid_federation", "values": ["https://a.example"]}],
            "require_cryptographic_holder_binding": false,
            "claims": [
                {"id": "a", "path": ["credentialSubject", "persona"]},
                {"id": "b", "path": ["credentialSubject", "items", null, "name"], "values": ["x", 7, true]},
                {"id": "c", "path": ["credentialSubject", "items", 0]}
            ],
            "claim_sets": [["a", "b"], ["a"]],
            "extension": 1
        },
        {"id": "pass", "format": "dc+sd-jwt", "meta": {"vct_values": ["urn:example:pass:1"]}},
        {"id": "mdl", "format": "mso_mdoc", "meta": {"doctype_value": "x"}}
    ],
    "credential_sets": [
        {"options": [["avatar"], ["pass", "mdl"]]},
        {"options": [["mdl"]], "required": false}
    ]
}"#;

fn refusal(body: &str) -> (&'static str, &'static str, Problem) {
    let error = DcqlQuery::read(body.as_bytes()).unwrap_err();
    assert_eq!(error.reason(), Reason::QueryInvalid, "{error}");
    (error.message(), error.member(), error.problem())
}

#[test]
fn a_full_query_is_read_as_it_was_written() {
    let query = DcqlQuery::read(FULL.as_bytes()).unwrap();
    assert_eq!(DcqlQuery::read(&query.to_bytes()), Ok(query.clone()));
    let id = |text: &str| QueryId::new(text).unwrap();
    let avatar = query.credential(&id("avatar")).unwrap();
    assert_eq!(avatar.count, Count::Many);
    assert_eq!(avatar.holder_binding, HolderBinding::NotRequired);
    assert_eq!(avatar.claims.len(), 3);
    assert_eq!(avatar.claims[1].values.len(), 3);
    assert_eq!(avatar.claim_sets, [vec![id("a"), id("b")], vec![id("a")]]);
    let Meta::LdpVc { type_values } = &avatar.meta else {
        panic!("{:?}", avatar.meta);
    };
    assert_eq!(type_values.len(), 2);
    let mdl = query.credential(&id("mdl")).unwrap();
    assert_eq!(
        mdl.meta.format(),
        CredentialFormat::Other("mso_mdoc".to_owned())
    );
    assert_eq!(query.credential_sets()[0].need, Need::Required);
    assert_eq!(query.credential_sets()[1].need, Need::Optional);
    assert_eq!(query.credential(&id("sword")), None);
}

#[test]
fn what_is_not_said_has_the_strict_default() {
    let body = br#"{"credentials":[{"id":"a","format":"ldp_vc","meta":{}}]}"#;
    let query = DcqlQuery::read(body).unwrap();
    let [credential] = query.credentials() else {
        panic!("one credential");
    };
    assert_eq!(credential.count, Count::One);
    assert_eq!(credential.holder_binding, HolderBinding::Required);
    assert!(credential.claims.is_empty());
    assert!(query.credential_sets().is_empty());
    assert_eq!(
        query.to_bytes().as_slice(),
        br#"{"credentials":[{"format":"ldp_vc","id":"a","meta":{}}]}"#
    );
}

#[test]
fn each_fault_is_named() {
    let long = format!("[\"a\"{}]", ",null".repeat(32));
    for (from, to, member) in [
        ("\"id\": \"avatar\"", "\"id\": \"a b\"", "id"),
        ("\"id\": \"avatar\"", "\"id\": \"\"", "id"),
        ("\"id\": \"avatar\"", "\"id\": 7", "id"),
        ("\"id\": \"avatar\",", "", "id"),
        ("\"id\": \"avatar\"", "\"id\": \"pass\"", "credentials"),
        ("\"format\": \"ldp_vc\"", "\"format\": null", "format"),
        ("\"format\": \"ldp_vc\",", "", "format"),
        (
            "\"meta\": {\"vct_values\"",
            "\"mete\": {\"vct_values\"",
            "meta",
        ),
        ("{\"doctype_value\": \"x\"}", "[]", "meta"),
        (
            "[\"urn:example:pass:1\"]",
            "\"urn:example:pass:1\"",
            "vct_values",
        ),
        ("[\"urn:example:pass:1\"]", "[]", "vct_values"),
        (
            "[[\"https://w3id.org/omote#AvatarCredential\"],",
            "[\"x\",",
            "type_values",
        ),
        (
            "[[\"https://w3id.org/omote#AvatarCredential\"],",
            "[[],",
            "type_values",
        ),
        ("\"multiple\": true", "\"multiple\": \"true\"", "multiple"),
        (
            "\"require_cryptographic_holder_binding\": false",
            "\"require_cryptographic_holder_binding\": null",
            "require_cryptographic_holder_binding",
        ),
        (
            "\"values\": [\"https://a.example\"]",
            "\"values\": []",
            "values",
        ),
        ("\"type\": \"openid_federation\"", "\"type\": 1", "type"),
        ("\"id\": \"b\"", "\"id\": \"a\"", "id"),
        ("\"id\": \"b\", ", "", "id"),
        (
            "\"path\": [\"credentialSubject\", \"items\", 0]",
            "\"way\": []",
            "path",
        ),
        (
            "[\"credentialSubject\", \"items\", 0]",
            "[\"credentialSubject\", \"items\", -1]",
            "path",
        ),
        ("[\"credentialSubject\", \"items\", 0]", &*long, "path"),
        ("[\"credentialSubject\", \"items\", 0]", "[]", "path"),
        ("[\"credentialSubject\", \"items\", 0]", "[true]", "path"),
        ("[\"x\", 7, true]", "[]", "values"),
        ("[\"x\", 7, true]", "[null]", "values"),
        ("[\"x\", 7, true]", "[0.5]", "values"),
        ("[\"x\", 7, true]", "[{}]", "values"),
        (
            "[[\"a\", \"b\"], [\"a\"]]",
            "[[\"a\", \"z\"]]",
            "claim_sets",
        ),
        (
            "[[\"a\", \"b\"], [\"a\"]]",
            "[[\"a\", \"a\"]]",
            "claim_sets",
        ),
        ("[[\"a\", \"b\"], [\"a\"]]", "[[]]", "claim_sets"),
        ("[[\"a\", \"b\"], [\"a\"]]", "[]", "claim_sets"),
        ("[[\"a\", \"b\"], [\"a\"]]", "[\"a\"]", "claim_sets"),
        (
            "[[\"avatar\"], [\"pass\", \"mdl\"]]",
            "[[\"sword\"]]",
            "options",
        ),
        ("[[\"avatar\"], [\"pass\", \"mdl\"]]", "[]", "options"),
        ("[[\"avatar\"], [\"pass\", \"mdl\"]]", "[[]]", "options"),
        (
            "[[\"avatar\"], [\"pass\", \"mdl\"]]",
            "[[\"mdl\", \"mdl\"]]",
            "options",
        ),
        ("\"required\": false", "\"required\": 0", "required"),
        ("\"credentials\":", "\"credential\":", "credentials"),
    ] {
        let body = FULL.replacen(from, to, 1);
        assert_ne!(body, FULL, "{from}");
        assert_eq!(refusal(&body).1, member, "{from} → {to}");
    }
    // 2^53 and more is no number that two readers agree about, here or anywhere.
    let far = FULL.replacen("\"items\", 0]", "\"items\", 9007199254740992]", 1);
    let error = DcqlQuery::read(far.as_bytes()).unwrap_err();
    assert_eq!(error.reason(), Reason::JsonNumberOutOfRange);
    assert_eq!(refusal("[]").1, "");
    assert_eq!(refusal(r#"{"credentials":[]}"#).1, "credentials");
    assert_eq!(refusal(r#"{"credentials":{}}"#).1, "credentials");
    let sets = r#"{"credentials":[{"id":"a","format":"ldp_vc","meta":{},"claim_sets":[["x"]]}]}"#;
    assert_eq!(refusal(sets).1, "claims");
    let empty = r#"{"credentials":[{"id":"a","format":"ldp_vc","meta":{}}],"credential_sets":[]}"#;
    assert_eq!(refusal(empty).1, "credential_sets");
}

fn credential(id: usize, claims: usize) -> String {
    let claims: Vec<String> = (0..claims)
        .map(|n| format!("{{\"id\":\"c{n}\",\"path\":[\"c{n}\"]}}"))
        .collect();
    let claims = if claims.is_empty() {
        String::new()
    } else {
        format!(",\"claims\":[{}]", claims.join(","))
    };
    format!("{{\"id\":\"q{id}\",\"format\":\"ldp_vc\",\"meta\":{{}}{claims}}}")
}

#[test]
fn sizes_are_bounded() {
    let credentials = |count: usize| {
        let list: Vec<String> = (0..count).map(|id| credential(id, 0)).collect();
        format!("{{\"credentials\":[{}]}}", list.join(","))
    };
    let large = |limit| Problem::TooLarge {
        limit,
        found: limit + 1,
    };
    assert!(DcqlQuery::read(credentials(MAX_CREDENTIALS).as_bytes()).is_ok());
    // More than anybody could agree to.
    let over_asks = |text: &str, limit: usize| {
        let error = DcqlQuery::read(text.as_bytes()).unwrap_err();
        assert_eq!(error.reason(), Reason::QueryOverAsk);
        assert_eq!(error.problem(), large(limit));
    };
    over_asks(&credentials(MAX_CREDENTIALS + 1), MAX_CREDENTIALS);
    assert_eq!(
        DcqlQuery::read(credentials(500).as_bytes()).map_err(|error| error.reason()),
        Err(Reason::QueryOverAsk)
    );
    let claims = |count| format!("{{\"credentials\":[{}]}}", credential(0, count));
    assert!(DcqlQuery::read(claims(MAX_CLAIMS).as_bytes()).is_ok());
    over_asks(&claims(MAX_CLAIMS + 1), MAX_CLAIMS);
    let sets = |count| {
        let sets = vec!["{\"options\":[[\"q0\"]]}"; count].join(",");
        let credential = credential(0, 0);
        format!("{{\"credentials\":[{credential}],\"credential_sets\":[{sets}]}}")
    };
    assert!(DcqlQuery::read(sets(MAX_SETS).as_bytes()).is_ok());
    assert_eq!(refusal(&sets(MAX_SETS + 1)).2, large(MAX_SETS));
    let options = |count| {
        let options = vec!["[\"q0\"]"; count].join(",");
        let credential = credential(0, 0);
        format!(
            "{{\"credentials\":[{credential}],\"credential_sets\":[{{\"options\":[{options}]}}]}}"
        )
    };
    assert_eq!(refusal(&options(MAX_SETS + 1)).2, large(MAX_SETS));
    let claim_sets = |count| {
        let sets = vec!["[\"c0\"]"; count].join(",");
        let credential = credential(0, 1).replacen('{', &format!("{{\"claim_sets\":[{sets}],"), 1);
        format!("{{\"credentials\":[{credential}]}}")
    };
    assert!(DcqlQuery::read(claim_sets(MAX_SETS).as_bytes()).is_ok());
    assert_eq!(refusal(&claim_sets(MAX_SETS + 1)).2, large(MAX_SETS));
    let long = format!("{{\"credentials\":[{}]}}", credential(0, 0)).replace("q0", &"q".repeat(65));
    assert_eq!(refusal(&long).1, "id");
}

#[test]
fn a_query_that_asks_for_too_much_is_told_so() {
    let judged = |text: &str| {
        let judged = DcqlQuery::read(text.as_bytes()).unwrap().require_modest();
        if let Err(error) = judged {
            assert_eq!(error.reason(), Reason::QueryOverAsk, "{error}");
        }
        judged
    };
    let parts = |count: usize, claims: usize| {
        let list: Vec<String> = (0..count).map(|id| credential(id, claims)).collect();
        format!("{{\"credentials\":[{}]}}", list.join(","))
    };
    assert_eq!(judged(&parts(MAX_PARTS, 1)), Ok(()));
    let found = MAX_PARTS + 1;
    assert_eq!(judged(&parts(found, 1)), Err(OverAsk::Parts(found)));
    // However they are dealt out to parts.
    assert_eq!(judged(&parts(4, MAX_CLAIMS_IN_ALL / 4)), Ok(()));
    let found = MAX_CLAIMS_IN_ALL + 4;
    let many = parts(4, MAX_CLAIMS_IN_ALL / 4 + 1);
    assert_eq!(judged(&many), Err(OverAsk::Claims(found)));
    // What is optional, or one of several, counts as well: it is there to be chosen.
    let hidden = many.replacen(
        '{',
        r#"{"credential_sets":[{"options":[["q0"]]},{"required":false,"options":[["q1","q2","q3"]]}],"#,
        1,
    );
    assert_eq!(judged(&hidden), Err(OverAsk::Claims(found)));
    let path = |path: &str| {
        format!(
            r#"{{"credentials":[{{"id":"a","format":"dc+sd-jwt","meta":{{}},"claims":[{{"path":{path}}}]}}]}}"#
        )
    };
    for sound in [
        r#"["a"]"#,
        r#"["a",null]"#,
        r#"["a",null,"b"]"#,
        r#"["a",0]"#,
    ] {
        assert_eq!(judged(&path(sound)), Ok(()), "{sound}");
    }
    for wide in [
        "[null]",
        r#"[null,"a"]"#,
        r#"["a",null,null]"#,
        "[null,null,null]",
    ] {
        assert_eq!(judged(&path(wide)), Err(OverAsk::Wildcards), "{wide}");
    }
}

/// Section 6.1: a claim that is asked for twice is asked for once.
#[test]
fn a_claim_of_others_that_is_there_twice_counts_once() {
    let read = |claims: &str, sets: &str| {
        let body = format!(
            r#"{{"credentials":[{{"id":"x","format":"dc+sd-jwt","meta":{{}},"claims":{claims}{sets}}}]}}"#
        );
        let query = DcqlQuery::read(body.as_bytes())?;
        assert_eq!(DcqlQuery::read(&query.to_bytes()), Ok(query.clone()));
        let credential = query.credentials()[0].clone();
        let ids =
            |ids: &[QueryId]| -> Vec<String> { ids.iter().map(ToString::to_string).collect() };
        let claims = credential.claims.iter().map(|claim| claim.values.len());
        let sets = credential.claim_sets.iter().map(|set| ids(set).join(" "));
        Ok::<_, MessageError>((claims.collect::<Vec<_>>(), sets.collect::<Vec<_>>()))
    };
    let found = |claims: &[usize], sets: &[&str]| {
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        Ok((claims.to_vec(), sets))
    };
    let twice = r#"[{"path":["a"]},{"path":["b"]},{"path":["a"]},{"path":["a"],"values":[1]}]"#;
    assert_eq!(read(twice, ""), found(&[0, 0], &[]));
    // A set that names the second is of the first, and goes where that would be another question.
    let named = r#"[{"id":"a","path":["a"]},{"id":"b","path":["b"]},{"id":"c","path":["a"]},{"id":"d","path":["a"],"values":[1]}]"#;
    let sets = r#","claim_sets":[["c","b"],["d"],["a","c"],["b"]]"#;
    assert_eq!(read(named, sets), found(&[0, 0], &["a b", "a", "b"]));
    let error = read(named, r#","claim_sets":[["d"]]"#).unwrap_err();
    assert_eq!(error.problem(), Problem::Repeated);
    let unknown = read(named, r#","claim_sets":[["e"]]"#).unwrap_err();
    assert_eq!(
        (unknown.member(), unknown.reason()),
        ("claim_sets", Reason::QueryInvalid)
    );
}

#[test]
fn queries_made_in_code_keep_the_same_rules() {
    let id = |text: &str| QueryId::new(text).unwrap();
    let credential = || CredentialQuery {
        id: id("a"),
        meta: Meta::LdpVc {
            type_values: Vec::new(),
        },
        count: Count::One,
        trusted_authorities: Vec::new(),
        holder_binding: HolderBinding::Required,
        claims: Vec::new(),
        claim_sets: Vec::new(),
    };
    assert!(DcqlQuery::new(vec![credential()], Vec::new()).is_ok());
    let twice = DcqlQuery::new(vec![credential(), credential()], Vec::new()).unwrap_err();
    assert_eq!(twice.problem(), Problem::Repeated);
    assert!(DcqlQuery::new(Vec::new(), Vec::new()).is_err());
    let mut asking = credential();
    asking.claims = ["a", "b", "a"]
        .map(|name| ClaimQuery {
            id: None,
            path: ClaimPath::of_names(&[name]).unwrap(),
            values: Vec::new(),
        })
        .to_vec();
    let twice = DcqlQuery::new(vec![asking], Vec::new()).unwrap_err();
    assert_eq!(
        (twice.member(), twice.problem()),
        ("path", Problem::Repeated)
    );
    let set = |options| CredentialSetQuery {
        options,
        need: Need::Required,
    };
    for options in [vec![], vec![vec![]], vec![vec![id("b")]]] {
        let query = DcqlQuery::new(vec![credential()], vec![set(options)]);
        assert_eq!(
            query.map_err(|error| error.reason()),
            Err(Reason::QueryInvalid)
        );
    }
    let mut claims = credential();
    claims.claims = vec![ClaimQuery {
        id: None,
        path: ClaimPath::of_names(&["a"]).unwrap(),
        values: vec![Value::Null],
    }];
    assert!(DcqlQuery::new(vec![claims], Vec::new()).is_err());
}

fn meta() -> impl Strategy<Value = Meta> {
    let types = vec("[a-z]{1,4}", 1..2);
    prop_oneof![
        vec("[a-z]{1,4}", 0..2).prop_map(|vct_values| Meta::DcSdJwt { vct_values }),
        vec(types, 0..3).prop_map(|type_values| Meta::LdpVc { type_values }),
        any::<i32>().prop_map(|number| Meta::Other {
            format: "mso_mdoc".to_owned(),
            meta: crate::object! { "n" => number },
        }),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<String>().prop_map(Value::String),
        any::<i32>().prop_map(Value::from),
        any::<bool>().prop_map(Value::Bool),
    ]
}

fn any_credential() -> impl Strategy<Value = (Meta, bool, bool, Vec<Vec<Value>>, bool, Vec<String>)>
{
    (
        meta(),
        any::<bool>(),
        any::<bool>(),
        vec(vec(value(), 0..3), 0..4),
        any::<bool>(),
        vec("[a-z]{1,4}", 0..2),
    )
}

fn any_query() -> impl Strategy<Value = DcqlQuery> {
    let sets = vec((any::<bool>(), Just(())), 0..3);
    (vec(any_credential(), 1..4), option::of(sets)).prop_map(|(credentials, sets)| {
        let id = |n: usize| QueryId::new(format!("q-{n}")).unwrap();
        let credentials: Vec<CredentialQuery> = credentials
            .into_iter()
            .enumerate()
            .map(
                |(index, (meta, many, bound, claims, with_sets, authorities))| {
                    let claims: Vec<ClaimQuery> = claims
                        .into_iter()
                        .enumerate()
                        .map(|(n, values)| ClaimQuery {
                            id: Some(id(n)),
                            path: ClaimPath::of_names(&["s", &format!("c{n}")]).unwrap(),
                            values,
                        })
                        .collect();
                    let sets = if with_sets { claims.len() } else { 0 };
                    let claim_sets = (0..sets).map(|n| vec![id(n)]).collect();
                    CredentialQuery {
                        id: id(index),
                        meta,
                        count: if many { Count::Many } else { Count::One },
                        trusted_authorities: authorities
                            .into_iter()
                            .map(|value| TrustedAuthority {
                                kind: "aki".to_owned(),
                                values: vec![value],
                            })
                            .collect(),
                        holder_binding: if bound {
                            HolderBinding::Required
                        } else {
                            HolderBinding::NotRequired
                        },
                        claims,
                        claim_sets,
                    }
                },
            )
            .collect();
        let sets = sets
            .unwrap_or_default()
            .into_iter()
            .map(|(required, ())| CredentialSetQuery {
                options: vec![vec![id(0)]],
                need: if required {
                    Need::Required
                } else {
                    Need::Optional
                },
            })
            .collect();
        DcqlQuery::new(credentials, sets).unwrap()
    })
}

proptest! {
    #[test]
    fn queries_round_trip(query in any_query()) {
        assert_eq!(DcqlQuery::read(&query.to_bytes()), Ok(query));
    }

    #[test]
    fn a_changed_byte_is_read_or_refused(at in 0..FULL.len(), byte in any::<u8>()) {
        let mut bytes = FULL.as_bytes().to_vec();
        bytes[at] = byte;
        if let Ok(query) = DcqlQuery::read(&bytes) {
            assert_eq!(DcqlQuery::read(&query.to_bytes()), Ok(query));
        }
    }
}
