//! Metadata of the issuer (section 12.2.4) and of its authorization server (RFC 8414).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use schemas::credential::{CONTEXTS, Format};
use schemas::dcql::ClaimPath;
use schemas::lang::Lang;
use schemas::message::Message;
use schemas::oid4vci::IssuerUrl;
use schemas::oid4vci::authorization_server::{
    AnonymousAccess, AuthorizationServerMetadata, CodeFlow, Refreshing,
};
use schemas::oid4vci::issuer_metadata::{
    ClaimDescription, ClaimDisplay, ClaimPresence, CredentialConfiguration, CredentialDefinition,
    CredentialIssuerMetadata, CredentialMetadata, Display, FormatDetails, ProofType,
    ProofTypeSupport,
};
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::web_url::WebUrl;

use super::configuration::{Configuration, Kind};
use super::language::{Chosen, Languages};
use crate::error::{self, Refusal};
use crate::world::World;

/// A name in English and in Japanese.
type Named = [(Lang, &'static str); 2];

const fn named(english: &'static str, japanese: &'static str) -> Named {
    [(Lang::En, english), (Lang::Ja, japanese)]
}

pub(crate) async fn issuer(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    let languages = Languages::of(request.headers());
    let names = world.config.names();
    let mut own = vec![(Lang::En, names.english.as_str())];
    own.extend(names.japanese.as_deref().map(|name| (Lang::Ja, name)));
    let metadata = CredentialIssuerMetadata {
        credential_issuer: IssuerUrl::from(world.config.world()),
        authorization_servers: Vec::new(),
        credential_endpoint: address(&world, "/credential")?,
        nonce_endpoint: Some(address(&world, "/nonce")?),
        deferred_credential_endpoint: Some(address(&world, "/deferred_credential")?),
        notification_endpoint: Some(address(&world, "/notification")?),
        batch_size: Some(u64::from(world.config.issuing.batch_size)),
        display: displays(&languages, &own),
        configurations: Configuration::all()
            .map(|one| (one.id().to_owned(), describe(&world, one, &languages)))
            .collect(),
    };
    let mut response = error::json(StatusCode::OK, &metadata.to_object());
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    if languages.chosen == Chosen::Some {
        let tags: Vec<_> = languages.order.iter().map(|lang| lang.tag()).collect();
        if let Ok(tags) = HeaderValue::from_str(&tags.join(", ")) {
            headers.insert(header::CONTENT_LANGUAGE, tags);
        }
    }
    Ok(response)
}

pub(crate) async fn authorization_server(
    State(world): State<Arc<World>>,
) -> Result<Response, Refusal> {
    let code_flow = match world.config.issuing.login {
        Some(_) => Some(CodeFlow {
            authorization_endpoint: address(&world, "/authorize")?,
            push_endpoint: address(&world, "/par")?,
        }),
        None => None,
    };
    let metadata = AuthorizationServerMetadata {
        issuer: IssuerUrl::from(world.config.world()),
        token_endpoint: address(&world, "/token")?,
        anonymous_access: AnonymousAccess::Supported,
        code_flow,
        refreshing: if world.config.issuing.refill_life.is_zero() {
            Refreshing::Unsaid
        } else {
            Refreshing::Supported
        },
    };
    Ok(error::json(StatusCode::OK, &metadata.to_object()))
}

fn address(world: &World, path: &str) -> Result<WebUrl, Refusal> {
    let address = world.config.address(path).parse();
    address.map_err(|_| Refusal::internal(Reason::InternalError))
}

fn displays(languages: &Languages, names: &[(Lang, &str)]) -> Vec<Display> {
    let display = |(lang, name): (Lang, &str)| Display {
        name: Some(name.to_owned()),
        locale: Some(lang.tag().to_owned()),
        ..Display::default()
    };
    languages.pick(names).into_iter().map(display).collect()
}

const fn name_of(kind: Kind) -> Named {
    match kind {
        Kind::Avatar => named("Avatar", "アバター"),
        Kind::Item => named("Item", "アイテム"),
    }
}

/// The claims of a right, by the name that they have in credentials.
fn claims_of(kind: Kind) -> &'static [(&'static str, Named)] {
    const AVATAR: &[(&str, Named)] = &[("personaName", named("Name", "名前"))];
    const ITEM: &[(&str, Named)] = &[
        ("itemClass", named("Kind", "種類")),
        ("serial", named("Number", "番号")),
    ];
    match kind {
        Kind::Avatar => AVATAR,
        Kind::Item => ITEM,
    }
}

/// What stands in every credential beside them.
const RIGHTS: [(&str, Named); 2] = [
    ("license", named("License terms", "利用条件")),
    (
        "provenance",
        named("The creator's statement", "制作者の証明"),
    ),
];

/// What stands in the credentials of items where the world keeps a ledger.
const ENTRY: (&str, Named) = (
    "ledgerEntry",
    named("Entry in the item ledger", "アイテムの台帳の記載"),
);

fn describe(world: &World, one: Configuration, languages: &Languages) -> CredentialConfiguration {
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    let details = match one.format {
        Format::DcSdJwt => FormatDetails::DcSdJwt {
            vct: one.kind.credential_type().iri().to_owned(),
            signing_algs: texts(&["Ed25519", "EdDSA"]),
        },
        Format::LdpVc => FormatDetails::LdpVc {
            definition: CredentialDefinition {
                context: texts(&CONTEXTS),
                types: texts(&["VerifiableCredential", one.kind.credential_type().name()]),
            },
            signing_algs: texts(&[world.config.issuing.suite.name()]),
        },
    };
    let is_kept = one.kind == Kind::Item && world.config.ledger.is_some();
    let entry = is_kept.then_some(&ENTRY);
    let claims = claims_of(one.kind).iter().chain(&RIGHTS).chain(entry);
    CredentialConfiguration {
        details,
        scope: Some(one.id().to_owned()),
        binding_methods: texts(&["did:key", "did:jwk", "jwk"]),
        proof_types: vec![
            ProofTypeSupport {
                proof_type: ProofType::Jwt,
                signing_algs: texts(&["Ed25519", "EdDSA", "ES256"]),
            },
            ProofTypeSupport {
                proof_type: ProofType::DiVp,
                signing_algs: texts(&Cryptosuite::ALL.map(Cryptosuite::name)),
            },
        ],
        metadata: Some(CredentialMetadata {
            display: displays(languages, &name_of(one.kind)),
            claims: claims
                .filter_map(|(name, names)| claim(one.format, name, names, languages))
                .collect(),
        }),
    }
}

fn claim(
    format: Format,
    name: &str,
    names: &Named,
    languages: &Languages,
) -> Option<ClaimDescription> {
    let path: &[&str] = match format {
        Format::DcSdJwt => &[name],
        Format::LdpVc => &["credentialSubject", name],
    };
    let display = |(lang, name): (Lang, &str)| ClaimDisplay {
        name: Some(name.to_owned()),
        locale: Some(lang.tag().to_owned()),
    };
    Some(ClaimDescription {
        path: ClaimPath::of_names(path)?,
        presence: ClaimPresence::Mandatory,
        display: languages.pick(names).into_iter().map(display).collect(),
    })
}
