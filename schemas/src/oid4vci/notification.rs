//! The notification endpoint (section 11): what became of the credentials.
//!
//! The wallet writes it, the world reads it and answers 204.

use crate::json::{Object, Value};
use crate::message::{Kind, Members, Message, MessageError, Problem};
use crate::oauth::Description;
use crate::oid4vci::credential::read_handle;
use crate::reason::Reason;

const REQUEST: Kind = Kind::new("notification request", Reason::BadRequest);

/// A notification (section 11.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationRequest {
    /// `notification_id` of the credential response.
    pub notification_id: String,
    /// `event`
    pub event: NotificationEvent,
    /// `event_description`: ASCII, as an error description.
    pub description: Option<Description>,
}

/// What became of the credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotificationEvent {
    /// `credential_accepted`: verified and stored.
    Accepted,
    /// `credential_deleted`: the person did not want them.
    Deleted,
    /// `credential_failure`: anything else.
    Failure,
}

impl NotificationEvent {
    /// Every event.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Deleted, Self::Failure];

    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "credential_accepted",
            Self::Deleted => "credential_deleted",
            Self::Failure => "credential_failure",
        }
    }
}

impl Message for NotificationRequest {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(REQUEST, value)?;
        let word = members.text("event")?;
        let event = NotificationEvent::ALL
            .into_iter()
            .find(|event| event.word() == word)
            .ok_or_else(|| members.fail("event", Problem::Unsupported))?;
        let notification_id = read_handle(&members, "notification_id")?;
        let description = members.optional_text("event_description")?;
        Ok(Self {
            notification_id: notification_id
                .ok_or_else(|| members.fail("notification_id", Problem::Missing))?,
            event,
            description: description.as_deref().map(Description::of),
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! {
            "notification_id" => self.notification_id.as_str(),
            "event" => self.event.word(),
        };
        if let Some(description) = &self.description {
            object.insert("event_description", description.as_str());
        }
        object
    }
}

#[cfg(test)]
mod tests {
    use super::{NotificationEvent, NotificationRequest};
    use crate::message::Message;
    use crate::oauth::Description;
    use crate::reason::Reason;

    #[test]
    fn is_read_as_it_was_written() {
        for event in NotificationEvent::ALL {
            for description in [None, Some(Description::of("could not store 保存"))] {
                let request = NotificationRequest {
                    notification_id: "3fwe98js".to_owned(),
                    event,
                    description,
                };
                assert_eq!(NotificationRequest::read(&request.to_bytes()), Ok(request));
            }
        }
    }

    #[test]
    fn refuses_with_the_reason() {
        for (body, member) in [
            (r#"{"event":"credential_accepted"}"#, "notification_id"),
            (
                r#"{"notification_id":7,"event":"credential_accepted"}"#,
                "notification_id",
            ),
            (
                r#"{"notification_id":"a\nb","event":"credential_accepted"}"#,
                "notification_id",
            ),
            (r#"{"notification_id":"a"}"#, "event"),
            (
                r#"{"notification_id":"a","event":"credential_sold"}"#,
                "event",
            ),
            (
                r#"{"notification_id":"a","event":"credential_deleted","event_description":{}}"#,
                "event_description",
            ),
        ] {
            let error = NotificationRequest::read(body.as_bytes()).unwrap_err();
            assert_eq!(
                (error.member(), error.reason()),
                (member, Reason::BadRequest),
                "{body}"
            );
        }
    }
}
