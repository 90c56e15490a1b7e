//! The settings that tests run with: a name service with a list of answers, short times, and a part
//! of this machine that plays the public internet.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::super::{Client, Inner};
use super::server::Server;
use crate::guard::{self, Policy, Range};
use crate::purpose::Times;
use crate::resolver::{Lookup, Resolver};
use crate::tls::Tls;

pub(super) const SHORT: Times = Times {
    connect: Duration::from_secs(1),
    did_document: Duration::from_secs(1),
    total: Duration::from_secs(1),
};

/// A client that may go to these servers, each named as a loopback origin.
pub(super) fn client_for(servers: &[&Server]) -> Client {
    Client::new(policy_for(servers))
}

pub(super) fn hasty_client_for(servers: &[&Server]) -> Client {
    Client::configured(policy_for(servers), SHORT, Arc::new(Answers::default()))
}

fn policy_for(servers: &[&Server]) -> Policy {
    servers.iter().fold(Policy::public(), |policy, server| {
        policy.allow_loopback(&server.origin()).unwrap()
    })
}

/// A client for which 127.0.0.2 and 127.0.0.3 are the internet.
pub(super) fn client_of_the_small_internet(
    policy: Policy,
    names: Arc<Answers>,
    tls: Tls,
) -> Client {
    fn rule(address: IpAddr) -> Result<(), Range> {
        if ["127.0.0.2", "127.0.0.3"].contains(&address.to_string().as_str()) {
            return Ok(());
        }
        guard::check_address(address)
    }
    let inner = Inner {
        policy,
        times: Times::default(),
        resolver: names,
        tls,
        address_rule: rule,
    };
    Client {
        inner: Arc::new(inner),
        language: None,
    }
}

/// Answers in their order; then none.
#[derive(Debug, Default)]
pub(super) struct Answers {
    queue: Mutex<VecDeque<Vec<IpAddr>>>,
    lookups: AtomicUsize,
}

impl Answers {
    pub(super) fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |list: &&[&str]| list.iter().map(|text| text.parse().unwrap()).collect();
        let queue = Mutex::new(answers.iter().map(parse).collect());
        Arc::new(Self {
            queue,
            lookups: AtomicUsize::new(0),
        })
    }

    pub(super) fn lookups(&self) -> usize {
        self.lookups.load(Ordering::SeqCst)
    }
}

impl Resolver for Answers {
    fn lookup<'a>(&'a self, _name: &'a str) -> Lookup<'a> {
        self.lookups.fetch_add(1, Ordering::SeqCst);
        let answer = self.queue.lock().unwrap().pop_front().unwrap_or_default();
        Box::pin(std::future::ready(Ok(answer)))
    }
}
