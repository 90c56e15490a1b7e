//! What lies beside a thing that is judged without the network: DID documents, status lists, trust
//! lists and heads of items as files. The holder's side runs it.
//!
//! A list is found by the address that it gives itself, and judged with the verifier's own eyes, as if
//! it had been fetched at this moment.

use proofs::did_document::DidDocument;
use proofs::status_token::UnverifiedStatusToken;
use schemas::did::Did;
use schemas::json::{self, Limits, Value};
use schemas::ledger::{ChainPage, HeadDocument, UnverifiedLeaf};
use schemas::message::Message;
use schemas::reason::Reason;
use schemas::status::{StatusListClaims, UnverifiedStatusList};
use schemas::time::Timestamp;
use schemas::trust_list::UnverifiedTrustList;
use verifier::bundle::VerifiedBundle;
use verifier::ledger::HeadRef;
use verifier::{
    Evidence, Fetched, Learned, Missing, Policy, Question, Report, Rounds, status, verify,
};

use crate::check::CheckError;

/// Documents and lists that are at hand.
#[derive(Clone, Debug, Default)]
pub struct AtHand {
    documents: Vec<DidDocument>,
    status_lists: Vec<List>,
    trust_lists: Vec<List>,
    heads: Vec<Head>,
    chains: Vec<Chain>,
    evidence: Evidence,
}

#[derive(Clone, Debug)]
struct Head {
    of: HeadRef,
    bytes: Vec<u8>,
}

#[derive(Clone, Debug)]
struct Chain {
    of: HeadRef,
    leaves: Vec<UnverifiedLeaf>,
}

#[derive(Clone, Debug)]
struct List {
    url: String,
    bytes: Vec<u8>,
}

