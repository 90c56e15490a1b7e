//! Enveloped documents: compact JWS whose key is a DID that is its own document. Made and opened.
//! Source: Securing Verifiable Credentials using JOSE and COSE sections 3.1, 4 and 6; RFC 7515.

use proofs::data_integrity::ProofPurpose;
use proofs::did_document::{DidDocument, Relationship};
use proofs::keys::{Signature, VerifyingKey};
use schemas::did::{Did, DidUrl};
use schemas::encoding::base64url;
use schemas::json::{self, Object, Value};
use schemas::reason::Reason;
use schemas::suite::{Cryptosuite, KeyType};
use schemas::terms::{self, Context};
use schemas::time::Timestamp;
use schemas::vcdm::{self, Kind};
use schemas::{canonical, object};

use crate::issue;
use crate::options::{Options, Question};
use crate::problem::{Problem, Refusal};
use crate::proofs_of::{SKEW, is_certain};
use crate::service::{Service, contexts, limits};
use crate::verdict::Verdict;
use crate::verify::{issuer, party};

/// `POST /envelopes/{alg}/credentials/issue`: a credential inside a compact JWS.
pub(crate) fn issue(
    service: &Service,
    suite: Cryptosuite,
    request: &Object,
) -> Result<Object, Refusal> {
    let options = Options::of(request, &[&["credentialId"]])?;
    options.text("credentialId")?;
    let key = service.key(suite);
    let credential = issue::prepared(request, key.did_key().as_str())?;
    terms::check(&credential, &contexts()).map_err(|violation| {
        let detail = format!("not signed: {violation}");
        Refusal::bad(Problem::generation(violation.reason(), detail))
    })?;
    let header = object! {
        "alg" => algorithm(key.key_type()),
        "cty" => "vc",
        "kid" => &key.verification_method(),
        "typ" => "vc+jwt",
    };
    let part = |object: &Object| base64url::encode(&canonical::object_to_bytes(object));
    let signed = format!("{}.{}", part(&header), part(&credential));
    let seal = base64url::encode(&key.sign(signed.as_bytes()).to_bytes());
    Ok(object! {
        "@context" => Context::CredentialsV2.url(),
        "type" => Kind::EnvelopedCredential.type_name(),
        "id" => format!("data:application/vc+jwt,{signed}.{seal}"),
    })
}

/// The name of the algorithm of a key (RFC 8037, RFC 7518).
pub(crate) const fn algorithm(key_type: KeyType) -> &'static str {
    match key_type {
        KeyType::Ed25519 => "EdDSA",
        KeyType::P256 => "ES256",
    }
}

/// Opens an enveloped credential: what was signed, when it was signed well.
pub(crate) fn open_credential(
    service: &Service,
    document: &Object,
    question: &Question<'_>,
    verdict: &mut Verdict,
) -> Option<Object> {
    let opened = open(document, Kind::EnvelopedCredential, verdict)?;
    let inside = opened.document("vc");
    verdict.model(vcdm::check_credential(&inside));
    check_terms(&inside, verdict);
    if issuer(&inside) != Some(opened.signer.as_str()) {
        let by = issuer(&inside).unwrap_or_default();
        let detail = "the envelope was not signed by the issuer";
        let problem = Problem::new(Reason::IssuerKeyMismatch, detail);
        verdict.finding(is_certain(ProofPurpose::AssertionMethod, by), problem);
    }
    opened.check_times(service.now(), verdict);
    opened.check_answer(question, verdict);
    verdict.is_verified().then_some(inside)
}

/// Opens an enveloped presentation.
pub(crate) fn open_presentation(
    service: &Service,
    document: &Object,
    question: &Question<'_>,
    verdict: &mut Verdict,
) -> Option<Object> {
    let opened = open(document, Kind::EnvelopedPresentation, verdict)?;
    let inside = opened.document("vp");
    verdict.model(vcdm::check_presentation(&inside));
    check_terms(&inside, verdict);
    let holder = inside.get("holder").and_then(party);
    if holder.is_some_and(|holder| holder != opened.signer.as_str()) {
        let detail = "the envelope was not signed by the holder";
        verdict.error(Problem::new(Reason::VpHolderMismatch, detail));
    }
    opened.check_times(service.now(), verdict);
    opened.check_answer(question, verdict);
    verdict.is_verified().then_some(inside)
}

fn check_terms(document: &Object, verdict: &mut Verdict) {
    if let Err(violation) = terms::check(document, &contexts()) {
        verdict.error(Problem::new(violation.reason(), violation.to_string()));
    }
}

/// An envelope whose signature stands.
struct Opened {
    claims: Object,
    signer: Did,
}

impl Opened {
    /// When the envelope counts (RFC 7519 sections 4.1.4 and 4.1.5). A clock may lag at the beginning,
    /// never at the end; a time that is none is no time at which it does.
    fn check_times(&self, now: Timestamp, verdict: &mut Verdict) {
        let time = |name: &str| self.claims.get(name).map(Value::as_i64);
        if time("exp").is_some_and(|exp| exp.is_none_or(|exp| exp <= now.unix())) {
            let detail = "the envelope has expired";
            verdict.error(Problem::new(Reason::ProofExpired, detail));
        }
        let latest = now.plus_seconds(SKEW).unix();
        if time("nbf").is_some_and(|nbf| nbf.is_none_or(|nbf| nbf > latest)) {
            let detail = "the envelope does not count yet";
            verdict.error(Problem::new(Reason::ProofCreatedFuture, detail));
        }
    }

