//! Backups, and coming back from words.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::{
    BackupError, BackupSummary, Certainty, KdfParams, Loss, PersonaIndex, Restore, Seed,
    SeedOrigin, StoreError, Wallet, WordList, losses_of_words, restore_backup, verify_backup,
};
use schemas::reason::Reason;

use super::fixture::{Place, SEED, add_avatar, at, entropy, passphrase, persona, world};

fn seed() -> Seed {
    Seed::from_bytes(SEED)
}

fn restore(from: &Path, to: &Place, seed: &Seed) -> Result<(Wallet, BackupSummary), BackupError> {
    let restore = Restore {
        backup: from,
        seed,
        home: &to.home(),
        passphrase: &passphrase("another passphrase"),
        kdf: KdfParams::MINIMUM,
        now: at(100),
    };
    restore_backup(&restore, &to.keychain(), entropy())
}

#[test]
fn a_backup_brings_everything_back_that_it_knew() {
    let (old, new) = (Place::new(), Place::new());
    let mut wallet = old.create();
    wallet.add_persona(&persona("night"), at(1)).unwrap();
    wallet.confirm_world(&world("b"), at(2)).unwrap();
    let holding = add_avatar(&mut wallet, "one", 3);
    wallet.spend_copy(&holding.copies[0], &world("b")).unwrap();
    let path = old.path("backup.omote");
    assert_eq!(wallet.last_backup().unwrap(), None);
    let made = wallet.create_backup(&path, at(50)).unwrap();
    assert_eq!(wallet.last_backup().unwrap(), Some(at(50)));
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(verify_backup(&path, &seed()).unwrap(), made);
    assert_eq!(
        made.losses,
        [
            Loss::After { backup: at(50) },
            Loss::DoubtfulCopies { count: 2 },
            Loss::KeychainSlot,
            Loss::Passphrase,
        ]
    );
    // What happens after the backup is not in it.
    let lost = wallet
        .allocate_keys(PersonaIndex::FIRST, &world("a"), 1)
        .unwrap();
    wallet.spend_copy(&holding.copies[1], &world("c")).unwrap();
    let history = wallet.verify_history().unwrap();

    let (mut restored, summary) = restore(&path, &new, &seed()).unwrap();
    assert_eq!(summary, made);
    restored.check().unwrap();
    assert_eq!(restored.personas().unwrap(), wallet.personas().unwrap());
    assert_eq!(restored.pins().unwrap(), wallet.pins().unwrap());
    assert_eq!(restored.holdings().unwrap(), wallet.holdings().unwrap());
    assert_eq!(restored.created_at().unwrap(), wallet.created_at().unwrap());
    assert_eq!(
        restored.verify_history().unwrap().length,
        history.length + 1
    );
    for (before, after) in wallet
        .copies(&holding.id)
        .unwrap()
        .iter()
        .zip(restored.copies(&holding.id).unwrap())
    {
        assert_eq!(before.key, after.key);
        assert_eq!(
            wallet.credential(&before.id).unwrap(),
            restored.credential(&after.id).unwrap()
        );
    }
    let known = restored
        .choose_copy(&holding.id, &world("b"), &super::fixture::ldp())
        .unwrap();
    assert_eq!(known.certainty, Certainty::KnownToWorld);
    let doubtful = restored
        .choose_copy(&holding.id, &world("d"), &super::fixture::ldp())
        .unwrap();
    assert_eq!(doubtful.certainty, Certainty::Doubtful);

    // New keys are in a numbering of their own: the lost one never comes again.
    let fresh = restored
        .allocate_keys(PersonaIndex::FIRST, &world("a"), 8)
        .unwrap();
    assert_ne!(fresh[0].generation, lost[0].generation);
    for path in &fresh {
        assert_ne!(
            restored.copy_seed(path).expose(),
            wallet.copy_seed(&lost[0]).expose()
        );
    }
    drop(restored);
    assert_eq!(new.open().unwrap().findings(), []);
}

