//! The admission token: a short-lived ticket for one instance, bound to the presenter's key.

use crate::did::Did;
use crate::encoding::base64url;
use crate::json::{Object, Value};
use crate::message::{Kind, Members, Message, MessageError, Problem, write_date};
use crate::reason::Reason;
use crate::receipt::{InstanceId, UniqueId, read_issuer, required_date};
use crate::time::Timestamp;
use crate::world::WorldId;

/// The `typ` of the JWS header of an admission token.
pub const ADMISSION_TYP: &str = "omote-admission+jwt";

/// From `iat` to `exp` at most.
pub const MAX_TOKEN_SECONDS: i64 = 300;

const TOKEN: Kind = Kind {
    name: "admission token",
    malformed: Reason::CredMalformed,
    mistyped: Reason::ClaimType,
};

/// The claims of an admission token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdmissionTokenClaims {
    /// `iss`: the DID of the world.
    pub issuer: WorldId,
    /// `sub`: the DID by which this world knows the presenter, when it needs one.
    pub subject: Option<Did>,
    /// `cnf` (RFC 7800): the key that the bearer has to prove.
    pub confirmation: ConfirmationKey,
    /// `jti`: consumed once.
    pub id: UniqueId,
    /// `instance`
    pub instance: InstanceId,
    /// `iat`
    pub issued_at: Timestamp,
    /// `exp`: at most [`MAX_TOKEN_SECONDS`] later.
    pub expires_at: Timestamp,
}

/// `cnf.jwk`: the public key of the presenter, not yet looked at as a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConfirmationKey {
    /// Ed25519 (RFC 8037 section 2): `x`.
    Ed25519([u8; 32]),
    /// P-256 (RFC 7518 section 6.2.1).
    P256 {
        /// `x`
        x: [u8; 32],
        /// `y`
        y: [u8; 32],
    },
}

impl ConfirmationKey {
    /// The key of a public JSON Web Key; `None` for another type, for other members beside those of
    /// the key, and for coordinates that do not have 32 bytes.
    #[must_use]
    pub fn of_jwk(jwk: &Object) -> Option<Self> {
        let cnf = crate::object! { "cnf" => crate::object! { "jwk" => jwk.clone() } };
        let cnf = Value::Object(cnf);
        Self::read(&Members::of(TOKEN, &cnf).ok()?).ok()
    }

    /// `cnf_unsupported` for every other confirmation, and for a key with members beside those of its
    /// type: one of them could be private.
    fn read(token: &Members<'_>) -> Result<Self, MessageError> {
        let unsupported =
            |member| TOKEN.fail_as(member, Problem::Unsupported, Reason::CnfUnsupported);
        let cnf = Members::of_member(TOKEN, "cnf", token.required("cnf")?)?;
        cnf.only(&["jwk"]).map_err(|_| unsupported("cnf"))?;
        let jwk = Members::of_member(TOKEN, "jwk", cnf.required("jwk")?)?;
        let of_type = |names: &[&str]| jwk.only(names).map_err(|_| unsupported("jwk"));
        of_type(&["kty", "crv", "x", "y"])?;
        let coordinate = |name| {
            let expected = "32 bytes in base64url";
            base64url::decode(&jwk.text(name)?)
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or_else(|| TOKEN.fail(name, Problem::Value { expected }))
        };
        match (jwk.text("kty")?.as_str(), jwk.text("crv")?.as_str()) {
            ("OKP", "Ed25519") => {
                of_type(&["kty", "crv", "x"])?;
                Ok(Self::Ed25519(coordinate("x")?))
            }
            ("EC", "P-256") => Ok(Self::P256 {
                x: coordinate("x")?,
                y: coordinate("y")?,
            }),
            _ => Err(unsupported("jwk")),
        }
    }

    /// The public JSON Web Key.
    #[must_use]
    pub fn jwk(self) -> Object {
        match self {
            Self::Ed25519(x) => crate::object! {
                "kty" => "OKP",
                "crv" => "Ed25519",
                "x" => base64url::encode(&x),
            },
            Self::P256 { x, y } => crate::object! {
                "kty" => "EC",
                "crv" => "P-256",
                "x" => base64url::encode(&x),
                "y" => base64url::encode(&y),
            },
        }
    }

    fn to_object(self) -> Object {
        crate::object! { "jwk" => self.jwk() }
    }
}

impl Message for AdmissionTokenClaims {
    /// Other members are refused.
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(TOKEN, value)?;
        members.only(&["iss", "sub", "cnf", "jti", "instance", "iat", "exp"])?;
        let issued_at = required_date(&members, "iat")?;
        let expires_at = required_date(&members, "exp")?;
        if !(1..=MAX_TOKEN_SECONDS).contains(&expires_at.seconds_since(issued_at)) {
            let expected = "1 to 300 seconds after iat";
            return Err(members.fail("exp", Problem::Value { expected }));
        }
        let subject = members.optional_text("sub")?.map(|did| {
            let expected = "a DID";
            did.parse()
                .map_err(|_| members.fail("sub", Problem::Value { expected }))
        });
        Ok(Self {
            issuer: read_issuer(&members)?,
            subject: subject.transpose()?,
            confirmation: ConfirmationKey::read(&members)?,
            id: UniqueId::read(&members, "jti")?,
            instance: InstanceId::read(&members)?,
            issued_at,
            expires_at,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! { "iss" => self.issuer.did().as_str() };
        if let Some(subject) = &self.subject {
            object.insert("sub", subject);
        }
        object.insert("cnf", self.confirmation.to_object());
        object.insert("jti", self.id.as_str());
        object.insert("instance", self.instance.as_str());
        write_date(&mut object, "iat", Some(self.issued_at));
        write_date(&mut object, "exp", Some(self.expires_at));
        object
    }
}
