//! Which IP addresses are the public internet; pure, run by every party before it connects
//! (IANA special-purpose address registries, RFC 6890 and the RFCs named below).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The kind of address that is never contacted, with the document that sets it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Range {
    /// 198.18.0.0/15: benchmarking of devices (RFC 2544).
    Benchmarking,
    /// 255.255.255.255 (RFC 8190).
    Broadcast,
    /// 100.64.0.0/10: shared by a carrier's customers behind its NAT (RFC 6598).
    CarrierNat,
    /// 100::/64 (RFC 6666) and 100:0:0:1::/64 (RFC 9780).
    Discard,
    /// 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 (RFC 5737), 2001:db8::/32 (RFC 3849), 3fff::/20 (RFC 9637).
    Documentation,
    /// 192.0.0.0/24 (RFC 6890) and 2001::/23 (RFC 2928), Teredo's 2001::/32 (RFC 4380) among them.
    IetfProtocol,
    /// ::/96: an IPv4 address written as IPv6, deprecated (RFC 4291 section 2.5.5.1).
    Ipv4Compatible,
    /// ::ffff:0:0/96: an IPv4 address written as IPv6 (RFC 4291 section 2.5.5.2).
    Ipv4Mapped,
    /// 169.254.0.0/16 (RFC 3927; cloud metadata services live here) and fe80::/10 (RFC 4291).
    LinkLocal,
    /// 64:ff9b:1::/48: translation inside one network (RFC 8215).
    LocalNat64,
    /// 127.0.0.0/8 (RFC 1122) and ::1 (RFC 4291).
    Loopback,
    /// 224.0.0.0/4 (RFC 5771) and ff00::/8 (RFC 4291).
    Multicast,
    /// IPv6 outside 2000::/3: not handed out as global unicast (RFC 4291 section 2.4).
    NotGlobalUnicast,
    /// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (RFC 1918).
    Private,
    /// 192.88.99.0/24: relay anycast of 6to4, deprecated (RFC 7526).
    RelayAnycast,
    /// 240.0.0.0/4 (RFC 1112 section 4).
    Reserved,
    /// fec0::/10: site-local, deprecated (RFC 3879).
    SiteLocal,
    /// 2002::/16: 6to4, which names an IPv4 address inside (RFC 3056, RFC 7526).
    SixToFour,
    /// 0.0.0.0/8: this network (RFC 791).
    ThisNetwork,
    /// fc00::/7 (RFC 4193).
    UniqueLocal,
    /// :: (RFC 4291).
    Unspecified,
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Benchmarking => "a benchmarking address (RFC 2544)",
            Self::Broadcast => "the broadcast address (RFC 8190)",
            Self::CarrierNat => "a carrier's shared address (RFC 6598)",
            Self::Discard => "a discard address (RFC 6666)",
            Self::Documentation => "a documentation address (RFC 5737, RFC 3849, RFC 9637)",
            Self::IetfProtocol => "an address for IETF protocols (RFC 6890, RFC 2928)",
            Self::Ipv4Compatible => "an IPv4-compatible IPv6 address (RFC 4291)",
            Self::Ipv4Mapped => "an IPv4-mapped IPv6 address (RFC 4291)",
            Self::LinkLocal => "a link-local address (RFC 3927, RFC 4291)",
            Self::LocalNat64 => "a local NAT64 address (RFC 8215)",
            Self::Loopback => "a loopback address (RFC 1122, RFC 4291)",
            Self::Multicast => "a multicast address (RFC 5771, RFC 4291)",
            Self::NotGlobalUnicast => "not a global unicast address (RFC 4291)",
            Self::Private => "a private address (RFC 1918)",
            Self::RelayAnycast => "a 6to4 relay address (RFC 7526)",
            Self::Reserved => "a reserved address (RFC 1112)",
            Self::SiteLocal => "a site-local address (RFC 3879)",
            Self::SixToFour => "a 6to4 address (RFC 3056)",
            Self::ThisNetwork => "an address of this network (RFC 791)",
            Self::UniqueLocal => "a unique-local address (RFC 4193)",
            Self::Unspecified => "the unspecified address (RFC 4291)",
        })
    }
}

