//! Keeping or declining what arrived, and saying what came of it. The holder's machine runs it.

use fetch::Client;
use schemas::json::Object;
use schemas::object;
use schemas::oid4vci::issuer_metadata::Display;
use wallet_core::Wallet;
use wallet_core::consent::KeepConsent;
use wallet_core::receive::{self, Arrived, Notified, Owed, Received};

use crate::args::ReceiveArgs;
use crate::commands::list;
use crate::commands::receive::{failure, sheets};
use crate::error::{Failure, Local};
use crate::network;
use crate::output::{Answer, list as list_of};
use crate::prompt::{self, Answer as Said};
use crate::terminal::{Mark, Terminal};
use crate::texts::Texts;
use crate::unlock::Session;

/// How consent to what waits is given without a question.
const CONSENT_FLAG: &str = "omote receive --pending --consent DIGEST (--dry-run)";

/// What a run has to say for itself.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) holdings: Vec<Object>,
    pub(super) owed: Vec<Object>,
    pub(super) notified: Option<Notified>,
}

impl Taken {
    pub(super) fn answer(self) -> Answer {
        let notified = self.notified.unwrap_or(Notified::NotAsked);
        Answer::done(object! {
            "dry_run" => false,
            "holdings" => list_of(self.holdings),
            "owed" => list_of(self.owed),
            "issuer_notified" => notified_code(notified),
        })
    }

    /// Also what came of another one.
    pub(super) fn join(&mut self, other: Self) {
        self.holdings.extend(other.holdings);
        self.owed.extend(other.owed);
        self.notified = other.notified.or(self.notified);
    }
}

/// Shows what arrived of an offer and keeps it, when the person agrees or has agreed to the offer.
///
/// # Errors
/// [`Failure`]; without an answer it stays undecided.
pub(super) fn take(
    args: &ReceiveArgs,
    terminal: &mut Terminal,
    client: &Client,
    wallet: &mut Wallet,
    arrived: Arrived,
    session: &Session,
) -> Result<Taken, Failure> {
    for owed in arrived.owed() {
        tell_owed(terminal, owed);
    }
    let owed: Vec<Object> = arrived.owed().iter().map(Owed::to_object).collect();
    if arrived.parts().is_empty() {
        return Ok(Taken {
            owed,
            ..Taken::default()
        });
    }
    sheets::arrived_sheet(terminal.texts(), &arrived).tell(terminal);
    let taken = match args.consent.consent {
        // It agreed to the offer, before anybody could see the terms.
        Some(_) => {
            let consent = KeepConsent::WhateverVerifies;
            keep(terminal, client, wallet, arrived, consent, session)?
        }
        None => ask(terminal, client, wallet, arrived, session)?,
    };
    Ok(Taken { owed, ..taken })
}

/// Asks whether to keep what was shown. Only a no lets go of it: answers that are neither yes nor no, a
/// terminal that goes away, and a script that has none, have not decided.
///
/// # Errors
/// [`Failure`].
pub(super) fn ask(
    terminal: &mut Terminal,
    client: &Client,
    wallet: &mut Wallet,
    arrived: Arrived,
    session: &Session,
) -> Result<Taken, Failure> {
    match prompt::decide(terminal, "receive-keep", &[], CONSENT_FLAG) {
        Ok(Some(Said::Yes)) => {
            let consent = KeepConsent::Digest(arrived.digest());
            keep(terminal, client, wallet, arrived, consent, session)
        }
        Ok(None) => Err(Local::Unclear.into()),
        Ok(Some(Said::No)) => {
            let declining = receive::decline(client, wallet, arrived);
            network::wait(terminal, "progress-asking", declining)??;
            Err(Local::Declined.into())
        }
        // No terminal, or one that went away.
        Err(_) => {
            terminal.mark(Mark::Careful, "receive-stays", &[]);
            let flag = CONSENT_FLAG;
            Err(Local::NeedsAnswer { flag }.into())
        }
    }
}

/// Keeps what arrived.
///
/// # Errors
/// [`Failure`].
pub(super) fn keep(
    terminal: &mut Terminal,
    client: &Client,
    wallet: &mut Wallet,
    arrived: Arrived,
    consent: KeepConsent,
    session: &Session,
) -> Result<Taken, Failure> {
    let keeping = receive::keep(client, wallet, arrived, consent, session.now);
    let received = network::wait(terminal, "progress-receiving", keeping)?.map_err(failure)?;
    Ok(Taken {
        holdings: tell(terminal, wallet, &received, session)?,
        owed: Vec::new(),
        notified: Some(received.notified),
    })
}

/// Says what is delivered later.
pub(crate) fn tell_owed(terminal: &mut Terminal, owed: &Owed) {
    let line = owed_line(terminal.texts(), owed);
    terminal.say_mark(Mark::Careful, &line);
}

/// What is delivered later, and when to ask for it.
pub(super) fn owed_line(texts: &Texts, owed: &Owed) -> String {
    let called = Display::choose(&owed.display, texts.lang().tag());
    let called = called.and_then(|display| display.name.clone());
    let name = called.unwrap_or_else(|| owed.configuration.clone());
    texts.with(
        "receive-owed",
        &[
            ("world", owed.world.origin().into()),
            ("what", name.into()),
            ("time", owed.not_before.to_string().into()),
        ],
    )
}

/// Whether the issuer heard of it, for programs.
pub(crate) const fn notified_code(notified: Notified) -> &'static str {
    match notified {
        Notified::Sent => "sent",
        Notified::NotAsked => "not_asked",
        Notified::Failed => "failed",
    }
}

fn tell(
    terminal: &mut Terminal,
    wallet: &Wallet,
    received: &Received,
    session: &Session,
) -> Result<Vec<Object>, Failure> {
    let mut data = Vec::new();
    for kept in &received.holdings {
        let holding = &kept.holding;
        let id = list::short(&holding.id.to_string());
        terminal.mark(
            Mark::Good,
            "receive-kept",
            &[
                ("name", (&holding.name).into()),
                ("copies", kept.copies.len().into()),
                ("id", (&id).into()),
            ],
        );
        terminal.data(&holding.id.to_string());
        data.push(list::holding_json(wallet, holding, session.now)?);
    }
    Ok(data)
}
