//! `authorization_details` in requests (RFC 9396; OpenID4VCI 1.0 sections 5.1.1 and 6.1.1).

use crate::form::Form;
use crate::json::{Limits, Object, Value};
use crate::message::{Kind, Members, MessageError, Problem};
use crate::oid4vci::IssuerUrl;
use crate::reason::Reason;

const DETAILS: Kind = Kind::new("authorization details", Reason::BadRequest);
pub(crate) const DETAIL_TYPE: &str = "openid_credential";
/// More are refused.
const MAX_DETAILS: usize = 32;

/// The credential configurations that a request names, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationDetails {
    /// `credential_configuration_id` of each, in order.
    pub configuration_ids: Vec<String>,
    /// `locations`: the credential issuer that is meant, where its authorization server is for several
    /// (section 5.1.1). Written by wallets; a world is the only issuer of its server and does not read it.
    pub location: Option<IssuerUrl>,
}

impl AuthorizationDetails {
    /// The field in forms.
    pub const FIELD: &'static str = "authorization_details";

    /// Whether the request names none by this way.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.configuration_ids.is_empty()
    }

    /// None when the field is not there.
    pub(crate) fn of_form(form: &Form) -> Result<Self, MessageError> {
        let Some(text) = form.field(Self::FIELD) else {
            return Ok(Self::default());
        };
        let value = crate::json::read(text.as_bytes(), &Limits::message())
            .map_err(|error| DETAILS.fail(Self::FIELD, Problem::Json(error)))?;
        let mut configuration_ids: Vec<String> = Vec::new();
        for detail in DETAILS.array(Self::FIELD, &value, MAX_DETAILS)? {
            let detail = Members::of_member(DETAILS, Self::FIELD, detail)?;
            // A type that is not known has to be refused (RFC 9396 section 5).
            if detail.text("type")? != DETAIL_TYPE {
                return Err(detail.fail("type", Problem::Unsupported));
            }
            let id = detail.text("credential_configuration_id")?;
            if !configuration_ids.contains(&id) {
                configuration_ids.push(id);
            }
        }
        Ok(Self {
            configuration_ids,
            location: None,
        })
    }

    pub(crate) fn to_text(&self) -> String {
        let detail = |id: &String| {
            let mut detail: Object = crate::object! {
                "type" => DETAIL_TYPE,
                "credential_configuration_id" => id.as_str(),
            };
            if let Some(issuer) = &self.location {
                detail.insert("locations", [issuer.as_str()]);
            }
            Value::Object(detail)
        };
        let details = self.configuration_ids.iter().map(detail).collect();
        crate::canonical::to_text(&Value::Array(details))
    }
}
