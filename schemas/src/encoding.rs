//! Text forms of bytes, each with one spelling a value: base64url without padding (RFC 4648
//! section 5), base64 with padding (section 4), base58btc (multibase `z`), lower-case hexadecimal.

pub mod base58btc;

/// base64url without padding.
pub mod base64url {
    use data_encoding::BASE64URL_NOPAD;

    /// The text.
    #[must_use]
    pub fn encode(bytes: &[u8]) -> String {
        BASE64URL_NOPAD.encode(bytes)
    }

    /// The bytes; `None` for padding, white space, another alphabet or loose trailing bits.
    #[must_use]
    pub fn decode(text: &str) -> Option<Vec<u8>> {
        BASE64URL_NOPAD.decode(text.as_bytes()).ok()
    }
}

/// base64 with padding: certificates in headers (RFC 7515 section 4.1.6).
pub mod base64 {
    use data_encoding::BASE64;

    /// The text.
    #[must_use]
    pub fn encode(bytes: &[u8]) -> String {
        BASE64.encode(bytes)
    }

    /// The bytes; `None` without padding, for padding before the end, white space, another alphabet or
    /// loose trailing bits.
    #[must_use]
    pub fn decode(text: &str) -> Option<Vec<u8>> {
        // The library reads texts that were put one behind the other, each with its padding: a second
        // spelling of the same bytes.
        if text.trim_end_matches('=').contains('=') {
            return None;
        }
        BASE64.decode(text.as_bytes()).ok()
    }
}

/// Lower-case hexadecimal.
pub mod hex {
    use data_encoding::HEXLOWER;

    /// The text.
    #[must_use]
    pub fn encode(bytes: &[u8]) -> String {
        HEXLOWER.encode(bytes)
    }

    /// The bytes; `None` for upper case, an odd length or other letters.
    #[must_use]
    pub fn decode(text: &str) -> Option<Vec<u8>> {
        HEXLOWER.decode(text.as_bytes()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{base58btc, base64, base64url, hex};

    #[test]
    fn one_spelling_a_value() {
        assert_eq!(base64url::decode("AA"), Some(vec![0]));
        for text in ["AB", "AA==", "A", "A A", "+/", "AA\n"] {
            assert_eq!(base64url::decode(text), None, "{text}");
        }
        assert_eq!(base64::decode("+/8="), Some(vec![0xfb, 0xff]));
        for text in [
            "+/8", "-_8=", "+/9=", "+/8=\n", "+/8 =", "AA==AA==", "+/8=+/8=", "====",
        ] {
            assert_eq!(base64::decode(text), None, "{text}");
        }
        assert_eq!(base58btc::decode("0OIl"), None);
        assert_eq!(base58btc::decode("2g\n"), None);
        assert_eq!(base58btc::decode(&"1".repeat(1025)), None);
        assert_eq!(hex::decode("AB"), None);
        assert_eq!(hex::decode("abc"), None);
    }
}
