//! The humanoid: bones point to nodes that exist. A missing bone is odd, not dangerous.

use schemas::asset::FindingKind;
use schemas::json::Value;

use crate::error::AssetError;
use crate::findings::Findings;
use crate::gltf::item::{Item, index_of};

/// The bones that a VRM 1.0 humanoid must have.
pub(crate) const REQUIRED: [&str; 15] = [
    "hips",
    "spine",
    "head",
    "leftUpperLeg",
    "leftLowerLeg",
    "leftFoot",
    "rightUpperLeg",
    "rightLowerLeg",
    "rightFoot",
    "leftUpperArm",
    "leftLowerArm",
    "leftHand",
    "rightUpperArm",
    "rightLowerArm",
    "rightHand",
];

/// VRM 0.x asks for these as well.
const REQUIRED_IN_0: [&str; 2] = ["chest", "neck"];

/// VRM 1.0: `humanoid.humanBones` is an object of bones.
pub(super) fn bones1(
    vrm: &Item<'_>,
    nodes: usize,
    findings: &mut Findings,
) -> Result<(), AssetError> {
    let place = vrm.place.member("humanoid");
    let mut bones = Vec::new();
    if let Some(humanoid) = vrm.child("humanoid")?
        && let Some(list) = humanoid.child("humanBones")?
    {
        for (name, value) in list.members() {
            let missing = AssetError::format(place, "a node for each bone");
            let node = Item::new(value, place)?
                .index("node", nodes)?
                .ok_or(missing)?;
            bones.push((name, node));
        }
    }
    judge(&bones, &REQUIRED, vrm, findings);
    Ok(())
}

/// VRM 0.x: `humanoid.humanBones` is a list of `{ bone, node }`; node -1 is no node.
pub(super) fn bones0(
    vrm: &Item<'_>,
    nodes: usize,
    findings: &mut Findings,
) -> Result<(), AssetError> {
    let place = vrm.place.member("humanoid");
    let mut bones = Vec::new();
    if let Some(humanoid) = vrm.child("humanoid")? {
        for value in humanoid.list("humanBones")? {
            let item = Item::new(value, place)?;
            let node = item.get("node").filter(|node| node.as_i64() != Some(-1));
            if let (Some(name), Some(node)) = (item.get("bone").and_then(Value::as_str), node) {
                bones.push((name, index_of(node, nodes, place)?));
            }
        }
    }
    let required: Vec<_> = REQUIRED.into_iter().chain(REQUIRED_IN_0).collect();
    judge(&bones, &required, vrm, findings);
    Ok(())
}

fn judge(bones: &[(&str, usize)], required: &[&str], vrm: &Item<'_>, findings: &mut Findings) {
    let missing = required
        .iter()
        .any(|name| !bones.iter().any(|(bone, _)| bone == name));
    let mut nodes: Vec<_> = bones.iter().map(|(_, node)| *node).collect();
    nodes.sort_unstable();
    let shared = nodes
        .windows(2)
        .any(|pair| matches!(pair, [left, right] if left == right));
    if missing || shared {
        findings.note(FindingKind::Humanoid, vrm.place.member("humanoid"));
    }
}
