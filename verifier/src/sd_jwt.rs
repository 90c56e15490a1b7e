//! SD-JWT VCs, judged: read from their text, signed by their issuer, bound to whoever presents them.
//! Source: RFC 9901 sections 7.1 and 7.3; SD-JWT VC section 2; OpenID4VP 1.0 appendix B.3.

use proofs::did_key;
use proofs::keys::VerifyingKey;
use proofs::sd_jwt::{SdJwtError, UnverifiedKeyBinding, UnverifiedSdJwt};
use schemas::check::CheckId;
use schemas::credential::{ShapeError, Subject, UnverifiedCredential};
use schemas::dcql::{CredentialQuery, HolderBinding};
use schemas::json::Value;
use schemas::reason::Reason;
use schemas::terms::Contexts;
use subtle::ConstantTimeEq as _;

use crate::credential::{self, Bench, Secured};
use crate::proof::{Named, Signer, check_token, token_method};
use crate::question::{AssetAsked, CredentialAsked, PresentationAsked};
use crate::report::{Recorder, Shaped};
use crate::shape::{self, check_of};

/// An SD-JWT VC whose shape is right and whose truth is open.
pub(crate) struct Read {
    pub(crate) token: UnverifiedSdJwt,
    pub(crate) credential: UnverifiedCredential,
    /// The key of `cnf`.
    holder: Option<VerifyingKey>,
}

/// The text of an SD-JWT, when these bytes are to be read as one. No JSON begins as a token does, whose
/// header is base64url of `{`.
pub(crate) fn text_in(bytes: &[u8]) -> Option<&[u8]> {
    let text = bytes.trim_ascii();
    matches!(text.first(), Some(b'e' | b'.' | b'~')).then_some(text)
}

/// Reads a text and what it says.
pub(crate) fn read(text: &str) -> Result<Read, ShapeError> {
    let plain = |error: SdJwtError| ShapeError::new(error.reason(), "");
    let token = UnverifiedSdJwt::parse(text).map_err(plain)?;
    let holder = match token.holder_key() {
        Ok(key) => Some(key),
        Err(SdJwtError::HolderMissing) => None,
        Err(error) => return Err(ShapeError::new(error.reason(), "/cnf")),
    };
    let did = holder.as_ref().map(did_key::encode);
    let credential = UnverifiedCredential::of_claims(token.claims(), did, &Contexts::pinned())?;
    Ok(Read {
        token,
        credential,
        holder,
    })
}

/// Whether a value that should be a text is the other serialization of a JWS (RFC 7515 section 7.2),
/// which nobody reads here.
pub(crate) fn is_json_serialization(value: &Value) -> bool {
    value.get("payload").is_some() && value.get("@context").is_none()
}

/// Judges one credential by itself, as its holder has it.
pub(crate) fn judge_alone(
    bench: Bench<'_>,
    asked: &CredentialAsked,
    asset_asked: &AssetAsked,
    text: &[u8],
    recorder: &mut Recorder,
) -> Vec<Shaped> {
    let Ok(text) = std::str::from_utf8(text) else {
        return shape::refuse(recorder, Reason::SdMalformed, "");
    };
    let Read {
        token, credential, ..
    } = match read(text) {
        Ok(read) => read,
        Err(error) => return shape::refuse(recorder, error.reason(), error.pointer()),
    };
    // Shown to somebody already, or not all of it: whoever keeps it could never show it.
    if token.has_key_binding() || matches!(credential.subject(), Subject::Partial(_)) {
        return shape::refuse(recorder, Reason::SdHolderReject, "");
    }
    let secured = Secured::Token(&token);
    credential::judge_read(bench, asked, asset_asked, credential, secured, recorder)
}

/// Key and signature of the issuer. True when it stands.
pub(crate) fn check_issuer(
    bench: Bench<'_>,
    signer: &Signer<'_>,
    credential: &UnverifiedCredential,
    token: &UnverifiedSdJwt,
    pointer: &str,
    recorder: &mut Recorder,
) -> bool {
    check_stated(bench, token, pointer, recorder);
    let verify = |key: &_| token.verify(key).map_err(|error| error.reason());
    let named = Named {
        method: token_method(token.kid(), signer.did),
        stated: credential.stated_at(),
    };
    check_token(bench, signer, named, verify, pointer, recorder)
}

