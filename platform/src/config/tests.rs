//! Each rule of the configuration file, tripped alone.

use std::path::Path;

use schemas::reason::Reason;

use super::{Config, ConfigError};

const SOUND: &str = r#"
version = 1
listen = "127.0.0.1:4001"
origin = "http://localhost:4001"
name = { en = "Neo Kyoto", ja = "ネオ京都" }
"#;

fn read(text: &str) -> Result<Config, ConfigError> {
    Config::from_toml(text, Path::new("/srv/world"))
}

#[test]
fn what_is_left_out_has_its_usual_value() {
    let config = read(SOUND).unwrap();
    assert_eq!(config.data(), Path::new("/srv/world/data"));
    assert_eq!(config.limits.body_bytes, 1024 * 1024);
    assert_eq!(config.issuing.batch_size, 10);
    assert_eq!(config.asking.token_life.as_secs(), 300);
    assert_eq!(
        config.client_id().as_str(),
        "decentralized_identifier:did:web:localhost%3A4001"
    );
}

#[test]
fn refuses_what_is_malformed() {
    for (from, to) in [
        ("version = 1", "version = 2"),
        ("version = 1", ""),
        ("listen", "lissten"),
        ("name = {", "shoe_size = 3\nname = {"),
        ("Neo Kyoto", "Neo\\u001bKyoto"),
        ("Neo Kyoto", ""),
        ("http://localhost:4001", "localhost"),
        ("http://localhost:4001", "https://world.example/path"),
        ("listen = \"127.0.0.1:4001\"", "listen = 4001"),
    ] {
        let error = read(&SOUND.replace(from, to)).unwrap_err();
        assert_eq!(error.reason(), Reason::ConfigMalformed, "{from} -> {to}");
    }
    for table in [
        "[issuing]\nbatch_size = 11",
        "[issuing]\nvalidity_seconds = 60",
        "[issuing]\ncryptosuite = \"bbs\"",
        "[asking]\nadmission_token_seconds = 301",
        "[limits]\nheader_seconds = 0",
        "[limits]\nunknown = 1",
    ] {
        let error = read(&format!("{SOUND}{table}")).unwrap_err();
        assert_eq!(error.reason(), Reason::ConfigMalformed, "{table}");
    }
}

#[test]
fn refuses_what_is_insecure() {
    for (from, to) in [
        ("http://localhost:4001", "http://world.example"),
        ("http://localhost:4001", "http://192.168.0.7:4001"),
        ("127.0.0.1:4001", "0.0.0.0:4001"),
        (
            "origin = \"http://localhost:4001\"",
            "origin = \"https://world.example\"\nloopback_worlds = [\"http://localhost:1\"]",
        ),
    ] {
        let error = read(&SOUND.replace(from, to)).unwrap_err();
        assert_eq!(error.reason(), Reason::ConfigInsecure, "{from} -> {to}");
    }
}
