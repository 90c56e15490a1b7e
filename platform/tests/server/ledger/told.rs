//! What the world's people are told of their ledger by the command, in the shape that is published.

use platform::ItemAct;

use super::hand::{Hand, minted};
use crate::http::assert_valid;
use crate::program::{json, run};
use crate::town::Town;

#[tokio::test]
async fn the_items_of_a_ledger_are_told_as_the_schemas_say() {
    let town = Town::new().await;
    let folder = town.folder.path().join("world");
    let told = |arguments: &[&str]| {
        let told = json(&run(&folder, &[arguments, &["--json"]].concat()));
        schemas::canonical::object_to_bytes(&told)
    };
    assert_valid("item-list", &told(&["items", "list"]));
    let item = minted(&town, 7, &Hand::new(1)).await;
    let tag = item.tag();
    let world = town.world();
    let why = "A complaint is looked at.";
    world.act_on_item(tag, ItemAct::Suspend, why).await.unwrap();
    assert_valid("item-list", &told(&["items", "list"]));
    let tag = tag.to_string();
    assert_valid("item-record", &told(&["items", "show", &tag]));
    let resumed = told(&["items", "resume", &tag, "--reason", "It was withdrawn."]);
    assert_valid("item-record", &resumed);
}