/// A token cannot have been made later than now. One that begins to be valid later is another matter.
fn check_stated(bench: Bench<'_>, token: &UnverifiedSdJwt, pointer: &str, recorder: &mut Recorder) {
    let latest = bench.now.plus_seconds(bench.policy.limits().clock_skew);
    let made = token.claims().get("iat");
    let made = made.and_then(schemas::time::Timestamp::of_numeric_date);
    if made.is_some_and(|made| made > latest) {
        let at = format!("{pointer}/iat");
        recorder.fail(CheckId::Time, Reason::ProofCreatedFuture, at);
    }
}

/// The holder's own token: over what was disclosed and nothing else, over our nonce, for us, and fresh.
pub(crate) fn check_key_binding(
    bench: Bench<'_>,
    asked: &PresentationAsked,
    part: &CredentialQuery,
    read: &Read,
    pointer: &str,
    recorder: &mut Recorder,
) {
    let unbound = [CheckId::Challenge, CheckId::Audience];
    let Some(binding) = read.token.key_binding() else {
        match part.holder_binding {
            HolderBinding::Required => {
                recorder.fail(CheckId::Holder, Reason::KbMissing, pointer);
                recorder.block(&unbound, CheckId::Holder);
            }
            // Other parts may ask for one: of this one nobody did.
            HolderBinding::NotRequired => pass(recorder, &unbound, CheckId::Holder),
        }
        return;
    };
    match &read.holder {
        Some(key) => {
            recorder.pass(CheckId::Holder);
            recorder.pass(CheckId::Key);
            match binding.verify(key) {
                Ok(()) => recorder.pass(CheckId::Proof),
                Err(error) => {
                    let check = check_of(error.reason(), CheckId::Proof);
                    recorder.fail(check, error.reason(), pointer);
                }
            }
        }
        None => {
            let at = format!("{pointer}/cnf");
            recorder.fail(CheckId::Holder, Reason::HolderBindingMissing, at);
        }
    }
    if !binding.matches_sd_hash() {
        recorder.fail(CheckId::Proof, Reason::KbSdHash, pointer);
    }
    check_answers_us(bench, asked, binding, pointer, recorder);
}

fn pass(recorder: &mut Recorder, checks: &[CheckId], last: CheckId) {
    for check in checks.iter().copied().chain([last]) {
        recorder.pass(check);
    }
}

fn check_answers_us(
    bench: Bench<'_>,
    asked: &PresentationAsked,
    binding: &UnverifiedKeyBinding,
    pointer: &str,
    recorder: &mut Recorder,
) {
    let nonce = binding.nonce().unwrap_or_default();
    let expected = asked.challenge.as_str();
    if bool::from(nonce.as_bytes().ct_eq(expected.as_bytes())) {
        recorder.pass(CheckId::Challenge);
    } else {
        recorder.fail(CheckId::Challenge, Reason::KbAud, pointer);
    }
    let expected = asked.audience.as_str();
    if binding.audience() == Some(expected) {
        recorder.pass(CheckId::Audience);
    } else {
        let found = binding.audience();
        let found = found.map(|found| found.chars().take(200).collect());
        recorder.fail_with(
            CheckId::Audience,
            Reason::KbAud,
            pointer,
            Some(expected.to_owned()),
            found,
        );
    }
    let limits = bench.policy.limits();
    let latest = bench.now.plus_seconds(limits.clock_skew);
    let oldest = bench.now.plus_seconds(-limits.max_presentation_age);
    match binding.issued_at() {
        Some(made) if (oldest..=latest).contains(&made) && binding.counts_at(bench.now, latest) => {
            recorder.pass(CheckId::Time);
        }
        _ => recorder.fail(CheckId::Time, Reason::KbIat, pointer),
    }
}
