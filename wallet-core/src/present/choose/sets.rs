//! Which parts of a request are answered (OpenID4VP 1.0 section 6.4.2): of each required set one option,
//! of an optional set nothing unless the person chooses it. The holder's side runs it.

use schemas::dcql::{CredentialSetQuery, DcqlQuery, Need, QueryId};
use schemas::oid4vci::CredentialFormat;
use schemas::oid4vp::TransactionData;

use crate::consent::Agreed;
use crate::present::PresentError;

/// How well a part can be answered. Better ones come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ability {
    /// By what the world knows already.
    Known,
    /// By something that it does not.
    Unknown,
    /// By nothing.
    Not,
}

/// What is to be answered, and by what it is bounded.
pub(super) struct Asking<'q> {
    pub(super) query: &'q DcqlQuery,
    pub(super) transactions: &'q [TransactionData],
    /// The parts for which the person named something.
    pub(super) wished: Vec<&'q QueryId>,
}

/// Why no parts were found: the part that cannot be answered, or none in particular.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unanswered(pub(super) Option<QueryId>);

impl<'q> Asking<'q> {
    /// The parts to answer, in the order of the query.
    ///
    /// Of options that can be answered the first is taken, as the world orders them. But before it come
    /// those that hold what the person named, those without which a transaction would go unsigned, and
    /// those that the world learns nothing new by.
    pub(super) fn parts(
        &self,
        ability: &dyn Fn(&QueryId) -> Ability,
    ) -> Result<Vec<&'q QueryId>, Unanswered> {
        let mut needed: Vec<&QueryId> = Vec::new();
        if self.query.credential_sets().is_empty() {
            for part in self.query.credentials() {
                if ability(&part.id) == Ability::Not {
                    return Err(Unanswered(Some(part.id.clone())));
                }
                needed.push(&part.id);
            }
        } else {
            let of = |need: Need| {
                let sets = self.query.credential_sets().iter();
                sets.filter(move |set| set.need == need)
            };
            for set in of(Need::Required) {
                let option = self.option(set, ability, &|_| true);
                needed.extend(option.ok_or(Unanswered(None))?);
            }
            // An optional set is answered for the sake of what the person named, and for nothing else.
            for set in of(Need::Optional) {
                let missing = |id: &QueryId| self.wished.contains(&id) && !needed.contains(&id);
                if set.options.iter().flatten().any(missing) {
                    let option = self.option(set, ability, &|option| option.iter().any(missing));
                    needed.extend(option.unwrap_or_default());
                }
            }
        }
        match self.wished.iter().find(|id| !needed.contains(id)) {
            Some(id) => Err(Unanswered(Some((*id).clone()))),
            None => Ok(self.in_order(&needed)),
        }
    }

    /// The optional sets of which nothing is answered, and that could be: the parts of their first such
    /// option.
    pub(super) fn open(
        &self,
        answered: &[&QueryId],
        ability: &dyn Fn(&QueryId) -> Ability,
    ) -> Vec<Vec<&'q QueryId>> {
        self.query
            .credential_sets()
            .iter()
            .filter(|set| set.need == Need::Optional)
            .filter(|set| !set.options.iter().any(|option| is_within(option, answered)))
            .filter_map(|set| self.option(set, ability, &|_| true))
            .map(|option| self.in_order(&option))
            .collect()
    }

    fn option(
        &self,
        set: &'q CredentialSetQuery,
        ability: &dyn Fn(&QueryId) -> Ability,
        fits: &dyn Fn(&[QueryId]) -> bool,
    ) -> Option<Vec<&'q QueryId>> {
        let named_in = |option: &[QueryId]| {
            let named = |id: &&&QueryId| option.contains(id);
            self.wished.iter().filter(named).count()
        };
        let signs_in = |option: &[QueryId]| {
            let signs = |data: &&TransactionData| option.iter().any(|id| self.carries(data, id));
            self.transactions.iter().filter(signs).count()
        };
        set.options
            .iter()
            .filter(|option| fits(option))
            .filter_map(|option| {
                let worst = option.iter().map(ability).max()?;
                (worst != Ability::Not).then_some((option, worst))
            })
            .min_by_key(|(option, worst)| {
                use std::cmp::Reverse;
                (Reverse(named_in(option)), Reverse(signs_in(option)), *worst)
            })
            .map(|(option, _)| option.iter().collect())
    }

    /// Which of the answered parts signs each transaction: one of those that it names, and no other
    /// (section 5.1). One that none of them can sign is not agreed to, and nothing is shown.
    pub(super) fn agreed(&self, answered: &[&QueryId]) -> Result<Vec<Agreed>, PresentError> {
        let carrier = |data: &TransactionData| {
            let carrier = answered.iter().find(|id| self.carries(data, id));
            let query_id = carrier.ok_or(PresentError::Unsigned)?;
            Ok(Agreed {
                query_id: (*query_id).clone(),
                data: data.clone(),
            })
        };
        self.transactions.iter().map(carrier).collect()
    }

    fn carries(&self, data: &TransactionData, id: &QueryId) -> bool {
        let is_sd_jwt = |id| {
            let part = self.query.credential(id);
            part.is_some_and(|part| part.meta.format() == CredentialFormat::DcSdJwt)
        };
        data.credential_ids().contains(id) && is_sd_jwt(id)
    }

    fn in_order(&self, ids: &[&QueryId]) -> Vec<&'q QueryId> {
        let parts = self.query.credentials().iter().map(|part| &part.id);
        parts.filter(|id| ids.contains(id)).collect()
    }
}

fn is_within(option: &[QueryId], answered: &[&QueryId]) -> bool {
    option.iter().all(|id| answered.contains(&id))
}