    /// Whether the envelope answers what was asked.
    fn check_answer(&self, question: &Question<'_>, verdict: &mut Verdict) {
        let claim = |name: &str| self.claims.get(name);
        let nonce = claim("nonce").and_then(Value::as_str);
        if question.challenge.is_some() && nonce != question.challenge {
            let detail = "the nonce of the envelope is not the one that was asked for";
            verdict.error(Problem::new(Reason::ProofChallenge, detail));
        }
        if let Some(domains) = &question.domains {
            let audience = claim("aud").and_then(Value::strings).unwrap_or_default();
            if !domains.iter().all(|domain| audience.contains(domain)) {
                let detail = "the audience of the envelope is not the one that was asked for";
                verdict.error(Problem::new(Reason::ProofDomain, detail));
            }
        }
    }

    /// The document: the claims themselves, or a claim of them as the first drafts had it.
    fn document(&self, claim: &str) -> Object {
        match self.claims.get(claim) {
            Some(Value::Object(document)) => document.clone(),
            _ => {
                let mut document = self.claims.clone();
                for name in ["iss", "sub", "jti", "nbf", "exp", "iat", "aud", "nonce"] {
                    document.remove(name);
                }
                document
            }
        }
    }
}

fn open(document: &Object, kind: Kind, verdict: &mut Verdict) -> Option<Opened> {
    let envelope = match vcdm::check_enveloped(document, kind) {
        Ok(envelope) => envelope,
        Err(faults) => {
            verdict.errors.extend(faults.iter().map(Problem::of_fault));
            return None;
        }
    };
    if !envelope.media_type.ends_with("jwt") || envelope.media_type.ends_with("sd-jwt") {
        let detail = format!("envelopes of {} are not opened here", envelope.media_type);
        verdict.error(Problem::new(Reason::ProofTypeUnsupported, detail));
        return None;
    }
    match read(&envelope.content) {
        Ok(opened) => Some(opened),
        Err((reason, detail)) => {
            verdict.error(Problem::new(reason, detail));
            None
        }
    }
}

type Fault = (Reason, &'static str);

fn read(token: &str) -> Result<Opened, Fault> {
    const FORM: Fault = (Reason::JwsSerialization, "the envelope is no compact JWS");
    let mut parts = token.split('.');
    let (Some(head), Some(body), Some(seal), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(FORM);
    };
    let header = read_object(head).ok_or(FORM)?;
    let claims = read_object(body).ok_or(FORM)?;
    let signature = base64url::decode(seal).ok_or(FORM)?;
    let signature = Signature::from_bytes(&signature)
        .map_err(|error| (error.reason(), "a signature of another length"))?;
    if header.contains_key("crit") || header.contains_key("b64") {
        return Err((
            Reason::JwsCritUnsupported,
            "a header that is not understood",
        ));
    }
    let key_type = match header.get("alg").and_then(Value::as_str) {
        Some("EdDSA" | "Ed25519") => KeyType::Ed25519,
        Some("ES256") => KeyType::P256,
        _ => {
            return Err((
                Reason::AlgNotAllowed,
                "an algorithm other than EdDSA and ES256",
            ));
        }
    };
    let (signer, key) = key(&header, &claims)?;
    if key.key_type() != key_type {
        return Err((
            Reason::KeyTypeMismatch,
            "a key of another type than the algorithm's",
        ));
    }
    let signed = token.rsplit_once('.').map_or("", |(signed, _)| signed);
    key.verify(signed.as_bytes(), &signature).map_err(|error| {
        (
            error.reason(),
            "the signature of the envelope does not stand",
        )
    })?;
    Ok(Opened { claims, signer })
}

fn read_object(text: &str) -> Option<Object> {
    let bytes = base64url::decode(text)?;
    match json::read(&bytes, &limits()) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// The key that the header names, in the document of a DID that is its own document.
fn key(header: &Object, claims: &Object) -> Result<(Did, VerifyingKey), Fault> {
    const KID: Fault = (
        Reason::VmMalformed,
        "the envelope does not say which key of which DID has signed it",
    );
    let kid = header.get("kid").and_then(Value::as_str).ok_or(KID)?;
    let iss = header.get("iss").or_else(|| claims.get("iss"));
    let method: DidUrl = match kid.parse() {
        Ok(method) => method,
        Err(_) => {
            let did = iss.and_then(Value::as_str).ok_or(KID)?;
            let fragment = kid.trim_start_matches('#');
            format!("{did}#{fragment}").parse().map_err(|_| KID)?
        }
    };
    let did = method.did().clone();
    let document = DidDocument::of_static(&did).ok_or((
        Reason::DidMethodUnsupported,
        "the DID of the envelope is of a method that is not resolved here",
    ))?;
    let document =
        document.map_err(|error| (error.reason(), "the DID of the envelope is no key"))?;
    let at = Timestamp::from_unix(0);
    let key = document
        .key(&method, Relationship::AssertionMethod, at)
        .map_err(|error| (error.reason(), "the DID of the envelope has no such key"))?;
    Ok((did, key.clone()))
}
