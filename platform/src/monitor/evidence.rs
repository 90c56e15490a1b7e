//! Evidence files: what convicts a ledger, written where it cannot be lost before anybody says that it
//! was told.

use std::path::{Path, PathBuf};

use schemas::canonical;
use schemas::digest::Sha256Digest;
use schemas::json::Value;
use schemas::ledger::EvidenceFile;
use schemas::message::Message as _;

use super::Pass;
use crate::files::{self, FileError};

impl Pass {
    /// Writes what convicts the ledger into a folder, each piece into a file of its own, in the order of
    /// the findings; `None` for those that convict nobody. What is there already stays as it is, and
    /// everything is on the disk when this returns.
    ///
    /// # Errors
    /// [`FileError`]
    pub fn write_evidence(&self, folder: &Path) -> Result<Vec<Option<PathBuf>>, FileError> {
        let findings = self.findings.iter();
        findings
            .map(|finding| {
                let evidence = finding.evidence.as_ref();
                evidence.map(|evidence| write(evidence, folder)).transpose()
            })
            .collect()
    }
}

fn write(evidence: &EvidenceFile, folder: &Path) -> Result<PathBuf, FileError> {
    let text = canonical::to_text(&Value::Object(evidence.to_object()));
    let digest = Sha256Digest::of(text.as_bytes()).hex();
    let short = digest.get(..12).unwrap_or_default();
    let kind = evidence.kind().replace('_', "-");
    let path = folder.join(format!("evidence-{kind}-{short}.json"));
    let there = std::fs::read_to_string(&path);
    if there.is_ok_and(|there| there.trim_end() == text) {
        return Ok(path);
    }
    files::replace_public(&path, format!("{text}\n").as_bytes())?;
    Ok(path)
}
