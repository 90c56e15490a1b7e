//! The wallet on real files, with real processes that are really killed.

#[cfg(test)]
mod backups;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod files;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod histories;
#[cfg(test)]
mod holdings;
#[cfg(test)]
mod keychains;
#[cfg(test)]
mod tampering;
#[cfg(test)]
mod unlocking;
