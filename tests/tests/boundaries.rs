//! Who may import whom. ARCHITECTURE.md says it, `cargo metadata` shows it, this compares them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// The lines `crate: imports` in the block of ARCHITECTURE.md that is marked `imports`.
fn declared() -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = std::fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let block = text
        .split("```imports\n")
        .nth(1)
        .expect("a block marked imports");
    let lines = block.split("```").next().unwrap().lines();
    lines
        .map(|line| {
            let (name, imports) = line.split_once(':').expect("crate: imports");
            let imports = imports.split_whitespace().map(str::to_owned).collect();
            (name.trim().to_owned(), imports)
        })
        .collect()
}

fn metadata() -> serde_json::Value {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn imports_run_as_architecture_says() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let names: BTreeSet<&str> = packages
        .iter()
        .map(|package| package["name"].as_str().unwrap())
        .collect();
    let mut found = BTreeMap::new();
    for package in packages {
        let dependencies = package["dependencies"].as_array().unwrap();
        let imports: BTreeSet<String> = dependencies
            .iter()
            .filter(|dependency| dependency["kind"].is_null())
            .map(|dependency| dependency["name"].as_str().unwrap())
            .filter(|name| names.contains(name))
            .map(str::to_owned)
            .collect();
        found.insert(package["name"].as_str().unwrap().to_owned(), imports);
    }
    assert_eq!(found, declared());
}

/// The wallet's command reaches a world's server only for the demo, which can be left out.
#[test]
fn the_command_needs_no_server() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    let command = packages
        .iter()
        .find(|package| package["name"] == "wallet-cli")
        .unwrap();
    let dependencies = command["dependencies"].as_array().unwrap();
    let server = dependencies
        .iter()
        .find(|dependency| dependency["name"] == "platform")
        .unwrap();
    assert_eq!(server["optional"], true);
}

const PURE: [&str; 5] = ["schemas", "proofs", "assets", "qr", "verifier"];

/// The pure rooms' own sources reach for nothing of the machine. Test modules may read vectors.
#[test]
fn the_pure_rooms_touch_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for room in PURE {
        let mut folders = vec![root.join(room).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
                if path.is_dir() {
                    if name != "tests" {
                        folders.push(path);
                    }
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                if name == "tests" || name == "shared" {
                    continue;
                }
                for reach in [
                    "std::fs",
                    "std::net",
                    "std::env",
                    "process::Command",
                    "process::exit",
                    "SystemTime",
                    "Instant::now",
                    "std::thread",
                ] {
                    // Threads only where somebody asks for them: the feature `parallel`.
                    let asked = reach == "std::thread" && path.ends_with("verifier/src/many.rs");
                    assert!(
                        asked || !code.contains(reach),
                        "{} uses {reach}",
                        path.display()
                    );
                }
            }
        }
    }
}

/// What is meant to run as WebAssembly and in game engines has no clock, network or runtime.
#[test]
fn the_pure_rooms_stay_pure() {
    let metadata = metadata();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        if !PURE.contains(&name) {
            continue;
        }
        for dependency in package["dependencies"].as_array().unwrap() {
            let normal = dependency["kind"].is_null();
            let dependency = dependency["name"].as_str().unwrap();
            let impure = [
                "tokio",
                "reqwest",
                "getrandom",
                "rand",
                "rusqlite",
                "sqlx",
                "rustix",
            ];
            assert!(
                !(normal && impure.contains(&dependency)),
                "{name} uses {dependency}"
            );
        }
    }
}

/// What whoever builds on the verifier has to trust and to compile: sixty crates at most, itself among
/// them.
#[test]
fn the_verifier_has_sixty_crates_at_most() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--package", "verifier"])
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    // The name and the version; one that is met again is marked.
    let crates: BTreeSet<Vec<&str>> = tree
        .lines()
        .map(|line| line.split(' ').take(2).collect())
        .collect();
    let found = crates.len();
    assert!((2..=60).contains(&found), "{found}: {crates:#?}");
}
