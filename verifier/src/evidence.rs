//! What is known of the outside, as an immutable snapshot: DID documents, status lists, trust lists
//! and their ages. The only cache that a verification reads, and it never grows while one runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use proofs::did_document::DidDocument;
use schemas::did::Did;
use schemas::json::Object;
use schemas::ledger::{Salt, UnverifiedLeaf};
use schemas::reason::Reason;
use schemas::time::Timestamp;

use crate::key_history::{KeyHistoryHead, VerifiedKeyHistory};
use crate::ledger::{HeadMark, HeadRef, VerifiedHead};
use crate::list::ListRef;
use crate::names::{KnownName, KnownNames, NameKind};
use crate::status::VerifiedStatusList;
use crate::trust::VerifiedTrustList;

/// Most documents in one snapshot.
const MAX_DOCUMENTS: usize = 1024;
/// Most status lists in one snapshot, of up to 4 MiB each and 16 KiB as a rule.
const MAX_STATUS_LISTS: usize = 256;
/// Most trust lists in one snapshot, and so in one policy.
pub(crate) const MAX_TRUST_LISTS: usize = 64;
/// Most heads of items in one snapshot.
const MAX_ITEM_HEADS: usize = 1024;
/// Most whole chains in one snapshot.
const MAX_ITEM_CHAINS: usize = 64;
/// Most key histories in one snapshot.
const MAX_HISTORIES: usize = 256;
/// Most lists of which the newest date is remembered, and most histories of which the head is.
const MAX_MARKS: usize = 4096;
/// How far in the future something may have been learned, in seconds: as far as a policy lets clocks
/// differ at most. What a clock learned that was further ahead would otherwise be young until then.
const MAX_AHEAD: i64 = 600;

/// A snapshot of the outside.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    documents: BTreeMap<Did, Known<DidDocument>>,
    histories: BTreeMap<Did, Known<VerifiedKeyHistory>>,
    /// How far each history had come: another that does not go on from there is not believed.
    heads: BTreeMap<Did, KeyHistoryHead>,
    status_lists: BTreeMap<ListRef, Known<VerifiedStatusList>>,
    trust_lists: BTreeMap<ListRef, Known<VerifiedTrustList>>,
    item_heads: BTreeMap<HeadRef, Known<VerifiedHead>>,
    /// Whole chains of items, as they came: they are walked with the credential that names the item.
    item_chains: BTreeMap<HeadRef, Result<Arc<[UnverifiedLeaf]>, Reason>>,
    /// How far each item had come: a ledger that says otherwise contradicts itself.
    item_marks: BTreeMap<HeadRef, HeadMark>,
    /// The newest `validFrom` that was seen of each list: an older one is a replay.
    newest: BTreeMap<ListRef, Timestamp>,
    /// What lists wait for that have arrived and could not be judged yet.
    waiting: BTreeMap<ListRef, Missing>,
    /// The names that the documents give to those whose they are.
    names: Arc<KnownNames>,
    /// Keys that are their own documents, decoded once. Never from outside.
    static_keys: BTreeMap<Did, DidDocument>,
}

#[derive(Clone, Debug)]
struct Known<T> {
    found: Result<T, Reason>,
    at: Timestamp,
}

/// Something that a verification would have to know. Trust and, for parts of a credential, the
/// signature around it have passed already: it is safe to fetch. In this order: the key that a list
/// is judged with comes before the list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Missing {
    /// The document of this DID.
    DidDocument(Did),
    /// The history of the keys of this DID, which its document announces.
    KeyHistory(Did),
    /// A list that the policy names.
    TrustList(ListRef),
    /// A list that a credential names whose issuer is believed and whose signature stands.
    StatusList(ListRef),
    /// The newest leaf of an item that a credential names whose issuer is believed and whose signature
    /// stands.
    ItemHead(HeadRef),
    /// Every leaf of such an item, from its mint to now.
    ItemChain(HeadRef),
}

