//! `omote-world items`: the item ledger, and what the world's people do in it.

use std::path::Path;

use platform::{ItemAct, ItemError, ItemRecord};
use schemas::json::Object;
use schemas::ledger::{ItemTag, LeafClaims, UnverifiedLeaf};
use schemas::message::Message;

use super::arguments::{Because, Items};
use super::failure::Failure;
use super::output::{Output, counted};

pub(crate) async fn run(path: &Path, asked: &Items, output: &Output) -> Result<(), Failure> {
    match asked {
        Items::List => list(path, output).await,
        Items::Show { item } => show(path, *item, output).await,
        Items::Suspend(because) => act(path, ItemAct::Suspend, because, output).await,
        Items::Resume(because) => act(path, ItemAct::Resume, because, output).await,
        Items::Offer { item } => offer(path, *item, output).await,
        Items::End(because) => act(path, ItemAct::End, because, output).await,
    }
}

async fn list(path: &Path, output: &Output) -> Result<(), Failure> {
    let world = super::open(path).await?;
    let items = world.items().await;
    world.close().await;
    let items = items.map_err(|error| failure(&error))?;
    if items.is_empty() {
        output.talk("No item was issued yet.");
    }
    let lines: Vec<String> = items.iter().map(line).collect();
    let items: Vec<Object> = items.iter().map(ItemRecord::to_object).collect();
    output.answer(&lines.join("\n"), schemas::object! { "items" => items })
}

/// An item in two lines of eighty columns: by its name, and where it stands.
fn line(item: &ItemRecord) -> String {
    let head = &item.head;
    format!(
        "{}\n  {} {}, {} after step {} ({} on {}), {}",
        head.item,
        item.class,
        item.serial,
        head.state.id(),
        head.seq,
        head.event.id(),
        day(head),
        hands(head.transfers),
    )
}

fn day(leaf: &LeafClaims) -> String {
    let at = leaf.at.to_string();
    at.split('T').next().unwrap_or_default().to_owned()
}

fn hands(transfers: u64) -> String {
    match transfers {
        0 => "never passed on".to_owned(),
        1 => "passed on once".to_owned(),
        often => format!("passed on {often} times"),
    }
}

async fn show(path: &Path, item: ItemTag, output: &Output) -> Result<(), Failure> {
    let world = super::open(path).await?;
    let shown = world.item(item).await;
    world.close().await;
    let (record, leaves) = shown.map_err(|error| failure(&error))?;
    let mut lines = vec![line(&record)];
    lines.extend(leaves.iter().map(step));
    let leaves: Vec<Object> = leaves.iter().map(Message::to_object).collect();
    let mut object = record.to_object();
    object.insert("leaves", leaves);
    output.answer(&lines.join("\n"), object)
}

/// One step of a chain: holders are commitments, which name nobody.
fn step(leaf: &UnverifiedLeaf) -> String {
    let leaf = leaf.claims();
    let holder: String = leaf.holder.to_string().chars().take(11).collect();
    let mut line = format!(
        "  {:>4}  {}  {:<8}  {:<9}  holder {holder}…",
        leaf.seq,
        leaf.at,
        leaf.event.id(),
        leaf.state.id(),
    );
    if let Some(reason) = &leaf.reason {
        line.push_str(&format!("\n        {reason}"));
    }
    line
}

async fn act(path: &Path, act: ItemAct, because: &Because, output: &Output) -> Result<(), Failure> {
    let world = super::open(path).await?;
    let done = world.act_on_item(because.item, act, &because.reason).await;
    world.close().await;
    let item = done.map_err(|error| failure(&error))?;
    output.talk(match act {
        ItemAct::Suspend => "Stopped: it is neither shown nor passed on until you resume it.",
        ItemAct::Resume => "It goes on where it stopped.",
        ItemAct::End => "Ended, for ever.",
    });
    output.talk("The reason stands in the item's chain, where everybody reads it.");
    output.answer(&line(&item), item.to_object())
}

async fn offer(path: &Path, item: ItemTag, output: &Output) -> Result<(), Failure> {
    let world = super::open(path).await?;
    let offered = world.offer_item_again(item).await;
    world.close().await;
    let offered = offered.map_err(|error| failure(&error))?;
    output.talk(&format!(
        "For the present holder: {}, open until {}.\n\
         Whoever takes it up can show the item; to pass it on needs the holder's key.",
        counted(
            u64::from(offered.copies),
            "one-time copy",
            "one-time copies"
        ),
        offered.expires,
    ));
    output.answer(&offered.link.to_link(), offered.to_object())
}

fn failure(error: &ItemError) -> Failure {
    let failure = Failure::new(error.reason(), error.to_string());
    match error {
        ItemError::Unknown => failure.helped("See what there is with: omote-world items list"),
        ItemError::NoLedger => {
            failure.helped("Set enabled = true under [ledger] in the configuration file")
        }
        _ => failure,
    }
}
