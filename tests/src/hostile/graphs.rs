//! Documents of the right shape whose graphs are hard to put in order: they get as far as RDFC-1.0,
//! before anybody knows whether a signature is good.
//!
//! A thing without a name is a blank node, and so is one whose name begins with `_:`. `derivedFrom`
//! links any thing to any other, so that a document can draw whatever graph it wants.

use schemas::json::{Object, Value};
use schemas::suite::Cryptosuite;

use crate::forge::edited;
use crate::hostile::MAX_INPUT;
use crate::scene::Scene;

/// How far a graph gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaches {
    /// It is put in order, and every blank node is told apart by its own statements.
    FirstDegree,
    /// It is put in order, after blank nodes that look alike were told apart.
    NDegree,
    /// Telling them apart takes more than the limit of steps.
    Limit,
    /// It has more statements, or more text in them, than the limit: it is not put in order at all.
    TooLarge,
}

/// A document with a graph.
#[derive(Debug)]
pub struct Graph {
    /// What it is.
    pub title: String,
    /// The credential or presentation, with a proof of the right form.
    pub document: Object,
    /// How far it gets; `None` where more than this graph decides.
    pub reaches: Option<Reaches>,
}

/// Everyone signs statements here.
#[must_use]
pub fn scene() -> Scene {
    super::any_type(Scene::with_suite(Cryptosuite::EddsaRdfc2022))
}

/// Who points at whom.
fn drawn(count: usize, to: impl Fn(usize) -> Vec<usize>) -> Vec<Value> {
    let name = |node: usize| format!("_:b{node}");
    let node = |node: usize| {
        let to: Vec<Value> = to(node).into_iter().map(|to| name(to).into()).collect();
        match to.is_empty() {
            true => schemas::object! { "id" => name(node), "personaName" => "x" },
            false => schemas::object! { "id" => name(node), "derivedFrom" => to },
        }
    };
    (0..count).map(|number| node(number).into()).collect()
}

/// Steps round a circle.
fn circulant(count: usize, steps: &[usize]) -> Vec<Value> {
    drawn(count, |node| {
        steps.iter().map(|step| (node + step) % count).collect()
    })
}

/// A field of nodes that ends nowhere, with links to the right and down.
fn torus(side: usize) -> Vec<Value> {
    drawn(side * side, |node| {
        let (row, column) = (node / side, node % side);
        let right = row * side + (column + 1) % side;
        let down = (row + 1) % side * side + column;
        vec![right, down]
    })
}

/// The corners of a cube of so many dimensions.
fn cube(dimensions: u32) -> Vec<Value> {
    drawn(1 << dimensions, |node| {
        (0..dimensions).map(|bit| node ^ (1 << bit)).collect()
    })
}

/// The complete graph with two sides.
fn two_sides(each: usize) -> Vec<Value> {
    drawn(2 * each, |node| match node < each {
        true => (each..2 * each).collect(),
        false => (0..each).collect(),
    })
}

/// Numbers that differ by a square: strongly regular where `prime` is 1 modulo 4, so that nobody's
/// neighborhood is unlike another's.
fn paley(prime: usize) -> Vec<Value> {
    let squares: Vec<usize> = (1..prime).map(|root| root * root % prime).collect();
    drawn(prime, |node| {
        let all = 0..prime;
        all.filter(|other| squares.contains(&((node + prime - other) % prime)))
            .collect()
    })
}

/// The graph of Petersen: pairs of five, linked when they share nothing.
fn petersen() -> Vec<Value> {
    let pairs: Vec<(usize, usize)> = (0..5)
        .flat_map(|one| (one + 1..5).map(move |other| (one, other)))
        .collect();
    drawn(pairs.len(), |node| {
        let (a, b) = pairs[node];
        let apart = |&(_, &(c, d)): &(usize, &(usize, usize))| a != c && a != d && b != c && b != d;
        let linked = pairs.iter().enumerate().filter(apart);
        linked.map(|(other, _)| other).collect()
    })
}

/// One that points at all others.
fn star(size: usize) -> impl Fn(usize) -> Vec<usize> {
    move |node| {
        let others = if node == 0 { 1..size } else { 0..0 };
        others.collect()
    }
}