impl Missing {
    /// The JSON form, as reports carry it.
    #[must_use]
    pub fn to_object(&self) -> Object {
        match self {
            Self::DidDocument(did) => schemas::object! { "did_document" => did },
            Self::KeyHistory(did) => schemas::object! { "key_history" => did },
            Self::TrustList(list) => schemas::object! { "trust_list" => list.to_object() },
            Self::StatusList(list) => schemas::object! { "status_list" => list.to_object() },
            Self::ItemHead(head) => schemas::object! { "item_head" => head.to_object() },
            Self::ItemChain(head) => schemas::object! { "item_chain" => head.to_object() },
        }
    }
}

impl Evidence {
    /// Nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Also a document, as it was at a moment. Beyond 1024 documents the oldest makes room.
    #[must_use]
    pub fn with_document(mut self, document: DidDocument, at: Timestamp) -> Self {
        let did = document.did().clone();
        self.learn_name(&document);
        let document = document.kept();
        insert(&mut self.documents, did, Ok(document), at, MAX_DOCUMENTS);
        self
    }

    /// Also the key of a DID that is its own document (`did:key`, `did:jwk`), decoded once and for
    /// all: an issuer who is met again and again. Any other DID changes nothing. Beyond 1024 keys the
    /// first in order makes room.
    #[must_use]
    pub fn with_static_key(mut self, did: &Did) -> Self {
        if let Some(Ok(document)) = DidDocument::of_static(did) {
            self.static_keys.insert(did.clone(), document.kept());
            if self.static_keys.len() > MAX_DOCUMENTS {
                self.static_keys.pop_first();
            }
        }
        self
    }

    /// A key that was decoded before.
    pub(crate) fn static_key(&self, did: &Did) -> Option<&DidDocument> {
        self.static_keys.get(did)
    }

    fn learn_name(&mut self, document: &DidDocument) {
        let Some(profile) = document.profile() else {
            return;
        };
        let names = Arc::make_mut(&mut self.names);
        // Somebody who changes names all the time would fill this: begin again.
        if names.len() >= 2 * MAX_DOCUMENTS {
            *names = KnownNames::none();
        }
        for name in profile.names() {
            names.add(KnownName {
                name: name.to_owned(),
                who: Some(document.did().clone()),
                kind: NameKind::World,
            });
        }
    }

    /// The names that the documents give to those whose they are.
    pub(crate) fn names(&self) -> &KnownNames {
        &self.names
    }

    /// Also that a document could not be had: `did_resolution_failed` leaves the verification
    /// undecided, every other reason refuses.
    #[must_use]
    pub fn without_document(mut self, did: Did, reason: Reason, at: Timestamp) -> Self {
        insert(&mut self.documents, did, Err(reason), at, MAX_DOCUMENTS);
        self
    }

    /// Also a key history. One that does not go on from what was seen before is known as
    /// `key_history_mismatch`, and what was seen before stays. Beyond 256 histories the oldest makes
    /// room.
    #[must_use]
    pub fn with_key_history(mut self, history: VerifiedKeyHistory, at: Timestamp) -> Self {
        let did = history.did().clone();
        let known = self.heads.get(&did);
        let found = match history.head() {
            Some(head) if known.is_none_or(|known| history.continues(known)) => {
                self.pin(did.clone(), head);
                Ok(history)
            }
            _ => Err(Reason::KeyHistoryMismatch),
        };
        insert(&mut self.histories, did, found, at, MAX_HISTORIES);
        self
    }

    /// Also that a key history could not be had: `did_resolution_failed` leaves the verification
    /// undecided, every other reason refuses.
    #[must_use]
    pub fn without_key_history(mut self, did: Did, reason: Reason, at: Timestamp) -> Self {
        insert(&mut self.histories, did, Err(reason), at, MAX_HISTORIES);
        self
    }

