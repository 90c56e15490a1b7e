//! Reading a query: strict and bounded. Members that the specification does not name are ignored,
//! as section 6 asks for, and so is a claim that is asked for again. What is made in code has none.

use crate::dcql::{
    ClaimPath, ClaimQuery, Count, CredentialQuery, CredentialSetQuery, DcqlQuery, HolderBinding,
    MAX_CLAIMS, MAX_CREDENTIALS, MAX_SETS, MAX_VALUES, Meta, Need, QUERY, QueryId, TOO_MUCH,
    TrustedAuthority,
};
use crate::json::{Object, Value};
use crate::message::{Kind, Members, Message, MessageError, Problem};

const CREDENTIAL: Kind = QUERY.part("DCQL credential query");
const WIDE_CREDENTIAL: Kind = TOO_MUCH.part("DCQL credential query");
const CLAIM: Kind = QUERY.part("DCQL claims query");
const SET: Kind = QUERY.part("DCQL credential set query");

impl Message for DcqlQuery {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(QUERY, value)?;
        if let Value::Array(credentials) = members.required("credentials")? {
            TOO_MUCH.within("credentials", credentials.len(), MAX_CREDENTIALS)?;
        }
        let credentials = members.array("credentials", MAX_CREDENTIALS)?;
        let sets = members.optional_array("credential_sets", MAX_SETS)?;
        Self::new(
            credentials
                .iter()
                .map(read_credential)
                .collect::<Result<_, _>>()?,
            sets.iter().map(read_set).collect::<Result<_, _>>()?,
        )
    }

    fn to_object(&self) -> Object {
        super::write::query(self)
    }
}

fn read_credential(value: &Value) -> Result<CredentialQuery, MessageError> {
    let members = Members::of(CREDENTIAL, value)?;
    if let Some(Value::Array(claims)) = members.optional("claims") {
        WIDE_CREDENTIAL.within("claims", claims.len(), MAX_CLAIMS)?;
    }
    let mut claims: Vec<ClaimQuery> = members
        .optional_array("claims", MAX_CLAIMS)?
        .iter()
        .map(read_claim)
        .collect::<Result<_, _>>()?;
    let mut claim_sets: Vec<Vec<QueryId>> = members
        .optional_array("claim_sets", MAX_SETS)?
        .iter()
        .map(|ids| read_ids(CREDENTIAL, "claim_sets", ids, MAX_CLAIMS))
        .collect::<Result<_, _>>()?;
    ignore_repetitions(&mut claims, &mut claim_sets)?;
    Ok(CredentialQuery {
        id: read_id(CREDENTIAL, "id", members.required("id")?)?,
        meta: read_meta(&members)?,
        count: match members.flag("multiple")? {
            Some(true) => Count::Many,
            Some(false) | None => Count::One,
        },
        trusted_authorities: members
            .optional_array("trusted_authorities", MAX_VALUES)?
            .iter()
            .map(read_authority)
            .collect::<Result<_, _>>()?,
        holder_binding: match members.flag("require_cryptographic_holder_binding")? {
            Some(false) => HolderBinding::NotRequired,
            Some(true) | None => HolderBinding::Required,
        },
        claims,
        claim_sets,
    })
}

