//! Writing a query: defaults are left out.

use crate::dcql::{
    ClaimQuery, Count, CredentialQuery, CredentialSetQuery, DcqlQuery, HolderBinding, Meta, Need,
    QueryId, TrustedAuthority,
};
use crate::json::{Object, Value};

pub(super) fn query(query: &DcqlQuery) -> Object {
    let credentials: Vec<Object> = query.credentials.iter().map(credential).collect();
    let mut object = crate::object! { "credentials" => credentials };
    insert_list(&mut object, "credential_sets", &query.credential_sets, set);
    object
}

fn credential(query: &CredentialQuery) -> Object {
    let mut object = crate::object! {
        "id" => &query.id,
        "format" => query.meta.format().name(),
        "meta" => meta(&query.meta),
    };
    if query.count == Count::Many {
        object.insert("multiple", true);
    }
    insert_list(
        &mut object,
        "trusted_authorities",
        &query.trusted_authorities,
        authority,
    );
    if query.holder_binding == HolderBinding::NotRequired {
        object.insert("require_cryptographic_holder_binding", false);
    }
    insert_list(&mut object, "claims", &query.claims, claim);
    insert_list(&mut object, "claim_sets", &query.claim_sets, |set| ids(set));
    object
}

fn meta(meta: &Meta) -> Object {
    let mut object = Object::new();
    match meta {
        Meta::DcSdJwt { vct_values } => {
            insert_list(&mut object, "vct_values", vct_values, String::clone);
        }
        Meta::LdpVc { type_values } => {
            insert_list(&mut object, "type_values", type_values, Vec::clone);
        }
        Meta::Other { meta, .. } => return meta.clone(),
    }
    object
}

fn authority(authority: &TrustedAuthority) -> Object {
    crate::object! {
        "type" => authority.kind.as_str(),
        "values" => authority.values.clone(),
    }
}

fn claim(query: &ClaimQuery) -> Object {
    let mut object = Object::new();
    if let Some(id) = &query.id {
        object.insert("id", id);
    }
    object.insert("path", &query.path);
    insert_list(&mut object, "values", &query.values, Value::clone);
    object
}

fn set(set: &CredentialSetQuery) -> Object {
    let options: Vec<Value> = set.options.iter().map(|option| ids(option)).collect();
    let mut object = crate::object! { "options" => options };
    if set.need == Need::Optional {
        object.insert("required", false);
    }
    object
}

fn ids(ids: &[QueryId]) -> Value {
    Value::Array(ids.iter().map(Value::from).collect())
}

fn insert_list<T, V: Into<Value>>(
    object: &mut Object,
    name: &str,
    list: &[T],
    write: impl FnMut(&T) -> V,
) {
    if !list.is_empty() {
        object.insert(name, list.iter().map(write).collect::<Vec<V>>());
    }
}
