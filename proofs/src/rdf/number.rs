//! Numbers as RDF literals.
//!
//! Run by signers and checkers of `eddsa-rdfc-2022`. Source: JSON-LD 1.1 Processing Algorithms,
//! section 8.2.2 (object to RDF conversion) and "data round tripping" in section 8.6.

use schemas::json::Number;
use schemas::reason::Reason;

const XSD_INTEGER: &str = "http://www.w3.org/2001/XMLSchema#integer";
const XSD_DOUBLE: &str = "http://www.w3.org/2001/XMLSchema#double";

/// The lexical form of a number, and its datatype when the term names none.
///
/// JSON-LD writes 16 digits of a double. A number that needs 17 would be signed as its neighbor,
/// so it is refused.
pub(crate) fn lexical(
    number: Number,
    datatype: Option<&'static str>,
) -> Result<(String, &'static str), Reason> {
    let double = number.as_f64();
    let whole = double.fract() == 0.0 && double.abs() < 1e21;
    if whole && datatype != Some(XSD_DOUBLE) {
        return Ok((format!("{double:.0}"), datatype.unwrap_or(XSD_INTEGER)));
    }
    let text = format!("{double:.15E}");
    let (mantissa, exponent) = text.split_once('E').unwrap_or((&text, "0"));
    let mantissa = mantissa.trim_end_matches('0');
    let point = if mantissa.ends_with('.') { "0" } else { "" };
    let text = format!("{mantissa}{point}E{exponent}");
    if text.parse::<f64>() != Ok(double) {
        return Err(Reason::JsonNumberNonCanonical);
    }
    Ok((text, datatype.unwrap_or(XSD_DOUBLE)))
}

#[cfg(test)]
mod tests {
    use schemas::json::Number;
    use schemas::reason::Reason;

    use super::{XSD_DOUBLE, XSD_INTEGER, lexical};

    fn of(double: f64) -> Result<(String, &'static str), Reason> {
        lexical(Number::from_f64(double).unwrap(), None)
    }

    #[test]
    fn numbers_have_one_lexical_form() {
        for (double, text, datatype) in [
            (0.0, "0", XSD_INTEGER),
            (-0.0, "0", XSD_INTEGER),
            (7.0, "7", XSD_INTEGER),
            (-12.0, "-12", XSD_INTEGER),
            (9_007_199_254_740_991.0, "9007199254740991", XSD_INTEGER),
            (1e20, "100000000000000000000", XSD_INTEGER),
            (1e21, "1.0E21", XSD_DOUBLE),
            (5.3, "5.3E0", XSD_DOUBLE),
            (0.1, "1.0E-1", XSD_DOUBLE),
            (-1234.5, "-1.2345E3", XSD_DOUBLE),
            (1e-7, "1.0E-7", XSD_DOUBLE),
        ] {
            assert_eq!(of(double), Ok((text.to_owned(), datatype)), "{double}");
        }
    }

    #[test]
    fn datatypes_of_terms_are_kept() {
        let seven = Number::from_i64(7).unwrap();
        assert_eq!(lexical(seven, Some("urn:t")), Ok(("7".to_owned(), "urn:t")));
        let double = lexical(seven, Some(XSD_DOUBLE));
        assert_eq!(double, Ok(("7.0E0".to_owned(), XSD_DOUBLE)));
        let half = Number::from_f64(0.5).unwrap();
        assert_eq!(
            lexical(half, Some("urn:t")),
            Ok(("5.0E-1".to_owned(), "urn:t"))
        );
    }

    #[test]
    fn a_number_that_would_lose_a_digit_is_refused() {
        assert_eq!(
            of(0.300_000_000_000_000_04),
            Err(Reason::JsonNumberNonCanonical)
        );
    }
}