impl AtHand {
    /// Nothing is at hand.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Also what a bundle brings, as old as it is, when its maker is one whom the policy names.
    ///
    /// # Errors
    /// [`CheckError::Beside`] when it is none, or not to be believed.
    pub fn with_bundle(
        mut self,
        bytes: &[u8],
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Self, CheckError> {
        let text = std::str::from_utf8(bytes).map_err(|_| beside(Reason::BundleInvalid))?;
        let bundle = VerifiedBundle::verify(text, policy, now);
        let bundle = bundle.map_err(|error| beside(error.reason()))?;
        let (evidence, _) = bundle.unpack(policy);
        self.evidence = self.evidence.merged(evidence);
        Ok(self)
    }

    /// Also a DID document, of the DID that it gives itself.
    ///
    /// # Errors
    /// [`CheckError::Beside`] when it is none.
    pub fn with_document(mut self, bytes: &[u8]) -> Result<Self, CheckError> {
        let value = read(bytes)?;
        let did: Option<Did> = value.get("id").and_then(Value::as_str).and_then(parse);
        let did = did.ok_or_else(|| beside(Reason::DidDocumentInvalid))?;
        let document = DidDocument::parse(&value, &did).map_err(|error| beside(error.reason()))?;
        self.documents.push(document);
        Ok(self)
    }

    /// Also a status list.
    ///
    /// # Errors
    /// [`CheckError::Beside`] when it is none, or gives no address.
    pub fn with_status_list(mut self, bytes: &[u8]) -> Result<Self, CheckError> {
        let invalid = || beside(Reason::StatusInvalid);
        let url = match status::token_in(bytes) {
            Some(token) => {
                let token = UnverifiedStatusToken::parse(token).map_err(|_| invalid())?;
                let claims = StatusListClaims::parse(token.claims()).map_err(|_| invalid())?;
                claims.subject().to_owned()
            }
            None => {
                let list = UnverifiedStatusList::parse(&read(bytes)?);
                let list = list.map_err(|error| beside(error.reason()))?;
                list.envelope().id().ok_or_else(invalid)?.to_owned()
            }
        };
        let bytes = bytes.to_vec();
        self.status_lists.push(List { url, bytes });
        Ok(self)
    }

    /// Also a trust list.
    ///
    /// # Errors
    /// [`CheckError::Beside`] when it is none, or gives no address.
    pub fn with_trust_list(mut self, bytes: &[u8]) -> Result<Self, CheckError> {
        let list = UnverifiedTrustList::parse(&read(bytes)?);
        let list = list.map_err(|error| beside(error.reason()))?;
        let url = list.envelope().id();
        let url = url.ok_or_else(|| beside(Reason::TrustListInvalid))?;
        let url = url.to_owned();
        let bytes = bytes.to_vec();
        self.trust_lists.push(List { url, bytes });
        Ok(self)
    }

    /// Also the newest step of an item, as its ledger answers `GET /items/{tag}/head`.
    ///
    /// # Errors
    /// [`CheckError::Beside`] when it is none.
    pub fn with_item_head(mut self, bytes: &[u8]) -> Result<Self, CheckError> {
        let head = HeadDocument::from_value(&read(bytes)?);
        let head = head.map_err(|error| beside(error.reason()))?;
        let of = HeadRef::of_leaf(&head.leaf);
        let bytes = bytes.to_vec();
        self.heads.push(Head { of, bytes });
        Ok(self)
    }

    /// Also an item's whole chain, as its ledger answers `GET /items/{tag}/chain`, page by page in order.
    ///
    /// # Errors
    /// [`CheckError::Beside`] when it is none, or is empty.
    pub fn with_item_chain(mut self, bytes: &[u8]) -> Result<Self, CheckError> {
        let page = ChainPage::from_value(&read(bytes)?);
        let page = page.map_err(|error| beside(error.reason()))?;
        let of = page.leaves.first().map(HeadRef::of_leaf);
        let of = of.ok_or_else(|| beside(Reason::LedgerChainBroken))?;
        match self.chains.iter_mut().find(|chain| chain.of == of) {
            Some(chain) => chain.leaves.extend(page.leaves),
            None => self.chains.push(Chain {
                of,
                leaves: page.leaves,
            }),
        }
        Ok(self)
    }

    /// The document of a DID.
    pub(super) fn document(&self, did: &Did) -> Option<&DidDocument> {
        self.documents.iter().find(|document| document.did() == did)
    }

    /// Judges bytes with what is at hand. What is not stays missing, and the report names it.
    pub(super) fn judge(&self, question: &Question<'_>, bytes: &[u8], now: Timestamp) -> Report {
        let documents = self.documents.iter().cloned();
        let evidence = documents.fold(self.evidence.clone(), |evidence, document| {
            evidence.with_document(document, now)
        });
        let mut rounds = Rounds::new(evidence, now);
        loop {
            let report = verify(question, bytes, rounds.evidence(), now);
            let wanted = rounds.wanted(&report);
            let found: Vec<Learned> = wanted.iter().filter_map(|one| self.find(one)).collect();
            if found.is_empty() {
                return report;
            }
            for learned in found {
                rounds.learn(learned, question.policy);
            }
        }
    }

    fn find(&self, missing: &Missing) -> Option<Learned> {
        let by_address = |lists: &[List], url: &str| -> Option<Vec<u8>> {
            let found = lists.iter().find(|list| list.url == url)?;
            Some(found.bytes.clone())
        };
        match missing {
            Missing::StatusList(list) => {
                let bytes = by_address(&self.status_lists, list.url.as_str())?;
                Some(Learned::StatusList(list.clone(), Ok(Fetched::now(bytes))))
            }
            Missing::TrustList(list) => {
                let bytes = by_address(&self.trust_lists, list.url.as_str())?;
                Some(Learned::TrustList(list.clone(), Ok(Fetched::now(bytes))))
            }
            Missing::ItemHead(of) => {
                let found = self.heads.iter().find(|head| head.of == *of)?;
                let bytes = found.bytes.clone();
                Some(Learned::ItemHead(of.clone(), Ok(Fetched::now(bytes))))
            }
            Missing::ItemChain(of) => {
                let found = self.chains.iter().find(|chain| chain.of == *of)?;
                let leaves = found.leaves.clone();
                Some(Learned::ItemChain(of.clone(), Ok(leaves)))
            }
            // Those that are at hand are known from the beginning.
            _ => None,
        }
    }
}

fn read(bytes: &[u8]) -> Result<Value, CheckError> {
    json::read(bytes, &Limits::document()).map_err(|error| beside(error.reason()))
}

fn parse(text: &str) -> Option<Did> {
    text.parse().ok()
}

const fn beside(reason: Reason) -> CheckError {
    CheckError::Beside { reason }
}
