//! What is known of a model file: the facts that `assets` reads and the verifier is handed.
//!
//! Made by `assets`; read by the verifier, wallets and worlds. The verifier compares them with a
//! provenance document and never opens a file itself. Source: glTF 2.0, VRM 0.x and 1.0.

use std::fmt;

use crate::digest::Sha256Digest;
use crate::json::{Number, Object, Value};
use crate::license::LicenseTerms;
use crate::reason::Reason;

/// Everything that was read from one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetFacts {
    /// SHA-256 of all bytes of the file, as it arrived.
    pub sha256: Sha256Digest,
    /// Length of the file in bytes.
    pub byte_length: u64,
    /// Whether the file is well-formed, and what is in it.
    pub shape: Shape,
    /// What is odd but does not make the file ill-formed, each kind once.
    pub findings: Vec<Finding>,
}

/// The outcome of reading a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one a file; the large one is the usual one"
)]
pub enum Shape {
    /// Safe to load and with one meaning only.
    WellFormed(ModelFacts),
    /// Not read, for this reason. Nothing is known of its content.
    Refused(Reason),
}

/// What a well-formed model says and holds. Texts are as the file has them: outside text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelFacts {
    /// Which kind of model it is.
    pub format: Format,
    /// Its name, when the file states one (VRM only).
    pub title: Option<String>,
    /// Its authors, as far as the file states them (VRM only).
    pub authors: Vec<String>,
    /// Its license terms; `None` for a file that has no place for them.
    pub license: Option<LicenseTerms>,
    /// Its thumbnail, when it has one (VRM only).
    pub thumbnail: Option<ThumbnailFacts>,
    /// How much is in it.
    pub counts: Counts,
}

/// Which kind of model a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// glTF 2.0 in its binary container, without a VRM extension.
    Glb,
    /// VRM 0.x: the same container with the extension `VRM`.
    Vrm0,
    /// VRM 1.0: the same container with the extension `VRMC_vrm`.
    Vrm1,
}

impl Format {
    /// The word for it in reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Glb => "glb",
            Self::Vrm0 => "vrm-0.x",
            Self::Vrm1 => "vrm-1.0",
        }
    }

    /// Its media type. VRM has none of its own, so it goes by that of its container.
    #[must_use]
    pub const fn media_type(self) -> MediaType {
        match self {
            Self::Glb | Self::Vrm0 | Self::Vrm1 => MediaType::GltfBinary,
        }
    }
}

/// The media types of model files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MediaType {
    /// `model/gltf-binary`
    GltfBinary,
}

impl MediaType {
    /// The registered name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GltfBinary => "model/gltf-binary",
        }
    }

    /// The media type of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        (name == Self::GltfBinary.as_str()).then_some(Self::GltfBinary)
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The media types of pictures in models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ImageType {
    /// `image/png`
    Png,
    /// `image/jpeg`
    Jpeg,
}

impl ImageType {
    /// The registered name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }
}

impl fmt::Display for ImageType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A thumbnail, without its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThumbnailFacts {
    /// What kind of picture.
    pub media_type: ImageType,
    /// Width in pixels, as its header says.
    pub width: u32,
    /// Height in pixels, as its header says.
    pub height: u32,
    /// SHA-256 of its encoded bytes.
    pub sha256: Sha256Digest,
}

/// How much is in a model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Nodes of the scene graph.
    pub nodes: u32,
    /// Meshes.
    pub meshes: u32,
    /// Primitives of all meshes.
    pub primitives: u32,
    /// Vertices; vertices that several primitives share count once.
    pub vertices: u64,
    /// Triangles of all primitives.
    pub triangles: u64,
    /// Materials.
    pub materials: u32,
    /// Pictures.
    pub images: u32,
    /// Skins.
    pub skins: u32,
    /// Animations.
    pub animations: u32,
}

/// Something odd in a well-formed file, and where it was first seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// The first place, in glTF terms: `accessors[3]`.
    pub place: String,
    /// In how many places.
    pub times: u32,
}

macro_rules! finding_kinds {
    ($($(#[$doc:meta])* $kind:ident = $code:literal),+ $(,)?) => {
        /// What can be odd in a well-formed file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum FindingKind {
            $($(#[$doc])* $kind),+
        }

        impl FindingKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The code in reports.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$kind => $code),+ }
            }
        }
    };
}

finding_kinds! {
    /// A chunk that glTF does not define follows the known ones; loaders skip it.
    ExtraChunk = "extra_chunk",
    /// The JSON chunk is padded with zero bytes in place of spaces.
    JsonPadding = "json_padding",
    /// Bytes at the end of the BIN chunk that no buffer speaks of.
    UnusedBytes = "unused_bytes",
    /// Data that does not start or step at a multiple of what glTF asks for.
    Misaligned = "misaligned",
    /// Vertex positions without the bounds that glTF asks for.
    BoundsMissing = "bounds_missing",
    /// A vertex position that is not a finite number.
    NonFinite = "non_finite",
    /// A picture that does not say what kind it is; its first bytes do.
    ImageTypeMissing = "image_type_missing",
    /// An optional extension that this reader does not know.
    UnknownExtension = "unknown_extension",
    /// A scene names a node that is not a root.
    SceneRoot = "scene_root",
    /// A skin names one joint twice.
    DuplicateJoint = "duplicate_joint",
    /// A bone that a humanoid must have is missing, or two bones share a node.
    Humanoid = "humanoid",
    /// The VRM extension states a version that this reader does not know.
    SpecVersion = "spec_version",
    /// A term that VRM requires is missing from the file.
    MetaMissing = "meta_missing",
    /// A license value that VRM does not define; it is judged as the strictest.
    MetaUnknownValue = "meta_unknown_value",
    /// Terms stand in a document elsewhere that this reader cannot judge.
    OtherTerms = "other_terms",
    /// The file speaks of contact information, which everybody will read: it must not be private.
    ContactInformation = "contact_information",
    /// The thumbnail points to a picture that is not there.
    ThumbnailMissing = "thumbnail_missing",
}

