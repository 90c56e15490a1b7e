//! Documents inside a `data:` URL. Source: VCDM 2.0 sections 4.13.1 and 4.13.2; RFC 2397;
//! VC-JOSE-COSE sections 6.1 and 6.2.

use crate::json::{Object, Value};
use crate::terms::Context;
use crate::vcdm::Kind;
use crate::vcdm::fault::{Faults, Rule, step};

/// What a `data:` URL carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The media type, in lower case and without parameters.
    pub media_type: String,
    /// The content, as it stands in the URL.
    pub content: String,
}

/// The media types of secured documents. The last of each are the names of earlier drafts.
const CREDENTIALS: [&str; 9] = [
    "application/vc+jwt",
    "application/vc+sd-jwt",
    "application/vc+cose",
    "application/mdoc",
    "application/vcb",
    "application/jwt",
    "application/vc-ld+jwt",
    "application/vc-ld+sd-jwt",
    "application/vc-ld+cose",
];
const PRESENTATIONS: [&str; 7] = [
    "application/vp+jwt",
    "application/vp+sd-jwt",
    "application/vp+cose",
    "application/jwt",
    "application/vp-ld+jwt",
    "application/vp-ld+sd-jwt",
    "application/vp-ld+cose",
];

/// Judges an enveloped document that stands at this place.
pub(super) fn check(
    document: &Object,
    kind: Kind,
    at: &str,
    faults: &mut Faults,
) -> Option<Envelope> {
    let base = Context::CredentialsV2.url();
    let contexts = document.get("@context").and_then(Value::strings);
    // Context alone may stand without a list here: the published examples write it so.
    let in_context = contexts.is_some_and(|contexts| contexts.first() == Some(&base));
    faults.demand(in_context, Rule::Envelope, step(at, "@context"));
    let types = document.get("type").and_then(Value::strings);
    let one_type = types.is_some_and(|types| types == [kind.type_name()]);
    faults.demand(one_type, Rule::Envelope, step(at, "type"));
    let envelope = document
        .get("id")
        .and_then(Value::as_str)
        .and_then(|url| read(url, kind));
    faults.demand(envelope.is_some(), Rule::Envelope, step(at, "id"));
    // Nothing that stands beside it was signed with what is inside.
    for name in document.keys() {
        let known = matches!(name, "@context" | "id" | "type");
        faults.demand(known, Rule::Envelope, step(at, name));
    }
    envelope
}

fn read(url: &str, kind: Kind) -> Option<Envelope> {
    let (scheme, rest) = url.split_at_checked(5)?;
    if !scheme.eq_ignore_ascii_case("data:") {
        return None;
    }
    let (head, content) = rest.split_once(',')?;
    let media_type = head.split(';').next()?.trim().to_ascii_lowercase();
    let allowed: &[&str] = match kind {
        Kind::Credential | Kind::EnvelopedCredential => &CREDENTIALS,
        Kind::Presentation | Kind::EnvelopedPresentation => &PRESENTATIONS,
    };
    let good = allowed.contains(&media_type.as_str())
        && !content.is_empty()
        && content.bytes().all(|byte| byte.is_ascii_graphic());
    good.then(|| Envelope {
        media_type,
        content: content.to_owned(),
    })
}
