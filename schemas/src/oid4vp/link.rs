//! The link or QR code by which a wallet finds a request (sections 5.7 and 5.10).

use crate::form::{Form, is_link_of, percent_encode};
use crate::json::{self, Limits, Object, Value};
use crate::message::{Kind, MessageError, Problem};
use crate::oid4vp::WalletNonce;
use crate::oid4vp::client_id::ClientId;
use crate::reason::Reason;
use crate::web_url::WebUrl;

/// The scheme that wallets register.
const SCHEME: &str = "openid4vp";

const LINK: Kind = Kind::new("presentation request link", Reason::BadRequest);

/// `openid4vp://?client_id=…&request_uri=…[&request_uri_method=post]`
///
/// Nothing in it is authenticated. The request object has to repeat the client identifier, and only
/// its members count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestLink {
    /// `client_id`
    pub client_id: ClientId,
    /// `request_uri`: where the request object is fetched, without following redirects.
    pub request_uri: WebUrl,
    /// `request_uri_method`
    pub method: RequestUriMethod,
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
    /// Reads a link: `openid4vp://?…`, or an https link with the same query. Parameters that are not
    /// known are ignored.
    ///
    /// # Errors
    /// `client_id_prefix` for a client identifier that is not understood, `request_uri_blocked` for
    /// an address that is not https, else `bad_request`: no reference (requests by value are not
    /// supported), another method, a parameter that stands there twice, more than 16 KiB.
    pub fn parse(link: &str) -> Result<Self, MessageError> {
        if !is_link_of(SCHEME, link) && link.parse::<WebUrl>().is_err() {
            let expected = "openid4vp://?… or https://…?…";
            return Err(LINK.fail("", Problem::Value { expected }));
        }
        let form = Form::of_link(link)
            .map_err(|error| LINK.fail_as("", Problem::Form(error), error.reason()))?;
        let required = |name: &'static str| {
            let field = form.field(name);
            field.ok_or_else(|| LINK.fail(name, Problem::Missing))
        };
        let client_id = parse_client_id(LINK, required("client_id")?)?;
        let request_uri = required("request_uri")?.parse().map_err(|_| {
            let expected = "an https URL";
            let problem = Problem::Value { expected };
            LINK.fail_as("request_uri", problem, Reason::RequestUriBlocked)
        })?;
        if form.field("request").is_some() {
            let other = "request_uri";
            return Err(LINK.fail("request", Problem::Excludes { other }));
        }
        let method = match form.field("request_uri_method") {
            None | Some("get") => RequestUriMethod::Get,
            Some("post") => RequestUriMethod::Post,
            Some(_) => return Err(LINK.fail("request_uri_method", Problem::Unsupported)),
        };
        Ok(Self {
            client_id,
            request_uri,
            method,
        })
    }

    /// The link, with the scheme that wallets register. The method stands here only: some wallets
    /// refuse it inside the request object.
    #[must_use]
    pub fn to_link(&self) -> String {
        let method = match self.method {
            RequestUriMethod::Get => "",
            RequestUriMethod::Post => "&request_uri_method=post",
        };
        format!(
            "{SCHEME}://?client_id={}&request_uri={}{method}",
            percent_encode(self.client_id.as_str()),
            percent_encode(self.request_uri.as_str()),
        )
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

    use super::{RequestLink, RequestUriMethod, RequestUriPost};
    use crate::oid4vp::WalletNonce;
    use crate::reason::Reason;

    const LINK: &str = "openid4vp://?client_id=decentralized_identifier%3Adid%3Aweb%3Aworld.example\
                        &request_uri=https%3A%2F%2Fworld.example%2Fr%2F1";

    #[test]
    fn a_link_is_read_as_it_was_written() {
        let link = RequestLink::parse(LINK).unwrap();
        assert_eq!(link.client_id.did().as_str(), "did:web:world.example");
        assert_eq!(link.request_uri.as_str(), "https://world.example/r/1");
        assert_eq!(link.method, RequestUriMethod::Get);
        assert_eq!(link.to_link(), LINK);
        let post = format!("{LINK}&request_uri_method=post");
        let read = RequestLink::parse(&post).unwrap();
        assert_eq!(read.method, RequestUriMethod::Post);
        assert_eq!(read.to_link(), post);
        for same in [
            LINK.replace("openid4vp://?", "openid4vp:?"),
            LINK.replace("openid4vp://?", "openid4vp:///?"),
            LINK.replace("openid4vp://?", "https://wallet.example/present?"),
            format!("{LINK}&request_uri_method=get"),
            format!("{LINK}&theme=dark"),
        ] {
            assert_eq!(RequestLink::parse(&same), Ok(link.clone()), "{same}");
        }
    }

    #[test]
    fn a_link_is_refused_with_its_reason() {
        let client = "client_id=decentralized_identifier:did:web:world.example";
        for (link, member, reason) in [
            ("".to_owned(), "", Reason::BadRequest),
            ("mailto:?client_id=a".to_owned(), "", Reason::BadRequest),
            ("openid4vp://".to_owned(), "", Reason::BadRequest),
            ("openid4vp://authorize?client_id=a".to_owned(), "", Reason::BadRequest),
            ("openid4vp://?".to_owned(), "client_id", Reason::BadRequest),
            (format!("openid4vp://?{client}"), "request_uri", Reason::BadRequest),
            (
                "openid4vp://?client_id=x509_san_dns:world.example&request_uri=https://world.example/r".to_owned(),
                "client_id",
                Reason::ClientIdPrefix,
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
            for text in [tail.clone(), format!("openid4vp://?{tail}"), format!("{LINK}{tail}")] {
                if let Ok(link) = RequestLink::parse(&text) {
                    assert_eq!(RequestLink::parse(&link.to_link()), Ok(link));
                }
            }
        }

        #[test]
        fn addresses_survive(path in "[a-z0-9/?&=%#+]{0,20}") {
            let mut link = RequestLink::parse(LINK).unwrap();
            if let Ok(url) = format!("https://world.example/{path}").parse() {
                link.request_uri = url;
                assert_eq!(RequestLink::parse(&link.to_link()), Ok(link));
            }
        }
    }
}