/// Takes out claims that are asked for again (section 6.1: they should be ignored). A set that names
/// such a one names the first instead; where that one asks for other values, the set is ignored too.
///
/// Identifiers are unique before, so that a repeated one is still refused.
fn ignore_repetitions(
    claims: &mut Vec<ClaimQuery>,
    sets: &mut Vec<Vec<QueryId>>,
) -> Result<(), MessageError> {
    let ids: Vec<&QueryId> = claims
        .iter()
        .filter_map(|claim| claim.id.as_ref())
        .collect();
    require_distinct(CLAIM, "id", &ids)?;
    let (mut kept, mut repeated): (Vec<ClaimQuery>, Vec<ClaimQuery>) = Default::default();
    for claim in claims.drain(..) {
        let is_new = kept.iter().all(|known| known.path != claim.path);
        if is_new { &mut kept } else { &mut repeated }.push(claim);
    }
    *claims = kept;
    let had_sets = !sets.is_empty();
    for claim in repeated {
        let Some(id) = &claim.id else { continue };
        let first = claims.iter().find(|known| known.path == claim.path);
        let first = first.filter(|first| first.values == claim.values);
        match first.and_then(|first| first.id.as_ref()) {
            Some(first) => sets.iter_mut().for_each(|set| replace(set, id, first)),
            None => sets.retain(|set| !set.contains(id)),
        }
    }
    if had_sets && sets.is_empty() {
        return Err(CLAIM.fail("path", Problem::Repeated));
    }
    Ok(())
}

/// Names one thing instead of another, and not twice for that.
fn replace(set: &mut Vec<QueryId>, id: &QueryId, first: &QueryId) {
    if set.contains(first) {
        set.retain(|one| one != id);
    } else if let Some(place) = set.iter_mut().find(|one| *one == id) {
        *place = first.clone();
    }
}

fn read_meta(members: &Members<'_>) -> Result<Meta, MessageError> {
    let value = members.required("meta")?;
    let meta = Members::of_member(CREDENTIAL.part("meta"), "meta", value)?;
    Ok(match members.text("format")?.as_str() {
        "dc+sd-jwt" => Meta::DcSdJwt {
            vct_values: meta.optional_texts("vct_values", MAX_VALUES)?,
        },
        "ldp_vc" => Meta::LdpVc {
            type_values: meta
                .optional_array("type_values", MAX_VALUES)?
                .iter()
                .map(|types| meta.kind.texts("type_values", types, MAX_VALUES))
                .collect::<Result<_, _>>()?,
        },
        format => Meta::Other {
            format: format.to_owned(),
            meta: meta.object.clone(),
        },
    })
}

fn read_authority(value: &Value) -> Result<TrustedAuthority, MessageError> {
    let members = Members::of(CREDENTIAL.part("trusted authority"), value)?;
    Ok(TrustedAuthority {
        kind: members.text("type")?,
        values: members.texts("values", MAX_VALUES)?,
    })
}

fn read_claim(value: &Value) -> Result<ClaimQuery, MessageError> {
    let members = Members::of(CLAIM, value)?;
    let id = members.optional("id");
    let values = members.optional_array("values", MAX_VALUES)?;
    for value in values {
        require_comparable(value)?;
    }
    Ok(ClaimQuery {
        id: id.map(|id| read_id(CLAIM, "id", id)).transpose()?,
        path: ClaimPath::read(CLAIM, members.required("path")?)?,
        values: values.to_vec(),
    })
}

fn require_comparable(value: &Value) -> Result<(), MessageError> {
    let expected = "a string, a whole number or a boolean";
    match value {
        Value::String(_) | Value::Bool(_) => Ok(()),
        Value::Number(number) if number.as_i64().is_some() => Ok(()),
        Value::Number(_) => Err(CLAIM.fail("values", Problem::Value { expected })),
        other => Err(CLAIM.wrong_type("values", expected, other)),
    }
}

fn read_set(value: &Value) -> Result<CredentialSetQuery, MessageError> {
    let members = Members::of(SET, value)?;
    Ok(CredentialSetQuery {
        options: members
            .array("options", MAX_SETS)?
            .iter()
            .map(|ids| read_ids(SET, "options", ids, MAX_CREDENTIALS))
            .collect::<Result<_, _>>()?,
        need: match members.flag("required")? {
            Some(false) => Need::Optional,
            Some(true) | None => Need::Required,
        },
    })
}