impl AssetFacts {
    /// The facts of a file that was not read.
    #[must_use]
    pub const fn refused(sha256: Sha256Digest, byte_length: u64, reason: Reason) -> Self {
        Self {
            sha256,
            byte_length,
            shape: Shape::Refused(reason),
            findings: Vec::new(),
        }
    }

    /// What is in the file, when it is well-formed.
    #[must_use]
    pub const fn model(&self) -> Option<&ModelFacts> {
        match &self.shape {
            Shape::WellFormed(model) => Some(model),
            Shape::Refused(_) => None,
        }
    }

    /// Whether a finding of this kind was made.
    #[must_use]
    pub fn has_finding(&self, kind: FindingKind) -> bool {
        self.findings.iter().any(|finding| finding.kind == kind)
    }

    /// The facts for a report.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let mut object = Object::new();
        object.insert("digestMultibase", self.sha256.to_string());
        object.insert("byteLength", number(self.byte_length));
        match &self.shape {
            Shape::Refused(reason) => {
                object.insert("wellFormed", false);
                object.insert("reason", reason.code());
            }
            Shape::WellFormed(model) => {
                object.insert("wellFormed", true);
                model.write(&mut object);
            }
        }
        let findings: Vec<Value> = self.findings.iter().map(|f| f.to_object().into()).collect();
        object.insert("findings", findings);
        object
    }
}

impl ModelFacts {
    fn write(&self, object: &mut Object) {
        object.insert("mediaType", self.format.media_type().as_str());
        object.insert("format", self.format.word());
        if let Some(title) = &self.title {
            object.insert("name", title.as_str());
        }
        if !self.authors.is_empty() {
            object.insert("authors", self.authors.clone());
        }
        if let Some(license) = &self.license {
            object.insert("license", license.to_object());
        }
        if let Some(thumbnail) = &self.thumbnail {
            let mut facts = Object::new();
            facts.insert("mediaType", thumbnail.media_type.as_str());
            facts.insert("width", thumbnail.width);
            facts.insert("height", thumbnail.height);
            facts.insert("digestMultibase", thumbnail.sha256.to_string());
            object.insert("thumbnail", facts);
        }
        object.insert("counts", self.counts.to_object());
    }
}

impl Counts {
    fn to_object(self) -> Object {
        let mut object = Object::new();
        for (name, count) in [
            ("nodes", self.nodes.into()),
            ("meshes", self.meshes.into()),
            ("primitives", self.primitives.into()),
            ("vertices", self.vertices),
            ("triangles", self.triangles),
            ("materials", self.materials.into()),
            ("images", self.images.into()),
            ("skins", self.skins.into()),
            ("animations", self.animations.into()),
        ] {
            object.insert(name, number(count));
        }
        object
    }
}

impl Finding {
    fn to_object(&self) -> Object {
        let mut object = Object::new();
        object.insert("code", self.kind.code());
        object.insert("place", self.place.as_str());
        object.insert("times", self.times);
        object
    }
}

/// Counts and lengths are far below 2^53; one that is not has no number in JSON.
fn number(count: u64) -> Value {
    i64::try_from(count).ok().and_then(Number::from_i64).into()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{AssetFacts, Counts, Finding, FindingKind, Format, ModelFacts, Shape};
    use crate::digest::Sha256Digest;
    use crate::json::Value;
    use crate::reason::Reason;

    #[test]
    fn codes_of_findings_are_unique() {
        let codes: HashSet<_> = FindingKind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), FindingKind::ALL.len());
    }

    #[test]
    fn a_refused_file_has_a_digest_and_a_reason_only() {
        let facts = AssetFacts::refused(Sha256Digest::of(b""), 0, Reason::AssetFormat);
        assert_eq!(facts.model(), None);
        let report = Value::from(facts.to_object()).to_string();
        assert!(
            report.contains("\"reason\":\"asset_format\",\"wellFormed\":false"),
            "{report}"
        );
    }

    #[test]
    fn the_report_tells_what_is_known() {
        let facts = AssetFacts {
            sha256: Sha256Digest::of(b"x"),
            byte_length: 1,
            shape: Shape::WellFormed(ModelFacts {
                format: Format::Glb,
                title: None,
                authors: vec![],
                license: None,
                thumbnail: None,
                counts: Counts {
                    vertices: 3,
                    ..Counts::default()
                },
            }),
            findings: vec![Finding {
                kind: FindingKind::Misaligned,
                place: "accessors[3]".to_owned(),
                times: 2,
            }],
        };
        let report = facts.to_object();
        assert_eq!(
            report.get("mediaType").and_then(Value::as_str),
            Some("model/gltf-binary")
        );
        assert_eq!(
            report
                .get("counts")
                .and_then(|c| c.get("vertices")?.as_u64()),
            Some(3)
        );
        assert!(!report.contains_key("license") && !report.contains_key("name"));
        assert!(facts.has_finding(FindingKind::Misaligned));
        assert!(!facts.has_finding(FindingKind::NonFinite));
    }
}
