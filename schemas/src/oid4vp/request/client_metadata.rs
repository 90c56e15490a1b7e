//! What a verifier says about itself (section 5.1, RFC 7591 section 2). All names are outside text;
//! the signed identifier is what a person is shown first.

use crate::json::{Object, Value};
use crate::lang::Lang;
use crate::message::{Kind, Members, MessageError, Problem};
use crate::suite::ContentEncryption;
use crate::web_url::WebUrl;

/// More languages or formats are refused.
const MAX_LIST: usize = 64;
/// More keys are refused.
const MAX_KEYS: usize = 16;

/// `client_metadata`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientMetadata {
    /// `client_name`
    pub client_name: Option<String>,
    /// `client_name#TAG`: the name in the language of a BCP 47 tag.
    pub localized_names: Vec<(String, String)>,
    /// `logo_uri`
    pub logo_uri: Option<WebUrl>,
    /// `vp_formats_supported`
    pub vp_formats: VpFormats,
    /// `jwks`: keys to which a response may be encrypted (section 8.3).
    pub keys: Vec<EncryptionKey>,
    /// `encrypted_response_enc_values_supported`, by their names; empty when the request does not say.
    pub response_encryptions: Vec<String>,
}

/// A key of `jwks`. Whether it is a key of a curve, and for this, is judged by whoever encrypts.
#[derive(Clone, Debug, PartialEq)]
pub struct EncryptionKey {
    /// `kid`, repeated by what is encrypted to it.
    pub kid: Option<String>,
    /// `alg`: the key agreement. A key without one is for nothing (section 8.3).
    pub alg: Option<String>,
    /// `use`
    pub usage: Option<String>,
    /// The whole JSON Web Key.
    pub jwk: Object,
}

impl EncryptionKey {
    /// A key from its public JSON Web Key: for ECDH-ES, with this name.
    #[must_use]
    pub fn for_ecdh_es(mut jwk: Object, kid: &str) -> Self {
        for (name, text) in [("kid", kid), ("use", "enc"), ("alg", "ECDH-ES")] {
            jwk.insert(name, text);
        }
        Self {
            kid: Some(kid.to_owned()),
            alg: Some("ECDH-ES".to_owned()),
            usage: Some("enc".to_owned()),
            jwk,
        }
    }

    fn read(kind: Kind, value: &Value) -> Result<Self, MessageError> {
        let members = Members::of_member(kind, "jwks", value)?;
        Ok(Self {
            kid: members.optional_text("kid")?,
            alg: members.optional_text("alg")?,
            usage: members.optional_text("use")?,
            jwk: members.object.clone(),
        })
    }
}

/// `vp_formats_supported` (section 11.1): formats that the verifier takes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VpFormats {
    /// `dc+sd-jwt`
    pub dc_sd_jwt: Option<SdJwtSupport>,
    /// `ldp_vc`
    pub ldp_vc: Option<LdpVcSupport>,
    /// Formats that are not read, by their names.
    pub others: Vec<(String, Object)>,
}

/// Parameters of `ldp_vc` (section B.1.3.2.3). An empty list means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LdpVcSupport {
    /// `proof_type_values`
    pub proof_types: Vec<String>,
    /// `cryptosuite_values`
    pub cryptosuites: Vec<String>,
}

/// Parameters of `dc+sd-jwt` (section B.3.4). An empty list means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SdJwtSupport {
    /// `sd-jwt_alg_values`: of the issuer's signature.
    pub sd_jwt_algs: Vec<String>,
    /// `kb-jwt_alg_values`: of the holder's.
    pub kb_jwt_algs: Vec<String>,
}

impl ClientMetadata {
    /// How a response is to be encrypted: the first of the verifier's values that is understood; A128GCM
    /// when it names none (section 5.1); `None` when it names others only.
    #[must_use]
    pub fn content_encryption(&self) -> Option<ContentEncryption> {
        if self.response_encryptions.is_empty() {
            return Some(ContentEncryption::A128Gcm);
        }
        let mut values = self.response_encryptions.iter();
        values.find_map(|name| name.parse().ok())
    }

    /// The name to show: in that language, else the one without language.
    #[must_use]
    pub fn name(&self, lang: Lang) -> Option<&str> {
        let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
        let localized = self
            .localized_names
            .iter()
            .find(|(tag, _)| primary(tag).eq_ignore_ascii_case(lang.tag()))
            .map(|(_, name)| name.as_str());
        localized.or(self.client_name.as_deref())
    }

