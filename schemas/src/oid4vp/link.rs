//! The link or QR code by which a wallet finds a request (sections 5.7 and 5.10).

use crate::form::{Form, is_link_of, percent_encode};
use crate::json::{self, Limits, Object, Value};
use crate::message::{Kind, MessageError, Problem};
use crate::oid4vp::WalletNonce;
use crate::oid4vp::client_id::{ClientId, ClientIdPrefix};
use crate::reason::Reason;
use crate::receipt::CompactJws;
use crate::web_url::WebUrl;

/// The scheme that wallets register, and is written.
const SCHEME: &str = "openid4vp";
/// Schemes of profiles of the protocol, which are read as well.
const SCHEMES: [&str; 3] = [SCHEME, "haip-vp", "haip"];
/// Parameters that only a request itself has.
const PARAMETERS: [&str; 4] = ["response_type", "nonce", "dcql_query", "response_uri"];

const LINK: Kind = Kind::new("presentation request link", Reason::BadRequest);

/// `openid4vp://?client_id=…&request_uri=…[&request_uri_method=post]`, or the request itself.
///
/// Nothing in it is authenticated. A signed request has to repeat the client identifier, and only its
/// own members count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestLink {
    /// `client_id`
    pub client_id: ClientId,
    /// Where the request is.
    pub request: LinkedRequest,
}

/// Where the request of a link is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkedRequest {
    /// `request_uri`: elsewhere, signed. Fetched without following redirects.
    At {
        /// `request_uri`
        uri: WebUrl,
        /// `request_uri_method`
        method: RequestUriMethod,
    },
    /// `request`: in the link, signed.
    Signed(CompactJws),
    /// The link's own parameters, signed by nobody: for clients with the prefix `redirect_uri` only.
    /// See [`RequestObject::from_parameters`](super::request::RequestObject::from_parameters).
    Unsigned(Form),
}

/// How the request object is fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RequestUriMethod {
    /// `get`, the default.
    #[default]
    Get,
    /// `post`: with a [`RequestUriPost`].
    Post,
}

impl RequestLink {
    /// The link to a request that stands at an address.
    #[must_use]
    pub const fn to(client_id: ClientId, uri: WebUrl, method: RequestUriMethod) -> Self {
        Self {
            client_id,
            request: LinkedRequest::At { uri, method },
        }
    }

    /// `request_uri`; none when the request is in the link itself.
    #[must_use]
    pub const fn request_uri(&self) -> Option<&WebUrl> {
        match &self.request {
            LinkedRequest::At { uri, .. } => Some(uri),
            LinkedRequest::Signed(_) | LinkedRequest::Unsigned(_) => None,
        }
    }

    /// Reads a link: `openid4vp://?…` (or `haip-vp`, `haip`), or an https link with the same query.
    /// Parameters that are not known are ignored.
    ///
    /// # Errors
    /// `client_id_prefix` for a client identifier that is not understood, for a signed request of a
    /// client whose requests nobody signs, and an unsigned one of a client that has to sign;
    /// `request_uri_blocked` for an address that is not https, else `bad_request`: no request, two of
    /// them, another method, a parameter that stands there twice, more than 16 KiB.
    pub fn parse(link: &str) -> Result<Self, MessageError> {
        let is_known = SCHEMES.iter().any(|scheme| is_link_of(scheme, link));
        if !is_known && link.parse::<WebUrl>().is_err() {
            let expected = "openid4vp://?… or https://…?…";
            return Err(LINK.fail("", Problem::Value { expected }));
        }
        let form = Form::of_link(link)
            .map_err(|error| LINK.fail_as("", Problem::Form(error), error.reason()))?;
        let client_id = form
            .field("client_id")
            .ok_or_else(|| LINK.fail("client_id", Problem::Missing))?;
        let client_id = parse_client_id(LINK, client_id)?;
        let method = match form.field("request_uri_method") {
            None | Some("get") => RequestUriMethod::Get,
            Some("post") => RequestUriMethod::Post,
            Some(_) => return Err(LINK.fail("request_uri_method", Problem::Unsupported)),
        };
        let request = match (form.field("request_uri"), form.field("request")) {
            (Some(_), Some(_)) => {
                let other = "request_uri";
                return Err(LINK.fail("request", Problem::Excludes { other }));
            }
            (Some(uri), None) => {
                let expected = "an https URL";
                let problem = Problem::Value { expected };
                let uri = uri
                    .parse()
                    .map_err(|_| LINK.fail_as("request_uri", problem, Reason::RequestUriBlocked))?;
                LinkedRequest::At { uri, method }
            }
            (None, Some(text)) => {
                let expected = "a compact JWS";
                let jws = CompactJws::new(text);
                LinkedRequest::Signed(
                    jws.ok_or_else(|| LINK.fail("request", Problem::Value { expected }))?,
                )
            }
            (None, None) if PARAMETERS.iter().any(|name| form.field(name).is_some()) => {
                LinkedRequest::Unsigned(form)
            }
            (None, None) => return Err(LINK.fail("request_uri", Problem::Missing)),
        };
        let is_unsigned = matches!(request, LinkedRequest::Unsigned(_));
        // Each prefix says how its requests are authenticated; none is taken in another's way.
        if is_unsigned != (client_id.prefix() == ClientIdPrefix::RedirectUri) {
            let reason = Reason::ClientIdPrefix;
            return Err(LINK.fail_as("client_id", Problem::Unsupported, reason));
        }
        Ok(Self { client_id, request })
    }

