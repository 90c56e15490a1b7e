//! For tests: a type of ours and its JSON Schema give the same answer.

use jsonschema::{Registry, Resource};

use crate::json::Value;
use crate::json_schemas;
use crate::message::Message;

/// Fails unless both the type and the schema of this name take the value, or both refuse it.
pub(crate) fn require_same_judgment<M: Message>(schema: &str, value: &Value, taken: bool) {
    let text = json_schemas::by_name(schema).unwrap().text;
    let schema_value = serde_json::from_str(text).unwrap();
    let instance = serde_json::from_slice(&crate::canonical::to_bytes(value)).unwrap();
    // Schemas name each other.
    let mut registry = Registry::new();
    for schema in json_schemas::ALL {
        let text: serde_json::Value = serde_json::from_str(schema.text).unwrap();
        let id = text["$id"].as_str().unwrap().to_owned();
        registry = registry.add(id, Resource::from_contents(text)).unwrap();
    }
    let registry = registry.prepare().unwrap();
    let options = jsonschema::options();
    let validator = options.with_registry(&registry).build(&schema_value);
    let validator = validator.unwrap();
    assert_eq!(
        M::from_value(value).is_ok(),
        taken,
        "type, {schema}: {value}"
    );
    assert_eq!(
        validator.is_valid(&instance),
        taken,
        "schema, {schema}: {value}"
    );
}