/// Base address, prefix length in bits, kind. The first match names the kind.
pub(super) const V4: &[(Ipv4Addr, u32, Range)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8, Range::ThisNetwork),
    (Ipv4Addr::new(10, 0, 0, 0), 8, Range::Private),
    (Ipv4Addr::new(100, 64, 0, 0), 10, Range::CarrierNat),
    (Ipv4Addr::new(127, 0, 0, 0), 8, Range::Loopback),
    (Ipv4Addr::new(169, 254, 0, 0), 16, Range::LinkLocal),
    (Ipv4Addr::new(172, 16, 0, 0), 12, Range::Private),
    (Ipv4Addr::new(192, 0, 0, 0), 24, Range::IetfProtocol),
    (Ipv4Addr::new(192, 0, 2, 0), 24, Range::Documentation),
    (Ipv4Addr::new(192, 88, 99, 0), 24, Range::RelayAnycast),
    (Ipv4Addr::new(192, 168, 0, 0), 16, Range::Private),
    (Ipv4Addr::new(198, 18, 0, 0), 15, Range::Benchmarking),
    (Ipv4Addr::new(198, 51, 100, 0), 24, Range::Documentation),
    (Ipv4Addr::new(203, 0, 113, 0), 24, Range::Documentation),
    (Ipv4Addr::new(224, 0, 0, 0), 4, Range::Multicast),
    (Ipv4Addr::BROADCAST, 32, Range::Broadcast),
    (Ipv4Addr::new(240, 0, 0, 0), 4, Range::Reserved),
];

/// As [`V4`]. What no row names is judged by the last two steps of [`check_v6`].
pub(super) const V6: &[(Ipv6Addr, u32, Range)] = &[
    (Ipv6Addr::UNSPECIFIED, 128, Range::Unspecified),
    (Ipv6Addr::LOCALHOST, 128, Range::Loopback),
    (
        Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0),
        96,
        Range::Ipv4Mapped,
    ),
    (Ipv6Addr::UNSPECIFIED, 96, Range::Ipv4Compatible),
    (
        Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0),
        48,
        Range::LocalNat64,
    ),
    (
        Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0),
        63,
        Range::Discard,
    ),
    (
        Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0),
        23,
        Range::IetfProtocol,
    ),
    (
        Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0),
        32,
        Range::Documentation,
    ),
    (
        Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0),
        16,
        Range::SixToFour,
    ),
    (
        Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0),
        20,
        Range::Documentation,
    ),
    (
        Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0),
        7,
        Range::UniqueLocal,
    ),
    (
        Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0),
        10,
        Range::LinkLocal,
    ),
    (
        Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0),
        10,
        Range::SiteLocal,
    ),
    (
        Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0),
        8,
        Range::Multicast,
    ),
];

/// Well-known prefix of NAT64 (RFC 6052): the last 32 bits are the IPv4 address that is reached.
const NAT64: Ipv6Addr = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0);
/// The space that global unicast addresses are handed out from (RFC 4291 section 2.4).
const GLOBAL_UNICAST: Ipv6Addr = Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0);

/// Accepts an address of the public internet and nothing else.
///
/// IPv6 forms that carry an IPv4 address are refused whatever they carry, with one exception:
/// NAT64's well-known prefix is how an IPv6-only network reaches public IPv4 hosts, so there the
/// address inside is judged.
///
/// # Errors
/// The kind of address it is instead.
pub fn check_address(address: IpAddr) -> Result<(), Range> {
    match address {
        IpAddr::V4(address) => check_v4(address),
        IpAddr::V6(address) => check_v6(address),
    }
}

fn check_v4(address: Ipv4Addr) -> Result<(), Range> {
    match V4
        .iter()
        .find(|(base, bits, _)| in_v4(address, *base, *bits))
    {
        Some((_, _, range)) => Err(*range),
        None => Ok(()),
    }
}

