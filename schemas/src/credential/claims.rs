//! Credentials that arrive as SD-JWT VCs: read from their processed claims, by the same readers as
//! documents. Source: SD-JWT VC section 2.2; OpenID4VP 1.0 appendix B.3.
//!
//! ```text
//! { iss, vct, cnf, nbf?, exp?, iat?, status?,            in clear
//!   personaName | itemClass, serial, ledgerEntry?, license, provenance }   each disclosed or not
//! ```

use crate::credential::envelope::Envelope;
use crate::credential::subject::{
    AvatarSubject, ItemSubject, OtherSubject, PartialSubject, Subject, read_ledger_entry,
    read_license, read_name, read_whole_provenance,
};
use crate::credential::unverified::UnverifiedCredential;
use crate::credential::{CredentialType, Format, Validity};
use crate::did::Did;
use crate::json::{Object, Value};
use crate::reason::Reason;
use crate::shape::{Members, ShapeError};
use crate::status::{StatusPlace, TokenStatusEntry};
use crate::terms::Contexts;
use crate::time::Timestamp;

/// Claims of every type. What is not among them is, for a type of ours, an extension that nobody
/// evaluates. Type metadata is never fetched, so its digest (`vct#integrity`) is the digest of nothing.
const CLAIMS: [&str; 8] = [
    "cnf",
    "exp",
    "iat",
    "iss",
    "nbf",
    "status",
    "vct",
    "vct#integrity",
];

/// Longest `vct`, in bytes.
const MAX_VCT: usize = 2048;

impl UnverifiedCredential {
    /// Reads the processed claims of an SD-JWT VC. `holder` is the key that its `cnf` names.
    ///
    /// A `vct` that is none of ours is read as [`CredentialType::Other`]: whether it will do is for a
    /// policy to say, by its name.
    ///
    /// # Errors
    /// The first fault with its place: `issuer_key_mismatch` when `iss` is no DID, for then its key
    /// would come from elsewhere, or when an embedded credential names another issuer; `cred_type`
    /// for a `vct` that is a type of ours under another name; `cred_malformed` and `claim_type` for
    /// members of the wrong form; `date_malformed`; `unknown_extension` for claims that are not
    /// evaluated; `holder_binding_missing` when a held credential names no holder.
    pub fn of_claims(
        claims: &Object,
        holder: Option<Did>,
        contexts: &Contexts,
    ) -> Result<Self, ShapeError> {
        let members = Members(claims);
        let vct = read_vct(&members)?;
        let kind = kind_of(vct)?;
        let validity = read_validity(&members)?;
        members.optional_text("vct#integrity")?;
        let issuer = read_issuer(&members)?;
        refuse_other_layers(&members, &issuer, holder.as_ref())?;
        let subject = match kind {
            CredentialType::Other => Subject::Other(OtherSubject {
                holder,
                claims: claims.clone(),
            }),
            kind => {
                let missing = || ShapeError::new(Reason::HolderBindingMissing, "/cnf");
                let holder = holder.ok_or_else(missing)?;
                read_held(kind, &members, holder, contexts)?
            }
        };
        let type_name = match kind {
            CredentialType::Other => vct,
            kind => kind.name(),
        };
        Ok(Self {
            envelope: Envelope {
                object: claims.clone(),
                type_name: type_name.to_owned(),
                issuer,
                validity,
                statuses: read_status(&members)?,
            },
            format: Format::DcSdJwt,
            kind,
            subject,
            pinned: false,
        })
    }

    /// When an SD-JWT VC says it was made: `iat`, or else `nbf`, before which nobody was to have it.
    /// A key that its issuer has retired vouches for what was made in its time.
    #[must_use]
    pub fn stated_at(&self) -> Option<Timestamp> {
        let claim = |name| Timestamp::of_numeric_date(self.object().get(name)?);
        claim("iat").or_else(|| claim("nbf"))
    }
}

fn read_vct<'a>(members: &Members<'a>) -> Result<&'a str, ShapeError> {
    let vct = members.text("vct")?;
    let plain = |c: char| !c.is_control() && !c.is_whitespace();
    if vct.is_empty() || vct.len() > MAX_VCT || !vct.chars().all(plain) {
        return Err(ShapeError::new(Reason::CredMalformed, "/vct"));
    }
    Ok(vct)
}

/// A creator's statement has one form, and no short name of ours may stand for another type.
fn kind_of(vct: &str) -> Result<CredentialType, ShapeError> {
    let ours = CredentialType::ALL
        .into_iter()
        .find(|kind| kind.iri() == vct);
    match ours {
        Some(kind) if kind.is_held() => Ok(kind),
        None if vct.parse::<CredentialType>().is_err() => Ok(CredentialType::Other),
        _ => Err(ShapeError::new(Reason::CredType, "/vct")),
    }
}

