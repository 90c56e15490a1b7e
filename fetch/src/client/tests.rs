//! The client against real servers on this machine.

mod addresses;
mod answers;
mod documents;
mod redirects;
mod sending;
mod server;
mod world;
