//! The system's keychain: a real one when this machine can start it, and none.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::{
    Finding, KdfParams, Keychain, KeychainError, NewWallet, NoKeychain, OsKeychain, Seed,
    SeedOrigin, Unlock, Wallet, WrappingKey,
};
use schemas::reason::Reason;

use super::fixture::{PASSPHRASE, Place, SEED, at, child_task, entropy, passphrase, persona};

fn create(place: &Place, keychain: &dyn Keychain) -> Wallet {
    let new = NewWallet {
        passphrase: &passphrase(PASSPHRASE),
        kdf: KdfParams::MINIMUM,
        seed: &Seed::from_bytes(SEED),
        origin: SeedOrigin::New,
        first_persona: &persona("main"),
        now: at(0),
    };
    Wallet::create(&place.home(), &new, keychain, entropy()).unwrap()
}

fn falls_back_to_the_passphrase(place: &Place, wallet: &Wallet, keychain: &dyn Keychain) {
    assert_eq!(
        wallet.findings(),
        [Finding::KeychainUnavailable(KeychainError::Unavailable)]
    );
    assert!(!wallet.has_keychain_slot().unwrap());
    let error = Wallet::open(&place.home(), Unlock::Keychain(keychain), entropy()).unwrap_err();
    assert_eq!(error.reason(), Reason::KeychainUnavailable);
    let passphrase = passphrase(PASSPHRASE);
    Wallet::open(&place.home(), Unlock::Passphrase(&passphrase), entropy()).unwrap();
}

#[test]
fn no_keychain_means_passphrase() {
    let place = Place::new();
    let wallet = create(&place, &NoKeychain);
    falls_back_to_the_passphrase(&place, &wallet, &NoKeychain);
}

#[test]
#[ignore = "started by the tests below, each with a session of its own"]
fn child_without_session_bus() {
    let Some(_) = child_task() else { return };
    let place = Place::new();
    let wallet = create(&place, &OsKeychain);
    falls_back_to_the_passphrase(&place, &wallet, &OsKeychain);
    // Asked twice in one process, it answers twice.
    let key = WrappingKey::from_bytes([1; 32]);
    for _ in 0..2 {
        assert_eq!(
            OsKeychain.write("x", &key).unwrap_err(),
            KeychainError::Unavailable
        );
        assert_eq!(
            OsKeychain.read("x").unwrap_err(),
            KeychainError::Unavailable
        );
    }
}

#[test]
#[ignore = "started by the tests below, each with a session of its own"]
fn child_with_secret_service() {
    let Some(_) = child_task() else { return };
    let (place, other) = (Place::new(), Place::new());
    let mut wallet = create(&place, &OsKeychain);
    assert_eq!(wallet.findings(), []);
    assert!(wallet.has_keychain_slot().unwrap());
    Wallet::open(&place.home(), Unlock::Keychain(&OsKeychain), entropy()).unwrap();
    // Each wallet has an entry of its own.
    drop(create(&other, &OsKeychain));
    Wallet::open(&place.home(), Unlock::Keychain(&OsKeychain), entropy()).unwrap();
    Wallet::open(&other.home(), Unlock::Keychain(&OsKeychain), entropy()).unwrap();

    wallet.remove_keychain(&OsKeychain).unwrap();
    let error = Wallet::open(&place.home(), Unlock::Keychain(&OsKeychain), entropy()).unwrap_err();
    assert_eq!(error.reason(), Reason::KeychainUnavailable);
    assert_eq!(OsKeychain.read("0000").unwrap_err(), KeychainError::NoEntry);
    wallet.add_keychain(&OsKeychain).unwrap();
    Wallet::open(&place.home(), Unlock::Keychain(&OsKeychain), entropy()).unwrap();
}

fn installed(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

fn run(mut command: Command, input: Option<&str>) {
    let mut process = command
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env("OMOTE_TEST_NAME", "keychain")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    if let Some(input) = input {
        process
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
    }
    let output = process.wait_with_output().unwrap();
    assert!(
        output.status.success() && String::from_utf8_lossy(&output.stdout).contains("1 passed"),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn without_a_session_bus_the_passphrase_opens() {
    let place = Place::new();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--exact",
            "wallet::tests::keychains::child_without_session_bus",
            "--ignored",
            "--nocapture",
        ])
        .env("OMOTE_TEST_HOME", place.home())
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all");
    run(command, None);
}

#[test]
fn a_real_secret_service_keeps_the_key() {
    if !installed("dbus-run-session") || !installed("gnome-keyring-daemon") {
        let must = std::env::var("OMOTE_MUST_RUN").unwrap_or_default();
        assert!(
            !must.contains("keychain"),
            "the keychain test has to run and cannot"
        );
        println!(
            "skipped: no dbus-run-session or no gnome-keyring-daemon on this machine; the keychain \
             was NOT tested against a real Secret Service"
        );
        return;
    }
    let place = Place::new();
    let folder = place.path("session");
    std::fs::create_dir(&folder).unwrap();
    // The daemon takes the keyring's passphrase from its input and goes to the background.
    let script = "gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; \
                  exec \"$0\" --exact wallet::tests::keychains::child_with_secret_service --ignored --nocapture";
    let mut command = Command::new("dbus-run-session");
    command
        .args(["--", "sh", "-c", script])
        .arg(std::env::current_exe().unwrap())
        .env("OMOTE_TEST_HOME", place.home())
        .env("HOME", &folder)
        .env("XDG_RUNTIME_DIR", &folder)
        .env("XDG_DATA_HOME", &folder)
        .env("XDG_CONFIG_HOME", &folder)
        .env("XDG_CACHE_HOME", &folder);
    run(command, Some("keyring passphrase"));
}