/// An issuer is a DID, for its key is found by it. Metadata of an https issuer and certificates are
/// another source.
fn read_issuer(members: &Members<'_>) -> Result<Did, ShapeError> {
    let text = members.text("iss")?;
    if text.starts_with("did:") {
        members.did("iss")
    } else {
        Err(ShapeError::new(Reason::IssuerKeyMismatch, "/iss"))
    }
}

fn read_validity(members: &Members<'_>) -> Result<Validity, ShapeError> {
    members.numeric_date("iat")?;
    let validity = Validity {
        from: members.numeric_date("nbf")?,
        until: members.numeric_date("exp")?,
    };
    match (validity.from, validity.until) {
        (Some(from), Some(until)) if until < from => {
            Err(ShapeError::new(Reason::CredMalformed, "/exp"))
        }
        _ => Ok(validity),
    }
}

/// What a JWT says beside its own claims must not be of somebody else: an audience that is not ours, a
/// W3C credential inside (VC-JWT) with another issuer or subject than the token around it.
fn refuse_other_layers(
    members: &Members<'_>,
    issuer: &Did,
    holder: Option<&Did>,
) -> Result<(), ShapeError> {
    if members.0.contains_key("aud") {
        return Err(ShapeError::new(Reason::UnknownExtension, "/aud"));
    }
    let subject = members.optional_text("sub")?;
    let Some(inner) = members.0.get("vc") else {
        return Ok(());
    };
    let id_of = |value: &Value| match value {
        Value::Object(object) => object.get("id").and_then(Value::as_str).map(str::to_owned),
        value => value.as_str().map(str::to_owned),
    };
    let named = inner.get("issuer").and_then(id_of);
    if named.as_deref() != Some(issuer.as_str()) {
        return Err(ShapeError::new(Reason::IssuerKeyMismatch, "/vc/issuer"));
    }
    let about = inner.get("credentialSubject").and_then(id_of);
    let expected = subject.or(holder.map(Did::as_str));
    if about.as_deref() != expected {
        let at = "/vc/credentialSubject";
        return Err(ShapeError::new(Reason::VpHolderMismatch, at));
    }
    Ok(())
}

/// Where the issuer may take it back. What cannot be read stays here as an error: it is a fault of the
/// status, found when the status is judged. That something else than an object stands there is one of
/// the whole.
fn read_status(members: &Members<'_>) -> Result<Vec<Result<StatusPlace, ShapeError>>, ShapeError> {
    let Some(status) = members.0.get("status") else {
        return Ok(Vec::new());
    };
    if status.as_object().is_none() {
        return Err(ShapeError::new(Reason::ClaimType, "/status"));
    }
    let entry = TokenStatusEntry::parse(status).map(StatusPlace::Value);
    Ok(vec![entry.map_err(|error| error.inside("status"))])
}

fn read_held(
    kind: CredentialType,
    members: &Members<'_>,
    holder: Did,
    contexts: &Contexts,
) -> Result<Subject, ShapeError> {
    let own: &[&str] = match kind {
        CredentialType::Avatar => &["personaName"],
        _ => &["itemClass", "serial", "ledgerEntry"],
    };
    let known = [&CLAIMS, own, &["license", "provenance"]].concat();
    members.only(&known, Reason::UnknownExtension)?;
    let disclosed = |name: &str| members.0.contains_key(name).then_some(());
    let name = |claim: &str| disclosed(claim).map(|()| read_name(members, claim));
    let read = PartialSubject {
        holder,
        persona_name: name("personaName").transpose()?,
        item_class: name("itemClass").transpose()?,
        serial: disclosed("serial")
            .map(|()| members.natural("serial"))
            .transpose()?,
        license: disclosed("license")
            .map(|()| read_license(members))
            .transpose()?,
        provenance: members
            .0
            .get("provenance")
            .map(|value| read_whole_provenance(value, contexts))
            .transpose()?,
        ledger_entry: read_ledger_entry(members)?,
    };
    Ok(match (kind, read) {
        (
            CredentialType::Avatar,
            PartialSubject {
                holder,
                persona_name: Some(persona_name),
                license: Some(license),
                provenance: Some(provenance),
                ..
            },
        ) => Subject::Avatar(AvatarSubject {
            holder,
            persona_name,
            license,
            provenance,
        }),
        (
            CredentialType::Item,
            PartialSubject {
                holder,
                item_class: Some(item_class),
                serial: Some(serial),
                license: Some(license),
                provenance: Some(provenance),
                ledger_entry,
                ..
            },
        ) => Subject::Item(ItemSubject {
            holder,
            item_class,
            serial,
            license,
            provenance,
            ledger_entry,
        }),
        (_, partial) => Subject::Partial(partial),
    })
}
