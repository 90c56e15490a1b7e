//! Tables of URLs, and every spelling of every forbidden address.

use std::net::Ipv4Addr;

use proptest::prelude::*;

use super::*;

fn refusal(url: &str) -> Option<Refusal> {
    Policy::public().target(url).err()
}

#[test]
fn ordinary_https_urls_pass() {
    for url in [
        "https://world.example",
        "https://world.example/",
        "https://world.example:443/a/b?c=d%20e",
        "https://xn--mnchen-3ya.example/.well-known/did.json",
        "https://a-b.world-1.example/%2e%2e/x",
        "https://1.1.1.1/",
        "https://[2606:4700::1111]/",
    ] {
        let target = Policy::public().target(url);
        assert_eq!(target.as_ref().err(), None, "{url}");
        assert_eq!(target.unwrap().route(), Route::Public, "{url}");
    }
}

#[test]
fn urls_that_need_repair_are_refused() {
    let rows = [
        ("", Refusal::Syntax),
        ("world.example", Refusal::Syntax),
        ("//world.example", Refusal::Syntax),
        ("https:world.example", Refusal::Syntax),
        ("https:/world.example", Refusal::Syntax),
        ("https:///world.example", Refusal::HostSpelling),
        ("https://", Refusal::Syntax),
        ("https://?x", Refusal::Syntax),
        ("file:///etc/passwd", Refusal::Scheme),
        ("data:text/plain,x", Refusal::Scheme),
        ("ftp://world.example/", Refusal::Scheme),
        ("gopher://world.example/", Refusal::Scheme),
        ("HTTPS://world.example/", Refusal::Scheme),
        ("http://world.example/", Refusal::Scheme),
        (" https://world.example/", Refusal::Character),
        ("https://world.example/\n", Refusal::Character),
        ("https://wor\tld.example/", Refusal::Character),
        ("https://world.example/\0", Refusal::Character),
        ("https://world.example/\u{7f}", Refusal::Character),
        ("https://wörld.example/", Refusal::Character),
        ("https://world.example/\u{202e}", Refusal::Character),
        ("https://world.example\\@evil.example/", Refusal::Backslash),
        ("https:\\\\world.example/", Refusal::Backslash),
        ("https://world.example/a\\b", Refusal::Backslash),
        ("https://user@world.example/", Refusal::Userinfo),
        ("https://user:pw@world.example/", Refusal::Userinfo),
        ("https://world.example@127.0.0.1/", Refusal::Userinfo),
        ("https://@world.example/", Refusal::Userinfo),
        ("https://world.example/#x", Refusal::Fragment),
        ("https://world.example/#", Refusal::Fragment),
        ("https://world.example#@evil.example/", Refusal::Fragment),
        ("https://world.example:22/", Refusal::Port { found: 22 }),
        ("https://world.example:80/", Refusal::Port { found: 80 }),
        ("https://world.example:8443/", Refusal::Port { found: 8443 }),
        ("https://world.example:5432/", Refusal::Port { found: 5432 }),
        ("https://world.example:0/", Refusal::Port { found: 0 }),
        ("https://world.example:99999/", Refusal::Syntax),
        ("https://world.example:/", Refusal::HostSpelling),
        ("https://world.example:0443/", Refusal::HostSpelling),
        ("https://exa%6dple.com/", Refusal::HostSpelling),
        ("https://World.example/", Refusal::HostSpelling),
        ("https://world.example./", Refusal::HostSpelling),
        ("https://wor_ld.example/", Refusal::HostSpelling),
        ("https://-world.example/", Refusal::HostSpelling),
        ("https://world..example/", Refusal::HostSpelling),
        ("https://16843009/", Refusal::HostSpelling),
        ("https://0x01.1.1.1/", Refusal::HostSpelling),
        ("https://localhost/", Refusal::LocalName),
        ("http://localhost:8080/", Refusal::LocalName),
        ("https://a.localhost/", Refusal::LocalName),
        ("https://printer.local/", Refusal::LocalName),
        ("https://metadata.google.internal/", Refusal::LocalName),
        ("https://box.home.arpa/", Refusal::LocalName),
        ("https://abc.onion/", Refusal::LocalName),
        ("https://intranet/", Refusal::LocalName),
        ("https://127.0.0.1/", Refusal::Address(Range::Loopback)),
        ("http://127.0.0.1:5432/", Refusal::Address(Range::Loopback)),
        ("https://127.1/", Refusal::Address(Range::Loopback)),
        ("https://2130706433/", Refusal::Address(Range::Loopback)),
        ("https://0x7f000001/", Refusal::Address(Range::Loopback)),
        ("https://0x7f.1/", Refusal::Address(Range::Loopback)),
        ("https://0177.0.0.1/", Refusal::Address(Range::Loopback)),
        ("https://017700000001/", Refusal::Address(Range::Loopback)),
        (
            "https://%31%32%37.0.0.1/",
            Refusal::Address(Range::Loopback),
        ),
        ("https://127.0.0.1./", Refusal::Address(Range::Loopback)),
        ("https://0/", Refusal::Address(Range::ThisNetwork)),
        (
            "https://169.254.169.254/latest/meta-data",
            Refusal::Address(Range::LinkLocal),
        ),
        ("https://[::1]/", Refusal::Address(Range::Loopback)),
        (
            "https://[0:0:0:0:0:0:0:1]/",
            Refusal::Address(Range::Loopback),
        ),
        ("https://[::]/", Refusal::Address(Range::Unspecified)),
        (
            "https://[::ffff:127.0.0.1]/",
            Refusal::Address(Range::Ipv4Mapped),
        ),
        (
            "https://[::ffff:7f00:1]/",
            Refusal::Address(Range::Ipv4Mapped),
        ),
        (
            "https://[::127.0.0.1]/",
            Refusal::Address(Range::Ipv4Compatible),
        ),
        (
            "https://[64:ff9b::127.0.0.1]/",
            Refusal::Address(Range::Loopback),
        ),
        ("https://[fe80::1]/", Refusal::Address(Range::LinkLocal)),
        ("https://[fe80::1%25eth0]/", Refusal::Syntax),
        ("https://[fd00::1]/", Refusal::Address(Range::UniqueLocal)),
        ("https://[2606:4700:0:0::1111]/", Refusal::HostSpelling),
    ];
    for (url, expected) in rows {
        assert_eq!(refusal(url), Some(expected), "{url:?}");
    }
    let long = format!("https://world.example/{}", "a".repeat(MAX_URL_BYTES));
    assert_eq!(refusal(&long), Some(Refusal::TooLong { found: long.len() }));
}