    /// The link, with the scheme that wallets register. The method stands here only: some wallets
    /// refuse it inside the request object.
    #[must_use]
    pub fn to_link(&self) -> String {
        let client_id = percent_encode(self.client_id.as_str());
        match &self.request {
            LinkedRequest::At { uri, method } => {
                let method = match method {
                    RequestUriMethod::Get => "",
                    RequestUriMethod::Post => "&request_uri_method=post",
                };
                let uri = percent_encode(uri.as_str());
                format!("{SCHEME}://?client_id={client_id}&request_uri={uri}{method}")
            }
            LinkedRequest::Signed(jws) => {
                format!("{SCHEME}://?client_id={client_id}&request={}", jws.as_str())
            }
            LinkedRequest::Unsigned(form) => format!("{SCHEME}://?{}", form.to_text()),
        }
    }
}

pub(crate) fn parse_client_id(kind: Kind, text: &str) -> Result<ClientId, MessageError> {
    text.parse()
        .map_err(|error: super::client_id::ClientIdError| {
            kind.fail_as("client_id", Problem::Unsupported, error.reason())
        })
}

/// The form that a wallet posts to `request_uri` (section 5.10). Both fields may be missing, and
/// wallets that send others are not refused.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestUriPost {
    /// `wallet_metadata`: what the wallet can do.
    pub wallet_metadata: Option<Object>,
    /// `wallet_nonce`
    pub wallet_nonce: Option<WalletNonce>,
}

impl RequestUriPost {
    /// Reads the body.
    ///
    /// # Errors
    /// When it is not a strict form, the metadata is not a JSON object, or the nonce is not visible
    /// ASCII.
    pub fn read(body: &[u8]) -> Result<Self, MessageError> {
        const POST: Kind = Kind::new("post to request_uri", Reason::BadRequest);
        let form = Form::read_message(body)
            .map_err(|error| POST.fail_as("", Problem::Form(error), error.reason()))?;
        let metadata = form.field("wallet_metadata").map(|text| {
            let value = json::read(text.as_bytes(), &Limits::message()).map_err(|error| {
                POST.fail_as("wallet_metadata", Problem::Json(error), error.reason())
            })?;
            match value {
                Value::Object(object) => Ok(object),
                other => Err(POST.wrong_type("wallet_metadata", "object", &other)),
            }
        });
        let nonce = form.field("wallet_nonce").map(|text| {
            let expected = "1 to 512 characters of visible ASCII";
            let nonce = WalletNonce::new(text);
            nonce.ok_or_else(|| POST.fail("wallet_nonce", Problem::Value { expected }))
        });
        Ok(Self {
            wallet_metadata: metadata.transpose()?,
            wallet_nonce: nonce.transpose()?,
        })
    }

