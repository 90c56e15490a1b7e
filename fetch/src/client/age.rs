//! How old an answer is when it arrives, and by which tag it is known (RFC 9111 section 4.2.3, RFC 9110
//! sections 5.6.7 and 8.8.3).

use std::time::SystemTime;

use reqwest::header::{AGE, DATE, ETAG, HeaderMap};
use schemas::time::Timestamp;

/// So far two clocks may differ before the difference is taken for age.
const CLOCKS: i64 = 120;
/// Longer tags are not kept.
const MAX_TAG: usize = 256;

/// The age of an answer: what caches on the way say, or what its date shows, whichever is more.
pub(super) fn of(headers: &HeaderMap, now: Timestamp) -> u32 {
    let said = headers
        .get_all(AGE)
        .iter()
        .map(|value| said_age(value.as_bytes()))
        .max()
        .unwrap_or(0);
    let date = headers.get(DATE).and_then(|value| value.to_str().ok());
    let shown = date
        .and_then(http_date)
        .map_or(0, |date| now.seconds_since(date));
    let shown = if shown > CLOCKS { shown } else { 0 };
    said.max(u32::try_from(shown).unwrap_or(u32::MAX))
}

/// Whoever says an age that is none is believed to be old.
fn said_age(text: &[u8]) -> u32 {
    let text = text.trim_ascii();
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return u32::MAX;
    }
    text.iter().fold(0, |age: u32, digit| {
        age.saturating_mul(10)
            .saturating_add(u32::from(digit.wrapping_sub(b'0')))
    })
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`: the one form that is written today.
fn http_date(text: &str) -> Option<Timestamp> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (_, rest) = text.split_once(", ")?;
    let mut parts = rest.split(' ');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let time = parts.next()?;
    if parts.next() != Some("GMT") || parts.next().is_some() {
        return None;
    }
    let month = MONTHS.iter().position(|known| *known == month)? + 1;
    Timestamp::parse(&format!("{year}-{month:02}-{day}T{time}Z")).ok()
}

/// The one tag of an answer, weak ones too: a list that means the same will do.
pub(super) fn entity_tag(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(ETAG).iter();
    let text = values.next()?.to_str().ok()?;
    if values.next().is_some() || text.len() > MAX_TAG {
        return None;
    }
    let opaque = text.strip_prefix("W/").unwrap_or(text);
    let inside = opaque.strip_prefix('"')?.strip_suffix('"')?;
    let sound = |byte: u8| byte == b'!' || (b'#'..=b'~').contains(&byte);
    inside.bytes().all(sound).then(|| text.to_owned())
}

/// What the date of an answer is compared with: both are of real machines, also where a world or a
/// test lives at another time.
#[expect(
    clippy::disallowed_methods,
    reason = "how long an answer was under way is no matter of the time that is judged at"
)]
pub(super) fn machine_time() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    });
    Timestamp::from_unix(seconds)
}

#[cfg(test)]
mod tests {
    use reqwest::header::{AGE, DATE, ETAG, HeaderMap, HeaderName, HeaderValue};
    use schemas::time::Timestamp;

    use super::{entity_tag, of};

    /// 1994-11-06T08:49:37Z
    const THEN: i64 = 784_111_777;

    fn headers(list: &[(HeaderName, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in list {
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn the_age_is_what_is_said_or_shown_whichever_is_more() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        for (list, later, age) in [
            (&[][..], 0, 0),
            (&[(AGE, "30")], 0, 30),
            (&[(AGE, "30"), (AGE, "7")], 0, 30),
            (&[(AGE, "99999999999999999999")], 0, u32::MAX),
            (&[(AGE, "-1")], 0, u32::MAX),
            (&[(AGE, "soon")], 0, u32::MAX),
            (&[(DATE, date)], 0, 0),
            (&[(DATE, date)], 120, 0),
            (&[(DATE, date)], 121, 121),
            (&[(DATE, date)], -500, 0),
            (&[(DATE, date), (AGE, "300")], 200, 300),
            (&[(DATE, date), (AGE, "100")], 200, 200),
            (&[(DATE, "Sunday, 06-Nov-94 08:49:37 GMT")], 500, 0),
            (&[(DATE, "Sun, 06 Nov 1994 08:49:37 JST")], 500, 0),
            (&[(DATE, "Sun, 31 Feb 1994 08:49:37 GMT")], 500, 0),
        ] {
            let now = Timestamp::from_unix(THEN + later);
            assert_eq!(of(&headers(list), now), age, "{list:?} {later}");
        }
    }

    #[test]
    fn only_one_sound_tag_is_kept() {
        for tag in ["\"abc\"", "W/\"abc\"", "\"\""] {
            assert_eq!(entity_tag(&headers(&[(ETAG, tag)])).as_deref(), Some(tag));
        }
        let long = format!("\"{}\"", "a".repeat(255));
        for tag in ["abc", "\"a b\"", "\"a\"b\"", "\"", "w/\"abc\"", &long] {
            assert_eq!(entity_tag(&headers(&[(ETAG, tag)])), None, "{tag}");
        }
        let two = headers(&[(ETAG, "\"a\""), (ETAG, "\"b\"")]);
        assert_eq!(entity_tag(&two), None);
    }
}
