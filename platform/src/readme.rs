//! Holds `README.md` to the code: whoever runs a world reads there what is true.

use std::collections::BTreeSet;

use schemas::json::{Limits, Value, read};

use crate::server::metrics::Metrics;
use crate::server::routes;

const README: &str = include_str!("../README.md");

/// The cells of the rows of a table that begins with this head.
fn table(head: &str) -> Vec<Vec<&'static str>> {
    let (_, rest) = README.split_once(head).expect("a table with this head");
    let rows = rest
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

fn quoted(cell: &str) -> &str {
    cell.strip_prefix('`')
        .and_then(|cell| cell.strip_suffix('`'))
        .unwrap_or_else(|| panic!("{cell} in code"))
}

/// Every setting of the schema with its default and bounds, in the order of the schema.
fn settings() -> Vec<(String, Option<String>, Option<String>)> {
    let schema = include_bytes!("../omote-world.schema.json");
    let schema = read(schema, &Limits::document()).unwrap();
    let mut settings = Vec::new();
    for (name, setting) in schema
        .get("properties")
        .unwrap()
        .as_object()
        .unwrap()
        .iter()
    {
        let Some(members) = setting.get("properties") else {
            settings.push((name.to_owned(), None, None));
            continue;
        };
        for (member, setting) in members.as_object().unwrap().iter() {
            let text = |value: &Value| match (value.as_str(), value.as_bool()) {
                (Some(text), _) => text.to_owned(),
                (None, Some(flag)) => flag.to_string(),
                (None, None) => value.as_i64().unwrap().to_string(),
            };
            let bounds = match (setting.get("minimum"), setting.get("enum")) {
                (Some(least), _) => {
                    let greatest = text(setting.get("maximum").unwrap());
                    Some(format!("{} to {greatest}", text(least)))
                }
                (None, Some(words)) => {
                    let words = words.as_array().unwrap().iter();
                    let words: Vec<_> = words.map(|word| format!("`{}`", text(word))).collect();
                    Some(words.join(", "))
                }
                (None, None) => None,
            };
            let default = setting.get("default").map(text);
            settings.push((format!("{name}.{member}"), default, bounds));
        }
    }
    settings
}

/// The names in the schema of the trust policy, in its order: those in tables behind the table's name.
fn policy_members() -> Vec<(String, Option<String>)> {
    let schema = include_bytes!("../../schemas/json/policy.schema.json");
    let schema = read(schema, &Limits::document()).unwrap();
    let properties = |value: &Value| value.get("properties").cloned();
    let bounds = |setting: &Value| {
        let least = setting.get("minimum")?.as_i64()?;
        Some(format!("{least} to {}", setting.get("maximum")?.as_i64()?))
    };
    let mut members = Vec::new();
    for (name, setting) in properties(&schema).unwrap().as_object().unwrap().iter() {
        let rows = setting.get("items").and_then(properties);
        match rows.or_else(|| properties(setting)) {
            Some(rows) => members.extend(
                rows.as_object()
                    .unwrap()
                    .iter()
                    .map(|(row, _)| (format!("{name}.{row}"), None)),
            ),
            None => members.push((name.to_owned(), bounds(setting))),
        }
    }
    members
}

#[test]
fn every_member_of_the_trust_policy_is_told() {
    let rows = table("| in `policy.toml` | when left out | bounds | what it says |");
    let members = policy_members();
    assert_eq!(
        rows.iter().map(|row| quoted(row[0])).collect::<Vec<_>>(),
        members.iter().map(|(name, _)| name).collect::<Vec<_>>()
    );
    let limits = verifier::PolicyLimits::default();
    let mut usual = [
        limits.clock_skew,
        limits.max_presentation_age,
        limits.max_document_age,
        limits.max_status_age,
        limits.max_trust_list_age,
    ]
    .into_iter();
    for (row, (name, bounds)) in rows.iter().zip(members) {
        if let Some(bounds) = bounds {
            assert_eq!(row[2], bounds, "{name}");
            assert_eq!(quoted(row[1]), usual.next().unwrap().to_string(), "{name}");
        }
    }
}

