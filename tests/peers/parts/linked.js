// Credentials and presentations as linked data: @digitalbazaar/vc, both suites.
import {readFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {
  createSignCryptosuite, createVerifyCryptosuite,
} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {cryptosuite as rdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {resolve} from './keys.js';

const SIGN = {'eddsa-jcs-2022': createSignCryptosuite, 'eddsa-rdfc-2022': () => rdfc};
const VERIFY = {'eddsa-jcs-2022': createVerifyCryptosuite, 'eddsa-rdfc-2022': () => rdfc};
export const SUITES = Object.keys(SIGN);
export const CONTEXTS = ['https://www.w3.org/ns/credentials/v2', 'https://w3id.org/omote/v1'];

/** Documents by address: contexts in memory, DIDs resolved, nothing else. */
export class Documents {
  constructor(contexts) {
    this.known = new Map(contexts.map(entry => {
      const at = entry.lastIndexOf('=');
      return [entry.slice(0, at), JSON.parse(readFileSync(entry.slice(at + 1), 'utf8'))];
    }));
    this.loader = async url => ({
      contextUrl: null, documentUrl: url, document: await this.document(url),
    });
  }

  async document(url) {
    if(this.known.has(url)) {
      return this.known.get(url);
    }
    if(!url.startsWith('did:')) {
      return (await vc.defaultDocumentLoader(url)).document;
    }
    const found = await resolve(url);
    if(!url.includes('#')) {
      return found;
    }
    const method = found.verificationMethod.find(one => one.id === url);
    if(method === undefined) {
      throw new Error(`nothing under ${url}`);
    }
    return {'@context': 'https://w3id.org/security/multikey/v1', ...method};
  }
}

const signing = (key, suite) => new DataIntegrityProof({
  signer: {id: key.id, algorithm: 'Ed25519', sign: async ({data}) => key.sign(data)},
  cryptosuite: SIGN[suite](),
});
const verifying = suite => new DataIntegrityProof({cryptosuite: VERIFY[suite]()});

/** Signs a credential, without its proof. */
export function issue(credential, key, suite, documents) {
  return vc.issue({credential, suite: signing(key, suite), documentLoader: documents.loader});
}

/** Signs credentials for one verifier. */
export function present(credentials, key, suite, {challenge, domain}, documents) {
  const presentation = {
    '@context': CONTEXTS,
    type: ['VerifiablePresentation'],
    holder: key.did,
    verifiableCredential: credentials,
  };
  return vc.signPresentation({
    presentation, suite: signing(key, suite), challenge, domain,
    documentLoader: documents.loader,
  });
}

const suiteOf = secured => [secured.proof].flat()[0]?.cryptosuite;

/** Throws when a credential is not verified. */
export async function verifyCredential(credential, documents) {
  const found = await vc.verifyCredential({
    credential, suite: verifying(suiteOf(credential)), documentLoader: documents.loader,
    checkStatus: async () => ({verified: true}),
  });
  settled(found, 'credential');
}

/** Throws when a presentation, or a credential in it, is not verified. */
export async function verifyPresentation(presentation, {challenge, domain}, documents) {
  const suites = new Set([presentation, ...presentation.verifiableCredential].map(suiteOf));
  const found = await vc.verify({
    presentation, suite: [...suites].map(verifying), challenge, domain,
    documentLoader: documents.loader,
    checkStatus: async () => ({verified: true}),
  });
  settled(found, 'presentation');
}

function settled({verified, error}, what) {
  if(!verified) {
    const reasons = [error?.errors ?? error].flat().map(one => one?.message ?? String(one));
    throw new Error(`the ${what} is not verified: ${reasons.join('; ')}`);
  }
}
