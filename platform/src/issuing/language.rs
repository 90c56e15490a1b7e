//! In which languages metadata is read (section 12.2.2; RFC 9110 section 12.5.4).

use axum::http::{HeaderMap, header};
use schemas::lang::Lang;

/// The languages of a world's metadata, as somebody wants them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Languages {
    /// In the order of what is wanted; never empty.
    pub(super) order: Vec<Lang>,
    /// Whether the others are left out.
    pub(super) chosen: Chosen,
}

/// Whether somebody has chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chosen {
    /// All of them are there, in the world's order.
    Nothing,
    /// Only those that are wanted.
    Some,
}

/// More ranges are not looked at.
const MOST: usize = 32;

impl Languages {
    /// What the header asks for. All languages, when there is none, or when none of ours is wanted.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let ranges: Vec<(String, u16)> = headers
            .get_all(header::ACCEPT_LANGUAGE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(range)
            .take(MOST)
            .collect();
        let mut wanted: Vec<(Lang, u16)> = [Lang::En, Lang::Ja]
            .into_iter()
            .map(|lang| (lang, quality(lang, &ranges)))
            .filter(|(_, quality)| *quality > 0)
            .collect();
        // Stable: those that are wanted alike stay in the world's order.
        wanted.sort_by_key(|(_, quality)| std::cmp::Reverse(*quality));
        if wanted.is_empty() {
            return Self {
                order: vec![Lang::En, Lang::Ja],
                chosen: Chosen::Nothing,
            };
        }
        Self {
            order: wanted.into_iter().map(|(lang, _)| lang).collect(),
            chosen: Chosen::Some,
        }
    }

    /// The names in these languages, in this order; all of them when there is none.
    pub(super) fn pick<T: Clone>(&self, names: &[(Lang, T)]) -> Vec<(Lang, T)> {
        let of = |lang: &Lang| {
            let mut names = names.iter();
            names.find(|(found, _)| found == lang).cloned()
        };
        let picked: Vec<_> = self.order.iter().filter_map(of).collect();
        if picked.is_empty() {
            names.to_vec()
        } else {
            picked
        }
    }
}

/// A range and its quality in thousandths. One that is malformed is none.
fn range(text: &str) -> Option<(String, u16)> {
    let mut parts = text.split(';');
    let name = parts.next()?.trim().to_ascii_lowercase();
    let mut quality = 1000;
    for parameter in parts {
        let (name, value) = parameter.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("q") {
            quality = thousandths(value.trim())?;
        }
    }
    (!name.is_empty()).then_some((name, quality))
}

fn thousandths(text: &str) -> Option<u16> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    if rest.len() > 3 || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let rest: u16 = format!("{rest:0<3}").parse().ok()?;
    match whole {
        "0" => Some(rest),
        "1" if rest == 0 => Some(1000),
        _ => None,
    }
}

/// The most particular range decides.
fn quality(lang: Lang, ranges: &[(String, u16)]) -> u16 {
    let tag = lang.tag();
    let of = |fits: &dyn Fn(&str) -> bool| {
        let fitting = ranges.iter().filter(|(name, _)| fits(name));
        fitting.map(|(_, quality)| *quality).max()
    };
    of(&|name| name == tag)
        // `ja-JP` wants Japanese, of which ours is as good as any.
        .or_else(|| of(&|name| name.split('-').next() == Some(tag)))
        .or_else(|| of(&|name| name == "*"))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};
    use schemas::lang::Lang::{self, En, Ja};

    use super::{Chosen, Languages};

    fn of(values: &[&str]) -> Languages {
        let mut headers = HeaderMap::new();
        for value in values {
            let value = HeaderValue::from_str(value).unwrap();
            headers.append(header::ACCEPT_LANGUAGE, value);
        }
        Languages::of(&headers)
    }

    #[test]
    fn what_is_wanted_most_comes_first_and_what_is_not_wanted_is_left_out() {
        let both = vec![Ja, En];
        for (values, order) in [
            (&["ja"][..], vec![Ja]),
            (&["ja-JP"], vec![Ja]),
            (&["JA"], vec![Ja]),
            (&["en;q=0.5, ja"], both.clone()),
            (&["en;q=0.5", "ja;q=0.501"], both.clone()),
            (&["ja , en ; q=0.1"], both.clone()),
            (&["fr, ja;q=0.2, *;q=0.1"], both.clone()),
            (&["*, en;q=0"], vec![Ja]),
            (&["en, ja"], vec![En, Ja]),
            (&["ja;q=0, en"], vec![En]),
            (&["fr, en;q=0.1"], vec![En]),
        ] {
            let languages = of(values);
            assert_eq!((languages.order, languages.chosen), (order, Chosen::Some));
        }
    }

    #[test]
    fn whoever_wants_none_of_ours_gets_all() {
        for values in [
            &[][..],
            &["fr"],
            &[""],
            &["ja;q=0"],
            &["ja;q=2"],
            &["ja;q=x"],
            &["ja;q=0.1234"],
            &[";q=1"],
        ] {
            let languages = of(values);
            assert_eq!(languages.chosen, Chosen::Nothing, "{values:?}");
            assert_eq!(languages.order, vec![En, Ja]);
        }
    }

    #[test]
    fn a_name_in_another_language_is_better_than_none() {
        let names: [(Lang, &str); 1] = [(En, "Neo Kyoto")];
        assert_eq!(of(&["ja"]).pick(&names), names.to_vec());
        let names = [(En, "a"), (Ja, "b")];
        assert_eq!(of(&["ja"]).pick(&names), vec![(Ja, "b")]);
        assert_eq!(of(&[]).pick(&names), names.to_vec());
    }
}