/// The same drawing several times, which nothing links.
fn copies(count: usize, size: usize, to: impl Fn(usize) -> Vec<usize>) -> Vec<Value> {
    drawn(count * size, |node| {
        let (copy, inside) = (node / size, node % size);
        to(inside).into_iter().map(|to| copy * size + to).collect()
    })
}

/// Every node but the leaves points at two more.
fn tree(count: usize) -> Vec<Value> {
    drawn(count, |node| {
        let children = [2 * node + 1, 2 * node + 2];
        children
            .into_iter()
            .filter(|child| *child < count)
            .collect()
    })
}

/// Things without names inside things without names, all alike.
fn nested(count: usize, depth: usize) -> Vec<Value> {
    let mut one = schemas::object! { "personaName" => "x" };
    for _ in 1..depth {
        one = schemas::object! { "derivedFrom" => one };
    }
    vec![one.into(); count]
}

/// Lists of the same words: a ladder of blank nodes each.
fn ladders(count: usize, length: usize) -> Vec<Value> {
    let list = schemas::object! { "authors" => vec![Value::from("a"); length] };
    vec![schemas::object! { "license" => list }.into(); count]
}

/// Every graph, in a credential of ours that is right but for it, alone and shown; and
/// presentations of many that are alike.
#[must_use]
pub fn all(scene: &Scene) -> Vec<Graph> {
    use Reaches::{FirstDegree, Limit, NDegree, TooLarge};
    let drawings: Vec<(&str, Vec<Value>, Reaches)> = vec![
        ("a clique of 3", circulant(3, &[1, 2]), NDegree),
        ("a clique of 4", circulant(4, &[1, 2, 3]), NDegree),
        ("a clique of 6", circulant(6, &[1, 2, 3, 4, 5]), Limit),
        (
            "a clique of 40",
            circulant(40, &(1..40).collect::<Vec<_>>()),
            Limit,
        ),
        ("a ring of 20", circulant(20, &[1]), NDegree),
        ("a ring of 60", circulant(60, &[1]), Limit),
        ("a ring of 1200", circulant(1200, &[1]), Limit),
        ("a ring both ways of 12", circulant(12, &[1, 11]), NDegree),
        ("a ring both ways of 400", circulant(400, &[1, 399]), Limit),
        ("a circulant of 20", circulant(20, &[1, 3, 7, 9]), Limit),
        ("a torus of 5", torus(5), Limit),
        ("a torus of 30", torus(30), Limit),
        ("a cube of 3 dimensions", cube(3), NDegree),
        ("a cube of 8 dimensions", cube(8), Limit),
        ("two sides of 4", two_sides(4), Limit),
        ("two sides of 30", two_sides(30), Limit),
        ("Petersen's graph", petersen(), Limit),
        ("Paley's graph of 13", paley(13), Limit),
        ("Paley's graph of 61", paley(61), Limit),
        (
            "40 triangles",
            copies(40, 3, |node| vec![(node + 1) % 3]),
            NDegree,
        ),
        (
            "600 triangles",
            copies(600, 3, |node| vec![(node + 1) % 3]),
            Limit,
        ),
        (
            "60 cliques of 4",
            copies(60, 4, |node| (0..4).filter(|to| *to != node).collect()),
            Limit,
        ),
        ("300 pairs", copies(300, 2, |node| vec![1 - node]), NDegree),
        ("1000 pairs", copies(1000, 2, |node| vec![1 - node]), Limit),
        ("a star of 900", drawn(901, star(901)), NDegree),
        ("8 stars of 5", copies(8, 6, star(6)), Limit),
        ("two stars of 600", copies(2, 601, star(601)), Limit),
        ("a tree of 31", tree(31), NDegree),
        ("a tree of 1023", tree(1023), Limit),
        (
            "all point at themselves",
            drawn(1800, |node| vec![node]),
            NDegree,
        ),
        (
            "10 that point at all and themselves",
            drawn(10, |_| (0..10).collect()),
            Limit,
        ),
        ("800 nameless things", nested(800, 1), NDegree),
        ("nameless things, 20 deep", nested(1, 20), NDegree),
        ("30 of nameless things, 40 deep", nested(30, 40), Limit),
        ("a list of 20 equal words", ladders(1, 20), NDegree),
        ("a list of 300 equal words", ladders(1, 300), Limit),
        ("8 lists of 30 equal words", ladders(8, 30), NDegree),
        ("6000 nameless things", nested(6000, 1), TooLarge),
        (
            "1200 things that differ",
            drawn(1200, |_| Vec::new())
                .into_iter()
                .enumerate()
                .map(|(number, _)| {
                    schemas::object! { "personaName" => format!("x{number}") }.into()
                })
                .collect(),
            FirstDegree,
        ),
    ];
    let avatar = scene.avatar();
    let shown_proof = scene.presentation().get("proof").cloned();
    let mut graphs = Vec::new();
    for (title, things, reaches) in drawings {
        let document = edited(&avatar, "description", Some(Value::Array(things)));
        let shown = scene.unsigned_presentation(vec![document.clone()]);
        graphs.push(Graph {
            title: format!("{title}, shown"),
            document: edited(&shown, "proof", shown_proof.clone()),
            reaches: None,
        });
        graphs.push(Graph {
            title: title.to_owned(),
            document,
            reaches: Some(reaches),
        });
    }
    graphs.extend(of_text(scene, shown_proof.as_ref()));
    let alike: Vec<Object> = vec![avatar; 16];
    let shown = scene.unsigned_presentation(alike);
    graphs.push(Graph {
        title: "16 credentials that are the same".to_owned(),
        document: edited(&shown, "proof", shown_proof),
        reaches: Some(NDegree),
    });
    graphs
}

