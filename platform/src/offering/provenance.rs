//! A world's own statement about a model file, for worlds that are their avatars' creator, or that
//! vouch for one.

use std::fmt;

use schemas::asset::{AssetFacts, Shape};
use schemas::credential::{Asset, AssetProvenance, Validity};
use schemas::json::Object;
use schemas::license::LicenseTerms;
use schemas::reason::Reason;

use crate::world::World;

/// Why no statement was made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProvenanceError {
    /// Signing it.
    Issue(proofs::issue::IssueError),
    /// The file is not a model that is read here.
    Model(Reason),
}

impl ProvenanceError {
    /// The reason code.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::Issue(error) => error.reason(),
            Self::Model(reason) => *reason,
        }
    }
}

impl fmt::Display for ProvenanceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issue(error) => error.fmt(formatter),
            Self::Model(reason) => write!(formatter, "the model file is refused: {reason}"),
        }
    }
}

impl std::error::Error for ProvenanceError {}

impl World {
    /// Signs an `AssetProvenance` for a model file in the name of this world. The license terms are
    /// those that the file states, or the strictest.
    ///
    /// # Errors
    /// [`ProvenanceError`]
    pub fn state_provenance(&self, file: &[u8], name: &str) -> Result<Object, ProvenanceError> {
        let AssetFacts {
            sha256,
            byte_length,
            shape,
            ..
        } = assets::facts(file, &self.config.limits.assets());
        let model = match shape {
            Shape::WellFormed(model) => model,
            Shape::Refused(reason) => return Err(ProvenanceError::Model(reason)),
        };
        let today = self.clock.now().day();
        let statement = AssetProvenance {
            creator: self.did().clone(),
            validity: Validity::starting(today),
            asset: Asset {
                name: name.to_owned(),
                digest: sha256,
                media_type: model.format.media_type(),
                byte_length,
                derived_from: Vec::new(),
            },
            license: model.license.unwrap_or_else(LicenseTerms::default),
        };
        let issued = self.identity().issue(&statement.unsigned(), today);
        Ok(issued.map_err(ProvenanceError::Issue)?.into_object())
    }
}