    pub(crate) fn read(members: &Members<'_>) -> Result<Self, MessageError> {
        let mut localized_names = Vec::new();
        for (name, value) in members.object.iter() {
            if let Some(tag) = name.strip_prefix("client_name#") {
                let text = members.kind.text("client_name", value)?;
                localized_names.push((tag.to_owned(), text));
            }
        }
        members
            .kind
            .within("client_name", localized_names.len(), MAX_LIST)?;
        // Members have no order: which name is shown must not depend on how they arrived.
        localized_names.sort();
        let formats = members.part("vp_formats_supported", "vp_formats_supported")?;
        Ok(Self {
            client_name: members.optional_text("client_name")?,
            localized_names,
            logo_uri: members.optional_address("logo_uri"),
            vp_formats: formats
                .map(|part| VpFormats::read(&part))
                .transpose()?
                .unwrap_or_default(),
            keys: read_keys(members)?,
            response_encryptions: members
                .optional_texts("encrypted_response_enc_values_supported", MAX_LIST)?,
        })
    }

    pub(crate) fn to_object(&self) -> Object {
        let mut object = Object::new();
        if let Some(name) = &self.client_name {
            object.insert("client_name", name.as_str());
        }
        for (tag, name) in &self.localized_names {
            object.insert(format!("client_name#{tag}"), name.as_str());
        }
        if let Some(url) = &self.logo_uri {
            object.insert("logo_uri", url);
        }
        let formats = self.vp_formats.to_object();
        if !formats.is_empty() {
            object.insert("vp_formats_supported", formats);
        }
        if !self.keys.is_empty() {
            let keys = self.keys.iter().map(|key| Value::from(key.jwk.clone()));
            let keys = Value::Array(keys.collect());
            object.insert("jwks", crate::object! { "keys" => keys });
        }
        if !self.response_encryptions.is_empty() {
            let values = self.response_encryptions.clone();
            object.insert("encrypted_response_enc_values_supported", values);
        }
        object
    }
}

/// Two keys of one name would leave open which of them a response was encrypted to.
fn read_keys(members: &Members<'_>) -> Result<Vec<EncryptionKey>, MessageError> {
    let Some(part) = members.part("jwks", "jwks")? else {
        return Ok(Vec::new());
    };
    let mut keys: Vec<EncryptionKey> = Vec::new();
    let values: &[Value] = match part.required("keys")?.as_array() {
        // A set without keys is one: there is nothing to encrypt to.
        Some([]) => &[],
        _ => part.array("keys", MAX_KEYS)?,
    };
    for value in values {
        let key = EncryptionKey::read(part.kind, value)?;
        if key.kid.is_some() && keys.iter().any(|other| other.kid == key.kid) {
            return Err(part.fail("kid", Problem::Repeated));
        }
        keys.push(key);
    }
    Ok(keys)
}

impl VpFormats {
    /// Whether no format is named: then any is taken.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.dc_sd_jwt.is_none() && self.ldp_vc.is_none() && self.others.is_empty()
    }

    fn read(members: &Members<'_>) -> Result<Self, MessageError> {
        let kind = members.kind;
        kind.within("vp_formats_supported", members.object.len(), MAX_LIST)?;
        let mut formats = Self::default();
        for (name, value) in members.object.iter() {
            let part = Members::of_member(kind, "vp_formats_supported", value)?;
            match name {
                "dc+sd-jwt" => {
                    formats.dc_sd_jwt = Some(SdJwtSupport {
                        sd_jwt_algs: part.optional_texts("sd-jwt_alg_values", MAX_LIST)?,
                        kb_jwt_algs: part.optional_texts("kb-jwt_alg_values", MAX_LIST)?,
                    });
                }
                "ldp_vc" => {
                    formats.ldp_vc = Some(LdpVcSupport {
                        proof_types: part.optional_texts("proof_type_values", MAX_LIST)?,
                        cryptosuites: part.optional_texts("cryptosuite_values", MAX_LIST)?,
                    });
                }
                other => formats.others.push((other.to_owned(), part.object.clone())),
            }
        }
        formats
            .others
            .sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(formats)
    }

    fn to_object(&self) -> Object {
        let mut object = Object::new();
        let mut write = |format: &str, lists: [(&str, &Vec<String>); 2]| {
            let lists = lists.into_iter().filter(|(_, values)| !values.is_empty());
            let part: Object = lists
                .map(|(name, values)| (name.to_owned(), Value::from(values.clone())))
                .collect();
            object.insert(format, part);
        };
        if let Some(support) = &self.dc_sd_jwt {
            let lists = [
                ("sd-jwt_alg_values", &support.sd_jwt_algs),
                ("kb-jwt_alg_values", &support.kb_jwt_algs),
            ];
            write("dc+sd-jwt", lists);
        }
        if let Some(support) = &self.ldp_vc {
            let lists = [
                ("proof_type_values", &support.proof_types),
                ("cryptosuite_values", &support.cryptosuites),
            ];
            write("ldp_vc", lists);
        }
        for (name, parameters) in &self.others {
            object.insert(name.as_str(), Value::Object(parameters.clone()));
        }
        object
    }
}
