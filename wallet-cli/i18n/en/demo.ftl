### What `omote demo` says.

demo-chapter-journey = A person takes an avatar from one world to another
demo-chapter-forgeries = Seven forgeries at the door of Sky Arena
demo-step-worlds = Three worlds open: Neo Kyoto, Sky Arena, Night Market
demo-step-model = The model file is read within bounds
demo-step-provenance = Its creator signs where it comes from, and the terms
demo-step-wallet = A fresh wallet is made, with 24 words and two faces
demo-step-receive-avatar = Neo Kyoto grants the avatar "Mika", in 10 copies
demo-step-receive-item = Neo Kyoto grants the item "lantern #42", in 10 copies
demo-step-enter = Sky Arena asks for both, the person agrees, and it admits
demo-step-file = Sky Arena checks the model file against the credential
demo-step-again = The same answer, sent again
demo-step-another-key = The credential, shown with another key
demo-step-license-edited = License terms edited by the holder
demo-step-model-edited = One bit of the model file edited
demo-step-relayed = An answer given to Neo Kyoto, relayed with Sky Arena's nonce
demo-step-expired = A credential that Neo Kyoto issued three years ago
demo-step-issuer-unknown = The same avatar, issued by Night Market
demo-accepted = accepted
demo-refused = refused: { $reason }
demo-expected = This should have been: { $outcome }
demo-heading-learned = Sky Arena learned:
demo-heading-hidden = Sky Arena did not learn:
demo-heading-recognizes = Neo Kyoto, as issuer, could still recognize:
demo-learned-rest = the creator's statement about each model file, and all license terms
demo-learned-keys = two keys that this wallet uses for nobody else
demo-hidden-person = who the person is: no name, address or account is in a credential
demo-hidden-personas = the other face in the wallet, and what it holds
demo-hidden-copies = the 18 other copies and their keys; another world gets one of those
demo-recognizes = the two copies that { $world } issued, if Sky Arena showed them to it
demo-all-well = All as it should be.
demo-not-well = Something is not as it should be.
demo-kept = Every file is kept in { $folder }

about-demo = Show the whole journey on this machine: three worlds, an avatar, an item, seven forgeries
arg-demo-avatar = A model file (.vrm or .glb) to use instead of one made in code
arg-demo-keep = A new folder in which every file stays
example-demo =
    Examples:
      $ omote demo
      $ omote demo --avatar my-avatar.vrm --keep omote-demo
