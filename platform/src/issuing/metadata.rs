//! Metadata of the issuer (section 12.2.4) and of its authorization server (RFC 8414).

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use schemas::credential::{CONTEXTS, CredentialType};
use schemas::dcql::ClaimPath;
use schemas::message::Message;
use schemas::oid4vci::IssuerUrl;
use schemas::oid4vci::authorization_server::{AnonymousAccess, AuthorizationServerMetadata};
use schemas::oid4vci::issuer_metadata::{
    ClaimDescription, ClaimDisplay, ClaimPresence, CredentialConfiguration, CredentialDefinition,
    CredentialIssuerMetadata, CredentialMetadata, Display, FormatDetails, ProofType,
    ProofTypeSupport,
};
use schemas::reason::Reason;
use schemas::web_url::WebUrl;

use super::template::{AVATAR, ITEM};
use crate::error::{self, Refusal};
use crate::world::World;

pub(crate) async fn issuer(State(world): State<Arc<World>>) -> Result<Response, Refusal> {
    let names = world.config.names();
    let mut display = vec![display("en", &names.english)];
    display.extend(names.japanese.iter().map(|name| self::display("ja", name)));
    let metadata = CredentialIssuerMetadata {
        credential_issuer: IssuerUrl::from(world.config.world()),
        authorization_servers: Vec::new(),
        credential_endpoint: address(&world, "/credential")?,
        nonce_endpoint: Some(address(&world, "/nonce")?),
        deferred_credential_endpoint: None,
        notification_endpoint: Some(address(&world, "/notification")?),
        batch_size: Some(u64::from(world.config.issuing.batch_size)),
        display,
        configurations: vec![
            (
                AVATAR.to_owned(),
                configuration(
                    &world,
                    CredentialType::Avatar,
                    ("Avatar", "アバター"),
                    &[(&["credentialSubject", "personaName"], "Name", "名前")],
                ),
            ),
            (
                ITEM.to_owned(),
                configuration(
                    &world,
                    CredentialType::Item,
                    ("Item", "アイテム"),
                    &[
                        (&["credentialSubject", "itemClass"], "Kind", "種類"),
                        (&["credentialSubject", "serial"], "Number", "番号"),
                    ],
                ),
            ),
        ],
    };
    Ok(error::json(StatusCode::OK, &metadata.to_object()))
}

pub(crate) async fn authorization_server(
    State(world): State<Arc<World>>,
) -> Result<Response, Refusal> {
    let metadata = AuthorizationServerMetadata {
        issuer: IssuerUrl::from(world.config.world()),
        token_endpoint: address(&world, "/token")?,
        anonymous_access: AnonymousAccess::Supported,
    };
    Ok(error::json(StatusCode::OK, &metadata.to_object()))
}

fn address(world: &World, path: &str) -> Result<WebUrl, Refusal> {
    let address = world.config.address(path).parse();
    address.map_err(|_| Refusal::internal(Reason::InternalError))
}

fn display(locale: &str, name: &str) -> Display {
    Display {
        name: Some(name.to_owned()),
        locale: Some(locale.to_owned()),
        ..Display::default()
    }
}

fn configuration(
    world: &World,
    kind: CredentialType,
    (english, japanese): (&str, &str),
    claims: &[(&[&str], &str, &str)],
) -> CredentialConfiguration {
    let claim_display = |locale: &str, name: &str| ClaimDisplay {
        name: Some(name.to_owned()),
        locale: Some(locale.to_owned()),
    };
    let claims = claims
        .iter()
        .filter_map(|(path, english, japanese)| {
            Some(ClaimDescription {
                path: ClaimPath::of_names(path)?,
                presence: ClaimPresence::Mandatory,
                display: vec![claim_display("en", english), claim_display("ja", japanese)],
            })
        })
        .collect();
    CredentialConfiguration {
        details: FormatDetails::LdpVc {
            definition: CredentialDefinition {
                context: CONTEXTS.map(str::to_owned).to_vec(),
                types: vec!["VerifiableCredential".to_owned(), kind.name().to_owned()],
            },
            signing_algs: vec![world.config.issuing.suite.name().to_owned()],
        },
        scope: None,
        binding_methods: ["did:key", "did:jwk", "jwk"].map(str::to_owned).to_vec(),
        proof_types: vec![ProofTypeSupport {
            proof_type: ProofType::Jwt,
            signing_algs: ["Ed25519", "EdDSA"].map(str::to_owned).to_vec(),
        }],
        metadata: Some(CredentialMetadata {
            display: vec![display("en", english), display("ja", japanese)],
            claims,
        }),
    }
}
