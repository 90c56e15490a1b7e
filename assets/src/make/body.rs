//! The figure: bones where VRM 1.0 wants them (arms out, facing +Z, feet at 0), and boxes on them.

use crate::make::writer::Box3;

/// The height that the numbers below are for, in millimeters.
pub(super) const HEIGHT: f32 = 1680.0;

/// A bone: its name in VRM 1.0, its parent, and where its joint is, in meters.
pub(super) struct Bone {
    pub(super) name: &'static str,
    pub(super) parent: &'static str,
    joint: [f32; 3],
}

const fn bone(name: &'static str, parent: &'static str, joint: [f32; 3]) -> Bone {
    Bone {
        name,
        parent,
        joint,
    }
}

/// The bones that are required, parents first. The hips have no parent.
pub(super) const BONES: [Bone; 15] = [
    bone("hips", "", [0.0, 0.90, 0.0]),
    bone("spine", "hips", [0.0, 1.00, 0.0]),
    bone("head", "spine", [0.0, 1.40, 0.0]),
    bone("leftUpperLeg", "hips", [0.09, 0.84, 0.0]),
    bone("leftLowerLeg", "leftUpperLeg", [0.09, 0.47, 0.0]),
    bone("leftFoot", "leftLowerLeg", [0.09, 0.08, 0.0]),
    bone("rightUpperLeg", "hips", [-0.09, 0.84, 0.0]),
    bone("rightLowerLeg", "rightUpperLeg", [-0.09, 0.47, 0.0]),
    bone("rightFoot", "rightLowerLeg", [-0.09, 0.08, 0.0]),
    bone("leftUpperArm", "spine", [0.18, 1.30, 0.0]),
    bone("leftLowerArm", "leftUpperArm", [0.43, 1.30, 0.0]),
    bone("leftHand", "leftLowerArm", [0.67, 1.30, 0.0]),
    bone("rightUpperArm", "spine", [-0.18, 1.30, 0.0]),
    bone("rightLowerArm", "rightUpperArm", [-0.43, 1.30, 0.0]),
    bone("rightHand", "rightLowerArm", [-0.67, 1.30, 0.0]),
];

impl Bone {
    /// Where the joint is in the scene.
    pub(super) fn position(&self, scale: f32) -> [f32; 3] {
        self.joint.map(|meters| meters * scale)
    }

    /// Where the joint is as seen from its parent.
    pub(super) fn translation(&self, scale: f32) -> [f32; 3] {
        let parent = BONES.iter().find(|bone| bone.name == self.parent);
        let [px, py, pz] = parent.map_or([0.0; 3], |parent| parent.position(scale));
        let [x, y, z] = self.position(scale);
        [x - px, y - py, z - pz]
    }
}

/// Which color a box has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Skin,
    Hair,
    Clothes,
}

/// Boxes of the left side and the middle: the right side mirrors the left.
const BOXES: [(&str, Part, [f32; 3], [f32; 3]); 11] = [
    (
        "hips",
        Part::Clothes,
        [-0.15, 0.82, -0.09],
        [0.15, 1.00, 0.09],
    ),
    (
        "spine",
        Part::Clothes,
        [-0.17, 1.00, -0.10],
        [0.17, 1.38, 0.10],
    ),
    ("head", Part::Skin, [-0.12, 1.38, -0.12], [0.12, 1.60, 0.12]),
    ("head", Part::Hair, [-0.13, 1.58, -0.14], [0.13, 1.68, 0.13]),
    (
        "head",
        Part::Hair,
        [-0.13, 1.40, -0.14],
        [0.13, 1.58, -0.10],
    ),
    (
        "leftUpperLeg",
        Part::Clothes,
        [0.02, 0.47, -0.07],
        [0.16, 0.84, 0.07],
    ),
    (
        "leftLowerLeg",
        Part::Clothes,
        [0.03, 0.08, -0.06],
        [0.15, 0.47, 0.06],
    ),
    (
        "leftFoot",
        Part::Hair,
        [0.03, 0.0, -0.07],
        [0.15, 0.08, 0.16],
    ),
    (
        "leftUpperArm",
        Part::Clothes,
        [0.17, 1.24, -0.06],
        [0.43, 1.36, 0.06],
    ),
    (
        "leftLowerArm",
        Part::Clothes,
        [0.43, 1.25, -0.05],
        [0.67, 1.35, 0.05],
    ),
    (
        "leftHand",
        Part::Skin,
        [0.67, 1.26, -0.05],
        [0.82, 1.34, 0.05],
    ),
];

/// The boxes of one color.
pub(super) fn boxes(part: Part, scale: f32) -> Vec<Box3> {
    let mut boxes = Vec::new();
    for (name, _, low, high) in BOXES.iter().filter(|(_, of, ..)| *of == part) {
        let scaled = |corner: [f32; 3]| corner.map(|meters| meters * scale);
        boxes.push(Box3 {
            joint: joint(name),
            low: scaled(*low),
            high: scaled(*high),
        });
        if let Some(right) = name.strip_prefix("left") {
            let ([low_x, low_y, low_z], [high_x, high_y, high_z]) = (*low, *high);
            boxes.push(Box3 {
                joint: joint(&format!("right{right}")),
                low: scaled([-high_x, low_y, low_z]),
                high: scaled([-low_x, high_y, high_z]),
            });
        }
    }
    boxes
}

fn joint(name: &str) -> Option<u8> {
    (0_u8..)
        .zip(&BONES)
        .find(|(_, bone)| bone.name == name)
        .map(|(joint, _)| joint)
}
