//! An item that is kept: its entry stands beside its holding, and the step that brought it has ended.
//! The holder's side runs it.

use schemas::ledger::HeadDocument;
use schemas::time::Timestamp;

use crate::error::StoreError;
use crate::history::Completion;
use crate::holding::HoldingId;
use crate::store::Kind;
use crate::store::records::Edit;
use crate::transfer::address;
use crate::transfer::entry::NewItem;
use crate::transfer::item::{self, Head, Item, Standing};
use crate::transfer::step::{self, Outgoing};
use crate::transfer::stored::StoredStep;

/// Writes what is known of a new holding in its ledger, inside the transaction that keeps it. When an
/// accept of this wallet brought it, that has ended, and its address is used. The index is the caller's.
pub(crate) fn taken(
    edit: &mut Edit<'_>,
    holding: HoldingId,
    new: NewItem,
    now: Timestamp,
) -> Result<(), StoreError> {
    let NewItem { entry, path } = new;
    let mut found = Item {
        holding,
        ledger: entry.ledger,
        tag: entry.item,
        terms: entry.terms,
        transfer: entry.transfer,
        standing: Standing::Held,
        commitment: entry.holder,
        path,
        head: None,
        leased: None,
        due: None,
    };
    let mut brought = None;
    for (id, record) in edit.view.records(Kind::Step)? {
        let step = record.decode::<StoredStep>()?.into_step()?;
        if step.takes.is_some() && step.takes == found.path {
            brought = Some((id, step));
        }
    }
    if let Some((id, step)) = brought {
        found.head = head_of(&step, now);
        step::end(edit, &id, Completion::Completed { receipt: None }, now)?;
        address::close_used(edit, &step)?;
        if let Some(returned) = &step.returns {
            item::pass_on(edit, returned, now)?;
        }
    }
    if let Some(path) = &found.path {
        item::settle_due(edit, path)?;
    }
    item::put_new(edit, &found)
}

/// The head that came of a step, as its answer says.
fn head_of(step: &Outgoing, now: Timestamp) -> Option<Head> {
    let answer = step.answer.as_ref()?;
    let document = HeadDocument {
        leaf: answer.leaf.clone(),
        receipt: answer.receipt.clone(),
        proof: None,
        lease_salt: None,
    };
    Some(Head { document, at: now })
}