/// Few blank nodes and very much text around them: every statement of a blank node is hashed for it,
/// written, sorted and hashed again.
fn of_text(scene: &Scene, shown_proof: Option<&Value>) -> Vec<Graph> {
    let avatar = scene.avatar();
    let room = MAX_INPUT - 24_000;
    let long = |length: usize| "l".repeat(length);
    let word =
        |length: usize| -> Value { schemas::object! { "personaName" => long(length) }.into() };
    // A long name of a thing stands in each of its statements; the word makes room for that.
    let named = |length: usize, count: usize, rest: usize| -> Vec<Value> {
        let things: Vec<Value> = (0..count).map(|to| format!("_:b{to}").into()).collect();
        let id = format!("urn:{}", long(length));
        let thing = schemas::object! { "id" => id, "derivedFrom" => things };
        vec![thing.into(), word(rest)]
    };
    let words = (0..1000).map(|word| Value::from(format!("{}{word}", long(room / 1000 - 10))));
    let words = schemas::object! { "personaName" => words.collect::<Vec<_>>() };
    let drawings: Vec<(&str, Vec<Value>, Reaches)> = vec![
        ("one long word", vec![word(room)], Reaches::FirstDegree),
        (
            "a thousand long words",
            vec![words.into()],
            Reaches::FirstDegree,
        ),
        (
            "a name of 1 kB in 500 statements",
            named(1000, 500, room - 40_000),
            Reaches::NDegree,
        ),
        (
            "a name of 90 kB in 5 statements",
            named(90_000, 5, room - 100_000),
            Reaches::NDegree,
        ),
        (
            "a name of 250 kB in 2 statements",
            named(250_000, 2, room - 270_000),
            Reaches::NDegree,
        ),
        (
            "a name of 90 kB in 60 statements",
            named(90_000, 60, room - 100_000),
            Reaches::TooLarge,
        ),
    ];
    let mut graphs = Vec::new();
    for (title, things, reaches) in drawings {
        let document = edited(&avatar, "description", Some(Value::Array(things)));
        let shown = scene.unsigned_presentation(vec![document.clone()]);
        graphs.push(Graph {
            title: format!("{title}, shown"),
            document: edited(&shown, "proof", shown_proof.cloned()),
            reaches: None,
        });
        graphs.push(Graph {
            title: title.to_owned(),
            document,
            reaches: Some(reaches),
        });
    }
    graphs
}
