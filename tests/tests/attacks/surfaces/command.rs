//! `omote check`, with everything that it has to know in files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use proofs::status_token::UnverifiedStatusToken;
use schemas::canonical;
use schemas::credential::CredentialType;
use schemas::digest::Sha256Digest;
use schemas::json::Value;
use schemas::message::Message as _;
use schemas::status::StatusListClaims;
use tempfile::TempDir;
use tests::lists::Kind;
use tests::surfaces::Case;
use verifier::{Asked, CredentialAsked, Holder, StatusAsked};

use super::{Answered, compare, library, not_taken, object};

pub(crate) struct Command {
    binary: PathBuf,
    folder: TempDir,
}

impl Command {
    pub(crate) fn new(binaries: &Path) -> Self {
        Self {
            binary: binaries.join("omote"),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A file with these bytes, written once.
    fn file(&self, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(Sha256Digest::of(bytes).hex());
        if !path.exists() {
            let beside = path.with_extension(format!("{:?}", std::thread::current().id()));
            fs::write(&beside, bytes).unwrap();
            fs::rename(beside, &path).unwrap();
        }
        path
    }

    pub(crate) fn asks(&self, case: &Case) -> Option<Answered> {
        let outside = case.outside.as_ref()?;
        let mut command = std::process::Command::new(&self.binary);
        command
            .env_clear()
            .env("HOME", self.folder.path())
            .env("OMOTE_HOME", self.folder.path().join("omote"))
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null())
            .args(["check", "--json", "--at", &case.now.to_string()])
            .arg("--policy")
            .arg(self.file(case.policy.to_toml().as_bytes()));
        for document in &outside.documents {
            let bytes = canonical::object_to_bytes(document);
            command.arg("--did-document").arg(self.file(&bytes));
        }
        if outside.documents.is_empty() {
            // With something at hand nobody is contacted.
            let bystander = tests::actors::World::new("bystander.example").document_object();
            let bytes = canonical::object_to_bytes(&bystander);
            command.arg("--did-document").arg(self.file(&bytes));
        }
        for list in &outside.lists {
            // A file that is no list, or of another address, is refused as an argument.
            let bytes = list.bytes.as_ref().ok()?;
            if address_in(bytes)? != list.list.url.as_str() {
                return None;
            }
            let name = match list.kind {
                Kind::Status => "--status-list",
                Kind::Trust => "--trust-list",
            };
            command.arg(name).arg(self.file(bytes));
        }
        if let Asked::Presentation(asked) = &case.asked {
            let query = canonical::object_to_bytes(&asked.query.to_object());
            command
                .args(["--challenge", asked.challenge.as_str()])
                .args(["--audience", asked.audience.as_str()])
                .arg("--query")
                .arg(self.file(&query));
            for text in &asked.transaction_data {
                command.args(["--transaction-data", text.as_str()]);
            }
        }
        let output = command.arg(self.file(&case.bytes)).output().unwrap();
        let answer = object(&output.stdout);
        let data = answer.as_ref().and_then(|answer| answer.get("data"));
        let sort = data
            .and_then(|data| data.get("sort"))
            .and_then(Value::as_str);
        let report = data.and_then(|data| data.get("report"));
        let accepted = output.status.code() == Some(0);
        let types = match (sort, &case.asked) {
            (Some("credential"), Asked::Credential(_)) => vec![
                CredentialType::Avatar,
                CredentialType::Item,
                CredentialType::Other,
            ],
            (Some("provenance"), Asked::Credential(_)) => vec![CredentialType::AssetProvenance],
            (Some("vp_token"), Asked::Presentation(_)) => {
                return Some(compare(&library(case, &case.asked, case.now), report?));
            }
            _ if output.status.code().is_none() => {
                return Some(Answered::Other(format!("ended by a signal: {output:?}")));
            }
            _ if sort.is_none() && unusable(answer.as_ref()) => {
                return Some(Answered::Other(format!("{output:?}")));
            }
            _ => return Some(not_taken(case, accepted)),
        };
        let asked = Asked::Credential(CredentialAsked {
            types,
            holder: Holder::Anyone,
            status: StatusAsked::Asked,
        });
        Some(compare(&library(case, &asked, case.now), report?))
    }
}

/// The address that a list gives itself.
fn address_in(list: &[u8]) -> Option<String> {
    if let Some(token) = verifier::status::token_in(list) {
        let token = UnverifiedStatusToken::parse(token).ok()?;
        let claims = StatusListClaims::parse(token.claims()).ok()?;
        return Some(claims.subject().to_owned());
    }
    let list = object(list)?;
    Some(list.get("id")?.as_str()?.to_owned())
}

/// The question itself was not understood: then nothing was tried.
fn unusable(answer: Option<&schemas::json::Object>) -> bool {
    let error = answer.and_then(|answer| answer.get("error"));
    let reason = error
        .and_then(|error| error.get("reason"))
        .and_then(Value::as_str);
    matches!(
        reason,
        None | Some("usage" | "policy_malformed" | "did_document_invalid" | "query_invalid")
    )
}
