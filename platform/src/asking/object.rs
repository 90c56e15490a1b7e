//! The request object, as one wallet is given it.

use schemas::admission::{AdmissionRequest, Ask};
use schemas::credential::Format;
use schemas::message::Message;
use schemas::oid4vp::State;
use schemas::oid4vp::link::RequestUriPost;
use schemas::oid4vp::request::{
    ClientMetadata, LdpVcSupport, RequestObject, ResponseMode, SdJwtSupport, VpFormats,
};
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;

use super::wallet::{ALGORITHMS, Abilities, Demands, PROOF_TYPE};
use super::{
    asked_of, client_id_of, encryption, formats_of, lease_of, nonce_of, query_of, transaction_data,
};
use crate::error::Refusal;
use crate::store::Admission;
use crate::ticket::{Purpose, Ticket};
use crate::world::World;

/// The signed request of an admission, for a wallet that says this of itself.
///
/// # Errors
/// [`Refusal`] for a wallet that could not answer it, and when what signed for its name is not here any
/// more.
pub(super) fn signed(
    world: &World,
    admission: &Admission,
    link: &Ticket,
    posted: &RequestUriPost,
) -> Result<String, Refusal> {
    let broken = || Refusal::internal(Reason::InternalError);
    let asked = asked_of(admission)?;
    let response = link.derive(Purpose::Response);
    let client_id = client_id_of(world, admission)?;
    let asker = world.askers.named(&client_id).ok_or(Refusal::not_found())?;
    let identity = world.identity();
    let response_mode = asked.manner.response_mode.unwrap_or_default();
    let wallet = Abilities::of(posted.wallet_metadata.as_ref());
    wallet.require(&Demands {
        prefix: client_id.prefix().name(),
        key_type: asker.key_type(&identity),
        response_mode,
    })?;
    let formats = match &asked.ask {
        Ask::Avatar | Ask::Item => wallet.formats(formats_of(&asked))?,
        Ask::Query(query) => {
            let parts = query.credentials().iter().map(|part| part.meta.format());
            let names: Vec<_> = parts.map(|format| format.name().to_owned()).collect();
            wallet.require_one_of(names.iter().map(String::as_str))?;
            formats_of(&asked).to_vec()
        }
    };
    let dcql_query = query_of(&asked.ask, &formats).map_err(|_| broken())?;
    let mut client_metadata = metadata(world, &asked);
    if response_mode == ResponseMode::DirectPostJwt {
        let key = encryption::public(world, admission, &response)?.ok_or_else(broken)?;
        client_metadata.keys = vec![key];
        let encryptions = wallet.encryptions()?.into_iter();
        client_metadata.response_encryptions =
            encryptions.map(|one| one.name().to_owned()).collect();
    }
    let object = RequestObject {
        transaction_data: transaction_data(&asked, &dcql_query).map_err(|_| broken())?,
        client_id,
        response_mode,
        response_uri: world.url("/openid4vp/response/", &response)?,
        nonce: nonce_of(&response).ok_or_else(broken)?,
        state: State::new(response.derive(Purpose::State).expose()),
        client_metadata,
        dcql_query,
        wallet_nonce: posted.wallet_nonce.clone(),
        issued_at: Some(admission.created),
        expires_at: Some(admission.expires),
        lease: lease_of(&asked, &response),
        purpose: asked.purpose,
    };
    Ok(asker.sign(&identity, &object.to_object()))
}

fn metadata(world: &World, asked: &AdmissionRequest) -> ClientMetadata {
    let names = world.config.names();
    let japanese = names
        .japanese
        .as_ref()
        .filter(|_| asked.by == names.english);
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let mut vp_formats = VpFormats::default();
    let all = match asked.ask {
        Ask::Avatar | Ask::Item => formats_of(asked),
        // Which of them a query of its own asks for, the world's own server knows.
        Ask::Query(_) => &Format::ALL,
    };
    for format in all {
        match format {
            Format::DcSdJwt => {
                vp_formats.dc_sd_jwt = Some(SdJwtSupport {
                    sd_jwt_algs: texts(&ALGORITHMS),
                    kb_jwt_algs: texts(&ALGORITHMS),
                });
            }
            Format::LdpVc => {
                vp_formats.ldp_vc = Some(LdpVcSupport {
                    proof_types: texts(&[PROOF_TYPE]),
                    cryptosuites: texts(&Cryptosuite::ALL.map(Cryptosuite::name)),
                });
            }
        }
    }
    ClientMetadata {
        client_name: Some(asked.by.clone()),
        localized_names: japanese
            .map(|name| ("ja".to_owned(), name.clone()))
            .into_iter()
            .collect(),
        vp_formats,
        ..ClientMetadata::default()
    }
}
