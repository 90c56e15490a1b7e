//! The tests of `tests/server` that do not depend on where a world keeps what it knows, on PostgreSQL.
//! Left out are those that never write, those of the file itself, and those that run on both there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the helpers of a test do not find, the test has failed at"
)]
#![allow(
    dead_code,
    reason = "helpers that only the tests that were left out want"
)]

#[path = "../server/admitting.rs"]
mod admitting;
#[path = "../server/asking.rs"]
mod asking;
#[path = "../server/deferring.rs"]
mod deferring;
#[path = "../server/formats.rs"]
mod formats;
#[path = "../server/handed.rs"]
mod handed;
#[path = "../server/holder.rs"]
mod holder;
#[path = "../server/http.rs"]
mod http;
#[path = "../server/issuing.rs"]
mod issuing;
#[path = "../server/leasing.rs"]
mod leasing;
#[path = "../server/logging_in.rs"]
mod logging_in;
#[path = "../server/program.rs"]
mod program;
#[path = "../server/publisher.rs"]
mod publisher;
#[path = "../server/publishing.rs"]
mod publishing;
#[path = "../server/remembering.rs"]
mod remembering;
#[path = "../server/returning.rs"]
mod returning;
#[path = "../server/rotating.rs"]
mod rotating;
#[path = "../server/status.rs"]
mod status;
#[path = "../server/town.rs"]
mod town;
#[path = "../server/tx_codes.rs"]
mod tx_codes;
#[path = "../server/wording.rs"]
mod wording;

/// Where worlds of one process keep what they know.
const STORE: town::Store = town::Store::Server;
