//! The wallet on real files, with real processes that are really killed.

mod backups;
mod crash;
mod files;
mod fixture;
mod histories;
mod holdings;
mod keychains;
mod tampering;
mod unlocking;
