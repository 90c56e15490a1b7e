//! Hardened derivation of Ed25519 nodes (SLIP-0010). The holder's side runs it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha512;
use zeroize::{Zeroize, Zeroizing};

const HARDENED: u32 = 0x8000_0000;

/// One node of the tree: a key and the chain code that its children need. Wiped when dropped.
pub(crate) struct Node {
    key: Zeroizing<[u8; 32]>,
    chain: Zeroizing<[u8; 32]>,
}

impl Node {
    /// The node at the root, for a seed of up to 128 bytes.
    pub(crate) fn root(seed: &[u8]) -> Self {
        Self::split(b"ed25519 seed", &[seed])
    }

    /// The hardened child `index'`; the top bit is set here and need not be given.
    pub(crate) fn child(&self, index: u32) -> Self {
        Self::split(
            &*self.chain,
            &[&[0], &*self.key, &(index | HARDENED).to_be_bytes()],
        )
    }

    /// The node's key, for deriving only.
    pub(crate) fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// HMAC-SHA-512 of `parts`, cut in two. `key` is shorter than the hash's block, so padding it
    /// with zeros is all that HMAC asks for.
    fn split(key: &[u8], parts: &[&[u8]]) -> Self {
        let mut block = Zeroizing::new([0u8; 128]);
        for (place, byte) in block.iter_mut().zip(key) {
            *place = *byte;
        }
        let mut padded = (*block).into();
        let mut mac = <Hmac<Sha512> as KeyInit>::new(&padded);
        padded.zeroize();
        for part in parts {
            mac.update(part);
        }
        let whole = Zeroizing::new(<[u8; 64]>::from(mac.finalize().into_bytes()));
        let mut node = Self {
            key: Zeroizing::new([0; 32]),
            chain: Zeroizing::new([0; 32]),
        };
        let halves = node.key.iter_mut().chain(node.chain.iter_mut());
        for (place, byte) in halves.zip(whole.iter()) {
            *place = *byte;
        }
        node
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::encoding::hex;

    type Step = (u32, &'static str, &'static str);

    /// The two Ed25519 vectors of SLIP-0010: seed, then (index, chain code, private key) downwards.
    const VECTORS: [(&str, &[Step]); 2] = [
        (
            "000102030405060708090a0b0c0d0e0f",
            &[
                (
                    u32::MAX,
                    "90046a93de5380a72b5e45010748567d5ea02bbf6522f979e05c0d8d8ca9fffb",
                    "2b4be7f19ee27bbf30c667b642d5f4aa69fd169872f8fc3059c08ebae2eb19e7",
                ),
                (
                    0,
                    "8b59aa11380b624e81507a27fedda59fea6d0b779a778918a2fd3590e16e9c69",
                    "68e0fe46dfb67e368c75379acec591dad19df3cde26e63b93a8e704f1dade7a3",
                ),
                (
                    1,
                    "a320425f77d1b5c2505a6b1b27382b37368ee640e3557c315416801243552f14",
                    "b1d0bad404bf35da785a64ca1ac54b2617211d2777696fbffaf208f746ae84f2",
                ),
                (
                    2,
                    "2e69929e00b5ab250f49c3fb1c12f252de4fed2c1db88387094a0f8c4c9ccd6c",
                    "92a5b23c0b8a99e37d07df3fb9966917f5d06e02ddbd909c7e184371463e9fc9",
                ),
                (
                    2,
                    "8f6d87f93d750e0efccda017d662a1b31a266e4a6f5993b15f5c1f07f74dd5cc",
                    "30d1dc7e5fc04c31219ab25a27ae00b50f6fd66622f6e9c913253d6511d1e662",
                ),
                (
                    1_000_000_000,
                    "68789923a0cac2cd5a29172a475fe9e0fb14cd6adb5ad98a3fa70333e7afa230",
                    "8f94d394a8e8fd6b1bc2f3f49f5c47e385281d5c17e65324b0f62483e37e8793",
                ),
            ],
        ),
        (
            "fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a2\
             9f9c999693908d8a8784817e7b7875726f6c696663605d5a5754514e4b484542",
            &[
                (
                    u32::MAX,
                    "ef70a74db9c3a5af931b5fe73ed8e1a53464133654fd55e7a66f8570b8e33c3b",
                    "171cb88b1b3c1db25add599712e36245d75bc65a1a5c9e18d76f9f2b1eab4012",
                ),
                (
                    0,
                    "0b78a3226f915c082bf118f83618a618ab6dec793752624cbeb622acb562862d",
                    "1559eb2bbec5790b0c65d8693e4d0875b1747f4970ae8b650486ed7470845635",
                ),
                (
                    2_147_483_647,
                    "138f0b2551bcafeca6ff2aa88ba8ed0ed8de070841f0c4ef0165df8181eaad7f",
                    "ea4f5bfe8694d8bb74b7b59404632fd5968b774ed545e810de9c32a4fb4192f4",
                ),
                (
                    1,
                    "73bd9fff1cfbde33a1b846c27085f711c0fe2d66fd32e139d3ebc28e5a4a6b90",
                    "3757c7577170179c7868353ada796c839135b3d30554bbb74a4b1e4a5a58505c",
                ),
                (
                    2_147_483_646,
                    "0902fe8a29f9140480a00ef244bd183e8a13288e4412d8389d140aac1794825a",
                    "5837736c89570de861ebc173b1086da4f505d4adb387c6a1b1342d5e4ac9ec72",
                ),
                (
                    2,
                    "5d70af781f3a37b829f0d060924d5e960bdc02e85423494afc0b1a41bbe196d4",
                    "551d333177df541ad876a60ea71f00447931c0a9da16f227c11ea080d7391b8d",
                ),
            ],
        ),
    ];

    #[test]
    fn official_vectors() {
        for (seed, steps) in VECTORS {
            let mut node: Option<Node> = None;
            for (index, chain, key) in steps {
                let next = match &node {
                    None => Node::root(&hex::decode(seed).unwrap()),
                    Some(parent) => parent.child(*index),
                };
                assert_eq!(hex::encode(&*next.chain), *chain);
                assert_eq!(hex::encode(next.key()), *key);
                node = Some(next);
            }
        }
    }
}
