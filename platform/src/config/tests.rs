//! Each rule of the configuration file, tripped alone.

use std::path::Path;

use schemas::credential::Format;
use schemas::oid4vp::request::ResponseMode;
use schemas::reason::Reason;

use super::{Client, Config, ConfigError, ServerAddress, StorePlace};

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
    assert_eq!(config.asking.client, Client::Did);
    assert_eq!(config.asking.formats, Format::ALL);
    assert_eq!(config.asking.response_mode, ResponseMode::DirectPost);
    assert!(config.asking.return_origins.is_empty());
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
            let with = |value: String| {
                let more = match value.contains("x509") {
                    true => "certificate = \"chain.pem\"\ncertificate_key = \"key.pem\"\n",
                    false => "",
                };
                read(&format!("{SOUND}[{table}]\n{name} = {value}\n{more}"))
            };
            if let Some(words) = setting.get("enum") {
                for word in words.as_array().unwrap() {
                    with(word.to_string()).unwrap();
                }
                assert!(with("\"other\"".to_owned()).is_err(), "{name}");
                continue;
            }
            if setting.get("minimum").is_none() {
                continue;
            }
            let bound = |name| setting.get(name).unwrap().as_i64().unwrap();
            let (least, greatest) = (bound("minimum"), bound("maximum"));
            // What nothing stands for when it is left out has no default.
            let default = setting.get("default").and_then(|value| value.as_i64());
            for sound in [least, default.unwrap_or(least), greatest] {
                with(sound.to_string()).unwrap();
            }
            for beyond in [least - 1, greatest + 1] {
                let error = with(beyond.to_string()).unwrap_err();
                assert_eq!(error.reason(), Reason::ConfigMalformed, "{name} = {beyond}");
            }
            seen += 1;
        }
    }
    assert_eq!(seen, 22);
}

#[test]
fn a_login_page_is_over_tls_and_codes_go_where_the_file_says() {
    let with = |more: &str| read(&format!("{SOUND}[issuing]\n{more}\n"));
    let config = with(
        "login_uri = \"https://neokyoto.example/login?a=b\"\n\
         redirect_uris = [\"https://wallet.example/back\"]",
    );
    let login = config.unwrap().issuing.login.unwrap();
    assert_eq!(login.redirects, ["https://wallet.example/back"]);
    assert!(read(SOUND).unwrap().issuing.login.is_none());
    with("login_uri = \"http://localhost:9/login\"").unwrap();
    for more in [
        "login_uri = \"http://neokyoto.example/login\"",
        "login_uri = \"https://neokyoto.example/login#a\"",
        "login_uri = \"/login\"",
        "redirect_uris = [\"https://wallet.example/back\"]",
        "login_uri = \"https://a.example/\"\nredirect_uris = [\"wallet://back\"]",
        "login_uri = \"https://a.example/\"\nredirect_uris = [\"http://127.0.0.1/\"]",
    ] {
        let error = with(more).unwrap_err();
        assert_eq!(error.reason(), Reason::ConfigMalformed, "{more}");
    }
    let public = SOUND.replace("http://localhost:4001", "https://world.example");
    let error = read(&format!(
        "{public}[issuing]\nlogin_uri = \"http://localhost:9/login\"\n"
    ));
    assert_eq!(error.unwrap_err().reason(), Reason::ConfigInsecure);
}

#[test]
fn a_store_is_a_file_or_a_server_and_no_password_stands_in_the_configuration() {
    let store = |text: &str| read(&format!("{SOUND}[store]\n{text}\n"));
    assert!(matches!(read(SOUND).unwrap().store, StorePlace::File));
    assert!(matches!(store("").unwrap().store, StorePlace::File));
    for sound in [
        "url = \"postgres://world@localhost/world\"",
        "url = \"postgresql:///world?host=/run/postgresql&user=world\"",
        "url = \"postgres://world@%2Frun%2Fpostgresql/world\"",
        "url = \"postgres://world@[::1]:5433/world?sslmode=prefer\"",
        "url = \"postgres://world@db.example/world?sslmode=verify-full&sslrootcert=/etc/ca.pem\"",
        "url = \"postgres://world@10.0.0.7/world?sslmode=disable\"",
        "url = \"postgres://world@localhost/world\"\npassword_file = \"db.password\"",
        "url_file = \"db.url\"\nconnections = 2",
    ] {
        let config = store(sound).unwrap();
        let StorePlace::Server(server) = config.store else {
            panic!("{sound}");
        };
        if let ServerAddress::File(path) = server.address {
            assert_eq!(path, Path::new("/srv/world/db.url"));
            assert_eq!(server.connections, 2);
        }
    }
    for (malformed, reason) in [
        ("url = \"world\"", Reason::ConfigMalformed),
        (
            "url = \"mysql://world@localhost/world\"",
            Reason::ConfigMalformed,
        ),
        (
            "url = \"postgres://localhost/w?options=-c\"",
            Reason::ConfigMalformed,
        ),
        (
            "url = \"postgres://localhost/w\"\nurl_file = \"f\"",
            Reason::ConfigMalformed,
        ),
        ("password_file = \"f\"", Reason::ConfigMalformed),
        ("url_file = \"f\"\nconnections = 1", Reason::ConfigMalformed),
        ("path = \"f\"", Reason::ConfigMalformed),
        (
            "url = \"postgres://w:secret@localhost/w\"",
            Reason::ConfigInsecure,
        ),
        (
            "url = \"postgres://localhost/w?password=secret\"",
            Reason::ConfigInsecure,
        ),
        (
            "url = \"postgres://w@db.example/w\"",
            Reason::ConfigInsecure,
        ),
        (
            "url = \"postgres://w@db.example/w?sslmode=prefer\"",
            Reason::ConfigInsecure,
        ),
        (
            "url = \"postgres://w@localhost/w?host=db.example\"",
            Reason::ConfigInsecure,
        ),
        (
            "url = \"postgres://w@localhost/w?hostaddr=10.0.0.7\"",
            Reason::ConfigInsecure,
        ),
    ] {
        let error = store(malformed).unwrap_err();
        assert_eq!(error.reason(), reason, "{malformed}");
        let said = error.to_string();
        assert!(!said.contains("secret"), "{said}");
    }
}
