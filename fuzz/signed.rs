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
    /// Avatars, items, what the creator said, and what the person showed.
    pub fn new() -> Self {
        let statements = Cryptosuite::ALL.into_iter().flat_map(|suite| {
            let scene = Scene::with_suite(suite);
            [
                scene.avatar(),
                scene.item(),
                scene.creator.provenance(),
                scene.presentation(),
            ]
            .map(|document| statements(&document))
        });
        Self {
            statements: statements.collect(),
            scene: Scene::new(),
        }
    }

    /// Panics when something was accepted that says anything else.
    #[allow(dead_code, reason = "not every target judges")]
    pub fn check(&self, report: &verifier::Report) {
        for credential in report.accepted().into_iter().flat_map(|all| all.credentials()) {
            self.assert_signed(credential.object());
        }
        let _ = report.to_object();
    }

    /// Panics when nobody has signed a document that says this.
    pub fn assert_signed(&self, document: &Object) {
        let found = statements(document);
        assert!(self.statements.contains(&found), "accepted:\n{found}");
    }
}

/// What a document says, however it is spelled.
fn statements(document: &Object) -> String {
    let (contexts, work) = (Contexts::pinned(), WorkLimit::document());
    to_canonical_nquads(document, &contexts, OwnProof::LeftOut, work).expect("a sound document")
}
