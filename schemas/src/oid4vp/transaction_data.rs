//! Transaction data (section 8.4): what the person says yes to with the answer, beside what is shown.
//!
//! The world writes it into its request, the wallet shows it and binds it: an answer holds the digest
//! of each text exactly as it was sent (section B.3.3). One type is understood, a statement in the
//! world's words; nobody can agree to what a wallet cannot show.

use crate::canonical;
use crate::dcql::{DcqlQuery, MAX_CREDENTIALS, QueryId};
use crate::digest::Sha256Digest;
use crate::encoding::base64url;
use crate::json::{self, Limits, Value};
use crate::message::{Kind, Members, MessageError, Problem};
use crate::oid4vci::CredentialFormat;
use crate::reason::Reason;

/// `type` of a statement.
pub const STATEMENT_TYPE: &str = "https://w3id.org/omote/v1#Statement";
/// Longer statements are refused, in characters: a person reads them whole.
pub const MAX_STATEMENT: usize = 1000;
/// The digest that answers are made with (`transaction_data_hashes_alg`).
pub const HASHES_ALG: &str = "sha-256";

/// More in one request is refused.
const MAX_ENTRIES: usize = 8;
/// More digests to choose from are refused.
const MAX_ALGORITHMS: usize = 16;

const DATA: Kind = Kind::new("transaction data", Reason::TransactionDataUnsupported);

/// One element of `transaction_data`. What it asks for is understood, and its references exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionData {
    encoded: String,
    credential_ids: Vec<QueryId>,
    transaction: Transaction,
}

/// What is agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transaction {
    /// `https://w3id.org/omote/v1#Statement`: a sentence of the world. Outside text, at most
    /// [`MAX_STATEMENT`] characters, to be shown whole.
    Statement(String),
}

impl TransactionData {
    /// A statement, agreed to with one of these credentials.
    ///
    /// # Errors
    /// `transaction_data_unsupported` for no credential, one named twice, and a text that is empty or
    /// too long.
    pub fn statement(text: &str, credential_ids: &[QueryId]) -> Result<Self, MessageError> {
        let ids: Vec<Value> = credential_ids.iter().map(Value::from).collect();
        let object = crate::object! {
            "type" => STATEMENT_TYPE,
            "credential_ids" => Value::Array(ids),
            "transaction_data_hashes_alg" => [HASHES_ALG],
            "text" => text,
        };
        Self::of_encoded(base64url::encode(&canonical::object_to_bytes(&object)))
    }

    /// The base64url text exactly as it was sent: what answers are bound to.
    #[must_use]
    pub fn encoded(&self) -> &str {
        &self.encoded
    }

    /// SHA-256 of the text as it was sent: an element of `transaction_data_hashes`, in base64url.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest::of(self.encoded.as_bytes())
    }

    /// The parts of the query of which one is to carry it.
    #[must_use]
    pub fn credential_ids(&self) -> &[QueryId] {
        &self.credential_ids
    }

    /// What is agreed to.
    #[must_use]
    pub const fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// All of a request. A type, digest or credential that is not understood refuses the whole: what
    /// is left out would be agreed to unseen.
    pub(crate) fn read_all(value: &Value, query: &DcqlQuery) -> Result<Vec<Self>, MessageError> {
        let mut all = Vec::new();
        for element in DATA.array("", value, MAX_ENTRIES)? {
            let data = Self::of_encoded(DATA.text("", element)?)?;
            data.require_carrier(query)?;
            if all.contains(&data) {
                return Err(DATA.fail("", Problem::Repeated));
            }
            all.push(data);
        }
        Ok(all)
    }

    pub(crate) fn write_all(all: &[Self]) -> Value {
        let texts = all.iter().map(|data| Value::from(data.encoded.as_str()));
        Value::Array(texts.collect())
    }

    fn of_encoded(encoded: String) -> Result<Self, MessageError> {
        let expected = "base64url of a JSON object";
        let bytes = base64url::decode(&encoded)
            .ok_or_else(|| DATA.fail("", Problem::Value { expected }))?;
        let value = json::read(&bytes, &Limits::message()).map_err(|error| {
            DATA.fail_as("", Problem::Json(error), Reason::TransactionDataUnsupported)
        })?;
        let members = Members::of(DATA, &value)?;
        if members.text("type")? != STATEMENT_TYPE {
            return Err(members.fail("type", Problem::Unsupported));
        }
        // Whatever else stood here would be signed and not shown.
        members.only(&[
            "type",
            "credential_ids",
            "transaction_data_hashes_alg",
            "text",
        ])?;
        let algorithms = members.optional_texts("transaction_data_hashes_alg", MAX_ALGORITHMS)?;
        if !algorithms.is_empty() && !algorithms.iter().any(|name| name == HASHES_ALG) {
            return Err(members.fail("transaction_data_hashes_alg", Problem::Unsupported));
        }
        let text = members.text("text")?;
        DATA.within("text", text.chars().count(), MAX_STATEMENT)?;
        Ok(Self {
            credential_ids: read_ids(&members)?,
            transaction: Transaction::Statement(text),
            encoded,
        })
    }

    /// Its references exist, and one of them is of the format whose answers can carry it.
    fn require_carrier(&self, query: &DcqlQuery) -> Result<(), MessageError> {
        let mut carries = false;
        for id in &self.credential_ids {
            let Some(part) = query.credential(id) else {
                let expected = "identifiers of the query";
                return Err(DATA.fail("credential_ids", Problem::Value { expected }));
            };
            carries |= part.meta.format() == CredentialFormat::DcSdJwt;
        }
        if carries {
            Ok(())
        } else {
            Err(DATA.fail("credential_ids", Problem::Unsupported))
        }
    }
}

