//! Any bytes as a document of the item ledger: what is read is written again as it was, and nothing that
//! was not signed by a key of ours is verified.
#![no_main]

use libfuzzer_sys::fuzz_target;
use proofs::ledger::{require_sound, verify_leaf, verify_receipt};
use schemas::canonical;
use schemas::json::{Limits, Value, read};
use schemas::ledger::{
    Address, ChainPage, EvidenceFile, HeadDocument, HolderQuery, InboxAnswer, InboxQuery, ItemTerms,
    LedgerEntry, SentStep, Step, StepAnswer, TransferTerms, UnverifiedHeadReceipt, UnverifiedLeaf,
};
use schemas::message::Message;
use tests::actors::key;

/// One spelling: what was read is written byte by byte.
fn spelled<M: Message>(value: &Value) -> Option<M> {
    let read = M::from_value(value).ok()?;
    assert_eq!(read.to_bytes(), canonical::to_bytes(value));
    Some(read)
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(address) = text.parse::<Address>()
    {
        assert_eq!(address.to_string(), text);
        let _ = require_sound(&address);
    }
    if let Ok(leaf) = UnverifiedLeaf::of_entry(bytes) {
        assert_eq!(leaf.bytes(), bytes);
    }
    let Ok(value) = read(bytes, &Limits::message()) else {
        return;
    };
    let stranger = key("a key that signs nothing").verifying_key();
    if let Some(leaf) = spelled::<UnverifiedLeaf>(&value) {
        assert_eq!(leaf.bytes(), canonical::to_bytes(&value));
        assert_eq!(
            leaf.claims().step().is_none(),
            leaf.claims().event.is_of_issuer()
        );
        assert!(verify_leaf(leaf, &stranger).is_err());
    }
    if let Some(receipt) = spelled::<UnverifiedHeadReceipt>(&value) {
        assert!(verify_receipt(receipt, &stranger).is_err());
    }
    if let Some(step) = spelled::<Step>(&value) {
        assert_eq!(step.canonical(), canonical::to_bytes(&value));
    }
    let _ = spelled::<SentStep>(&value);
    let _ = spelled::<HeadDocument>(&value);
    let _ = spelled::<EvidenceFile>(&value);
    let _ = spelled::<LedgerEntry>(&value);
    let _ = spelled::<TransferTerms>(&value);
    let _ = spelled::<InboxQuery>(&value);
    let _ = spelled::<HolderQuery>(&value);
    let _ = spelled::<ChainPage>(&value);
    // License terms and offers of credentials in them have readers of their own.
    let _ = ItemTerms::from_value(&value);
    let _ = InboxAnswer::from_value(&value);
    let _ = StepAnswer::from_value(&value);
});
