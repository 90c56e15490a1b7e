//! `omote-world explain`

use std::path::Path;

use super::arguments::Explain;
use super::failure::Failure;
use super::output::Output;

pub(crate) async fn run(path: &Path, asked: &Explain, output: &Output) -> Result<(), Failure> {
    let world = super::open(path).await?;
    let explained = world.explain(&asked.issuer, &asked.type_name).await;
    world.close().await;
    output.answer(&explained.lines().join("\n"), explained.to_object())
}
