//! What arrived and was not decided on: an earlier run ended before somebody said yes or no. The
//! holder's side runs it.
//!
//! ```text
//! Wallet::undecided ── look ──▶ Arrived, for showing it; contacts nobody, changes nothing
//!                   └─ resume ──▶ Fetched: asked about again, or kept when it is a refill
//! ```

use fetch::Client;
use schemas::json::Object;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::consent::natural;
use crate::error::StoreError;
use crate::holding::HoldingId;
use crate::keys::TransferPath;
use crate::origin::Confirmed;
use crate::receive::arrival::{Arrival, Standing};
use crate::receive::pending::{Fetched, Owed};
use crate::receive::verify::{Held, verify, verify_again};
use crate::receive::{Arrived, ArrivedPart, ReceiveError, refill};
use crate::store::RecordId;
use crate::wallet::Wallet;

/// Something that arrived and that nobody has decided on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    id: RecordId,
    /// The world that sent it.
    pub world: WorldId,
    /// The issuer's names for what came.
    pub configurations: Vec<String>,
    /// How many copies came, of all of it.
    pub copies: usize,
    /// The holding for which it is more copies; nobody is asked about those.
    pub refills: Option<HoldingId>,
    /// When it came.
    pub arrived_at: Timestamp,
}

impl Undecided {
    fn of(id: RecordId, arrival: &Arrival) -> Self {
        let parts = arrival.parts.iter();
        let names = parts.map(|part| part.ordered.configuration_id.clone());
        Self {
            id,
            world: arrival.world.clone(),
            configurations: names.collect(),
            copies: arrival
                .parts
                .iter()
                .map(|part| part.credentials.len())
                .sum(),
            refills: arrival.refills,
            arrived_at: arrival.arrived_at,
        }
    }

    /// The JSON form, for `--json`.
    #[must_use]
    pub fn to_object(&self) -> Object {
        schemas::object! {
            "world" => self.world.origin(),
            "configurations" => self.configurations.clone(),
            "copies" => natural(self.copies),
            "refills" => self.refills.map(|id| id.to_string()),
            "arrived_at" => self.arrived_at,
        }
    }
}

impl Wallet {
    /// All that arrived and that nobody has decided on, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn undecided(&self) -> Result<Vec<Undecided>, StoreError> {
        let all = self.all_arrivals()?;
        Ok(all
            .iter()
            .map(|(id, one)| Undecided::of(*id, one))
            .collect())
    }

    /// What arrived for this key of the ledger and was not kept.
    pub(crate) fn undecided_for(
        &self,
        holder: &TransferPath,
    ) -> Result<Option<Undecided>, StoreError> {
        let all = self.all_arrivals()?;
        let is_for = |one: &Arrival| {
            let mut parts = one.parts.iter();
            parts.any(|part| part.holder.as_ref() == Some(holder))
        };
        let found = all.iter().find(|(_, one)| is_for(one));
        Ok(found.map(|(id, one)| Undecided::of(*id, one)))
    }

    fn arrival(&self, undecided: &Undecided) -> Result<Arrival, ReceiveError> {
        let mut all = self.all_arrivals()?.into_iter();
        let found = all.find(|(id, _)| *id == undecided.id);
        found
            .map(|(_, arrival)| arrival)
            .ok_or(ReceiveError::NothingOwed)
    }
}

/// What arrived, for showing it. Contacts nobody and changes nothing. `None` when it was not verified
/// when it came, for that cannot be done without asking its issuer: see [`resume`].
///
/// # Errors
/// [`ReceiveError`] when it is not to be believed any more.
pub fn look(
    wallet: &Wallet,
    undecided: &Undecided,
    now: Timestamp,
) -> Result<Option<Arrived>, ReceiveError> {
    let arrival = wallet.arrival(undecided)?;
    if arrival.parts.iter().any(is_unjudged) {
        return Ok(None);
    }
    let held = held(wallet, &arrival)?;
    let mut parts = Vec::new();
    for part in &arrival.parts {
        let world = &arrival.world;
        parts.push(verify_again(wallet, world, part, held.as_ref(), now)?);
    }
    found(wallet, undecided.id, arrival, parts).map(Some)
}

/// Takes up what arrived: verified once more, and to be decided on. What is a refill is kept. Nothing
/// is redeemed or fetched again.
///
/// # Errors
/// [`ReceiveError`]; what is not to be believed is let go of, everything else can be tried again.
pub async fn resume(
    client: &Client,
    wallet: &mut Wallet,
    undecided: &Undecided,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Fetched, ReceiveError> {
    confirmed.require(&undecided.world)?;
    let arrival = wallet.arrival(undecided)?;
    let arrived = found(wallet, undecided.id, arrival, Vec::new())?;
    judged(client, wallet, arrived, now).await
}

/// Judges what is on disk: asks its issuer about what was never judged, and nobody about the rest.
pub(super) async fn judged(
    client: &Client,
    wallet: &mut Wallet,
    mut arrived: Arrived,
    now: Timestamp,
) -> Result<Fetched, ReceiveError> {
    if let Err(error) = judge_all(client, wallet, &mut arrived, now).await {
        if error.is_final() {
            arrived.refuse(client, wallet).await?;
        }
        return Err(error);
    }
    match arrived.arrival().refills {
        Some(holding) => refill::keep(client, wallet, arrived, &holding, now)
            .await
            .map(Fetched::Refilled),
        None => Ok(Fetched::Arrived(Box::new(arrived))),
    }
}

async fn judge_all(
    client: &Client,
    wallet: &mut Wallet,
    arrived: &mut Arrived,
    now: Timestamp,
) -> Result<(), ReceiveError> {
    let arrival = arrived.arrival().clone();
    let held = held(wallet, &arrival)?;
    let world = &arrival.world;
    let is_new = arrival.parts.iter().any(is_unjudged);
    for part in &arrival.parts {
        let part = match part.standing {
            Standing::Unjudged => verify(client, wallet, world, part, held.as_ref(), now).await?,
            Standing::Verified => verify_again(wallet, world, part, held.as_ref(), now)?,
        };
        arrived.push(part);
    }
    if is_new {
        arrived.seal(wallet)?;
    }
    Ok(())
}

fn is_unjudged(part: &super::arrival::ArrivalPart) -> bool {
    part.standing == Standing::Unjudged
}

fn held(wallet: &Wallet, arrival: &Arrival) -> Result<Option<Held>, ReceiveError> {
    match &arrival.refills {
        Some(holding) => Ok(Held::of(wallet, holding)?),
        None => Ok(None),
    }
}

fn found(
    wallet: &Wallet,
    id: RecordId,
    arrival: Arrival,
    parts: Vec<ArrivedPart>,
) -> Result<Arrived, ReceiveError> {
    let grant = match arrival.grant {
        Some(grant) => wallet.grant(&grant)?.map(|known| (grant, known)),
        None => None,
    };
    let all = wallet.all_pending()?;
    let owed = all.iter().filter(|(id, _)| arrival.owed.contains(id));
    let owed = owed.map(|(id, one)| Owed::of(*id, one)).collect();
    Ok(Arrived::found(id, arrival, parts, owed, grant))
}