    fn pin(&mut self, did: Did, head: KeyHistoryHead) {
        let pinned = self.heads.entry(did).or_insert_with(|| head.clone());
        if pinned.number < head.number {
            *pinned = head;
        }
        while self.heads.len() > MAX_MARKS {
            self.heads.pop_first();
        }
    }

    /// Also how far a key history had come, as somebody wrote down who keeps that longer than snapshots.
    #[must_use]
    pub fn with_key_history_head(mut self, did: Did, head: KeyHistoryHead) -> Self {
        self.pin(did, head);
        self
    }

    /// How far each key history had come, for whoever keeps that longer than a snapshot.
    pub fn key_history_heads(&self) -> impl Iterator<Item = (&Did, &KeyHistoryHead)> {
        self.heads.iter()
    }

    /// What is known of a DID's key history, however old: the history, or why it is not used.
    #[must_use]
    pub fn heard_of_key_history(&self, did: &Did) -> Option<Result<&VerifiedKeyHistory, Reason>> {
        let known = self.histories.get(did)?;
        Some(known.found.as_ref().map_err(|reason| *reason))
    }

    /// How far a DID's key history had come when it was seen last.
    pub(crate) fn pinned(&self, did: &Did) -> Option<&KeyHistoryHead> {
        self.heads.get(did)
    }

    /// What is known of a DID's key history and since when, unless it is older than this many seconds.
    pub(crate) fn key_history(
        &self,
        did: &Did,
        now: Timestamp,
        max_age: i64,
    ) -> Option<(&Result<VerifiedKeyHistory, Reason>, Timestamp)> {
        let at = self.histories.get(did)?.at;
        Some((young(&self.histories, did, now, max_age)?, at))
    }

    /// From when what is known of a DID's document is.
    pub(crate) fn document_at(&self, did: &Did) -> Option<Timestamp> {
        self.documents.get(did).map(|known| known.at)
    }

    /// Also a status list. One that is older than another that was seen before is a replay, and
    /// known as `status_rollback`. Beyond 256 lists the oldest makes room.
    #[must_use]
    pub fn with_status_list(mut self, known: VerifiedStatusList) -> Self {
        let (list, at) = (known.list().clone(), known.fetched_at());
        let found = if self.is_newest(&list, known.valid_from()) {
            Ok(known)
        } else {
            Err(Reason::StatusRollback)
        };
        insert(&mut self.status_lists, list, found, at, MAX_STATUS_LISTS);
        self
    }

    /// Also that a status list could not be had or is not to be used: `status_unavailable` leaves the
    /// verification undecided, every other reason refuses.
    #[must_use]
    pub fn without_status_list(mut self, list: ListRef, reason: Reason, at: Timestamp) -> Self {
        let found = Err(reason);
        insert(&mut self.status_lists, list, found, at, MAX_STATUS_LISTS);
        self
    }

    /// Also the head of an item. One that contradicts what its ledger signed before is known as
    /// `registry_equivocation` or `registry_rollback`; one that is merely older changes nothing. Beyond
    /// 1024 items the one that was learned first makes room.
    #[must_use]
    pub fn with_item_head(mut self, known: VerifiedHead, at: Timestamp) -> Self {
        let head = known.head().clone();
        match HeadMark::of(&known).after(self.item_marks.get(&head)) {
            Ok(None) => self,
            Ok(Some(mark)) => {
                self.mark_item(head.clone(), mark);
                insert(&mut self.item_heads, head, Ok(known), at, MAX_ITEM_HEADS);
                self
            }
            Err(reason) => self.without_item_head(head, reason, at),
        }
    }

    /// What opens the world of an item's lease, where its head is known without.
    pub(crate) fn open_lease(&mut self, head: &HeadRef, salt: Salt) {
        if let Some(Known { found, .. }) = self.item_heads.get_mut(head)
            && let Ok(known) = found
        {
            *known = known.clone().opened(Some(salt));
        }
    }

