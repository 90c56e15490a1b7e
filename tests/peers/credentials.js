// Credentials from hand to hand, without OpenID: what a foreign library signs, and what it makes of ours.
//
//   POST /_/issue {format, kind, suite, alg, holder} → {credential, issuer}
//   POST /_/verify {credential, audience, nonce} → {claims}, or {refused}
//   POST /_/present {credential, audience, nonce, disclose, stranger} → {presentation}
import {callbacks} from './parts/callbacks.js';
import {linked, provenance, selective} from './parts/grants.js';
import {document, Key} from './parts/keys.js';
import {
  Documents, present as presentLinked, verifyCredential, verifyPresentation,
} from './parts/linked.js';
import {present as presentSelective, verify} from './parts/selective.js';
import {options, serve} from './parts/serve.js';

callbacks();
const given = options();
const documents = new Documents(given.context);
const creator = new Key();
const holders = {EdDSA: new Key(), ES256: new Key('P-256')};
let did, keys;

async function issue({body}) {
  const {format, kind = 'avatar', suite = 'eddsa-jcs-2022', alg = 'EdDSA'} = body;
  const holder = holders[body.holder ?? 'EdDSA'];
  const statement = await provenance(creator, suite, documents);
  if(format === 'ldp_vc') {
    const granted = {issuer: keys.EdDSA, holder: holder.did, suite, statement};
    return {credential: await linked(kind, granted, documents), issuer: did};
  }
  const {kty, crv, x, y} = holder.jwk;
  const cnf = body.bind === 'kid' ? {kid: holder.id} : {jwk: {kty, crv, x, ...y && {y}}};
  const granted = {issuer: keys[alg], holder: cnf, statement};
  return {credential: await selective(kind, granted), issuer: did};
}

async function judge({body: {credential, audience, nonce}}) {
  if(typeof credential === 'string') {
    const {claims} = await verify(credential, {audience, nonce});
    return {claims};
  }
  if(nonce === undefined) {
    await verifyCredential(credential, documents);
  } else {
    await verifyPresentation(credential, {challenge: nonce, domain: audience}, documents);
  }
  return {claims: credential};
}

async function present({body}) {
  const {credential, audience, nonce, suite = 'eddsa-jcs-2022', disclose = [], holder = 'EdDSA'} = body;
  const key = body.stranger ? new Key() : holders[holder];
  if(typeof credential !== 'string') {
    const said = {challenge: nonce, domain: audience};
    return {presentation: await presentLinked([credential], key, suite, said, documents)};
  }
  const frame = Object.fromEntries(disclose.map(name => [name, true]));
  return {presentation: await presentSelective(credential, frame, key, {audience, nonce})};
}

await serve({
  'GET /.well-known/did.json': () => document(did, Object.values(keys)),
  'POST /_/issue': issue,
  'POST /_/verify': judge,
  'POST /_/present': present,
}, origin => {
  did = `did:web:${encodeURIComponent(new URL(origin).host)}`;
  keys = {EdDSA: new Key().named(did, 'key-1'), ES256: new Key('P-256').named(did, 'key-2')};
});
