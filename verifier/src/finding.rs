//! What stands beside the outcomes: worth knowing, and not a reason to refuse by itself.

use schemas::asset::Finding as AssetFinding;
use schemas::json::Object;

/// Something worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The model file is odd, though well-formed.
    Asset(AssetFinding),
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
        }
    }
}
