//! Placeholder.

pub mod rdf;
pub mod rdfc;