    /// Also that the head of an item could not be had or is not to be used: `head_unavailable` and
    /// `head_stale` leave the verification undecided, every other reason refuses.
    #[must_use]
    pub fn without_item_head(mut self, head: HeadRef, reason: Reason, at: Timestamp) -> Self {
        insert(&mut self.item_heads, head, Err(reason), at, MAX_ITEM_HEADS);
        self
    }

    /// Also the chain of an item, or why it could not be had: `ledger_chain_unavailable` leaves the
    /// verification undecided, every other reason refuses. Beyond 64 items the first in order makes room.
    /// No chain is merged into another snapshot: it is as old as the question for which it came.
    #[must_use]
    pub fn with_item_chain(
        mut self,
        head: HeadRef,
        leaves: Result<Vec<UnverifiedLeaf>, Reason>,
    ) -> Self {
        self.item_chains.insert(head, leaves.map(Arc::from));
        while self.item_chains.len() > MAX_ITEM_CHAINS {
            self.item_chains.pop_first();
        }
        self
    }

    /// The chain of an item.
    pub(crate) fn item_chain(
        &self,
        head: &HeadRef,
    ) -> Option<&Result<Arc<[UnverifiedLeaf]>, Reason>> {
        self.item_chains.get(head)
    }

    /// Remembers how far an item had come. The one of which its ledger spoke longest ago makes room,
    /// whatever its name: names are drawn by ledgers, and one could draw some that push others out.
    pub(crate) fn mark_item(&mut self, head: HeadRef, mark: HeadMark) {
        self.item_marks.insert(head, mark);
        while self.item_marks.len() > MAX_MARKS {
            let marks = self.item_marks.iter();
            let oldest = marks.min_by_key(|(_, mark)| mark.issued());
            let Some(oldest) = oldest.map(|(head, _)| head.clone()) else {
                return;
            };
            self.item_marks.remove(&oldest);
        }
    }

    /// How far an item had come when its ledger spoke of it last, when that is remembered.
    #[cfg(test)]
    pub(crate) fn marked(&self, head: &HeadRef) -> Option<&HeadMark> {
        self.item_marks.get(head)
    }

    /// The items of whose heads anything is known, be it that one could not be had.
    pub fn item_heads(&self) -> impl Iterator<Item = &HeadRef> {
        self.item_heads.keys()
    }

    /// Also what a list waits for that has arrived: a report that lacks the list names it. Beyond 256
    /// lists the first in order makes room.
    pub(crate) fn awaiting(mut self, list: &ListRef, missing: Option<&Missing>) -> Self {
        match missing {
            Some(missing) => drop(self.waiting.insert(list.clone(), missing.clone())),
            None => drop(self.waiting.remove(list)),
        }
        while self.waiting.len() > MAX_STATUS_LISTS {
            self.waiting.pop_first();
        }
        self
    }

    /// What a list waits for that has arrived.
    pub(crate) fn awaited(&self, list: &ListRef) -> Option<&Missing> {
        self.waiting.get(list)
    }

    /// Also a trust list. One that is older than another that was seen before is a replay, and is
    /// known as `trust_list_invalid`.
    #[must_use]
    pub fn with_trust_list(mut self, known: VerifiedTrustList) -> Self {
        let (list, at) = (known.list().clone(), known.fetched_at());
        let found = if self.is_newest(&list, known.valid_from()) {
            Ok(known)
        } else {
            Err(Reason::TrustListInvalid)
        };
        insert(&mut self.trust_lists, list, found, at, MAX_TRUST_LISTS);
        self
    }

    /// Also that a trust list could not be had (`trust_list_unavailable`) or is not to be used.
    #[must_use]
    pub fn without_trust_list(mut self, list: ListRef, reason: Reason, at: Timestamp) -> Self {
        insert(
            &mut self.trust_lists,
            list,
            Err(reason),
            at,
            MAX_TRUST_LISTS,
        );
        self
    }

    /// Also that a list of this date was seen, as somebody wrote down who keeps dates longer than
    /// snapshots.
    #[must_use]
    pub fn with_newest(mut self, list: ListRef, from: Timestamp) -> Self {
        self.mark(list, from);
        self
    }

