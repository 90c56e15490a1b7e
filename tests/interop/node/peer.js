// A peer for the speed table: `@digitalbazaar/vc` verifies credentials, one after the other.
// The arguments and the answer are those of README.md one folder up. Nothing is fetched: contexts and
// keys are in memory before the clock starts, and contexts are given as static, so that jsonld.js
// keeps what it made of them.
import {readFileSync} from 'node:fs';
import {parseArgs} from 'node:util';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as DidKey from '@digitalbazaar/did-method-key';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {createVerifyCryptosuite as jcs} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {cryptosuite as rdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {defaultDocumentLoader, verifyCredential} from '@digitalbazaar/vc';

const SUITES = {'eddsa-jcs-2022': jcs, 'eddsa-rdfc-2022': () => rdfc};

/** Contexts and the documents of did:key, in memory. */
class Documents {
  constructor(contexts) {
    this.known = new Map();
    this.loader = url => this.load(url);
    this.driver = DidKey.driver();
    this.driver.use({
      multibaseMultikeyHeader: 'z6Mk',
      fromMultibase: Ed25519Multikey.from,
    });
    for(const entry of contexts) {
      const at = entry.lastIndexOf('=');
      if(at < 1) {
        throw new Error('--context takes URL=FILE');
      }
      this.keep(entry.slice(0, at), JSON.parse(readFileSync(entry.slice(at + 1), 'utf8')), 'static');
    }
  }

  keep(url, document, tag) {
    const found = {contextUrl: null, documentUrl: url, document, tag};
    this.known.set(url, found);
    return found;
  }

  async load(url) {
    const found = this.known.get(url);
    if(found !== undefined) {
      return found;
    }
    if(url.startsWith('did:key:')) {
      return this.keep(url, await this.driver.get({url}));
    }
    // What the library itself brings along. It has no network here either.
    const {document} = await defaultDocumentLoader(url);
    return this.keep(url, document, 'static');
  }
}

async function verify(text, suite, documents, now) {
  const {verified, error} = await verifyCredential({
    credential: JSON.parse(text),
    suite,
    documentLoader: documents.loader,
    now,
  });
  if(!verified) {
    throw new Error('a credential was not verified', {cause: error});
  }
}

const {values, positionals: [input, name]} = parseArgs({
  allowPositionals: true,
  options: {
    context: {type: 'string', multiple: true, default: []},
    at: {type: 'string', default: new Date().toISOString()},
    rounds: {type: 'string', default: '1'},
  },
});
if(input === undefined || !Object.hasOwn(SUITES, name)) {
  console.error('usage: peer.js INPUT SUITE [--at TIME] [--rounds N] [--context URL=FILE]...');
  process.exit(2);
}

const texts = readFileSync(input, 'utf8').split('\n').filter(line => line !== '');
const suite = new DataIntegrityProof({cryptosuite: SUITES[name]()});
const documents = new Documents(values.context);
const now = new Date(values.at);

// All of them once before the clock starts: keys and contexts are known then, and the code is warm.
for(const text of texts) {
  await verify(text, suite, documents, now);
}
const times = [];
for(let round = 0; round < Number(values.rounds); round++) {
  for(const text of texts) {
    const begin = process.hrtime.bigint();
    await verify(text, suite, documents, now);
    times.push(Number(process.hrtime.bigint() - begin));
  }
}
times.sort((a, b) => a - b);
console.log(JSON.stringify({
  name: '@digitalbazaar/vc',
  suite: name,
  credentials: texts.length,
  rounds: Number(values.rounds),
  median_ns: times[Math.floor(times.length / 2)],
}));
