//! `vp_token` (section 8.1): presentations, by the credential query that they answer.

use crate::dcql::{Count, DcqlQuery, MAX_CREDENTIALS, QueryId};
use crate::digest::Sha256Digest;
use crate::json::{Object, Value};
use crate::message::{Kind, Members, MessageError, Problem, WireDocument};
use crate::reason::Reason;

/// More presentations for one credential query are refused.
pub(crate) const MAX_PRESENTATIONS: usize = 32;

const TOKEN: Kind = Kind::new("vp_token", Reason::VpMalformed);

/// Presentations by query; at least one query, each with at least one presentation.
#[derive(Clone, Debug, PartialEq)]
pub struct VpToken {
    entries: Vec<(QueryId, Vec<WireDocument>)>,
}

impl VpToken {
    /// Makes a token.
    ///
    /// # Errors
    /// `vp_malformed` when there is no entry, an entry without presentation, or a query twice;
    /// `vp_too_many` for more than 20 queries or 32 presentations for one.
    pub fn new(entries: Vec<(QueryId, Vec<WireDocument>)>) -> Result<Self, MessageError> {
        let expected = "an object with presentations";
        if entries.is_empty() || entries.iter().any(|(_, documents)| documents.is_empty()) {
            return Err(TOKEN.fail("", Problem::Value { expected }));
        }
        let most = entries.iter().map(|(_, documents)| documents.len()).max();
        require_few(entries.len(), MAX_CREDENTIALS)?;
        require_few(most.unwrap_or_default(), MAX_PRESENTATIONS)?;
        let ids = entries.iter().map(|(id, _)| id);
        let repeated = |(index, id): (usize, &QueryId)| ids.clone().take(index).any(|i| i == id);
        if ids.clone().enumerate().any(repeated) {
            return Err(TOKEN.fail("", Problem::Repeated));
        }
        Ok(Self { entries })
    }

    /// The presentations for each query.
    #[must_use]
    pub fn entries(&self) -> &[(QueryId, Vec<WireDocument>)] {
        &self.entries
    }

    /// The presentations for one query; none when it was not answered.
    #[must_use]
    pub fn presentations(&self, id: &QueryId) -> &[WireDocument] {
        self.entries
            .iter()
            .find(|(name, _)| name == id)
            .map_or(&[], |(_, documents)| documents)
    }

    /// SHA-256 of the canonical form (RFC 8785): how receipts name the presentation. Both sides get
    /// the same, however the token was spelled on its way.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest::of(&crate::canonical::object_to_bytes(&self.to_object()))
    }

    /// Refuses a token that answers what was not asked (section 8.6), before anything is verified.
    ///
    /// # Errors
    /// `vp_malformed` for an identifier that is not of the query, `vp_too_many` for several
    /// presentations where one was asked for.
    pub fn require_answer_to(&self, query: &DcqlQuery) -> Result<(), MessageError> {
        for (id, documents) in &self.entries {
            let Some(credential) = query.credential(id) else {
                return Err(TOKEN.fail("", Problem::Unknown));
            };
            if credential.count == Count::One {
                require_few(documents.len(), 1)?;
            }
        }
        Ok(())
    }

    pub(crate) fn read(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(TOKEN, value)?;
        let expected = "identifiers of a query";
        let mut entries = Vec::new();
        require_few(members.object.len(), MAX_CREDENTIALS)?;
        for (name, value) in members.object.iter() {
            let id =
                QueryId::new(name).ok_or_else(|| TOKEN.fail("", Problem::Value { expected }))?;
            let documents = TOKEN.array("", value, usize::MAX)?;
            require_few(documents.len(), MAX_PRESENTATIONS)?;
            let documents = documents
                .iter()
                .map(|document| WireDocument::from_value(TOKEN, "", document))
                .collect::<Result<_, _>>()?;
            entries.push((id, documents));
        }
        Self::new(entries)
    }

    pub(crate) fn to_object(&self) -> Object {
        let entry = |(id, documents): &(QueryId, Vec<WireDocument>)| {
            let documents = documents.iter().map(Value::from).collect();
            (id.as_str().to_owned(), Value::Array(documents))
        };
        self.entries.iter().map(entry).collect()
    }
}

fn require_few(found: usize, limit: usize) -> Result<(), MessageError> {
    if found > limit {
        let problem = Problem::TooLarge { limit, found };
        return Err(TOKEN.fail_as("", problem, Reason::VpTooMany));
    }
    Ok(())
}