    /// The newest date that was seen of each list, for whoever keeps them longer than a snapshot.
    pub fn newest(&self) -> impl Iterator<Item = (&ListRef, Timestamp)> {
        self.newest.iter().map(|(list, from)| (list, *from))
    }

    /// Notes the date of a list; false when a newer one was seen before.
    fn is_newest(&mut self, list: &ListRef, from: Option<Timestamp>) -> bool {
        let newest = self.newest.get(list).copied();
        match (newest, from) {
            (Some(newest), Some(from)) if from < newest => false,
            (Some(_), None) => false,
            (_, Some(from)) => {
                self.mark(list.clone(), from);
                true
            }
            (None, None) => true,
        }
    }

    fn mark(&mut self, list: ListRef, from: Timestamp) {
        let mark = self.newest.entry(list).or_insert(from);
        *mark = (*mark).max(from);
        while self.newest.len() > MAX_MARKS {
            self.newest.pop_first();
        }
    }

    /// What both know. Of two entries for one thing the younger stays, of two of the same moment the
    /// other's; a list that is older than one that either has seen, and a history that does not go on
    /// from there, is a replay whenever it was fetched. The bounds are those of
    /// [`Evidence::with_document`] and its like.
    #[must_use]
    pub fn merged(mut self, other: Self) -> Self {
        for (list, from) in other.newest {
            self.mark(list, from);
        }
        for known in other.documents.values() {
            if let Ok(document) = &known.found {
                self.learn_name(document);
            }
        }
        for (did, head) in other.heads {
            let found = other.histories.get(&did);
            let found = found.and_then(|known| known.found.as_ref().ok());
            let goes_on = self.heads.get(&did).zip(found);
            if goes_on.is_none_or(|(mine, history)| history.continues(mine)) {
                self.pin(did, head);
            }
        }
        let heads = &self.heads;
        let goes_on = |did: &Did, history: &VerifiedKeyHistory| {
            let head = heads.get(did);
            head.is_none_or(|head| history.continues(head))
        };
        let refused = Reason::KeyHistoryMismatch;
        merge_sound(
            &mut self.histories,
            other.histories,
            MAX_HISTORIES,
            goes_on,
            refused,
        );
        merge(&mut self.documents, other.documents, MAX_DOCUMENTS);
        for (did, document) in other.static_keys {
            if self.static_keys.len() < MAX_DOCUMENTS {
                self.static_keys.insert(did, document);
            }
        }
        let marks = other.item_marks;
        for (head, known) in other.item_heads {
            let newer = |mine: &Known<VerifiedHead>| mine.at > known.at;
            if self.item_heads.get(&head).is_some_and(newer) {
                continue;
            }
            self = match known.found {
                Ok(found) => self.with_item_head(found, known.at),
                Err(reason) => self.without_item_head(head, reason, known.at),
            };
        }
        for (head, mark) in marks {
            if let Ok(Some(mark)) = mark.after(self.item_marks.get(&head)) {
                self.mark_item(head, mark);
            }
        }
        let newest = &self.newest;
        let is_newest = |list: &ListRef, from: Option<Timestamp>| {
            let newest = newest.get(list);
            newest.is_none_or(|newest| from.is_some_and(|from| from >= *newest))
        };
        merge_sound(
            &mut self.trust_lists,
            other.trust_lists,
            MAX_TRUST_LISTS,
            |list, known| is_newest(list, known.valid_from()),
            Reason::TrustListInvalid,
        );
        merge_sound(
            &mut self.status_lists,
            other.status_lists,
            MAX_STATUS_LISTS,
            |list, known| is_newest(list, known.valid_from()),
            Reason::StatusRollback,
        );
        self
    }

