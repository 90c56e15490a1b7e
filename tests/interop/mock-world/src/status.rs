//! How `ssi` reads and writes status lists (Bitstring Status List 1.0).

use ssi::status::bitstring_status_list::{
    BitString, EncodedList, SizedBitString, StatusList, StatusSize, TimeToLive,
};

use crate::Refused;

/// A list of this many entries of one bit, in which these are set, as `encodedList` has it.
///
/// # Errors
/// When `ssi` refuses an index.
pub fn encode(length: usize, set: &[usize]) -> Result<String, Refused> {
    let mut bits = SizedBitString::new_zeroed(StatusSize::DEFAULT, length);
    for index in set {
        bits.set(*index, 1)
            .map_err(|_| Refused::because("an index beyond the list"))?;
    }
    text_of(&bits.encode())
}

/// The same bytes, as `encodedList` has them.
///
/// # Errors
/// Never: the text of a list is a text.
pub fn encode_bytes(bytes: Vec<u8>) -> Result<String, Refused> {
    text_of(&BitString::from_bytes(bytes).encode())
}

fn text_of(list: &EncodedList) -> Result<String, Refused> {
    match serde_json::to_value(list) {
        Ok(serde_json::Value::String(text)) => Ok(text),
        _ => Err(Refused::because("not a text")),
    }
}

/// The bytes of an `encodedList`.
///
/// # Errors
/// When `ssi` cannot read it.
pub fn decode(text: &str) -> Result<Vec<u8>, Refused> {
    EncodedList::new(text.to_owned())
        .decode(None)
        .map_err(Refused::because)
}

/// The entry at an index of an `encodedList`, whose entries have this many bits.
///
/// # Errors
/// When `ssi` cannot read the list, or knows no entries of this size.
pub fn entry(text: &str, bits: u8, index: usize) -> Result<Option<u8>, Refused> {
    let size = StatusSize::try_from(bits).map_err(Refused::because)?;
    Ok(StatusList::from_bytes(decode(text)?, TimeToLive::DEFAULT).get(size, index))
}
