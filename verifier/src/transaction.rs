//! What the holder authorized beside showing something (OpenID4VP 1.0 sections 8.4 and B.3.3.1): each
//! text of the request by the key of one credential that it names, in the order of the request, and
//! nothing that was not asked.

use schemas::check::CheckId;
use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use schemas::json::{self, Limits, Value};
use schemas::reason::Reason;

use crate::presentation::{Answer, Presented};
use crate::question::PresentationAsked;
use crate::report::Recorder;

/// Checks what every presentation authorizes, and that nothing that was asked is left over.
pub(crate) fn check(asked: &PresentationAsked, answers: &[Answer<'_>], recorder: &mut Recorder) {
    let texts: Vec<Asked<'_>> = asked.transaction_data.iter().map(Asked::of).collect();
    let mut authorized = vec![false; texts.len()];
    for answer in answers {
        let Presented::SdJwt(read) = &answer.presented else {
            continue;
        };
        let Some(binding) = read.token.key_binding() else {
            continue;
        };
        let hashes = binding.transaction_data_hashes().unwrap_or_default();
        let for_it = |text: &&Asked<'_>| {
            text.is_for(answer.part.id.as_str()) && hashes.contains(&text.hash.as_str())
        };
        let sent: Vec<String> = texts
            .iter()
            .filter(for_it)
            .map(|text| text.sent.to_owned())
            .collect();
        if binding.matches_transaction_data(&sent) {
            for (text, done) in texts.iter().zip(&mut authorized) {
                *done |= for_it(&text);
            }
        } else {
            let at = answer.pointer.as_str();
            recorder.fail(CheckId::Query, Reason::KbTransactionData, at);
        }
    }
    if authorized.contains(&false) {
        recorder.fail(CheckId::Query, Reason::KbTransactionData, "");
    }
}

/// One text of the request.
struct Asked<'a> {
    sent: &'a str,
    hash: String,
    /// The parts of the query whose credentials may authorize it. None in a text that cannot be read,
    /// which hence nobody can authorize.
    credential_ids: Vec<String>,
}

impl<'a> Asked<'a> {
    fn of(sent: &'a String) -> Self {
        let value = base64url::decode(sent)
            .and_then(|bytes| json::read(&bytes, &Limits::message()).ok())
            .unwrap_or(Value::Null);
        let ids = value.get("credential_ids").and_then(Value::as_array);
        let ids = ids.unwrap_or_default().iter().filter_map(Value::as_str);
        Self {
            sent,
            hash: base64url::encode(Sha256Digest::of(sent.as_bytes()).as_bytes()),
            credential_ids: ids.map(str::to_owned).collect(),
        }
    }

    fn is_for(&self, id: &str) -> bool {
        self.credential_ids.iter().any(|known| known == id)
    }
}