    /// Only what is known of the DIDs that the caller keeps, and all lists.
    #[must_use]
    pub fn keeping(mut self, mut keeps: impl FnMut(&Did) -> bool) -> Self {
        self.documents.retain(|did, _| keeps(did));
        let kept = &self.documents;
        self.histories.retain(|did, _| kept.contains_key(did));
        self
    }

    /// Without the status lists for which this holds, such as those of whoever asks.
    #[must_use]
    pub fn without_status_lists(mut self, mut drops: impl FnMut(&ListRef) -> bool) -> Self {
        self.status_lists.retain(|list, _| !drops(list));
        self
    }

    /// Without the heads of items for which this holds, such as those of whoever asks. How far each had
    /// come stays known.
    #[must_use]
    pub fn without_item_heads(mut self, mut drops: impl FnMut(&HeadRef) -> bool) -> Self {
        self.item_heads.retain(|head, _| !drops(head));
        self
    }

    /// Without what is known of lists that are not used and for which this holds: they are asked for
    /// once more.
    #[must_use]
    pub fn without_failed_lists(mut self, mut drops: impl FnMut(&ListRef) -> bool) -> Self {
        self.status_lists
            .retain(|list, known| known.found.is_ok() || !drops(list));
        self.trust_lists
            .retain(|list, known| known.found.is_ok() || !drops(list));
        self
    }

    /// Only what was found: that something could not be had is nothing to remember.
    #[must_use]
    pub fn found(mut self) -> Self {
        self.documents.retain(|_, known| known.found.is_ok());
        self.histories.retain(|_, known| known.found.is_ok());
        self.trust_lists.retain(|_, known| known.found.is_ok());
        self.status_lists.retain(|_, known| known.found.is_ok());
        self.item_heads.retain(|_, known| known.found.is_ok());
        self.waiting.clear();
        self
    }

    /// Whether anything is known of a DID's document, be it that it could not be had.
    #[must_use]
    pub fn knows(&self, did: &Did) -> bool {
        self.documents.contains_key(did)
    }

    /// The DIDs of which anything is known.
    pub fn dids(&self) -> impl Iterator<Item = &Did> {
        self.documents.keys()
    }

    /// The documents that were found, and when.
    pub fn documents(&self) -> impl Iterator<Item = (&DidDocument, Timestamp)> {
        let found = |known: &'_ Known<DidDocument>| known.found.is_ok();
        self.documents
            .values()
            .filter(move |known| found(known))
            .filter_map(|known| Some((known.found.as_ref().ok()?, known.at)))
    }

    /// A status list that is known, however old, for whoever asks its publisher whether it changed.
    #[must_use]
    pub fn last_status_list(&self, list: &ListRef) -> Option<&VerifiedStatusList> {
        self.status_lists.get(list)?.found.as_ref().ok()
    }

    /// What is known of a status list, however old: the list, or why it is not used.
    #[must_use]
    pub fn heard_of_status_list(
        &self,
        list: &ListRef,
    ) -> Option<Result<&VerifiedStatusList, Reason>> {
        let known = self.status_lists.get(list)?;
        Some(known.found.as_ref().map_err(|reason| *reason))
    }

    /// What is known of a trust list, likewise.
    #[must_use]
    pub fn heard_of_trust_list(
        &self,
        list: &ListRef,
    ) -> Option<Result<&VerifiedTrustList, Reason>> {
        let known = self.trust_lists.get(list)?;
        Some(known.found.as_ref().map_err(|reason| *reason))
    }

    /// The dates alone of the lists that were seen, and how far key histories had come.
    #[must_use]
    pub fn dates(&self) -> Self {
        Self {
            newest: self.newest.clone(),
            heads: self.heads.clone(),
            item_marks: self.item_marks.clone(),
            ..Self::default()
        }
    }

    /// What is known of a DID's document, unless it is older than this many seconds.
    pub(crate) fn document(
        &self,
        did: &Did,
        now: Timestamp,
        max_age: i64,
    ) -> Option<&Result<DidDocument, Reason>> {
        young(&self.documents, did, now, max_age)
    }