/// The trust list on the page is one, but for its proof.
#[test]
fn the_trust_list_that_is_shown_is_read() {
    let (_, rest) = README.split_once("```json\n").unwrap();
    let list = rest.split("```").next().unwrap();
    let mut list = match read(list.as_bytes(), &Limits::document()).unwrap() {
        Value::Object(list) => list,
        other => panic!("{other:?}"),
    };
    list.insert("proof", schemas::object! { "type" => "DataIntegrityProof" });
    let list = schemas::trust_list::UnverifiedTrustList::parse(&Value::Object(list)).unwrap();
    assert_eq!(list.unverified_trusted().len(), 2);
}

#[test]
fn every_setting_is_told_with_its_default_and_bounds() {
    let rows = table("| setting | when left out | bounds | what it says |");
    let told: Vec<&str> = rows.iter().map(|row| quoted(row[0])).collect();
    let settings = settings();
    let names: Vec<&str> = settings.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(told, names);
    for (row, (name, default, bounds)) in rows.iter().zip(&settings) {
        if let Some(default) = default {
            assert_eq!(quoted(row[1]), default, "{name}");
        }
        if let Some(bounds) = bounds {
            assert_eq!(row[2], bounds, "{name}");
        }
        assert!(!row[3].is_empty(), "{name}");
    }
}

#[test]
fn every_route_is_told_and_no_other() {
    let rows = table("| method | path | for whom |");
    let told: BTreeSet<(String, &str)> = rows
        .iter()
        .map(|row| (quoted(row[0]).to_ascii_lowercase(), quoted(row[1])))
        .collect();
    assert_eq!(told.len(), rows.len());
    let served = routes::all().map(|(path, verb)| (verb.to_owned(), path));
    assert_eq!(told, served.collect());
}

#[test]
fn every_number_is_told_and_no_other() {
    let text = Metrics::default().text();
    let counted: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|line| line.split(' ').next())
        .collect();
    let rows = table("| name | what it counts |");
    let told: BTreeSet<&str> = rows.iter().map(|row| quoted(row[0])).collect();
    assert_eq!(told, counted);
}

/// The policy in the text is one.
#[test]
fn the_policy_in_the_text_is_read() {
    let toml = README.split_once("```toml\n").unwrap().1;
    let policy = verifier::Policy::from_toml(toml.split_once("```").unwrap().0).unwrap();
    assert_eq!(policy.rules().len(), 1);
    assert_eq!(policy.trust_lists().len(), 1);
    assert_eq!(policy.known_names().len(), 1);
}

/// The policy for a world without a network is one, and lasts as long as the text says.
#[test]
fn the_policy_without_a_network_is_read() {
    let toml = README.split("```toml\n").nth(2).unwrap();
    let policy = verifier::Policy::from_toml(toml.split_once("```").unwrap().0).unwrap();
    assert_eq!(policy.bundle_makers().len(), 1);
    let (limits, days) = (policy.limits(), 3 * 86_400);
    assert_eq!(
        [
            limits.max_document_age,
            limits.max_status_age,
            limits.max_trust_list_age
        ],
        [days; 3]
    );
    let text = README.split_once("## Without a network").unwrap().1;
    let text = text.split_once("\n## ").unwrap().0;
    for reason in schemas::reason::Reason::ALL {
        if reason.code().starts_with("bundle_") {
            assert!(text.contains(&format!("`{reason}`")), "{reason}");
        }
    }
    let config = "version = 1\nlisten = \"127.0.0.1:1\"\norigin = \"http://localhost:1\"\n\
                  name = { en = \"A\" }\n[status]\n";
    let (_, longer) = text.split_once("publish a longer one: `").unwrap();
    let (ttl, rest) = longer.split_once('`').unwrap();
    let validity = rest.split('`').nth(1).unwrap();
    let config = config.to_owned()
        + &format!(
            "{}\n{}\n",
            ttl.trim_start_matches("status."),
            validity.trim_start_matches("status.")
        );
    crate::Config::from_toml(&config, std::path::Path::new("/")).unwrap();
}
