//! JSON as this house reads and writes it: one value type, one strict reader, one serde bridge.
//!
//! Run by everybody, at every entrance. Source: RFC 8259 (JSON), RFC 7493 (I-JSON: unique names,
//! integers that survive every peer), RFC 8785 section 3.2.2 (number text).

mod bridge;
mod read;
#[cfg(test)]
mod tests;
mod value;

pub use bridge::{DecodeError, decode};
pub(crate) use read::plain_length;
pub use read::{Limits, Numbers, ReadError, read};
pub use value::{Number, Object, Value};

/// The largest integer that every JSON peer reads alike: 2^53 − 1 (RFC 7493 section 2.2).
pub const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;

/// Builds an [`Object`](crate::json::Object): `object! { "a" => 1, "b" => "two" }`.
#[macro_export]
macro_rules! object {
    () => { $crate::json::Object::new() };
    ($($name:expr => $value:expr),+ $(,)?) => {{
        let mut object = $crate::json::Object::with_room([$(stringify!($name)),+].len());
        $( object.insert($name, $value); )+
        object
    }};
}
