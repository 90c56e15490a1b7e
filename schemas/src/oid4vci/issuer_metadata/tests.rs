//! Issuer metadata: round trip, formats of others, every refusal, choices among its entries.

use crate::dcql::ClaimPath;
use crate::message::{Message, Problem};
use crate::oid4vci::issuer_metadata::{
    ClaimDescription, ClaimDisplay, ClaimPresence, CredentialConfiguration, CredentialDefinition,
    CredentialIssuerMetadata, CredentialMetadata, Display, FormatDetails, Logo, LogoUri, ProofType,
    ProofTypeSupport,
};
use crate::oid4vci::{CredentialFormat, IssuerUrl};
use crate::reason::Reason;

fn display(name: &str, locale: Option<&str>) -> Display {
    Display {
        name: Some(name.to_owned()),
        locale: locale.map(str::to_owned),
        ..Display::default()
    }
}

fn configuration() -> CredentialConfiguration {
    CredentialConfiguration {
        details: FormatDetails::LdpVc {
            definition: CredentialDefinition {
                context: vec![
                    "https://www.w3.org/ns/credentials/v2".to_owned(),
                    "https://w3id.org/omote/v1".to_owned(),
                ],
                types: vec![
                    "VerifiableCredential".to_owned(),
                    "AvatarCredential".to_owned(),
                ],
            },
            signing_algs: vec!["eddsa-jcs-2022".to_owned()],
        },
        scope: Some("avatar".to_owned()),
        binding_methods: vec!["did:key".to_owned()],
        proof_types: vec![
            ProofTypeSupport {
                proof_type: ProofType::DiVp,
                signing_algs: vec!["eddsa-rdfc-2022".to_owned()],
            },
            ProofTypeSupport {
                proof_type: ProofType::Jwt,
                signing_algs: vec!["Ed25519".to_owned(), "EdDSA".to_owned()],
            },
        ],
        metadata: Some(CredentialMetadata {
            display: vec![
                display("Avatar", Some("en")),
                display("アバター", Some("ja-JP")),
            ],
            claims: vec![ClaimDescription {
                path: ClaimPath::of_names(&["credentialSubject", "persona"]).unwrap(),
                presence: ClaimPresence::Mandatory,
                display: vec![ClaimDisplay {
                    name: Some("名前".to_owned()),
                    locale: Some("ja".to_owned()),
                }],
            }],
        }),
    }
}

fn metadata() -> CredentialIssuerMetadata {
    let url = |path: &str| format!("https://world.example/{path}").parse().unwrap();
    CredentialIssuerMetadata {
        credential_issuer: "https://world.example".parse().unwrap(),
        authorization_servers: Vec::new(),
        credential_endpoint: url("credential"),
        nonce_endpoint: Some(url("nonce")),
        deferred_credential_endpoint: None,
        notification_endpoint: Some(url("notification")),
        batch_size: Some(10),
        display: vec![Display {
            logo: Some(Logo {
                uri: LogoUri::Web(url("logo.png")),
                alt_text: Some("a mask".to_owned()),
            }),
            ..display("Neo Kyoto", Some("en"))
        }],
        configurations: vec![
            ("avatar".to_owned(), configuration()),
            (
                "other".to_owned(),
                CredentialConfiguration {
                    details: FormatDetails::Unread(CredentialFormat::Other("mso_mdoc".to_owned())),
                    scope: None,
                    binding_methods: Vec::new(),
                    proof_types: Vec::new(),
                    metadata: None,
                },
            ),
        ],
    }
}

#[test]
fn is_read_as_it_was_written() {
    let metadata = metadata();
    let bytes = metadata.to_bytes();
    let read = CredentialIssuerMetadata::read_for(&metadata.credential_issuer, &bytes);
    assert_eq!(read, Ok(metadata.clone()));
    let avatar = metadata.configuration("avatar").unwrap();
    assert!(avatar.takes_proof(ProofType::Jwt, "EdDSA"));
    assert!(!avatar.takes_proof(ProofType::DiVp, "EdDSA"));
    assert_eq!(metadata.configuration("sword"), None);
    assert_eq!(metadata.require_one_origin(), Ok(()));
}