    /// The form.
    #[must_use]
    pub fn to_form(&self) -> Form {
        let mut form = Form::new();
        if let Some(metadata) = &self.wallet_metadata {
            let text = crate::canonical::to_text(&Value::Object(metadata.clone()));
            form = form.with("wallet_metadata", text);
        }
        if let Some(nonce) = &self.wallet_nonce {
            form = form.with("wallet_nonce", nonce.as_str());
        }
        form
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{LinkedRequest, RequestLink, RequestUriMethod, RequestUriPost};
    use crate::form::Form;
    use crate::oid4vp::WalletNonce;
    use crate::reason::Reason;

    const LINK: &str = "openid4vp://?client_id=decentralized_identifier%3Adid%3Aweb%3Aworld.example\
                        &request_uri=https%3A%2F%2Fworld.example%2Fr%2F1";

    #[test]
    fn a_link_is_read_as_it_was_written() {
        let link = RequestLink::parse(LINK).unwrap();
        assert_eq!(
            link.client_id.as_str(),
            "decentralized_identifier:did:web:world.example"
        );
        let uri = || "https://world.example/r/1".parse().unwrap();
        let to = |method| RequestLink::to(link.client_id.clone(), uri(), method);
        assert_eq!(link, to(RequestUriMethod::Get));
        assert_eq!(link.to_link(), LINK);
        let post = format!("{LINK}&request_uri_method=post");
        let read = RequestLink::parse(&post).unwrap();
        assert_eq!(read, to(RequestUriMethod::Post));
        assert_eq!(read.to_link(), post);
        for same in [
            LINK.replace("openid4vp://?", "openid4vp:?"),
            LINK.replace("openid4vp://?", "openid4vp:///?"),
            LINK.replace("openid4vp://?", "openid4vp://authorize?"),
            LINK.replace("openid4vp://?", "openid4vp://authorize/?"),
            LINK.replace("openid4vp://?", "haip-vp://?"),
            LINK.replace("openid4vp://?", "haip://?"),
            LINK.replace("openid4vp://?", "https://wallet.example/present?"),
            format!("{LINK}&request_uri_method=get"),
            format!("{LINK}&theme=dark"),
        ] {
            assert_eq!(RequestLink::parse(&same), Ok(link.clone()), "{same}");
        }
    }

    #[test]
    fn a_link_may_hold_the_request_itself() {
        let signed = "openid4vp://?client_id=x509_san_dns%3Aworld.example&request=e30.e30.AAAA";
        let link = RequestLink::parse(signed).unwrap();
        assert!(
            matches!(&link.request, LinkedRequest::Signed(jws) if jws.as_str() == "e30.e30.AAAA")
        );
        assert_eq!(link.to_link(), signed);
        let unsigned = "openid4vp://?response_type=vp_token\
                        &client_id=redirect_uri%3Ahttps%3A%2F%2Fworld.example%2Fcb";
        let link = RequestLink::parse(unsigned).unwrap();
        let form = Form::new()
            .with("response_type", "vp_token")
            .with("client_id", "redirect_uri:https://world.example/cb");
        assert_eq!(link.request, LinkedRequest::Unsigned(form));
        assert_eq!(link.to_link(), unsigned);
    }

    /// OVP-01: a name of one kind is never proven in the way of another.
    #[test]
    fn each_prefix_is_authenticated_in_its_own_way() {
        let open = "client_id=redirect_uri:https://evil.example/cb";
        let at = "request_uri=https://evil.example/r";
        for link in [
            format!("openid4vp://?{open}&{at}"),
            format!("openid4vp://?{open}&{at}&response_type=vp_token"),
            format!("openid4vp://?{open}&request=e30.e30.AAAA"),
            "openid4vp://?client_id=x509_san_dns:bank&response_type=vp_token&nonce=n".to_owned(),
            "openid4vp://?client_id=x509_san_dns:bank.example&dcql_query=%7B%7D".to_owned(),
            "openid4vp://?client_id=x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk\
             &response_uri=https://bank.example"
                .to_owned(),
            "openid4vp://?client_id=decentralized_identifier:did:web:bank.example&nonce=n"
                .to_owned(),
            format!("openid4vp://?client_id=bank:1&{at}"),
            format!("openid4vp://?client_id=x509_san_dns:bank..example&{at}"),
        ] {
            let error = RequestLink::parse(&link).unwrap_err();
            let found = (error.member(), error.reason());
            assert_eq!(found, ("client_id", Reason::ClientIdPrefix), "{link}");
        }
    }

    #[test]
    fn a_link_is_refused_with_its_reason() {
        let client = "client_id=decentralized_identifier:did:web:world.example";
        for (link, member, reason) in [
            ("".to_owned(), "", Reason::BadRequest),
            ("mailto:?client_id=a".to_owned(), "", Reason::BadRequest),
            ("openid4vp://".to_owned(), "", Reason::BadRequest),
            ("openid4vp://a b?client_id=a".to_owned(), "", Reason::BadRequest),
            ("openid4vp//?client_id=a".to_owned(), "", Reason::BadRequest),
            ("openid4vpx://?client_id=a".to_owned(), "", Reason::BadRequest),
            ("openid4vp://?".to_owned(), "client_id", Reason::BadRequest),
            (format!("openid4vp://?{client}"), "request_uri", Reason::BadRequest),
            (
                format!("openid4vp://?{client}&request=eyJ"),
                "request",
                Reason::BadRequest,
            ),
            (
                "openid4vp://?client_id=redirect_uri:https://world.example/cb".to_owned(),
                "request_uri",
                Reason::BadRequest,
            ),
            (
                "openid4vp://?client_id=origin:https://world.example&request_uri=https://world.example/r".to_owned(),
                "client_id",
                Reason::ClientIdPrefix,
            ),
            (
                "openid4vp://?client_id=decentralized_identifier:x&request_uri=https://world.example/r".to_owned(),
                "client_id",
                Reason::DidMalformed,
            ),
            (
                format!("openid4vp://?{client}&request_uri=http://127.0.0.1/r"),
                "request_uri",
                Reason::RequestUriBlocked,
            ),
            (
                format!("openid4vp://?{client}&request_uri=file:///etc/passwd"),
                "request_uri",
                Reason::RequestUriBlocked,
            ),
            (
                format!("{LINK}&request=eyJ"),
                "request",
                Reason::BadRequest,
            ),
            (
                format!("{LINK}&request_uri_method=POST"),
                "request_uri_method",
                Reason::BadRequest,
            ),
            (format!("{LINK}&client_id=a"), "", Reason::BadRequest),
            (format!("{LINK}#a"), "", Reason::BadRequest),
            (
                format!("{LINK}&a={}", "a".repeat(16 << 10)),
                "",
                Reason::InputTooLarge,
            ),
        ] {
            let error = RequestLink::parse(&link).unwrap_err();
            assert_eq!((error.member(), error.reason()), (member, reason), "{link}");
        }
    }

    #[test]
    fn a_post_may_be_empty_and_have_fields_of_others() {
        for body in ["", "vp_formats_supported=%7B%7D&client_id=a"] {
            let post = RequestUriPost::read(body.as_bytes());
            assert_eq!(post, Ok(RequestUriPost::default()));
        }
        let post = RequestUriPost {
            wallet_metadata: Some(crate::object! { "vp_formats_supported" => crate::object!{} }),
            wallet_nonce: WalletNonce::new("qPmxiNFCR3QTm19POc8u=="),
        };
        let body = post.to_form().to_text();
        assert_eq!(RequestUriPost::read(body.as_bytes()), Ok(post));
        for (body, reason) in [
            ("wallet_metadata=%5B%5D", Reason::BadRequest),
            ("wallet_metadata=%7B", Reason::ParseError),
            (
                "wallet_metadata=%7B%22a%22:1,%22a%22:2%7D",
                Reason::JsonDuplicateKey,
            ),
            ("wallet_nonce=", Reason::BadRequest),
            ("wallet_nonce=a&wallet_nonce=b", Reason::BadRequest),
        ] {
            let error = RequestUriPost::read(body.as_bytes()).unwrap_err();
            assert_eq!(error.reason(), reason, "{body}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(tail in any::<String>()) {
            for text in [tail.clone(), format!("openid4vp://?{tail}"), format!("{LINK}{tail}"),
                format!("openid4vp://?client_id=redirect_uri:https://world.example/cb&nonce={tail}")] {
                if let Ok(link) = RequestLink::parse(&text) {
                    assert_eq!(RequestLink::parse(&link.to_link()), Ok(link));
                }
            }
        }

        #[test]
        fn addresses_survive(path in "[a-z0-9/?&=%#+]{0,20}") {
            let client_id = RequestLink::parse(LINK).unwrap().client_id;
            if let Ok(uri) = format!("https://world.example/{path}").parse() {
                let link = RequestLink::to(client_id, uri, RequestUriMethod::Get);
                assert_eq!(RequestLink::parse(&link.to_link()), Ok(link));
            }
        }
    }
}
