//! What the presets ask for, in which formats, and the statement that goes with it.

use schemas::admission::{AdmissionRequest, Ask};
use schemas::credential::{CredentialType, Format};
use schemas::dcql::{
    ClaimPath, ClaimQuery, Count, CredentialQuery, CredentialSetQuery, DcqlQuery, HolderBinding,
    Meta, Need, PathElement, QueryId,
};
use schemas::message::MessageError;
use schemas::oid4vci::CredentialFormat;
use schemas::oid4vp::TransactionData;

/// A query for credentials of these types, one each, all of them, in any format in which there are
/// such. The id is the word of the type for `ldp_vc`, and that with `_sd_jwt` behind it for
/// `dc+sd-jwt`.
///
/// # Errors
/// When a type is named twice or none is.
pub fn query_for(types: &[CredentialType]) -> Result<DcqlQuery, MessageError> {
    query_in(types, &Format::ALL)
}

/// The same in these formats, the most wanted first.
///
/// # Errors
/// As [`query_for`]; also when there is none of a type in any of the formats.
pub fn query_in(types: &[CredentialType], formats: &[Format]) -> Result<DcqlQuery, MessageError> {
    let (mut credentials, mut sets) = (Vec::new(), Vec::new());
    for kind in types {
        let there_is = |format: &&Format| kind.is_held() || **format == Format::LdpVc;
        let parts = formats.iter().filter(there_is);
        let parts: Vec<_> = parts.filter_map(|format| part(*kind, *format)).collect();
        sets.push(CredentialSetQuery {
            options: parts.iter().map(|part| vec![part.id.clone()]).collect(),
            need: Need::Required,
        });
        credentials.extend(parts);
    }
    // Without sets all are wanted: that is what it means when each type has one format.
    if sets.iter().all(|set| set.options.len() == 1) {
        sets.clear();
    }
    DcqlQuery::new(credentials, sets)
}

/// The claim by which an item says where its ledger keeps it.
const ENTRY: &str = "ledgerEntry";

fn part(kind: CredentialType, format: Format) -> Option<CredentialQuery> {
    let id = match (kind, format) {
        (CredentialType::Avatar, Format::LdpVc) => "avatar",
        (CredentialType::Avatar, Format::DcSdJwt) => "avatar_sd_jwt",
        (CredentialType::Item, Format::LdpVc) => "item",
        (CredentialType::Item, Format::DcSdJwt) => "item_sd_jwt",
        (CredentialType::AssetProvenance, _) => "provenance",
        (CredentialType::Other, _) => "other",
    };
    let meta = match format {
        Format::DcSdJwt => Meta::DcSdJwt {
            vct_values: vec![kind.iri().to_owned()],
        },
        Format::LdpVc => Meta::LdpVc {
            type_values: vec![vec![kind.iri().to_owned()]],
        },
    };
    let names: &[&str] = match (format, kind) {
        (Format::LdpVc, _) => &[],
        (Format::DcSdJwt, CredentialType::Item) => {
            &["itemClass", "serial", "license", "provenance", ENTRY]
        }
        (Format::DcSdJwt, _) => &["personaName", "license", "provenance"],
    };
    let has_entry = names.contains(&ENTRY);
    let claims = names.iter().filter_map(|name| {
        Some(ClaimQuery {
            id: match has_entry {
                true => Some(QueryId::new(*name)?),
                false => None,
            },
            path: ClaimPath::of_names(&[name])?,
            values: Vec::new(),
        })
    });
    let claims: Vec<ClaimQuery> = claims.collect();
    // Items of issuers without a ledger have no entry. Who has one and keeps it back is not admitted:
    // where the issuer announces a ledger, the entry is due.
    let claim_sets = match has_entry {
        true => [claims.as_slice(), claims.split_last()?.1]
            .map(|some| some.iter().filter_map(|claim| claim.id.clone()).collect())
            .to_vec(),
        false => Vec::new(),
    };
    Some(CredentialQuery {
        id: QueryId::new(id)?,
        meta,
        count: Count::One,
        trusted_authorities: Vec::new(),
        holder_binding: HolderBinding::Required,
        claims,
        claim_sets,
    })
}

/// Whether a query asks for items, and of each for the claim by which it names its ledger: a document
/// has it anyway, of an SD-JWT only what is asked for can come. `None` when it asks for no item.
pub(crate) fn names_entry(query: &DcqlQuery) -> Option<bool> {
    let item = CredentialType::Item.iri();
    let is_item = |part: &&CredentialQuery| match &part.meta {
        Meta::DcSdJwt { vct_values } => vct_values.iter().any(|vct| vct == item),
        Meta::LdpVc { type_values } => type_values.iter().flatten().any(|one| one == item),
        _ => false,
    };
    let has_it = |part: &CredentialQuery| match &part.meta {
        Meta::DcSdJwt { .. } => part.claims.iter().any(|claim| {
            let first = claim.path.elements().first();
            matches!(first, Some(PathElement::Name(name)) if name == ENTRY)
        }),
        _ => true,
    };
    let mut items = query.credentials().iter().filter(is_item).peekable();
    items.peek()?;
    Some(items.all(has_it))
}

/// The query that an admission asks in these formats. A query of the world's own server is asked as it
/// is.
pub(crate) fn query_of(ask: &Ask, formats: &[Format]) -> Result<DcqlQuery, MessageError> {
    match ask {
        Ask::Avatar => query_in(&[CredentialType::Avatar], formats),
        Ask::Item => query_in(&[CredentialType::Item], formats),
        Ask::Query(query) => Ok(query.clone()),
    }
}

/// The formats of an admission that was kept. Those from before there were several have none.
pub(crate) fn formats_of(asked: &AdmissionRequest) -> &[Format] {
    match asked.manner.formats.as_slice() {
        [] => &[Format::LdpVc],
        some => some,
    }
}

/// The statement as it goes into the request, word for word the same each time. Whichever part can
/// carry it may.
///
/// # Errors
/// `transaction_data_unsupported` when no part can carry it, or one that cannot would do.
pub(crate) fn transaction_data(
    asked: &AdmissionRequest,
    query: &DcqlQuery,
) -> Result<Vec<TransactionData>, MessageError> {
    let Some(statement) = &asked.manner.statement else {
        return Ok(Vec::new());
    };
    let carries = |part: &&CredentialQuery| part.meta.format() == CredentialFormat::DcSdJwt;
    let parts = query.credentials().iter();
    let carriers: Vec<_> = match query.credentials().iter().all(|part| carries(&part)) {
        true => parts.map(|part| part.id.clone()).collect(),
        // Who could answer with another part would confirm nothing.
        false => Vec::new(),
    };
    Ok(vec![TransactionData::statement(statement, &carriers)?])
}
