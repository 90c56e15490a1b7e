//! The wallet's flows against a small scripted world, honest and lying, over real HTTP on loopback.

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod http;
#[cfg(test)]
mod judging;
#[cfg(test)]
mod presenting;
#[cfg(test)]
mod receiving;
#[cfg(test)]
mod standing;
#[cfg(test)]
mod stating;
#[cfg(test)]
mod world;
