//! Points in time, as credentials write them: XML Schema `dateTimeStamp` (VCDM 2.0 section 2.2),
//! which is RFC 3339 with a mandatory zone.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::Value;
use crate::reason::Reason;

/// A point in time: seconds since 1970-01-01T00:00:00Z and nanoseconds within the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    seconds: i64,
    nanos: u32,
}

/// A text that is not a `dateTimeStamp`, of the years 0001 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampError;

impl TimestampError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        Reason::DateMalformed
    }
}

impl fmt::Display for TimestampError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a date and time with a zone, such as 2026-11-21T18:00:00Z")
    }
}

impl std::error::Error for TimestampError {}

/// Longer texts are refused unread.
const MAX_TEXT: usize = 64;
/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z
const MIN_SECONDS: i64 = -62_135_596_800;
const MAX_SECONDS: i64 = 253_402_300_799;

impl Timestamp {
    /// From whole seconds since the epoch, clamped to the years 0001 to 9999.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Self {
        Self {
            seconds: seconds.clamp(MIN_SECONDS, MAX_SECONDS),
            nanos: 0,
        }
    }

    /// From a `NumericDate` (RFC 7519 section 2): seconds since the epoch, whole or not. `None` for
    /// what is no number, and outside the years 0001 to 9999.
    #[must_use]
    pub fn of_numeric_date(value: &Value) -> Option<Self> {
        let within = |seconds: i64| (MIN_SECONDS..=MAX_SECONDS).contains(&seconds);
        if let Some(seconds) = value.as_i64() {
            return within(seconds).then(|| Self::from_unix(seconds));
        }
        let Value::Number(number) = value else {
            return None;
        };
        let whole = number.as_f64().floor();
        #[allow(clippy::cast_possible_truncation, reason = "compared just above")]
        let seconds = (whole.abs() < 1e12).then_some(whole as i64)?;
        within(seconds).then(|| Self::from_unix(seconds))
    }

    /// From microseconds since the epoch, clamped to the years 0001 to 9999.
    #[must_use]
    pub fn from_unix_micros(micros: i64) -> Self {
        let nanos = u32::try_from(micros.rem_euclid(1_000_000)).unwrap_or(0) * 1000;
        let whole = Self::from_unix(micros.div_euclid(1_000_000));
        Self { nanos, ..whole }
    }

    /// Microseconds since the epoch, rounded down.
    #[must_use]
    pub const fn unix_micros(self) -> i64 {
        // Both ends of the range fit with room.
        self.seconds * 1_000_000 + (self.nanos / 1000) as i64
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.seconds
    }

    /// This many seconds later (or earlier), within the years 0001 to 9999.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        let moved = self.seconds.saturating_add(seconds);
        Self {
            nanos: self.nanos,
            ..Self::from_unix(moved)
        }
    }

    /// The beginning of its day (UTC): dates of one day are alike, whatever the hour.
    #[must_use]
    pub fn day(self) -> Self {
        Self::from_unix(self.seconds - self.seconds.rem_euclid(86_400))
    }

    /// Seconds from `earlier` to this, rounded down; negative when it is the later one.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.seconds - earlier.seconds - (self.nanos < earlier.nanos) as i64
    }

    /// Reads a `dateTimeStamp`.
    ///
    /// # Errors
    /// When the zone is missing, a field is out of its range (leap seconds and 24:00 too), the
    /// letters are lower case, or the text is longer than 64 characters.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        parse(text.as_bytes()).ok_or(TimestampError)
    }
}

fn parse(text: &[u8]) -> Option<Timestamp> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let (date, rest) = text.split_at_checked(10)?;
    let (year, month, day) = (
        digits(date.get(..4)?)?,
        digits(date.get(5..7)?)?,
        digits(date.get(8..)?)?,
    );
    let (clock, mut rest) = rest.split_at_checked(9)?;
    let hour = digits(clock.get(1..3)?)?;
    let minute = digits(clock.get(4..6)?)?;
    let second = digits(clock.get(7..)?)?;
    let punctuation = [
        date.get(4)?,
        date.get(7)?,
        clock.first()?,
        clock.get(3)?,
        clock.get(6)?,
    ];
    if punctuation != [&b'-', &b'-', &b'T', &b':', &b':'] {
        return None;
    }
    let mut nanos = 0;
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = fraction
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (fraction, zone) = fraction.split_at_checked(length)?;
        if fraction.is_empty() {
            return None;
        }
        // Finer than a nanosecond is cut off.
        for place in 0..9 {
            nanos = nanos * 10
                + fraction
                    .get(place)
                    .map_or(0, |digit| u32::from(digit - b'0'));
        }
        rest = zone;
    }
    let offset = match rest {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), hours @ .., b':', _, _] => {
            let (hours, minutes) = (digits(hours)?, digits(rest.get(4..)?)?);
            if hours > 14 || minutes > 59 || (hours == 14 && minutes > 0) || rest.len() != 6 {
                return None;
            }
            let seconds = i64::from(hours * 3600 + minutes * 60);
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    let in_range = (1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && day >= 1
        && day <= days_in_month(year, month)
        && hour <= 23
        && minute <= 59
        && second <= 59;
    if !in_range {
        return None;
    }
    let seconds = days_from_civil(i64::from(year), i64::from(month), i64::from(day)) * 86_400
        + i64::from(hour * 3600 + minute * 60 + second)
        - offset;
    (MIN_SECONDS..=MAX_SECONDS)
        .contains(&seconds)
        .then_some(Timestamp { seconds, nanos })
}

fn digits(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 4 {
        return None;
    }
    text.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + u32::from(byte - b'0'))
    })
}

const fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar, counted in eras of 400
/// years that begin on 1 March, so that the leap day is the last of its year.
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

const fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

impl fmt::Display for Timestamp {
    /// UTC with `Z`; a fraction only when there is one, without trailing zeros.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.seconds.div_euclid(86_400));
        let second = self.seconds.rem_euclid(86_400);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(
            formatter,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        if self.nanos > 0 {
            let fraction = format!("{:09}", self.nanos);
            write!(formatter, ".{}", fraction.trim_end_matches('0'))?;
        }
        formatter.write_str("Z")
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        Self::parse(text)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl From<Timestamp> for Value {
    fn from(timestamp: Timestamp) -> Self {
        Self::String(timestamp.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn reads_what_the_grammar_allows() {
        for (text, unix) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T12:34:56Z", 951_827_696),
            ("2026-11-21T18:00:00+09:00", 1_795_251_600),
            ("2026-11-21T09:00:00.25Z", 1_795_251_600),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
            ("1969-12-31T23:59:59-00:30", 1799),
        ] {
            assert_eq!(
                Timestamp::parse(text).map(Timestamp::unix),
                Ok(unix),
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_date_tricks() {
        let long = format!("2026-01-01T00:00:00.{}Z", "1".repeat(60));
        for text in [
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2026-01-32T00:00:00Z",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "2026-01-01T24:00:00Z",
            "2026-06-30T23:59:60Z",
            "2026-01-01T00:00:00+99:99",
            "2026-01-01T00:00:00+14:01",
            "10000-01-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2026-01-01t00:00:00Z",
            "2026-01-01T00:00:00z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00Z ",
            " 2026-01-01T00:00:00Z",
            "2026-01-01T00:00:00+0900",
            "2026-01-01T00:00:00+9:00",
            "-2026-01-01T00:00:00Z",
            "+2026-01-01T00:00:00Z",
            "２026-01-01T00:00:00Z",
            "2026-01-01T00:00Z",
            "",
            &long,
            "9999-12-31T23:59:59-14:00",
            "2026-01-01T00:00:00+:00",
            "2026-01-01T0:00:000Z",
        ] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for day in (-719_000..2_932_000).step_by(97) {
            let stamp = Timestamp::from_unix(day * 86_400 + day % 86_400);
            assert_eq!(Timestamp::parse(&stamp.to_string()), Ok(stamp));
        }
        assert_eq!(
            Timestamp::parse("2026-11-21T09:00:00.250+00:00").map(|stamp| stamp.to_string()),
            Ok("2026-11-21T09:00:00.25Z".to_owned())
        );
    }

    #[test]
    fn a_day_begins_at_midnight() {
        for (text, day) in [
            ("2026-11-21T18:00:00.25Z", "2026-11-21T00:00:00Z"),
            ("2026-11-21T00:00:00Z", "2026-11-21T00:00:00Z"),
            ("2026-11-21T23:59:59Z", "2026-11-21T00:00:00Z"),
            ("2026-11-21T08:00:00+09:00", "2026-11-20T00:00:00Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T00:00:00Z"),
            ("0001-01-01T12:00:00Z", "0001-01-01T00:00:00Z"),
        ] {
            let stamp = Timestamp::parse(text).unwrap();
            assert_eq!(stamp.day().to_string(), day, "{text}");
        }
    }

    #[test]
    fn counts_whole_seconds_between() {
        let [early, late] = ["2026-01-01T00:00:00.5Z", "2026-01-01T00:00:01.25Z"]
            .map(|text| Timestamp::parse(text).unwrap());
        assert_eq!(late.seconds_since(early), 0);
        assert_eq!(early.seconds_since(late), -1);
        assert_eq!(early.plus_seconds(60).seconds_since(early), 60);
    }
}
