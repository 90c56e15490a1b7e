// A peer for the speed table of tests/compare: `@sd-jwt/sd-jwt-vc` verifies SD-JWTs with key binding, one
// after the other. Arguments and answer are those of tests/interop/README.md, and --audience and --nonce:
// each line of INPUT is a `vp_token`; issuers are did:key. Issuers' keys are known before the clock
// starts, holders' keys are new each time, as they are for a world.
import {createPublicKey, createHash, verify} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {parseArgs} from 'node:util';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';
import {keyOf} from './parts/keys.js';

const {values, positionals: [input]} = parseArgs({
  allowPositionals: true,
  options: {
    at: {type: 'string', default: new Date().toISOString()},
    rounds: {type: 'string', default: '1'},
    audience: {type: 'string'},
    nonce: {type: 'string'},
  },
});
if(input === undefined) {
  console.error('usage: speed.js INPUT dc+sd-jwt --audience TEXT --nonce TEXT [--at TIME] [--rounds N]');
  process.exit(2);
}

const from = text => Buffer.from(text, 'base64url');
const issuers = new Map();
const signed = (key, data, signature) =>
  verify(key.asymmetricKeyType === 'ec' ? 'sha256' : null, Buffer.from(data),
    {key, dsaEncoding: 'ieee-p1363'}, from(signature));

const instance = new SDJwtVcInstance({
  hasher: (data, alg) => createHash(alg.replace('-', '')).update(data).digest(),
  hashAlg: 'sha-256',
  verifier: async (data, signature) => {
    const {kid} = JSON.parse(from(data.split('.')[0]));
    if(!issuers.has(kid)) {
      issuers.set(kid, createPublicKey({key: await keyOf(kid), format: 'jwk'}));
    }
    return signed(issuers.get(kid), data, signature);
  },
  kbVerifier: async (data, signature, {cnf}) =>
    signed(createPublicKey({key: cnf.jwk, format: 'jwk'}), data, signature),
});
const currentDate = Math.floor(Date.parse(values.at) / 1000);

async function judge(text) {
  const {kb} = await instance.verify(text, {keyBindingNonce: values.nonce, currentDate});
  if(kb.payload.aud !== values.audience) {
    throw new Error('a presentation was not verified');
  }
}

const texts = readFileSync(input, 'utf8').split('\n').filter(line => line !== '')
  .flatMap(line => Object.values(JSON.parse(line)).flat());
for(const text of texts) {
  await judge(text);
}
const times = [];
for(let round = 0; round < Number(values.rounds); round++) {
  for(const text of texts) {
    const begin = process.hrtime.bigint();
    await judge(text);
    times.push(Number(process.hrtime.bigint() - begin));
  }
}
times.sort((a, b) => a - b);
console.log(JSON.stringify({
  name: '@sd-jwt/sd-jwt-vc',
  suite: 'dc+sd-jwt',
  credentials: texts.length,
  rounds: Number(values.rounds),
  median_ns: times[Math.floor(times.length / 2)],
}));
