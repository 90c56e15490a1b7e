//! What the world of the tests has signed, and whether something is that.

use proofs::rdf::{WorkLimit, to_canonical_nquads};
use schemas::json::Object;
use schemas::suite::Cryptosuite;
use schemas::terms::{Contexts, OwnProof};
use tests::scene::Scene;

/// Everything, in both suites.
pub struct Signed {
    /// The scene in which documents are judged.
    pub scene: Scene,
    statements: Vec<String>,
}

impl Signed {
    /// Avatars and items.
    pub fn new() -> Self {
        let statements = Cryptosuite::ALL.into_iter().flat_map(|suite| {
            let scene = Scene::with_suite(suite);
            [statements(&scene.avatar()), statements(&scene.item())]
        });
        Self {
            statements: statements.collect(),
            scene: Scene::new(),
        }
    }

    /// Panics when something was accepted that says anything else.
    pub fn check(&self, report: &verifier::Report) {
        for credential in report.accepted().into_iter().flat_map(|all| all.credentials()) {
            let found = statements(credential.object());
            assert!(self.statements.contains(&found), "accepted:\n{found}");
        }
        let _ = report.to_object();
    }
}

/// What a document says, however it is spelled.
fn statements(document: &Object) -> String {
    let (contexts, work) = (Contexts::pinned(), WorkLimit::document());
    to_canonical_nquads(document, &contexts, OwnProof::LeftOut, work).expect("a sound document")
}