    /// What is known of a status list, unless it is older than this many seconds, than its own `ttl`
    /// or than its end.
    pub(crate) fn status_list(
        &self,
        list: &ListRef,
        now: Timestamp,
        max_age: i64,
    ) -> Option<&Result<VerifiedStatusList, Reason>> {
        let found = young(&self.status_lists, list, now, max_age)?;
        match found {
            Ok(known) if !known.is_fresh(now, max_age) => None,
            found => Some(found),
        }
    }

    /// What is known of the head of an item. How old that may be, the head itself says.
    pub(crate) fn item_head(
        &self,
        head: &HeadRef,
        now: Timestamp,
    ) -> Option<&Result<VerifiedHead, Reason>> {
        let known = self.item_heads.get(head)?;
        let age = now.seconds_since(known.at);
        (-MAX_AHEAD <= age).then_some(&known.found)
    }

    /// What is known of a trust list, likewise.
    pub(crate) fn trust_list(
        &self,
        list: &ListRef,
        now: Timestamp,
        max_age: i64,
    ) -> Option<&Result<VerifiedTrustList, Reason>> {
        let found = young(&self.trust_lists, list, now, max_age)?;
        match found {
            Ok(known) if !known.is_fresh(now, max_age) => None,
            found => Some(found),
        }
    }
}

fn insert<K: Ord + Clone, T>(
    kept: &mut BTreeMap<K, Known<T>>,
    key: K,
    found: Result<T, Reason>,
    at: Timestamp,
    most: usize,
) {
    kept.insert(key, Known { found, at });
    bound(kept, most);
}

/// Beyond the bound the oldest makes room.
fn bound<K: Ord + Clone, T>(kept: &mut BTreeMap<K, Known<T>>, most: usize) {
    while kept.len() > most {
        let oldest = kept.iter().min_by_key(|(_, known)| known.at);
        let Some(key) = oldest.map(|(key, _)| key.clone()) else {
            break;
        };
        kept.remove(&key);
    }
}

fn merge<K: Ord + Clone, T>(
    mine: &mut BTreeMap<K, Known<T>>,
    other: BTreeMap<K, Known<T>>,
    most: usize,
) {
    for (key, known) in other {
        if mine.get(&key).is_none_or(|mine| mine.at <= known.at) {
            mine.insert(key, known);
        }
    }
    bound(mine, most);
}

/// The same for things that can be replayed: one that is not sound beside all that was seen makes way
/// for one that is, and is known by this reason where there is no other.
fn merge_sound<K: Ord + Clone, T>(
    mine: &mut BTreeMap<K, Known<T>>,
    mut other: BTreeMap<K, Known<T>>,
    most: usize,
    is_sound: impl Fn(&K, &T) -> bool,
    reason: Reason,
) {
    let replayed = |key: &K, known: &Known<T>| {
        let found = known.found.as_ref();
        found.is_ok_and(|found| !is_sound(key, found))
    };
    other.retain(|key, known| {
        let stays = !replayed(key, known);
        if !stays && !mine.contains_key(key) {
            known.found = Err(reason);
            return true;
        }
        stays
    });
    for (key, known) in mine.iter_mut() {
        if replayed(key, known) {
            known.found = Err(reason);
            // Whatever the other knows takes its place.
            if let Some(better) = other.remove(key) {
                *known = better;
            }
        }
    }
    merge(mine, other, most);
}