#[test]
fn formats_of_others_are_passed_over() {
    let body = br#"{
        "credential_issuer": "https://world.example",
        "credential_endpoint": "https://world.example/c",
        "credential_configurations_supported": {
            "mdl": {"format": "mso_mdoc", "doctype": "x", "credential_signing_alg_values_supported": [-7]},
            "sd": {"format": "dc+sd-jwt", "vct": "urn:example:avatar:1"},
            "x": {"format": "ldp_vc", "credential_definition": {"@context": ["a"], "type": ["b"]},
                  "proof_types_supported": {"attestation": {}, "jwt": {"proof_signing_alg_values_supported": ["ES256"]}}}
        }
    }"#;
    let metadata = CredentialIssuerMetadata::read(body).unwrap();
    let details = |id| &metadata.configuration(id).unwrap().details;
    assert_eq!(
        *details("sd"),
        FormatDetails::DcSdJwt {
            vct: "urn:example:avatar:1".to_owned(),
            signing_algs: Vec::new(),
        }
    );
    assert_eq!(
        *details("mdl"),
        FormatDetails::Unread(CredentialFormat::Other("mso_mdoc".to_owned()))
    );
    let proof_types = &metadata.configuration("x").unwrap().proof_types;
    assert_eq!(proof_types.len(), 1);
    assert_eq!(metadata.batch_size, None);
}

#[test]
fn metadata_of_another_issuer_is_refused() {
    let metadata = metadata();
    for other in [
        "https://world.example/",
        "https://world.example:443",
        "https://evil.example",
    ] {
        let other: IssuerUrl = other.parse().unwrap();
        let error = CredentialIssuerMetadata::read_for(&other, &metadata.to_bytes()).unwrap_err();
        assert_eq!(
            (error.member(), error.reason()),
            ("credential_issuer", Reason::IssuerMetadataMismatch)
        );
    }
}

#[test]
fn the_authorization_server_is_one_of_the_issuers() {
    let mut metadata = metadata();
    let [own, first, second]: [IssuerUrl; 3] = [
        "https://world.example",
        "https://as.example",
        "https://as.example/2",
    ]
    .map(|url| url.parse().unwrap());
    assert_eq!(metadata.authorization_server(None), Ok(&own));
    assert_eq!(metadata.authorization_server(Some(&own)), Ok(&own));
    assert!(metadata.authorization_server(Some(&first)).is_err());
    metadata.authorization_servers = vec![first.clone(), second.clone()];
    assert_eq!(metadata.authorization_server(None), Ok(&first));
    assert_eq!(metadata.authorization_server(Some(&second)), Ok(&second));
    let error = metadata.authorization_server(Some(&own)).unwrap_err();
    assert_eq!(error.reason(), Reason::IssuerMetadataMismatch);
    let error = metadata.require_one_origin().unwrap_err();
    assert_eq!(
        (error.member(), error.reason()),
        ("authorization_servers", Reason::IssuerMetadataMismatch)
    );
}

type Change = fn(&mut CredentialIssuerMetadata, crate::web_url::WebUrl);

#[test]
fn endpoints_elsewhere_are_refused() {
    let evil = || "https://evil.example/x".parse().unwrap();
    let changes: [(&str, Change); 4] = [
        ("credential_endpoint", |m, url| m.credential_endpoint = url),
        ("nonce_endpoint", |m, url| m.nonce_endpoint = Some(url)),
        ("deferred_credential_endpoint", |m, url| {
            m.deferred_credential_endpoint = Some(url);
        }),
        ("notification_endpoint", |m, url| {
            m.notification_endpoint = Some(url);
        }),
    ];
    for (member, change) in changes {
        let mut metadata = metadata();
        change(&mut metadata, evil());
        let error = metadata.require_one_origin().unwrap_err();
        assert_eq!(
            (error.member(), error.reason()),
            (member, Reason::IssuerMetadataMismatch)
        );
    }
}

