//! The store in a PostgreSQL server, which several processes of one world may share.
//!
//! A few connections, made when they are needed. Whoever finds all of them in use waits a short while
//! among a bounded number of others. Everything that goes to the server has a time limit, and a
//! connection on which something went wrong is never used again.

mod pool;

pub(crate) use pool::{Open, Postgres};