#[test]
fn a_listed_port_is_opened_and_no_other() {
    let policy = Policy::public().allow_port(8443);
    assert!(policy.target("https://world.example:8443/").is_ok());
    assert!(policy.target("https://world.example/").is_ok());
    assert_eq!(
        policy.target("https://world.example:8444/"),
        Err(Refusal::Port { found: 8444 })
    );
    assert_eq!(
        policy.target("http://world.example:8443/"),
        Err(Refusal::Scheme)
    );
    assert_eq!(
        policy.target("https://localhost:8443/"),
        Err(Refusal::LocalName)
    );
}

#[test]
fn a_named_loopback_origin_opens_itself_only() {
    let policy = Policy::public()
        .allow_loopback("http://localhost:8080")
        .unwrap();
    let target = policy
        .target("http://localhost:8080/.well-known/did.json")
        .unwrap();
    assert_eq!(target.route(), Route::Loopback);
    assert_eq!(
        target.fixed_addresses(),
        Some(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()])
    );
    for (url, expected) in [
        ("http://localhost:8081/", Refusal::LocalName),
        ("http://localhost/", Refusal::LocalName),
        ("https://localhost:8080/", Refusal::LocalName),
        ("http://a.localhost:8080/", Refusal::LocalName),
        ("http://LOCALHOST:8080/", Refusal::HostSpelling),
        ("http://127.0.0.1:8080/", Refusal::Address(Range::Loopback)),
        ("http://[::1]:8080/", Refusal::Address(Range::Loopback)),
        (
            "http://[::ffff:127.0.0.1]:8080/",
            Refusal::Address(Range::Ipv4Mapped),
        ),
        ("http://x@localhost:8080/", Refusal::Userinfo),
        ("http://localhost:8080/#x", Refusal::Fragment),
        ("http://world.example:8080/", Refusal::Scheme),
    ] {
        assert_eq!(policy.target(url).err(), Some(expected), "{url}");
    }
}