#[test]
fn each_fault_is_named() {
    let text = String::from_utf8(metadata().to_bytes()).unwrap();
    for (from, to, member) in [
        ("\"https://world.example\"", "7", "credential_issuer"),
        (
            "\"https://world.example/credential\"",
            "\"http://world.example/credential\"",
            "credential_endpoint",
        ),
        (
            "\"credential_endpoint\"",
            "\"credential_end\"",
            "credential_endpoint",
        ),
        ("\"https://world.example/nonce\"", "null", "nonce_endpoint"),
        ("{\"batch_size\":10}", "10", "batch_credential_issuance"),
        ("{\"batch_size\":10}", "{}", "batch_size"),
        ("{\"batch_size\":10}", "{\"batch_size\":1}", "batch_size"),
        (
            "{\"batch_size\":10}",
            "{\"batch_size\":\"10\"}",
            "batch_size",
        ),
        (
            "\"credential_configurations_supported\"",
            "\"credentials_supported\"",
            "credential_configurations_supported",
        ),
        ("\"format\":\"ldp_vc\"", "\"format\":1", "format"),
        (
            "[\"did:key\"]",
            "\"did:key\"",
            "cryptographic_binding_methods_supported",
        ),
        (
            "\"proof_signing_alg_values_supported\":[\"Ed25519\",\"EdDSA\"]",
            "\"proof_signing_alg_values_supported\":[]",
            "proof_signing_alg_values_supported",
        ),
        ("\"mandatory\":true", "\"mandatory\":\"true\"", "mandatory"),
        ("[\"credentialSubject\",\"persona\"]", "[]", "path"),
        ("[\"credentialSubject\",\"persona\"]", "[-1]", "path"),
        ("\"name\":\"Neo Kyoto\"", "\"name\":[]", "name"),
    ] {
        let body = text.replacen(from, to, 1);
        assert_ne!(body, text, "{from}");
        let error = CredentialIssuerMetadata::read(body.as_bytes()).unwrap_err();
        assert_eq!(
            (error.member(), error.reason()),
            (member, Reason::OfferRejected),
            "{to}"
        );
    }
    let many: Vec<String> = (0..257)
        .map(|n| format!("\"c{n}\":{{\"format\":\"x\"}}"))
        .collect();
    let body = format!(
        r#"{{"credential_issuer":"https://a.example","credential_endpoint":"https://a.example/c","credential_configurations_supported":{{{}}}}}"#,
        many.join(",")
    );
    let error = CredentialIssuerMetadata::read(body.as_bytes()).unwrap_err();
    let problem = Problem::TooLarge {
        limit: 256,
        found: 257,
    };
    assert_eq!(error.problem(), problem);
}

/// Of many configurations one that is written otherwise takes the others along nowhere.
#[test]
fn documents_that_are_described_otherwise_are_passed_over() {
    let text = String::from_utf8(metadata().to_bytes()).unwrap();
    for (from, to) in [
        ("\"credential_definition\"", "\"definition\""),
        ("\"@context\":[", "\"@context\":[{},"),
        (
            "\"type\":[\"VerifiableCredential\",\"AvatarCredential\"]",
            "\"type\":[]",
        ),
    ] {
        let body = text.replacen(from, to, 1);
        assert_ne!(body, text, "{from}");
        let read = CredentialIssuerMetadata::read(body.as_bytes()).unwrap();
        let unread = FormatDetails::Unread(CredentialFormat::LdpVc);
        assert_eq!(read.configuration("avatar").unwrap().details, unread);
        let again = CredentialIssuerMetadata::read(&read.to_bytes());
        assert_eq!(again, Ok(read));
    }
}

