//! `/openapi.json`: the interface for people and generators, made from the declarations in `paths` and
//! `shapes`.

mod paths;
mod shapes;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::error::Refusal;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "omote-world",
        description = "A world's own server: issues avatars and items (OpenID4VCI 1.0), asks at the \
            door (OpenID4VP 1.0), admits. Refusals are JSON with `error`, `reason` (a reason code \
            of omote) and `error_description`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    paths(
        paths::did_json, paths::key_history, paths::issuer, paths::authorization_server,
        paths::status_list, paths::status_token, paths::context, paths::schema, paths::openapi, paths::healthz, paths::readyz,
        paths::fetch_offer, paths::push, paths::authorize, paths::token, paths::nonce,
        paths::credential, paths::deferred,
        paths::notification, paths::request_object, paths::request_object_post,
        paths::respond, paths::make_offer, paths::authorization, paths::decide_authorization,
        paths::approve, paths::deny, paths::make_admission, paths::poll, paths::returned, paths::check,
        paths::judge, paths::grants, paths::grant, paths::change_grant, paths::explain,
        paths::decisions, paths::metrics,
        paths::item_step, paths::item_credential, paths::item_inbox, paths::item_head, paths::item_chain,
        paths::item_proof, paths::ledger_checkpoint, paths::ledger_vkey, paths::ledger_tile,
        paths::ledger_page,
    ),
    components(schemas(shapes::Refused)),
    modifiers(&Bearers),
    tags(
        (name = "strangers", description = "For everybody."),
        (name = "wallets", description = "For wallets."),
        (name = "administration", description = "With the bearer token that `omote-world init` made."),
    ),
)]
struct Interface;

struct Bearers;

impl Modify for Bearers {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_with(Default::default);
        for name in ["admin", "access_token"] {
            let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
            components.add_security_scheme(name, scheme);
        }
    }
}

/// The JSON text.
pub(super) async fn document() -> Result<Response, Refusal> {
    let text = Interface::openapi()
        .to_json()
        .map_err(|_| Refusal::internal(schemas::reason::Reason::InternalError))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use schemas::json::{Limits, Value, read};
    use utoipa::OpenApi;

    use super::Interface;
    use crate::server::routes;

    #[test]
    fn every_route_is_in_the_document_and_nothing_else() {
        let text = Interface::openapi().to_json().unwrap();
        let document = read(text.as_bytes(), &Limits::document()).unwrap();
        let paths = document.get("paths").unwrap().as_object().unwrap();
        let documented: BTreeSet<(String, String)> = paths
            .iter()
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().unwrap();
                methods
                    .keys()
                    .map(|method| (path.to_owned(), method.to_owned()))
                    .collect::<Vec<_>>()
            })
            .collect();
        let served: BTreeSet<(String, String)> = routes::all()
            // OpenAPI has no word for a rest of a path.
            .map(|(path, method)| (path.replace("{*", "{"), method.to_owned()))
            .collect();
        assert_eq!(documented, served);
    }

    #[test]
    fn texts_are_as_long_and_as_plain_as_the_schema_has_them() {
        let read = |text: &str| read(text.as_bytes(), &Limits::document()).unwrap();
        let interface = read(&Interface::openapi().to_json().unwrap());
        let shape = interface
            .get("components")
            .and_then(|all| all.get("schemas"));
        let shape = shape.and_then(|all| all.get("AdmissionBody")).unwrap();
        let schema = schemas::json_schemas::ALL
            .iter()
            .find(|schema| schema.name == "admission-request");
        let schema = read(schema.unwrap().text);
        for member in ["by", "instance", "purpose"] {
            let of = |all: &Value| all.get("properties").unwrap().get(member).unwrap().clone();
            for word in ["minLength", "maxLength", "pattern"] {
                assert_eq!(
                    of(shape).get(word),
                    of(&schema).get(word),
                    "{member} {word}"
                );
            }
        }
    }
}
