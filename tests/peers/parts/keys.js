// Keys and their names: did:key of Ed25519 and of P-256, and a did:web with one of each.
import {createPublicKey, generateKeyPairSync, sign, verify} from 'node:crypto';
import * as base58 from 'base58-universal';

const PREFIX = {Ed25519: [0xed, 0x01], 'P-256': [0x80, 0x24]};
const ALG = {Ed25519: 'EdDSA', 'P-256': 'ES256'};

/** A key: `jwk` is the public part. */
export class Key {
  constructor(crv = 'Ed25519') {
    const {privateKey, publicKey} = crv === 'Ed25519' ?
      generateKeyPairSync('ed25519') :
      generateKeyPairSync('ec', {namedCurve: 'P-256'});
    this.private = privateKey;
    this.jwk = publicKey.export({format: 'jwk'});
    this.alg = ALG[crv];
    this.multibase = multibase(this.jwk);
    this.did = `did:key:${this.multibase}`;
    this.id = `${this.did}#${this.multibase}`;
  }

  /** Under a name of a document in place of its own. */
  named(did, fragment) {
    this.did = did;
    this.id = `${did}#${fragment}`;
    return this;
  }

  sign(bytes) {
    const hash = this.alg === 'ES256' ? 'sha256' : null;
    return sign(hash, bytes, {key: this.private, dsaEncoding: 'ieee-p1363'});
  }

  /** A compact JWS. */
  jws(header, payload) {
    const input = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(payload))}`;
    return `${input}.${this.sign(Buffer.from(input)).toString('base64url')}`;
  }
}

const base64url = text => Buffer.from(text).toString('base64url');

function multibase(jwk) {
  const x = Buffer.from(jwk.x, 'base64url');
  const key = jwk.crv === 'Ed25519' ?
    x :
    Buffer.concat([Buffer.from([2 + (Buffer.from(jwk.y, 'base64url').at(-1) & 1)]), x]);
  return `z${base58.encode(Buffer.concat([Buffer.from(PREFIX[jwk.crv]), key]))}`;
}

/** A public JWK from the multibase text of a key. */
export function fromMultibase(text) {
  const bytes = Buffer.from(base58.decode(text.slice(1)));
  const key = bytes.subarray(2);
  if(bytes[0] === 0xed) {
    return {kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url')};
  }
  if(bytes[0] === 0x80) {
    // Node decompresses a point in the form of a SubjectPublicKeyInfo.
    const head = Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex');
    const spki = createPublicKey({key: Buffer.concat([head, key]), format: 'der', type: 'spki'});
    return spki.export({format: 'jwk'});
  }
  throw new Error(`no key that is known here: ${text}`);
}

/** Whether a signature of these bytes is from this public JWK. */
export function isSigned(jwk, bytes, signature) {
  const key = createPublicKey({key: jwk, format: 'jwk'});
  const hash = jwk.crv === 'P-256' ? 'sha256' : null;
  return verify(hash, bytes, {key, dsaEncoding: 'ieee-p1363'}, signature);
}

/** The document of a did:web with these keys. */
export function document(did, keys) {
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: keys.map(key => ({
      id: key.id,
      type: 'Multikey',
      controller: did,
      publicKeyMultibase: key.multibase,
    })),
    authentication: keys.map(key => key.id),
    assertionMethod: keys.map(key => key.id),
  };
}

/** The DID document behind a DID URL: computed for did:key and did:jwk, asked for with did:web. */
export async function resolve(url) {
  const [did] = url.split('#');
  const [, method, ...rest] = did.split(':');
  if(method === 'key') {
    const [text] = rest;
    const id = `${did}#${text}`;
    const verificationMethod = [
      {id, type: 'Multikey', controller: did, publicKeyMultibase: text},
    ];
    return {
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
      id: did, verificationMethod, authentication: [id], assertionMethod: [id],
    };
  }
  if(method === 'jwk') {
    const id = `${did}#0`;
    const publicKeyJwk = JSON.parse(Buffer.from(rest[0], 'base64url'));
    return {
      '@context': ['https://www.w3.org/ns/did/v1'],
      id: did,
      verificationMethod: [{id, type: 'JsonWebKey', controller: did, publicKeyJwk}],
      authentication: [id], assertionMethod: [id],
    };
  }
  if(method !== 'web') {
    throw new Error(`no method that is known here: ${did}`);
  }
  const [host, ...path] = rest.map(decodeURIComponent);
  const scheme = host.startsWith('localhost') ? 'http' : 'https';
  const place = path.length === 0 ? '.well-known' : path.join('/');
  const answer = await fetch(`${scheme}://${host}/${place}/did.json`);
  if(!answer.ok) {
    throw new Error(`${did} answers ${answer.status}`);
  }
  return answer.json();
}

/** The public JWK under a DID URL. */
export async function keyOf(url) {
  const found = await resolve(url);
  const whole = id => id.startsWith('#') ? `${found.id}${id}` : id;
  const wanted = url.includes('#') ? url : found.verificationMethod[0].id;
  const method = found.verificationMethod.find(one => whole(one.id) === wanted);
  if(method === undefined) {
    throw new Error(`no key under ${url}`);
  }
  return method.publicKeyJwk ?? fromMultibase(method.publicKeyMultibase);
}