#[test]
fn every_flipped_byte_of_a_backup_is_refused() {
    let place = Place::new();
    let mut wallet = place.create();
    add_avatar(&mut wallet, "one", 1);
    let path = place.path("backup.omote");
    wallet.create_backup(&path, at(50)).unwrap();
    let clean = fs::read(&path).unwrap();
    for at in 0..clean.len() {
        let mut bytes = clean.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&path, &bytes).unwrap();
        let reason = verify_backup(&path, &seed()).unwrap_err().reason();
        let expected = if at == 13 {
            Reason::WalletFormatVersion
        } else {
            Reason::WalletCorrupt
        };
        assert_eq!(reason, expected, "byte {at}");
    }
    for length in (0..clean.len()).step_by(17) {
        fs::write(&path, &clean[..length]).unwrap();
        assert_eq!(
            verify_backup(&path, &seed()).unwrap_err(),
            BackupError::Unreadable
        );
    }
    fs::write(&path, [clean.as_slice(), b"x"].concat()).unwrap();
    assert_eq!(
        verify_backup(&path, &seed()).unwrap_err(),
        BackupError::Unreadable
    );
    fs::write(&path, &clean).unwrap();
    verify_backup(&path, &seed()).unwrap();
    let other = Seed::from_bytes([43; 32]);
    assert_eq!(
        verify_backup(&path, &other).unwrap_err(),
        BackupError::Unreadable
    );
    let target = Place::new();
    assert_eq!(
        restore(&path, &target, &other).unwrap_err(),
        BackupError::Unreadable
    );
    assert!(!target.home().exists());
}

#[test]
fn a_backup_is_never_written_over_and_never_through_a_link() {
    let place = Place::new();
    let mut wallet = place.create();
    let path = place.path("backup.omote");
    fs::write(&path, b"precious").unwrap();
    assert_eq!(
        wallet.create_backup(&path, at(1)).unwrap_err(),
        BackupError::Exists
    );
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    let link = place.path("link");
    symlink(place.path("target"), &link).unwrap();
    let error = wallet.create_backup(&link, at(1)).unwrap_err();
    assert_eq!(error.reason(), Reason::WalletSymlink);
    assert!(!place.path("target").exists());
    let error = wallet
        .create_backup(&place.path("no/such/folder"), at(1))
        .unwrap_err();
    assert_eq!(error.reason(), Reason::WalletIo);
    assert_eq!(wallet.last_backup().unwrap(), None);

    fs::remove_file(&path).unwrap();
    wallet.create_backup(&path, at(2)).unwrap();
    symlink(&path, place.path("other")).unwrap();
    assert_eq!(
        verify_backup(&place.path("other"), &seed()).unwrap_err(),
        BackupError::Symlink
    );
    assert_eq!(
        verify_backup(&place.home(), &seed()).unwrap_err(),
        BackupError::Symlink
    );
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let error = verify_backup(&path, &seed()).unwrap_err();
    assert_eq!(error, BackupError::Permissions { found: 0o640 });
    assert_eq!(error.reason(), Reason::WalletPermissions);
    let leftovers = fs::read_dir(place.path("."))
        .unwrap()
        .filter(|entry| {
            entry
                .as_ref()
                .unwrap()
                .file_name()
                .to_string_lossy()
                .contains("part")
        })
        .count();
    assert_eq!(leftovers, 0);
}

#[test]
fn a_restore_never_touches_a_wallet_that_is_there() {
    let place = Place::new();
    let mut wallet = place.create();
    let path = place.path("backup.omote");
    wallet.create_backup(&path, at(1)).unwrap();
    let error = restore(&path, &place, &seed()).unwrap_err();
    assert_eq!(error, BackupError::Store(StoreError::Exists));
    wallet.check().unwrap();
}

#[test]
fn words_alone_bring_the_keys_back_and_never_reuse_one() {
    let (old, new) = (Place::new(), Place::new());
    let mut wallet = old.create();
    let used = wallet
        .allocate_keys(PersonaIndex::FIRST, &world("a"), 4)
        .unwrap();
    let words = wallet
        .export_seed()
        .unwrap()
        .to_words(WordList::Japanese)
        .unwrap();
    assert_eq!(
        Seed::from_words(&words)
            .unwrap()
            .to_words(WordList::English)
            .unwrap(),
        seed().to_words(WordList::English).unwrap()
    );

    let mut restored = new.try_create(SeedOrigin::Words).unwrap();
    assert_eq!(
        restored.copy_seed(&used[2]).expose(),
        wallet.copy_seed(&used[2]).expose()
    );
    let purpose = crate::keys::Purpose::Creator;
    assert_eq!(
        restored.purpose_seed(PersonaIndex::FIRST, purpose).expose(),
        wallet.purpose_seed(PersonaIndex::FIRST, purpose).expose()
    );
    let fresh = restored
        .allocate_keys(PersonaIndex::FIRST, &world("a"), 4)
        .unwrap();
    for path in &fresh {
        for old in &used {
            assert_ne!(
                restored.copy_seed(path).expose(),
                wallet.copy_seed(old).expose()
            );
        }
    }
    assert!(losses_of_words().contains(&Loss::Holdings));
    assert_eq!(restored.history().unwrap().len(), 1);
}