fn read_ids(
    kind: Kind,
    member: &'static str,
    value: &Value,
    limit: usize,
) -> Result<Vec<QueryId>, MessageError> {
    let ids = kind.array(member, value, limit)?;
    ids.iter().map(|id| read_id(kind, member, id)).collect()
}

fn read_id(kind: Kind, member: &'static str, value: &Value) -> Result<QueryId, MessageError> {
    let expected = "1 to 64 letters, digits, _ and -";
    QueryId::new(kind.text(member, value)?)
        .ok_or_else(|| kind.fail(member, Problem::Value { expected }))
}

/// What one member alone does not show; holds for queries made in code too.
pub(super) fn require_sound(query: &DcqlQuery) -> Result<(), MessageError> {
    let ids: Vec<&QueryId> = query
        .credentials
        .iter()
        .map(|credential| &credential.id)
        .collect();
    TOO_MUCH.within("credentials", ids.len(), MAX_CREDENTIALS)?;
    require_length(QUERY, "credentials", ids.len(), MAX_CREDENTIALS)?;
    require_distinct(QUERY, "credentials", &ids)?;
    for credential in &query.credentials {
        require_sound_credential(credential)?;
    }
    QUERY.within("credential_sets", query.credential_sets.len(), MAX_SETS)?;
    for set in &query.credential_sets {
        require_length(SET, "options", set.options.len(), MAX_SETS)?;
        for option in &set.options {
            require_references(SET, "options", option, &ids)?;
        }
    }
    Ok(())
}

fn require_sound_credential(credential: &CredentialQuery) -> Result<(), MessageError> {
    WIDE_CREDENTIAL.within("claims", credential.claims.len(), MAX_CLAIMS)?;
    CREDENTIAL.within("claim_sets", credential.claim_sets.len(), MAX_SETS)?;
    let ids: Vec<&QueryId> = credential
        .claims
        .iter()
        .filter_map(|claim| claim.id.as_ref())
        .collect();
    require_distinct(CLAIM, "id", &ids)?;
    let paths: Vec<&ClaimPath> = credential.claims.iter().map(|claim| &claim.path).collect();
    require_distinct(CLAIM, "path", &paths)?;
    for claim in &credential.claims {
        CLAIM.within("values", claim.values.len(), MAX_VALUES)?;
        claim.values.iter().try_for_each(require_comparable)?;
    }
    if !credential.claim_sets.is_empty() {
        if credential.claims.is_empty() {
            return Err(CREDENTIAL.fail("claims", Problem::Missing));
        }
        if ids.len() < credential.claims.len() {
            return Err(CLAIM.fail("id", Problem::Missing));
        }
    }
    for set in &credential.claim_sets {
        require_references(CREDENTIAL, "claim_sets", set, &ids)?;
    }
    Ok(())
}

fn require_length(
    kind: Kind,
    member: &'static str,
    found: usize,
    limit: usize,
) -> Result<(), MessageError> {
    if found == 0 {
        let expected = "a list that is not empty";
        return Err(kind.fail(member, Problem::Value { expected }));
    }
    kind.within(member, found, limit)
}

fn require_distinct<T: PartialEq>(
    kind: Kind,
    member: &'static str,
    things: &[&T],
) -> Result<(), MessageError> {
    let repeated = |(index, thing): (usize, &&T)| things.iter().take(index).any(|t| t == thing);
    if things.iter().enumerate().any(repeated) {
        return Err(kind.fail(member, Problem::Repeated));
    }
    Ok(())
}

fn require_references(
    kind: Kind,
    member: &'static str,
    references: &[QueryId],
    ids: &[&QueryId],
) -> Result<(), MessageError> {
    require_length(kind, member, references.len(), ids.len().max(1))?;
    require_distinct(kind, member, &references.iter().collect::<Vec<_>>())?;
    if references.iter().all(|reference| ids.contains(&reference)) {
        return Ok(());
    }
    let expected = "identifiers of this query";
    Err(kind.fail(member, Problem::Value { expected }))
}
