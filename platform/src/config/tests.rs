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
        ("Neo Kyoto", " "),
        ("Neo Kyoto", "Neo\\u202eotoyK"),
        ("ネオ京都", "ネオ\\u200b京都"),
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
        "[status]\nttl_seconds = 0",
        "[status]\nttl_seconds = 43201",
        "offline = true",
        "bundle = \"bundle.jws\"",
        "offline = false\nbundle = \"bundle.jws\"",
        "[status]\nvalidity_seconds = 7199",
        "[limits]\nheader_seconds = 0",
        "[limits]\nunknown = 1",
    ] {
        let error = read(&format!("{SOUND}{table}")).unwrap_err();
        assert_eq!(error.reason(), Reason::ConfigMalformed, "{table}");
    }
}

#[test]
fn a_world_without_a_network_has_a_bundle() {
    assert_eq!(read(SOUND).unwrap().bundle(), None);
    let offline = read(&format!("{SOUND}offline = true\nbundle = \"b.jws\"\n")).unwrap();
    assert_eq!(offline.bundle(), Some(Path::new("/srv/world/b.jws")));
    // Whoever verifies offline has days, when the lists say so.
    let days = "[status]\nttl_seconds = 302400\nvalidity_seconds = 604800\n";
    let config = read(&format!("{SOUND}{days}")).unwrap();
    assert_eq!(config.status_ttl().as_secs(), 302_400);
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

/// Every number of the schema, at its bounds and one beyond: the schema and the reader agree.
#[test]
fn the_schema_has_the_bounds_of_the_reader() {
    let schema = include_bytes!("../../omote-world.schema.json");
    let schema = schemas::json::read(schema, &schemas::json::Limits::document()).unwrap();
    let tables = schema.get("properties").unwrap();
    let mut seen = 0;
    for table in ["issuing", "asking", "records", "limits"] {
        let settings = tables.get(table).unwrap().get("properties").unwrap();
        for (name, setting) in settings.as_object().unwrap().iter() {
            let with = |value: String| read(&format!("{SOUND}[{table}]\n{name} = {value}\n"));
            if let Some(words) = setting.get("enum") {
                for word in words.as_array().unwrap() {
                    with(word.to_string()).unwrap();
                }
                assert!(with("\"other\"".to_owned()).is_err(), "{name}");
                continue;
            }
            let bound = |name| setting.get(name).unwrap().as_i64().unwrap();
            let (least, greatest) = (bound("minimum"), bound("maximum"));
            for sound in [least, bound("default"), greatest] {
                with(sound.to_string()).unwrap();
            }
            for beyond in [least - 1, greatest + 1] {
                let error = with(beyond.to_string()).unwrap_err();
                assert_eq!(error.reason(), Reason::ConfigMalformed, "{name} = {beyond}");
            }
            seen += 1;
        }
    }
    assert_eq!(seen, 17);
}