fn check_v6(address: Ipv6Addr) -> Result<(), Range> {
    if let Some((_, _, range)) = V6
        .iter()
        .find(|(base, bits, _)| in_v6(address, *base, *bits))
    {
        return Err(*range);
    }
    if in_v6(address, NAT64, 96) {
        let [.., a, b, c, d] = address.octets();
        return check_v4(Ipv4Addr::new(a, b, c, d));
    }
    if in_v6(address, GLOBAL_UNICAST, 3) {
        Ok(())
    } else {
        Err(Range::NotGlobalUnicast)
    }
}

fn in_v4(address: Ipv4Addr, base: Ipv4Addr, bits: u32) -> bool {
    (address.to_bits() ^ base.to_bits()).leading_zeros() >= bits
}

fn in_v6(address: Ipv6Addr, base: Ipv6Addr, bits: u32) -> bool {
    (address.to_bits() ^ base.to_bits()).leading_zeros() >= bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn verdict(text: &str) -> Result<(), Range> {
        check_address(text.parse().unwrap())
    }

    #[test]
    fn first_and_last_address_of_every_range_are_refused_and_the_neighbors_are_not() {
        // (last allowed before, first, last, first allowed after); "-" where a neighbor is itself refused
        let rows = [
            (
                "-",
                "0.0.0.0",
                "0.255.255.255",
                "1.0.0.0",
                Range::ThisNetwork,
            ),
            (
                "9.255.255.255",
                "10.0.0.0",
                "10.255.255.255",
                "11.0.0.0",
                Range::Private,
            ),
            (
                "100.63.255.255",
                "100.64.0.0",
                "100.127.255.255",
                "100.128.0.0",
                Range::CarrierNat,
            ),
            (
                "126.255.255.255",
                "127.0.0.0",
                "127.255.255.255",
                "128.0.0.0",
                Range::Loopback,
            ),
            (
                "169.253.255.255",
                "169.254.0.0",
                "169.254.255.255",
                "169.255.0.0",
                Range::LinkLocal,
            ),
            (
                "172.15.255.255",
                "172.16.0.0",
                "172.31.255.255",
                "172.32.0.0",
                Range::Private,
            ),
            (
                "191.255.255.255",
                "192.0.0.0",
                "192.0.0.255",
                "192.0.1.0",
                Range::IetfProtocol,
            ),
            (
                "192.0.1.255",
                "192.0.2.0",
                "192.0.2.255",
                "192.0.3.0",
                Range::Documentation,
            ),
            (
                "192.88.98.255",
                "192.88.99.0",
                "192.88.99.255",
                "192.88.100.0",
                Range::RelayAnycast,
            ),
            (
                "192.167.255.255",
                "192.168.0.0",
                "192.168.255.255",
                "192.169.0.0",
                Range::Private,
            ),
            (
                "198.17.255.255",
                "198.18.0.0",
                "198.19.255.255",
                "198.20.0.0",
                Range::Benchmarking,
            ),
            (
                "198.51.99.255",
                "198.51.100.0",
                "198.51.100.255",
                "198.51.101.0",
                Range::Documentation,
            ),
            (
                "203.0.112.255",
                "203.0.113.0",
                "203.0.113.255",
                "203.0.114.0",
                Range::Documentation,
            ),
            (
                "223.255.255.255",
                "224.0.0.0",
                "239.255.255.255",
                "-",
                Range::Multicast,
            ),
            ("-", "240.0.0.0", "255.255.255.254", "-", Range::Reserved),
            (
                "-",
                "255.255.255.255",
                "255.255.255.255",
                "-",
                Range::Broadcast,
            ),
            ("-", "::", "::", "-", Range::Unspecified),
            ("-", "::1", "::1", "-", Range::Loopback),
            ("-", "::2", "::ffff:ffff", "-", Range::Ipv4Compatible),
            (
                "-",
                "::ffff:0.0.0.0",
                "::ffff:255.255.255.255",
                "-",
                Range::Ipv4Mapped,
            ),
            (
                "-",
                "64:ff9b:1::",
                "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
                "-",
                Range::LocalNat64,
            ),
            (
                "-",
                "100::",
                "100::1:ffff:ffff:ffff:ffff",
                "-",
                Range::Discard,
            ),
            (
                "-",
                "2001::",
                "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
                "2001:200::",
                Range::IetfProtocol,
            ),
            (
                "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
                "2001:db8::",
                "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
                "2001:db9::",
                Range::Documentation,
            ),
            (
                "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "2002::",
                "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "2003::",
                Range::SixToFour,
            ),
            (
                "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "3fff::",
                "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
                "3fff:1000::",
                Range::Documentation,
            ),
            (
                "-",
                "fc00::",
                "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "-",
                Range::UniqueLocal,
            ),
            (
                "-",
                "fe80::",
                "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "-",
                Range::LinkLocal,
            ),
            (
                "-",
                "fec0::",
                "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "-",
                Range::SiteLocal,
            ),
            (
                "-",
                "ff00::",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "-",
                Range::Multicast,
            ),
            (
                "-",
                "4000::",
                "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "-",
                Range::NotGlobalUnicast,
            ),
            (
                "-",
                "5f00::",
                "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "-",
                Range::NotGlobalUnicast,
            ),
        ];
        for (before, first, last, after, range) in rows {
            assert_eq!(verdict(first), Err(range), "{first}");
            assert_eq!(verdict(last), Err(range), "{last}");
            for neighbor in [before, after].into_iter().filter(|text| *text != "-") {
                assert_eq!(verdict(neighbor), Ok(()), "{neighbor}");
            }
        }
    }

    #[test]
    fn public_addresses_pass() {
        for text in [
            "1.1.1.1",
            "8.8.8.8",
            "93.184.215.14",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert_eq!(verdict(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn nat64_is_judged_by_the_address_inside() {
        assert_eq!(verdict("64:ff9b::7f00:1"), Err(Range::Loopback));
        assert_eq!(verdict("64:ff9b::a9fe:a9fe"), Err(Range::LinkLocal));
        assert_eq!(verdict("64:ff9b::808:808"), Ok(()));
        // only the /96 is the well-known prefix
        assert_eq!(verdict("64:ff9b::1:808:808"), Err(Range::NotGlobalUnicast));
    }

    /// Any address of any IPv4 range that is refused.
    fn forbidden_v4() -> impl Strategy<Value = Ipv4Addr> {
        (0..V4.len(), any::<u32>()).prop_map(|(row, noise)| {
            let (base, bits, _) = V4[row];
            let host = u32::MAX.checked_shr(bits).unwrap_or(0);
            Ipv4Addr::from_bits(base.to_bits() | (noise & host))
        })
    }

    proptest! {
        #[test]
        fn a_forbidden_ipv4_address_is_refused_in_every_ipv6_dress(ip in forbidden_v4()) {
            let [a, b, c, d] = ip.octets();
            let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            prop_assert!(check_address(ip.into()).is_err());
            for dressed in [
                Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, high, low),
                Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
                Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
                Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
                Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, !high, !low),
            ] {
                prop_assert!(check_address(dressed.into()).is_err(), "{}", dressed);
            }
        }

        #[test]
        fn every_address_of_every_ipv6_range_is_refused(row in 0..V6.len(), noise in any::<u128>()) {
            let (base, bits, _) = V6[row];
            let host = u128::MAX.checked_shr(bits).unwrap_or(0);
            let ip = Ipv6Addr::from_bits(base.to_bits() | (noise & host));
            prop_assert!(check_address(ip.into()).is_err(), "{}", ip);
        }

        #[test]
        fn agrees_with_the_standard_library_where_it_has_an_opinion(bits in any::<u32>()) {
            let ip = Ipv4Addr::from_bits(bits);
            if ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_multicast()
                || ip.is_broadcast() || ip.is_documentation() || ip.is_unspecified()
            {
                prop_assert!(check_address(ip.into()).is_err());
            }
        }
    }
}
