//! What stands beside the outcomes: worth knowing, and not a reason to refuse by itself.

use schemas::asset::Finding as AssetFinding;
use schemas::json::Object;
use schemas::time::Timestamp;

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
    /// The item is on offer to somebody at present.
    ItemOffered,
    /// The item is active in the world that asks until then, as its ledger says.
    ItemActiveHere {
        /// When its lease ends.
        until: Timestamp,
    },
    /// A lease was asked for, and the item has none of the world that asks.
    ItemNotLeased,
    /// The item is active in another world until then.
    ItemActiveElsewhere {
        /// When its lease there ends.
        until: Timestamp,
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
    /// Whether there is something for a person to look at: what was asked for and came is nothing.
    #[must_use]
    pub const fn is_odd(&self) -> bool {
        !matches!(self, Self::ItemActiveHere { .. })
    }

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
            Self::ItemOffered => schemas::object! {
                "kind" => "ledger",
                "code" => "item_offered",
            },
            Self::ItemActiveHere { until } => schemas::object! {
                "kind" => "ledger",
                "code" => "item_active_here",
                "until" => *until,
            },
            Self::ItemNotLeased => schemas::object! {
                "kind" => "ledger",
                "code" => "item_not_leased",
            },
            Self::ItemActiveElsewhere { until } => schemas::object! {
                "kind" => "ledger",
                "code" => "item_active_elsewhere",
                "until" => *until,
            },
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
