//! Is this model file the one that the credential names, under the terms that the file itself
//! states?
//!
//! The file was read by `assets`; here its facts are compared with what was signed.

use schemas::asset::{AssetFacts, Shape};
use schemas::check::CheckId;
use schemas::credential::{Subject, UnverifiedCredential};
use schemas::reason::Reason;

use crate::finding::Finding;
use crate::report::Recorder;

/// Compares a file's facts with a credential's provenance.
pub(crate) fn judge(
    facts: &AssetFacts,
    credential: &UnverifiedCredential,
    pointer: &str,
    recorder: &mut Recorder,
) {
    for finding in &facts.findings {
        recorder.note(Finding::Asset(finding.clone()));
    }
    let (subject, at) = match credential.subject().provenance() {
        Some(provenance) => (
            provenance.subject(),
            format!("{pointer}{}/provenance", credential.format().claims_at()),
        ),
        None => (credential.subject(), pointer.to_owned()),
    };
    let Subject::Asset(stated) = subject else {
        recorder.fail(CheckId::Asset, Reason::ProvenanceMissing, at);
        return;
    };
    let at = format!("{at}/credentialSubject");
    if stated.asset.digest != facts.sha256 || stated.asset.byte_length != facts.byte_length {
        recorder.fail_with(
            CheckId::Asset,
            Reason::AssetHashMismatch,
            format!("{at}/digestMultibase"),
            Some(stated.asset.digest.to_string()),
            Some(facts.sha256.to_string()),
        );
        return;
    }
    let model = match &facts.shape {
        Shape::WellFormed(model) => model,
        Shape::Refused(reason) => {
            recorder.fail(CheckId::Asset, *reason, at);
            return;
        }
    };
    // The creator may give less away than the file says, and never more.
    let looser = model
        .license
        .as_ref()
        .and_then(|file| stated.license.not_looser_than(file).err());
    match looser {
        None => recorder.pass(CheckId::Asset),
        Some(looser) => recorder.fail_with(
            CheckId::Asset,
            Reason::AssetMetaMismatch,
            format!("{at}/license"),
            Some(format!(
                "{} as in the file or stricter",
                looser.field.name()
            )),
            None,
        ),
    }
}

/// Whether a credential's provenance names this file.
pub(crate) fn names(facts: &AssetFacts, credential: &UnverifiedCredential) -> bool {
    let subject = credential.subject();
    let stated = subject
        .provenance()
        .map_or(subject, UnverifiedCredential::subject);
    matches!(stated, Subject::Asset(stated) if stated.asset.digest == facts.sha256)
}
