//! What stands beside the outcomes: worth knowing, and not a reason to refuse by itself.

use schemas::asset::Finding as AssetFinding;
use schemas::json::Object;

use crate::names::NameFinding;

/// Something worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The model file is odd, though well-formed.
    Asset(AssetFinding),
    /// A name is taken for another, or is written so that it could be.
    Name {
        /// Where the name stands, as a JSON Pointer into the input.
        pointer: String,
        /// What is odd about it.
        finding: NameFinding,
    },
    /// The issuer has a newer credential to give (`statusPurpose` refresh).
    NewerCredential,
    /// The issuer says something about the credential (`statusPurpose` message).
    StatusMessage {
        /// Whether the bit is set.
        set: bool,
        /// The issuer's words, when the credential tells them. Outside text.
        message: Option<String>,
    },
}

impl Finding {
    /// The JSON form, as reports carry it.
    #[must_use]
    pub fn to_object(&self) -> Object {
        match self {
            Self::Asset(finding) => schemas::object! {
                "kind" => "asset",
                "code" => finding.kind.code(),
            },
            Self::Name { pointer, finding } => {
                let mut object = finding.to_object();
                object.insert("at", pointer.as_str());
                object
            }
            Self::NewerCredential => schemas::object! {
                "kind" => "status",
                "code" => "newer_credential",
            },
            Self::StatusMessage { set, message } => {
                let mut object = schemas::object! {
                    "kind" => "status",
                    "code" => "status_message",
                    "status" => if *set { "0x1" } else { "0x0" },
                };
                if let Some(message) = message {
                    object.insert("message", message.as_str());
                }
                object
            }
        }
    }
}
