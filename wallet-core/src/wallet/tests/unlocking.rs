//! Passphrase and slots.

use crate::{KdfParams, NoKeychain, StoreError, Unlock, Wallet};
use schemas::reason::Reason;

use super::fixture::{PASSPHRASE, Place, add_avatar, entropy, passphrase};

fn open_with(place: &Place, text: &str) -> Result<Wallet, StoreError> {
    Wallet::open(
        &place.home(),
        Unlock::Passphrase(&passphrase(text)),
        entropy(),
    )
}

#[test]
fn only_the_passphrase_opens_and_it_can_be_changed() {
    let place = Place::new();
    let mut wallet = place.create();
    add_avatar(&mut wallet, "one", 1);
    assert_eq!(
        open_with(&place, "another").unwrap_err().reason(),
        Reason::WalletWrongPassphrase
    );
    assert_eq!(
        open_with(&place, PASSPHRASE)
            .unwrap()
            .holdings()
            .unwrap()
            .len(),
        1
    );

    wallet
        .change_passphrase(&passphrase("new one"), KdfParams::MINIMUM)
        .unwrap();
    drop(wallet);
    assert_eq!(
        open_with(&place, PASSPHRASE).unwrap_err(),
        StoreError::WrongPassphrase
    );
    assert_eq!(
        open_with(&place, "new one")
            .unwrap()
            .check()
            .unwrap()
            .holdings,
        1
    );
    place.open().unwrap();
}

#[test]
fn the_keychain_slot_comes_and_goes() {
    let place = Place::new();
    let mut wallet = place.create();
    assert!(wallet.has_keychain_slot().unwrap());
    wallet.remove_keychain(&place.keychain()).unwrap();
    assert!(!wallet.has_keychain_slot().unwrap());
    assert_eq!(place.open().unwrap_err(), StoreError::NoKeychainSlot);
    assert_eq!(
        place.open().unwrap_err().reason(),
        Reason::KeychainUnavailable
    );
    assert_eq!(
        wallet.add_keychain(&NoKeychain).unwrap_err().reason(),
        Reason::KeychainUnavailable
    );
    assert!(!wallet.has_keychain_slot().unwrap());
    wallet.add_keychain(&place.keychain()).unwrap();
    drop(wallet);
    place.open().unwrap();
}

#[test]
fn a_silent_keychain_makes_no_new_key() {
    let place = Place::new();
    drop(place.create());
    let key = std::fs::read(place.path("keychain")).unwrap();
    std::fs::rename(place.path("keychain"), place.path("locked")).unwrap();
    assert_eq!(
        place.open().unwrap_err().reason(),
        Reason::KeychainUnavailable
    );
    assert!(!place.path("keychain").exists());
    open_with(&place, PASSPHRASE).unwrap();
    assert!(!place.path("keychain").exists());
    std::fs::rename(place.path("locked"), place.path("keychain")).unwrap();
    assert_eq!(std::fs::read(place.path("keychain")).unwrap(), key);
    place.open().unwrap();
}
