//! What a command hands to programs: one JSON envelope with a version. The holder's machine runs it.
//!
//! `json/omote.schema.json` describes it; a test holds every command's output against it.

use schemas::json::{Object, Value};
use schemas::{canonical, object};

use crate::error::Failure;
use crate::exit::Exit;
use crate::sanitize;
use crate::texts::Texts;

/// The version of the envelope.
const VERSION: u32 = 1;

/// What a command found or did.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// How the command ends.
    pub(crate) exit: Exit,
    data: Object,
    form: Form,
}

/// How an answer is put for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// As the data of the common envelope.
    Enveloped,
    /// As it is: the demo has a form of its own, with its own version.
    #[cfg(feature = "demo")]
    Whole,
}

impl Answer {
    /// It went well.
    pub(crate) const fn done(data: Object) -> Self {
        Self::ended(Exit::Done, data)
    }

    /// It ended so.
    pub(crate) const fn ended(exit: Exit, data: Object) -> Self {
        Self {
            exit,
            data,
            form: Form::Enveloped,
        }
    }

    /// It ended so, and the object is all there is to say.
    #[cfg(feature = "demo")]
    pub(crate) const fn whole(exit: Exit, object: Object) -> Self {
        Self {
            exit,
            data: object,
            form: Form::Whole,
        }
    }
}

/// An answer for programs, as one line.
pub(crate) fn answer(command: &str, answer: &Answer) -> String {
    match answer.form {
        Form::Enveloped => line(&object! {
            "v" => VERSION,
            "ok" => answer.exit == Exit::Done,
            "command" => command,
            "data" => answer.data.clone(),
        }),
        #[cfg(feature = "demo")]
        Form::Whole => line(&answer.data),
    }
}

/// The envelope of a failure, as one line.
pub(crate) fn failure(failure: &Failure, texts: &Texts) -> String {
    let mut error = object! {
        "reason" => failure.code(),
        "sentence" => failure.sentence(texts),
        "remedy" => failure.remedy(texts),
        "command" => failure.command().map_or(Value::Null, Value::from),
    };
    let details = failure.details(texts).into_iter();
    let details: Vec<Value> = details.map(Value::from).collect();
    if !details.is_empty() {
        error.insert("details", details);
    }
    line(&object! { "v" => VERSION, "ok" => false, "error" => error })
}

/// Texts as a JSON list.
pub(crate) fn list<T: Into<Value>>(items: impl IntoIterator<Item = T>) -> Value {
    Value::Array(items.into_iter().map(Into::into).collect())
}

/// A count as a JSON number.
pub(crate) fn count(count: usize) -> Value {
    Value::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A text that may be absent.
pub(crate) fn optional<T: ToString>(value: Option<T>) -> Value {
    value.map_or(Value::Null, |value| Value::from(value.to_string()))
}

fn line(object: &Object) -> String {
    let mut out = String::new();
    write_object(object, &mut out);
    out.push('\n');
    let escaped = sanitize::escape_json(out.trim_end_matches('\n'));
    format!("{escaped}\n")
}

/// Members in the order they were put in, which reads better than the canonical order.
fn write_object(object: &Object, out: &mut String) {
    out.push('{');
    for (at, (name, value)) in object.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push_str(&canonical::to_text(&Value::from(name)));
        out.push(':');
        write(value, out);
    }
    out.push('}');
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(object) => write_object(object, out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&canonical::to_text(scalar)),
    }
}

#[cfg(test)]
mod tests {
    use super::Answer;
    use schemas::object;

    #[test]
    fn one_line_in_reading_order_with_everything_visible() {
        let answer = Answer::done(object! { "name" => "a\n\u{202e}\u{1b}\"b", "b" => 1u32 });
        assert_eq!(
            super::answer("show", &answer),
            "{\"v\":1,\"ok\":true,\"command\":\"show\",\
             \"data\":{\"name\":\"a\\n\\u202e\\u001b\\\"b\",\"b\":1}}\n"
        );
    }
}