fn read_ids(members: &Members<'_>) -> Result<Vec<QueryId>, MessageError> {
    let expected = "identifiers of the query";
    let texts = members.texts("credential_ids", MAX_CREDENTIALS)?;
    let ids = texts.into_iter().map(|text| {
        QueryId::new(text)
            .ok_or_else(|| members.fail("credential_ids", Problem::Value { expected }))
    });
    ids.collect()
}

#[cfg(test)]
mod tests {
    use super::{MAX_STATEMENT, STATEMENT_TYPE, Transaction, TransactionData};
    use crate::dcql::{DcqlQuery, QueryId};
    use crate::digest::Sha256Digest;
    use crate::encoding::base64url;
    use crate::json::{Object, Value};
    use crate::message::Message;
    use crate::reason::Reason;

    fn query() -> DcqlQuery {
        DcqlQuery::read(
            br#"{"credentials":[
                {"id":"sd","format":"dc+sd-jwt","meta":{}},
                {"id":"ld","format":"ldp_vc","meta":{}}
            ]}"#,
        )
        .unwrap()
    }

    fn object() -> Object {
        crate::object! {
            "type" => STATEMENT_TYPE,
            "credential_ids" => ["sd"],
            "text" => "I enter the tournament.",
        }
    }

    fn encoded(object: Object) -> String {
        base64url::encode(&crate::canonical::object_to_bytes(&object))
    }

    fn read(texts: &[&str]) -> Result<Vec<TransactionData>, Reason> {
        let value = Value::from(texts.to_vec());
        TransactionData::read_all(&value, &query()).map_err(|error| error.reason())
    }

    #[test]
    fn a_statement_is_read_as_it_was_written() {
        let id = QueryId::new("sd").unwrap();
        let made =
            TransactionData::statement("入場料を払います", std::slice::from_ref(&id)).unwrap();
        let data = read(&[made.encoded()]).unwrap();
        assert_eq!(data, std::slice::from_ref(&made));
        let transaction = Transaction::Statement("入場料を払います".to_owned());
        assert_eq!(made.transaction(), &transaction);
        assert_eq!(made.credential_ids(), [id]);
        assert_eq!(made.digest(), Sha256Digest::of(made.encoded().as_bytes()));
        assert_eq!(
            TransactionData::write_all(&data),
            Value::from([made.encoded()])
        );
        // Spelled by another hand: the digest is that of the very text.
        let spelled = base64url::encode(
            format!(r#"{{ "text":"a", "type":"{STATEMENT_TYPE}", "credential_ids":["ld","sd"] }}"#)
                .as_bytes(),
        );
        assert_eq!(read(&[&spelled]).unwrap()[0].encoded(), spelled);
    }

    #[test]
    fn what_cannot_be_shown_or_bound_is_refused() {
        let with = |name: &str, value: Value| {
            let mut object = object();
            object.insert(name, value);
            encoded(object)
        };
        let without = |name: &str| {
            let mut object = object();
            object.remove(name);
            encoded(object)
        };
        let sound = encoded(object());
        assert!(read(&[&sound]).is_ok());
        for texts in [
            vec![],
            vec![""],
            vec!["not base64url!"],
            vec![&*format!("{sound}=")],
            vec!["bm90IEpTT04"],
            vec!["W10"],
            vec![&*without("type")],
            vec![&*with("type", "https://other.example/payment".into())],
            vec![&*with("type", Value::Null)],
            vec![&*without("credential_ids")],
            vec![&*with("credential_ids", Value::Array(vec![]))],
            vec![&*with("credential_ids", ["sd", "sd"].into())],
            vec![&*with("credential_ids", ["sd", "absent"].into())],
            vec![&*with("credential_ids", "sd".into())],
            // No answer in this format can carry it.
            vec![&*with("credential_ids", ["ld"].into())],
            vec![&*with("transaction_data_hashes_alg", ["sha-512"].into())],
            vec![&*with("transaction_data_hashes_alg", "sha-256".into())],
            vec![&*with("transaction_data_hashes_alg", Value::Array(vec![]))],
            vec![&*without("text")],
            vec![&*with("text", "".into())],
            vec![&*with("text", "a".repeat(MAX_STATEMENT + 1).into())],
            // Signed, and not shown.
            vec![&*with("amount", "1000".into())],
            vec![&sound, &sound],
        ] {
            assert_eq!(
                read(&texts),
                Err(Reason::TransactionDataUnsupported),
                "{texts:?}"
            );
        }
        let many: Vec<String> = (0..9)
            .map(|n| with("text", format!("{n}").into()))
            .collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(read(&many), Err(Reason::TransactionDataUnsupported));
        for value in [Value::Null, "a".into(), crate::object! {}.into()] {
            let error = TransactionData::read_all(&value, &query()).unwrap_err();
            assert_eq!(error.reason(), Reason::TransactionDataUnsupported);
        }
        assert!(TransactionData::statement("a", &[]).is_err());
    }
}
