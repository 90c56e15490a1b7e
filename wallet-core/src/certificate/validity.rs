//! From when until when a certificate is valid, read from its DER (RFC 5280 section 4.1.2.5). For a
//! certificate that the person added itself, of which no chain says it. The holder's side runs it.

use schemas::time::Timestamp;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// Whether a certificate is valid at a time; not when it cannot be read.
pub(super) fn is_valid_at(certificate: &[u8], now: Timestamp) -> bool {
    span(certificate).is_some_and(|(from, until)| from <= now && now <= until)
}

fn span(certificate: &[u8]) -> Option<(Timestamp, Timestamp)> {
    let (signed, _) = take(certificate, SEQUENCE)?;
    let (fields, _) = take(signed, SEQUENCE)?;
    let (_, rest) = take(fields, VERSION)?;
    let (_, rest) = take(rest, INTEGER)?;
    let (_algorithm, rest) = take(rest, SEQUENCE)?;
    let (_issuer, rest) = take(rest, SEQUENCE)?;
    let (span, _) = take(rest, SEQUENCE)?;
    let (from, rest) = time(span)?;
    let (until, rest) = time(rest)?;
    rest.is_empty().then_some((from, until))
}

/// The content of the element that begins here, and what follows it.
fn take(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        0x81 | 0x82 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            let length = bytes
                .iter()
                .fold(0, |sum, byte| (sum << 8) | usize::from(*byte));
            (length, rest)
        }
        _ => return None,
    };
    (*first == tag).then_some(())?;
    rest.split_at_checked(length)
}

/// `YYMMDDHHMMSSZ` until 2049, `YYYYMMDDHHMMSSZ` after.
fn time(bytes: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (year_digits, (text, rest)) = match bytes.first()? {
        &UTC_TIME => (2, take(bytes, UTC_TIME)?),
        _ => (4, take(bytes, GENERALIZED_TIME)?),
    };
    let text = std::str::from_utf8(text).ok()?;
    let digits = text.strip_suffix('Z')?;
    if digits.len() != year_digits + 10 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, rest_of_date) = digits.split_at_checked(year_digits)?;
    let century = match (year_digits, year) {
        (2, year) if year < "50" => "20",
        (2, _) => "19",
        _ => "",
    };
    let part = |at: usize| rest_of_date.get(at..at + 2);
    let text = format!(
        "{century}{year}-{}-{}T{}:{}:{}Z",
        part(0)?,
        part(2)?,
        part(4)?,
        part(6)?,
        part(8)?
    );
    Some((Timestamp::parse(&text).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{any, proptest};
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};
    use schemas::time::Timestamp;

    use super::{is_valid_at, span};

    fn certificate(years: (i32, i32)) -> Vec<u8> {
        let mut params = CertificateParams::new(vec!["world.example".to_owned()]).unwrap();
        params.not_before = date_time_ymd(years.0, 2, 3);
        params.not_after = date_time_ymd(years.1, 4, 5);
        let key = KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn the_span_is_read_in_both_forms_of_time() {
        for (years, from, until) in [
            ((2020, 2049), "2020-02-03T00:00:00Z", "2049-04-05T00:00:00Z"),
            ((1999, 2050), "1999-02-03T00:00:00Z", "2050-04-05T00:00:00Z"),
            ((2051, 4096), "2051-02-03T00:00:00Z", "4096-04-05T00:00:00Z"),
        ] {
            let der = certificate(years);
            let [from, until] = [from, until].map(|text| Timestamp::parse(text).unwrap());
            assert_eq!(span(&der), Some((from, until)));
            assert!(is_valid_at(&der, from) && is_valid_at(&der, until));
            assert!(!is_valid_at(&der, from.plus_seconds(-1)));
            assert!(!is_valid_at(&der, until.plus_seconds(1)));
            for length in 0..150 {
                assert_eq!(span(&der[..length]), None);
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..80), at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
            assert_eq!(span(&bytes), None);
            let mut der = certificate((2020, 2030));
            let at = at.index(der.len());
            der[at] = byte;
            let _ = span(&der);
        }
    }
}
