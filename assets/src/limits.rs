//! How much of a model is read before reading gives up (security.md AST-09, AST-11, AST-12).

use schemas::json;

/// Upper bounds. Every one of them is checked before work or memory is spent on what it bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Chunks of the container that glTF does not define.
    pub extra_chunks: u32,
    /// The JSON chunk.
    pub json: json::Limits,
    /// Nodes.
    pub nodes: u32,
    /// Nodes from a root down to a leaf.
    pub node_depth: u32,
    /// Elements of each other glTF list: accessors, buffer views, meshes, materials, ….
    pub list: u32,
    /// Primitives of all meshes.
    pub primitives: u32,
    /// Morph targets of all primitives.
    pub morph_targets: u32,
    /// Joints of all skins.
    pub joints: u32,
    /// Channels and samplers of all animations.
    pub channels: u32,
    /// Vertices; those shared by several primitives count once.
    pub vertices: u64,
    /// Elements of all accessors: what a loader would unpack.
    pub elements: u64,
    /// Pictures.
    pub images: u32,
    /// Width and height of a picture, in pixels.
    pub image_side: u32,
    /// Pixels of all pictures.
    pub image_pixels: u64,
    /// Compressed text and color profiles of one picture, in bytes: they may unpack a thousandfold.
    pub image_metadata: u64,
    /// Bytes of one term of the license or credit.
    pub text_bytes: usize,
}

impl Default for Limits {
    /// Room for what people wear: 32 MiB, 10 000 nodes, a million vertices, pictures up to
    /// 4096 × 4096 (sixteen of that size).
    fn default() -> Self {
        Self {
            file_bytes: 32 << 20,
            extra_chunks: 8,
            json: json::Limits {
                max_values: 1_500_000,
                ..json::Limits::model()
            },
            nodes: 10_000,
            node_depth: 256,
            list: 65_536,
            primitives: 16_384,
            morph_targets: 65_536,
            joints: 65_536,
            channels: 262_144,
            vertices: 1_000_000,
            elements: 32 << 20,
            images: 256,
            image_side: 4096,
            image_pixels: 16 * 4096 * 4096,
            image_metadata: 64 << 10,
            text_bytes: 64 << 10,
        }
    }
}
