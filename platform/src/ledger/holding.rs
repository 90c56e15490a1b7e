//! `POST /items/{tag}/credential`: whoever holds an item asks for its credential once more, for as long
//! as they hold it. For a wallet that lost the answer to its step and asks again after the ledger has
//! forgotten the step's key, and for one that was given the item in return for another.
//!
//! What a leaf says is for everybody, and so are the key and the salt of whoever accepted. So the asker
//! opens the commitment that holds the item now, with a key and a salt that no leaf has told yet, and
//! signs for this moment.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use schemas::json::Limits;
use schemas::ledger::{About, HolderAnswer, HolderQuery, Question};
use schemas::message::Message;
use schemas::reason::Reason;

use super::handing::{self, Again, Links};
use super::{head_of, rules, steps, tag_of};
use crate::error::{self, Refusal, json_unstored};
use crate::server::body;
use crate::world::World;

/// `POST /items/{tag}/credential`
pub(crate) async fn ask(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    rules(&world)?;
    let tag = tag_of(&request)?;
    let value = body::json(&world, &Limits::message(), request).await?;
    let asked = HolderQuery::from_value(&value)?;
    let head = head_of(&world, tag).await?;
    let claims = head.claims();
    let now = world.clock.now();
    let question = Question {
        ledger: world.config.world().clone(),
        about: About::Credential(tag),
        who: claims.holder,
        at: asked.at,
    };
    question.require_fresh(now).map_err(steps::refusal)?;
    proofs::ledger::verify_question(&question, &asked.holder)
        .map_err(|error| steps::refusal(error.reason()))?;
    if !claims.state.is_open() {
        return Err(steps::refusal(Reason::ItemRevoked));
    }
    let links = Links::of_holder(tag, claims.holder, now);
    let credential_offer = match handing::again(&world, &links, tag, claims.holder).await? {
        Again::Offer(offer) => offer,
        Again::Moved => return Err(steps::refusal(Reason::TransferNotHolder)),
        Again::UsedUp => {
            let refusal = Refusal::new(
                StatusCode::TOO_MANY_REQUESTS,
                "temporarily_unavailable",
                Reason::RefillTooEarly,
            );
            return Ok(error::until(refusal, handing::next_day(now), now));
        }
        Again::Withdrawn => return Err(steps::refusal(Reason::ItemRevoked)),
    };
    let answer = HolderAnswer { credential_offer };
    Ok(json_unstored(&answer.to_object()))
}
