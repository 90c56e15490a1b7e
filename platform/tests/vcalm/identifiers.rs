//! `GET /identifiers/{did}`

use crate::program::{Program, SUITES};

#[test]
fn the_dids_of_this_service_resolve() {
    let program = Program::start(&[]);
    for suite in SUITES {
        let did = program.did(suite);
        let answer = program.get(&format!("/identifiers/{did}"));
        assert_eq!(answer.status, 200);
        let result = answer.json();
        let document = result.get("didDocument").unwrap();
        assert_eq!(document.get("id").unwrap().as_str(), Some(did));
        let method = &document
            .get("verificationMethod")
            .unwrap()
            .as_array()
            .unwrap()[0];
        let key = method.get("publicKeyMultibase").unwrap().as_str().unwrap();
        assert_eq!(format!("did:key:{key}"), did);
        assert_eq!(method.get("type").unwrap().as_str(), Some("Multikey"));
        for relationship in ["assertionMethod", "authentication"] {
            let names = document.get(relationship).unwrap().strings().unwrap();
            assert_eq!(names, [format!("{did}#{key}").as_str()]);
        }
        let path = format!("/identifiers/{did}");
        let alone = program.send("GET", &path, &[("Accept", "application/did+json")], b"");
        assert_eq!(alone.json().get("id").unwrap().as_str(), Some(did));
        assert_eq!(alone.header("content-type"), Some("application/did+json"));
        let encoded = path.replace("did:key:", "did%3Akey%3A");
        assert_eq!(program.get(&encoded).status, 200);
    }
}

#[test]
fn others_are_answered_honestly() {
    let program = Program::start(&[]);
    for (did, status, error) in [
        ("did:web:world.example", 501, "methodNotSupported"),
        ("did:example:1", 501, "methodNotSupported"),
        ("did:key:z6MkInvalid", 400, "invalidDid"),
        ("did:key:", 400, "invalidDid"),
        ("nothing", 400, "invalidDid"),
    ] {
        let answer = program.get(&format!("/identifiers/{did}"));
        assert_eq!(answer.status, status, "{did}");
        let result = answer.json();
        let metadata = result.get("didResolutionMetadata").unwrap();
        assert_eq!(
            metadata.get("error").unwrap().as_str(),
            Some(error),
            "{did}"
        );
        assert!(result.get("didDocument").unwrap().as_object().is_none());
    }
}
