// What @openid4vc leaves to whoever uses it: signatures, encryption, hashes and certificates.
import {X509Certificate, createHash, createPublicKey, randomBytes} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {setGlobalConfig} from '@openid4vc/oauth2';
import {CompactEncrypt, compactDecrypt, importJWK} from 'jose';
import {isSigned, keyOf} from './keys.js';

// Worlds on loopback have no certificates. TLS is tried where the client identifier asks for it.
setGlobalConfig({allowInsecureUrls: true});

/** `keys` signs by DID URL, `certified` for a certificate, `decryption` has the key for responses. */
export function callbacks({keys = [], certified, decryption, ca} = {}) {
  return {
    fetch: globalThis.fetch,
    hash: (data, alg) => createHash(alg.replace('-', '')).update(data).digest(),
    generateRandom: bytes => randomBytes(bytes),
    clientAuthentication: () => {},
    signJwt: async (signer, {header, payload}) => {
      const key = signer.method === 'x5c' ? certified.key : keyFor(keys, signer);
      return {jwt: key.jws(header, payload), signerJwk: key.jwk};
    },
    verifyJwt: async (signer, {compact}) => {
      const jwk = await publicKey(signer, ca);
      const at = compact.lastIndexOf('.');
      const signature = Buffer.from(compact.slice(at + 1), 'base64url');
      const verified = isSigned(jwk, Buffer.from(compact.slice(0, at)), signature);
      return verified ? {verified, signerJwk: jwk} : {verified};
    },
    encryptJwe: async (encryptor, payload) => {
      const {publicJwk, alg, enc, apu, apv} = encryptor;
      const bytes = text => text === undefined ? undefined : Buffer.from(text, 'base64url');
      let encrypt = new CompactEncrypt(Buffer.from(payload))
        .setProtectedHeader({alg, enc, kid: publicJwk.kid});
      if(apu !== undefined || apv !== undefined) {
        encrypt = encrypt.setKeyManagementParameters({apu: bytes(apu), apv: bytes(apv)});
      }
      return {encryptionJwk: publicJwk, jwe: await encrypt.encrypt(await importJWK(publicJwk, alg))};
    },
    decryptJwe: async jwe => {
      try {
        const {plaintext} = await compactDecrypt(jwe, decryption.private);
        return {
          decrypted: true,
          decryptionJwk: decryption.jwk,
          payload: Buffer.from(plaintext).toString('utf8'),
        };
      } catch {
        return {decrypted: false};
      }
    },
    getX509CertificateMetadata: certificate => {
      const names = new X509Certificate(Buffer.from(certificate, 'base64')).subjectAltName ?? '';
      const of = kind => names.split(', ')
        .filter(name => name.startsWith(`${kind}:`))
        .map(name => name.slice(kind.length + 1));
      return {sanDnsNames: of('DNS'), sanUriNames: of('URI')};
    },
  };
}

function keyFor(keys, {didUrl, publicJwk}) {
  const found = keys.find(key => didUrl === undefined ? key.jwk.x === publicJwk.x : key.id === didUrl);
  if(found === undefined) {
    throw new Error(`no key for ${didUrl ?? 'this JWK'}`);
  }
  return found;
}

async function publicKey(signer, ca) {
  switch(signer.method) {
    case 'did': return keyOf(signer.didUrl);
    case 'jwk': return signer.publicJwk;
    case 'x5c': {
      const leaf = new X509Certificate(Buffer.from(signer.x5c[0], 'base64'));
      const root = new X509Certificate(readFileSync(ca));
      if(!leaf.checkIssued(root) || !leaf.verify(root.publicKey)) {
        throw new Error('a certificate that nobody here knows');
      }
      return createPublicKey(leaf.publicKey).export({format: 'jwk'});
    }
    default: throw new Error(`nobody signs by ${signer.method} here`);
  }
}