#[test]
fn only_an_origin_of_this_machine_can_be_named() {
    for (origin, expected) in [
        ("http://world.example", Refusal::NotLoopback),
        ("https://1.1.1.1", Refusal::NotLoopback),
        ("http://10.0.0.1:80", Refusal::Address(Range::Private)),
        ("http://localhost.evil.example:1", Refusal::NotLoopback),
        ("http://localhost:8080/path", Refusal::NotAnOrigin),
        ("http://localhost:8080/?q", Refusal::NotAnOrigin),
        ("http://0x7f.1:8080", Refusal::Address(Range::Loopback)),
        ("localhost:8080", Refusal::Scheme),
        ("ws://localhost:8080", Refusal::Scheme),
    ] {
        assert_eq!(
            Policy::public().allow_loopback(origin).err(),
            Some(expected),
            "{origin}"
        );
    }
    for origin in [
        "http://127.0.0.1:8080",
        "https://localhost:8443",
        "http://[::1]:80",
        "http://localhost",
    ] {
        let policy = Policy::public().allow_loopback(origin).unwrap();
        assert_eq!(
            policy.target(origin).unwrap().route(),
            Route::Loopback,
            "{origin}"
        );
    }
}

#[test]
fn origins_are_written_in_one_way() {
    for (url, origin) in [
        ("https://world.example:443/a?b", "https://world.example"),
        ("https://1.1.1.1/", "https://1.1.1.1"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]"),
    ] {
        assert_eq!(
            Policy::public().target(url).unwrap().origin().to_string(),
            origin
        );
    }
}

fn spellings(ip: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = ip.octets();
    let all = ip.to_bits();
    let tail = all & 0x00ff_ffff;
    let half = all & 0xffff;
    vec![
        format!("{ip}"),
        format!("{ip}."),
        format!("{all}"),
        format!("{all:#x}"),
        format!("0{all:o}"),
        format!("{a}.{tail}"),
        format!("{a}.{b}.{half}"),
        format!("{a:#x}.{b:#x}.{c:#x}.{d:#x}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!(
            "%3{}{}",
            a.to_string().chars().next().unwrap(),
            &ip.to_string()[1..]
        ),
        format!("[::ffff:{ip}]"),
        format!("[::{ip}]"),
        format!("[64:ff9b::{ip}]"),
        format!("[2002:{:x}:{:x}::1]", all >> 16, half),
    ]
}

proptest! {
    #[test]
    fn a_forbidden_address_is_refused_in_every_spelling(row in 0..address::V4.len(), noise in any::<u32>()) {
        let (base, bits, _) = address::V4[row];
        let host = u32::MAX.checked_shr(bits).unwrap_or(0);
        let ip = Ipv4Addr::from_bits(base.to_bits() | (noise & host));
        // Port 80 is listed and a loopback origin is named, so that only the address can be the reason.
        let policy = Policy::public().allow_port(80).allow_loopback("http://localhost:1").unwrap();
        for host in spellings(ip) {
            for url in [format!("https://{host}/"), format!("https://{host}:80/x"), format!("http://{host}/")] {
                let found = policy.target(&url);
                prop_assert!(
                    matches!(found, Err(Refusal::Address(_))),
                    "{} gave {:?}", url, found
                );
            }
        }
    }

    #[test]
    fn any_text_is_answered_without_a_panic_and_what_passes_is_what_was_written(
        text in "(https?://)?[a-z0-9.:@/\\\\%\\[\\]#?\\-_ \u{e9}]{0,40}"
    ) {
        if let Ok(target) = Policy::public().target(&text) {
            let origin = target.origin().to_string();
            prop_assert!(text.starts_with(&origin), "{} became {}", text, origin);
        }
    }
}

#[test]
fn for_worlds_opens_their_ports_and_nothing_else() {
    let world = |text: &str| WorldId::of_url(text).unwrap();
    let policy = Policy::for_worlds(&[
        world("https://a.example"),
        world("https://b.example:8443"),
        world("http://localhost:4001"),
    ]);
    for (url, expected) in [
        ("https://a.example/x", Ok(Route::Public)),
        ("https://b.example:8443/x", Ok(Route::Public)),
        ("http://localhost:4001/x", Ok(Route::Loopback)),
        (
            "https://b.example:8444/x",
            Err(Refusal::Port { found: 8444 }),
        ),
        ("http://localhost:4002/x", Err(Refusal::LocalName)),
        ("http://a.example/x", Err(Refusal::Scheme)),
    ] {
        assert_eq!(
            policy.target(url).map(|target| target.route()),
            expected,
            "{url}"
        );
    }
    assert_eq!(Policy::for_worlds(&[]), Policy::public());
}
