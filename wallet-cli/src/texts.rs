//! Everything the command says, by message id, in English and Japanese (Project Fluent:
//! `i18n/{en,ja}/omote.ftl`). The holder's machine runs it.
//!
//! Values from outside enter a sentence only here, and are made visible as they enter.

use std::borrow::Cow;
use std::env;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use schemas::lang::Lang;
use schemas::reason::Reason;
use unic_langid::LanguageIdentifier;

use crate::sanitize;

const ENGLISH: &str = concat!(
    include_str!("../i18n/en/omote.ftl"),
    include_str!("../i18n/en/demo.ftl")
);
const JAPANESE: &str = concat!(
    include_str!("../i18n/ja/omote.ftl"),
    include_str!("../i18n/ja/demo.ftl")
);

/// The texts of one language.
pub(crate) struct Texts {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

/// A value that stands in a sentence.
#[derive(Clone, Debug)]
pub(crate) enum Value<'a> {
    /// Text, made visible and kept short.
    Text(Cow<'a, str>),
    /// A count.
    Count(usize),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<usize> for Value<'_> {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl From<u64> for Value<'_> {
    fn from(count: u64) -> Self {
        Self::Count(usize::try_from(count).unwrap_or(usize::MAX))
    }
}

/// The values of a sentence by name.
pub(crate) type Values<'v, 'a> = &'v [(&'static str, Value<'a>)];

impl Texts {
    /// The texts of a language.
    pub(crate) fn new(lang: Lang) -> Self {
        let source = match lang {
            Lang::En => ENGLISH,
            Lang::Ja => JAPANESE,
        };
        let locale: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // Fluent would put marks of direction around every value; ours are made visible instead.
        bundle.set_use_isolating(false);
        let resource = FluentResource::try_new(source.to_owned())
            .unwrap_or_else(|(resource, _errors)| resource);
        bundle.add_resource_overriding(resource);
        Self { lang, bundle }
    }

    /// The language.
    pub(crate) const fn lang(&self) -> Lang {
        self.lang
    }

    /// A text without values.
    pub(crate) fn text(&self, id: &str) -> String {
        self.with(id, &[])
    }

    /// A text with values.
    pub(crate) fn with(&self, id: &str, values: Values<'_, '_>) -> String {
        self.format(id, None, values)
    }

    /// What helps, of a message that says what happened.
    pub(crate) fn remedy(&self, id: &str, values: Values<'_, '_>) -> String {
        self.format(id, Some("remedy"), values)
    }

    /// What the person themselves can do after a refusal. The remedies of reason codes speak to anybody,
    /// worlds included; where such a one speaks of the holder, here is one that says "you".
    pub(crate) fn own_remedy(&self, reason: Reason) -> String {
        let id = format!("remedy-{}", reason.code().replace('_', "-"));
        if self.has(&id) {
            self.text(&id)
        } else {
            reason.remedy(self.lang)
        }
    }

    /// Whether there is such a text.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.bundle
            .get_message(id)
            .is_some_and(|message| message.value().is_some())
    }

    fn format(&self, id: &str, attribute: Option<&str>, values: Values<'_, '_>) -> String {
        let pattern = self
            .bundle
            .get_message(id)
            .and_then(|message| match attribute {
                Some(name) => message
                    .get_attribute(name)
                    .map(|attribute| attribute.value()),
                None => message.value(),
            });
        // A test keeps this from happening; were it to happen, the id says more than nothing.
        let Some(pattern) = pattern else {
            return id.to_owned();
        };
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            match value {
                Value::Text(text) => args.set(*name, FluentValue::from(sanitize::brief(text))),
                Value::Count(count) => args.set(*name, *count),
            }
        }
        self.bundle
            .format_pattern(pattern, Some(&args), &mut Vec::new())
            .into_owned()
    }
}

/// The language of a command line that is not parsed yet: `--lang`, else the environment.
pub(crate) fn language(args: &[std::ffi::OsString]) -> Lang {
    named(args).unwrap_or_else(|| {
        ["OMOTE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| env::var(name).ok())
            .find(|locale| !locale.is_empty())
            .map_or(Lang::En, |locale| Lang::of_locale(&locale))
    })
}

fn named(args: &[std::ffi::OsString]) -> Option<Lang> {
    let mut args = args
        .iter()
        .filter_map(|arg| arg.to_str())
        .take_while(|arg| *arg != "--");
    let mut found = None;
    while let Some(arg) = args.next() {
        let value = match arg.strip_prefix("--lang") {
            Some("") => args.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        found = value.and_then(|value| value.parse().ok()).or(found);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Texts, language};
    use schemas::lang::Lang;
    use std::ffi::OsString;

    #[test]
    fn the_language_is_found_before_anything_is_parsed() {
        let args = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(language(&args("omote --lang ja list")), Lang::Ja);
        assert_eq!(language(&args("omote list --lang=ja")), Lang::Ja);
        assert_eq!(language(&args("omote --lang ja --lang en list")), Lang::En);
    }

    #[test]
    fn values_are_made_visible() {
        let texts = Texts::new(Lang::En);
        let line = texts.with("err-file-exists", &[("path", "a\u{1b}[2J\u{202e}".into())]);
        assert!(line.contains("a\\u{1b}[2J\\u{202e}"), "{line}");
        assert!(!line.contains(['\u{1b}', '\u{202e}', '\u{2068}']));
    }

    #[test]
    fn both_languages_parse_whole() {
        for source in [super::ENGLISH, super::JAPANESE] {
            assert!(fluent_bundle::FluentResource::try_new(source.to_owned()).is_ok());
        }
    }
}