fn young<'a, K: Ord, T>(
    kept: &'a BTreeMap<K, Known<T>>,
    key: &K,
    now: Timestamp,
    max_age: i64,
) -> Option<&'a Result<T, Reason>> {
    let known = kept.get(key)?;
    let age = now.seconds_since(known.at);
    (-MAX_AHEAD <= age && age <= max_age).then_some(&known.found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, proptest};
    use schemas::did::Did;
    use schemas::reason::Reason;
    use schemas::time::Timestamp;

    use super::{Evidence, MAX_DOCUMENTS};

    fn did(number: usize) -> Did {
        format!("did:web:w{number}.example").parse().unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(1_800_000_000 + seconds)
    }

    fn known(entries: impl IntoIterator<Item = (usize, Reason, i64)>) -> Evidence {
        let entries = entries.into_iter();
        entries.fold(Evidence::new(), |evidence, (number, reason, seconds)| {
            evidence.without_document(did(number), reason, at(seconds))
        })
    }

    fn told(evidence: &Evidence, number: usize) -> Option<Reason> {
        let found = evidence.document(&did(number), at(0), i64::MAX)?;
        found.as_ref().err().copied()
    }

    const OLD: Reason = Reason::DidMalformed;
    const YOUNG: Reason = Reason::DidRedirect;

    #[test]
    fn two_snapshots_do_not_evict_each_other() {
        let (one, other) = (known([(1, OLD, 0)]), known([(2, OLD, 0)]));
        for merged in [
            one.clone().merged(other.clone()),
            other.clone().merged(one.clone()),
        ] {
            assert!(merged.knows(&did(1)) && merged.knows(&did(2)));
        }
        assert!(!one.knows(&did(2)));
    }

    #[test]
    fn the_younger_entry_stays_whoever_comes_last() {
        let (old, young) = (known([(1, OLD, 0)]), known([(1, YOUNG, 1)]));
        assert_eq!(told(&old.clone().merged(young.clone()), 1), Some(YOUNG));
        assert_eq!(told(&young.merged(old.clone()), 1), Some(YOUNG));
        // Of the same moment: what was learned later.
        assert_eq!(told(&old.merged(known([(1, YOUNG, 0)])), 1), Some(YOUNG));
    }

    #[test]
    fn a_merged_snapshot_has_its_bound_and_drops_the_oldest() {
        let seconds = |number: usize| i64::try_from(number).unwrap();
        let one = known((0..MAX_DOCUMENTS).map(|number| (number, OLD, seconds(number))));
        let more = MAX_DOCUMENTS..2 * MAX_DOCUMENTS;
        let other = known(more.map(|number| (number, OLD, seconds(number))));
        let merged = one.merged(other);
        assert_eq!(merged.dids().count(), MAX_DOCUMENTS);
        assert!(!merged.knows(&did(MAX_DOCUMENTS - 1)) && merged.knows(&did(MAX_DOCUMENTS)));
    }

    #[test]
    fn failures_and_what_is_not_kept_are_left_out() {
        let evidence = known([(1, OLD, 0), (2, OLD, 0)]);
        let kept = evidence.clone().keeping(|known| *known == did(2));
        assert!(!kept.knows(&did(1)) && kept.knows(&did(2)));
        assert_eq!(evidence.found().dids().count(), 0);
    }

    fn entries() -> impl Strategy<Value = Vec<(usize, i64)>> {
        proptest::collection::vec((0_usize..8, 0_i64..8), 0..12)
    }

    proptest! {
        /// In a merged snapshot stands, for each DID, the youngest of all moments.
        #[test]
        fn merging_keeps_the_youngest_of_each(one in entries(), other in entries()) {
            // An entry for a DID replaces the one before it, so the last of each counts.
            let last = |entries: &[(usize, i64)], number| {
                let mut mine = entries.iter().filter(|(known, _)| *known == number);
                mine.next_back().map(|(_, seconds)| *seconds)
            };
            let all = |entries: &[(usize, i64)]| {
                known(entries.iter().map(|(number, seconds)| (*number, OLD, *seconds)))
            };
            let merged = all(&one).merged(all(&other));
            for number in 0..8 {
                let youngest = last(&one, number).max(last(&other, number));
                let age = |seconds| merged.document(&did(number), at(seconds), 0).is_some();
                match youngest {
                    // As old as that moment, and no older.
                    Some(seconds) => assert!(age(seconds) && !age(seconds + 1)),
                    None => assert!(!merged.knows(&did(number))),
                }
            }
        }
    }
}
