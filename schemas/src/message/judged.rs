//! For tests: a type of ours and its JSON Schema give the same answer.

use crate::json::Value;
use crate::json_schemas;
use crate::message::Message;

/// Fails unless both the type and the schema of this name take the value, or both refuse it.
pub(crate) fn require_same_judgment<M: Message>(schema: &str, value: &Value, taken: bool) {
    let text = json_schemas::by_name(schema).unwrap().text;
    let schema_value = serde_json::from_str(text).unwrap();
    let instance = serde_json::from_slice(&crate::canonical::to_bytes(value)).unwrap();
    let validator = jsonschema::draft202012::new(&schema_value).unwrap();
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
