//! The wallet's flows against a small scripted world, honest and lying, over real HTTP on loopback.

#[cfg(test)]
mod asked_by_strangers;
#[cfg(test)]
mod asking_ledgers;
#[cfg(test)]
mod changed_keys;
#[cfg(test)]
mod disclosing;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod http;
#[cfg(test)]
mod interrupting;
#[cfg(test)]
mod joining;
#[cfg(test)]
mod judging;
#[cfg(test)]
mod leasing;
#[cfg(test)]
mod lives;
#[cfg(test)]
mod presenting;
#[cfg(test)]
mod receiving;
#[cfg(test)]
mod standing;
#[cfg(test)]
mod stating;
#[cfg(test)]
mod stranger;
#[cfg(test)]
mod supplying;
#[cfg(test)]
mod swapping;
#[cfg(test)]
mod transferring;
#[cfg(test)]
mod undeciding;
#[cfg(test)]
mod world;
