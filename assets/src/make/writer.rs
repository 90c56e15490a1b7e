//! Fills one buffer with views and accessors, and closes the container around it.

use schemas::canonical;
use schemas::json::{Number, Object, Value};
use schemas::object;

/// A box with its sides along the axes, bound to one joint of a skin or to none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Box3 {
    pub(super) joint: Option<u8>,
    pub(super) low: [f32; 3],
    pub(super) high: [f32; 3],
}

/// The sides of a box: outward direction, and four corners counter-clockwise as seen from outside.
/// A corner picks low (0) or high (1) on each axis.
const SIDES: [([f32; 3], [[u8; 3]; 4]); 6] = [
    (
        [1.0, 0.0, 0.0],
        [[1, 0, 0], [1, 1, 0], [1, 1, 1], [1, 0, 1]],
    ),
    (
        [-1.0, 0.0, 0.0],
        [[0, 0, 0], [0, 0, 1], [0, 1, 1], [0, 1, 0]],
    ),
    (
        [0.0, 1.0, 0.0],
        [[0, 1, 0], [0, 1, 1], [1, 1, 1], [1, 1, 0]],
    ),
    (
        [0.0, -1.0, 0.0],
        [[0, 0, 0], [1, 0, 0], [1, 0, 1], [0, 0, 1]],
    ),
    (
        [0.0, 0.0, 1.0],
        [[0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]],
    ),
    (
        [0.0, 0.0, -1.0],
        [[0, 0, 0], [0, 1, 0], [1, 1, 0], [1, 0, 0]],
    ),
];

/// What a view is for, in the numbers of WebGL: vertices, indexes.
const VERTICES: u32 = 34_962;
const INDICES: u32 = 34_963;

/// A buffer in the making.
#[derive(Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    views: Vec<Value>,
    accessors: Vec<Value>,
}

impl Writer {
    /// Adds bytes at a multiple of 4; the index of their view.
    pub(super) fn view(&mut self, bytes: &[u8]) -> u32 {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        let view = object! {
            "buffer" => 0,
            "byteOffset" => length(self.bytes.len()),
            "byteLength" => length(bytes.len()),
        };
        self.bytes.extend_from_slice(bytes);
        self.views.push(view.into());
        length(self.views.len() - 1)
    }

    fn accessor(&mut self, bytes: &[u8], component: u32, kind: &str, count: usize) -> u32 {
        let view = self.view(bytes);
        let target = match kind {
            "MAT4" => None,
            "SCALAR" => Some(INDICES),
            _ => Some(VERTICES),
        };
        if let (Some(target), Some(Value::Object(view))) = (target, self.views.last_mut()) {
            view.insert("target", target);
        }
        let accessor = object! {
            "bufferView" => view,
            "componentType" => component,
            "type" => kind,
            "count" => length(count),
        };
        self.accessors.push(accessor.into());
        length(self.accessors.len() - 1)
    }

    /// Adds boxes; the primitive that shows them in one material.
    pub(super) fn primitive(&mut self, boxes: &[Box3], material: u32) -> Object {
        let [
            mut positions,
            mut normals,
            mut joints,
            mut weights,
            mut indices,
        ] = [const { Vec::<u8>::new() }; 5];
        let (mut low, mut high) = ([f32::MAX; 3], [f32::MIN; 3]);
        let mut vertices: u16 = 0;
        for shape in boxes {
            for (normal, corners) in SIDES {
                for corner in corners {
                    let position = shape.corner(corner);
                    low = beside(low, position, f32::min);
                    high = beside(high, position, f32::max);
                    floats(&mut positions, &position);
                    floats(&mut normals, &normal);
                    joints.extend_from_slice(&[shape.joint.unwrap_or(0), 0, 0, 0]);
                    floats(&mut weights, &[1.0, 0.0, 0.0, 0.0]);
                }
                for corner in [0, 1, 2, 0, 2, 3] {
                    indices.extend_from_slice(&(vertices + corner).to_le_bytes());
                }
                vertices += 4;
            }
        }
        let count = usize::from(vertices);
        let position = self.accessor(&positions, 5126, "VEC3", count);
        if let Some(accessor) = self.accessors.last_mut().and_then(Value::as_object_mut) {
            accessor.insert("min", low.map(decimal));
            accessor.insert("max", high.map(decimal));
        }
        let mut attributes = object! {
            "POSITION" => position,
            "NORMAL" => self.accessor(&normals, 5126, "VEC3", count),
        };
        if boxes.iter().any(|shape| shape.joint.is_some()) {
            attributes.insert("JOINTS_0", self.accessor(&joints, 5121, "VEC4", count));
            attributes.insert("WEIGHTS_0", self.accessor(&weights, 5126, "VEC4", count));
        }
        object! {
            "attributes" => attributes,
            "indices" => self.accessor(&indices, 5123, "SCALAR", indices.len() / 2),
            "material" => material,
        }
    }

    /// Adds the matrices that take each joint to the origin; the index of their accessor.
    pub(super) fn inverse_bind_matrices(&mut self, joints: &[[f32; 3]]) -> u32 {
        let mut bytes = Vec::new();
        for [x, y, z] in joints {
            floats(&mut bytes, &[1.0, 0.0, 0.0, 0.0]);
            floats(&mut bytes, &[0.0, 1.0, 0.0, 0.0]);
            floats(&mut bytes, &[0.0, 0.0, 1.0, 0.0]);
            floats(&mut bytes, &[-x, -y, -z, 1.0]);
        }
        self.accessor(&bytes, 5126, "MAT4", joints.len())
    }

    /// Closes the container around the model and this buffer.
    pub(super) fn finish(self, mut model: Object) -> Vec<u8> {
        model.insert("accessors", self.accessors);
        model.insert("bufferViews", self.views);
        model.insert(
            "buffers",
            [object! { "byteLength" => length(self.bytes.len()) }],
        );
        super::container(&canonical::object_to_bytes(&model), &self.bytes)
    }
}

impl Box3 {
    fn corner(&self, corner: [u8; 3]) -> [f32; 3] {
        let ([lx, ly, lz], [hx, hy, hz], [x, y, z]) = (self.low, self.high, corner);
        let pick = |low, high, side| if side == 0 { low } else { high };
        [pick(lx, hx, x), pick(ly, hy, y), pick(lz, hz, z)]
    }
}

/// A float as JSON, exactly.
pub(super) fn decimal(number: f32) -> Value {
    Number::from_f64(f64::from(number)).into()
}

fn beside([ax, ay, az]: [f32; 3], [bx, by, bz]: [f32; 3], of: fn(f32, f32) -> f32) -> [f32; 3] {
    [of(ax, bx), of(ay, by), of(az, bz)]
}

fn floats(bytes: &mut Vec<u8>, numbers: &[f32]) {
    for number in numbers {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
}

/// What is made here is far below 4 GiB.
fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
