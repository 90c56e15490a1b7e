// Credentials of which each claim is shown by itself: @sd-jwt/sd-jwt-vc.
import {createHash, randomBytes} from 'node:crypto';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';
import {isSigned, keyOf} from './keys.js';

export const sha256 = text => createHash('sha256').update(text).digest('base64url');

const common = {
  hasher: (data, alg) => createHash(alg.replace('-', '')).update(data).digest(),
  hashAlg: 'sha-256',
  saltGenerator: length => randomBytes(length).toString('base64url'),
};
const signer = key => async data => key.sign(Buffer.from(data)).toString('base64url');
const from = text => Buffer.from(text, 'base64url');

/** Signs a credential; every claim named in `hidden` is a disclosure of its own. */
export function issue(payload, hidden, key) {
  const instance = new SDJwtVcInstance({...common, signer: signer(key), signAlg: key.alg});
  return instance.issue(payload, {_sd: hidden, _sd_decoy: 2}, {header: {kid: key.id}});
}

/** Shows these claims for one verifier. */
export function present(credential, frame, key, {audience, nonce, issuedAt, ...more}) {
  const instance = new SDJwtVcInstance({...common, kbSigner: signer(key), kbSignAlg: key.alg});
  const payload = {aud: audience, nonce, iat: issuedAt ?? Math.floor(Date.now() / 1000), ...more};
  return instance.present(credential, frame, {kb: {payload}});
}

/** What is disclosed, once issuer and holder are verified. Throws otherwise. */
export async function verify(text, {audience, nonce} = {}) {
  const instance = new SDJwtVcInstance({
    ...common,
    verifier: async (data, signature) => {
      const header = JSON.parse(from(data.split('.')[0]));
      const payload = JSON.parse(from(data.split('.')[1]));
      const kid = header.kid.startsWith('#') ? `${payload.iss}${header.kid}` : header.kid;
      if(kid.split('#')[0] !== payload.iss) {
        throw new Error(`${payload.iss} signed with the key ${kid}`);
      }
      return isSigned(await keyOf(kid), Buffer.from(data), from(signature));
    },
    kbVerifier: async (data, signature, payload) => {
      const jwk = payload.cnf?.jwk ?? await keyOf(payload.cnf.kid);
      return isSigned(jwk, Buffer.from(data), from(signature));
    },
    // Lists are tried by themselves.
    statusListFetcher: undefined,
    verifyStatus: async () => {},
  });
  // Whether it is revoked is not asked here: the library would fetch the list.
  instance.verifyStatus = async () => {};
  const bound = nonce === undefined ? {} : {keyBindingNonce: nonce};
  const {payload, header, kb} = await instance.verify(text, bound);
  if(header.typ !== 'dc+sd-jwt') {
    throw new Error(`a credential of type ${header.typ}`);
  }
  // The library leaves the audience to whoever calls it.
  if(nonce !== undefined && kb?.payload.aud !== audience) {
    throw new Error(`made for ${kb?.payload.aud}, not for ${audience}`);
  }
  return {claims: payload, header, binding: kb?.payload};
}