/// Section 12.2.4 and appendix D: whoever wants a key to be attested takes no other proof of it.
#[test]
fn proofs_of_keys_that_somebody_has_to_attest_are_passed_over() {
    let text = String::from_utf8(metadata().to_bytes()).unwrap();
    let proof = "\"jwt\":{";
    for required in ["{}", "{\"key_storage\":[\"iso_18045_high\"]}", "null"] {
        let to = format!("{proof}\"key_attestations_required\":{required},");
        let body = text.replacen(proof, &to, 1);
        assert_ne!(body, text);
        let read = CredentialIssuerMetadata::read(body.as_bytes()).unwrap();
        let avatar = read.configuration("avatar").unwrap();
        assert!(!avatar.takes_proof(ProofType::Jwt, "EdDSA"));
        assert_eq!(avatar.proof_types.len(), 1);
        assert_eq!(avatar.proof_types[0].proof_type, ProofType::DiVp);
    }
}

#[test]
fn decoration_that_is_not_read_is_left_out() {
    let text = String::from_utf8(metadata().to_bytes()).unwrap();
    let logo = "\"https://world.example/logo.png\"";
    for other in [
        "\"javascript:alert(1)\"",
        "\"http://world.example/logo.png\"",
        "\"https://203.0.113.7/logo.png\"",
        "\"\"",
        "7",
    ] {
        let body = text.replacen(logo, other, 1);
        assert_ne!(body, text);
        let mut plain = metadata();
        plain.display[0].logo = None;
        let read = CredentialIssuerMetadata::read(body.as_bytes());
        assert_eq!(read, Ok(plain), "{other}");
    }
    for other in ["\"\"", "7"] {
        let body = text.replacen("\"a mask\"", other, 1);
        let mut plain = metadata();
        plain.display[0].logo.as_mut().unwrap().alt_text = None;
        let read = CredentialIssuerMetadata::read(body.as_bytes());
        assert_eq!(read, Ok(plain), "{other}");
    }
    for (logo, description) in [("\"x\"", "\"\""), ("[]", "[]")] {
        let more = format!("\"description\":{description},\"name\":\"Neo Kyoto\"");
        let body = text.replacen("\"name\":\"Neo Kyoto\"", &more, 1);
        let start = body.find("\"logo\":").unwrap();
        let end = start + body[start..].find('}').unwrap() + 1;
        let body = format!("{}\"logo\":{logo}{}", &body[..start], &body[end..]);
        let mut plain = metadata();
        plain.display[0].logo = None;
        let read = CredentialIssuerMetadata::read(body.as_bytes());
        assert_eq!(read, Ok(plain), "{body}");
    }
}

#[test]
fn names_are_chosen_by_language() {
    let displays = [
        display("Neo Kyoto", Some("en-US")),
        display("ネオ京都", Some("ja")),
        display("NK", None),
    ];
    let name = |displays: &[Display], language: &str| {
        Display::choose(displays, language).and_then(|display| display.name.clone())
    };
    assert_eq!(name(&displays, "ja-JP").as_deref(), Some("ネオ京都"));
    assert_eq!(name(&displays, "en").as_deref(), Some("Neo Kyoto"));
    assert_eq!(name(&displays, "fr").as_deref(), Some("NK"));
    assert_eq!(name(&displays[..2], "fr").as_deref(), Some("Neo Kyoto"));
    assert_eq!(name(&[], "ja"), None);
}

#[test]
fn pictures_may_be_in_the_text() {
    let mut metadata = metadata();
    let uri = LogoUri::Data("data:image/png;base64,AAAA".to_owned());
    metadata.display[0].logo = Some(Logo {
        uri,
        alt_text: None,
    });
    let bytes = metadata.to_bytes();
    assert_eq!(CredentialIssuerMetadata::read(&bytes), Ok(metadata));
}
