// A foreign verifier: @openid4vc/openid4vp asks and reads the answer, `dcql` judges the query,
// @sd-jwt/sd-jwt-vc and @digitalbazaar/vc the presentations.
//
//   POST /_/ask {client, mode, method, query, transaction_data, redirect, wrong} → {id, link}
//   GET  /_/outcome/ID → {standing: "waiting" | "accepted" | "refused", …}
import {
  createPrivateKey, generateKeyPairSync, randomBytes, X509Certificate,
} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {Openid4vpVerifier} from '@openid4vc/openid4vp';
import {DcqlPresentationResult, DcqlQuery} from 'dcql';
import {callbacks} from './parts/callbacks.js';
import {document, Key} from './parts/keys.js';
import {Documents, verifyPresentation} from './parts/linked.js';
import {sha256, verify} from './parts/selective.js';
import {json, options, Reply, serve, why} from './parts/serve.js';

const given = options();
const documents = new Documents(given.context);
const asked = new Map();
const fresh = () => randomBytes(16).toString('base64url');
let origin, did, key, shared, verifier, decryption, certified;

function certificates() {
  if(given.cert === undefined) {
    return;
  }
  const x5c = readFileSync(given.cert, 'utf8')
    .split('-----END CERTIFICATE-----').slice(0, -1)
    .map(pem => pem.split('-----BEGIN CERTIFICATE-----')[1].replaceAll(/\s/g, ''));
  const key = new Key('P-256');
  key.private = createPrivateKey(readFileSync(given.key));
  certified = {key, x5c};
}

/** Who asks: the client identifier, and how the request is signed. */
function client(prefix, responseUri) {
  const signed = {
    decentralized_identifier: () => [did, {method: 'did', didUrl: key.id, alg: key.alg}],
    x509_san_dns: () => ['localhost', {method: 'x5c', x5c: certified.x5c, alg: 'ES256'}],
    x509_hash: () => [
      new X509Certificate(Buffer.from(certified.x5c[0], 'base64')).raw,
      {method: 'x5c', x5c: certified.x5c, alg: 'ES256'},
    ],
    redirect_uri: () => [responseUri, undefined],
  };
  const [name, signer] = signed[prefix]();
  const text = typeof name === 'string' ? name : sha256(name);
  return {client_id: `${prefix}:${text}`, signer};
}

async function ask({body}) {
  const {mode = 'direct_post', method, transaction_data: data, query, redirect} = body;
  const id = fresh();
  const response_uri = `${origin}/response/${id}`;
  const {client_id, signer} = client(body.client ?? 'decentralized_identifier', response_uri);
  const payload = {
    response_type: 'vp_token',
    response_mode: mode,
    client_id,
    response_uri,
    nonce: fresh(),
    state: fresh(),
    dcql_query: query,
    client_metadata: {
      client_name: 'Foreign Door',
      vp_formats_supported: {
        'dc+sd-jwt': {
          'sd-jwt_alg_values': ['EdDSA', 'Ed25519', 'ES256'],
          'kb-jwt_alg_values': ['EdDSA', 'Ed25519', 'ES256'],
        },
        ldp_vc: {
          proof_type_values: ['DataIntegrityProof'],
          cryptosuite_values: ['eddsa-jcs-2022', 'eddsa-rdfc-2022'],
        },
      },
      ...mode === 'direct_post.jwt' && {
        jwks: {keys: [decryption.jwk]},
        encrypted_response_enc_values_supported: body.enc ?? ['A128GCM', 'A256GCM'],
      },
    },
  };
  if(data !== undefined) {
    payload.transaction_data = data.map(one => Buffer.from(JSON.stringify(one)).toString('base64url'));
  }
  DcqlQuery.validate(DcqlQuery.parse(query));
  // Signed anew for whoever fetches it, with other times.
  let times = 0;
  const make = (authorizationRequestPayload, wallet) => verifier.createOpenId4vpAuthorizationRequest({
    authorizationRequestPayload,
    wallet,
    jar: signer && {
      requestUri: `${origin}/request/${id}`,
      jwtSigner: signer,
      expiresInSeconds: 300 + times++,
      additionalJwtPayload: {aud: 'https://self-issued.me/v2'},
    },
  });
  const request = await make(payload);
  const outer = method === undefined ? '' : `&request_uri_method=${method}`;
  asked.set(id, {
    standing: 'waiting', payload, redirect,
    // Only what is spoiled is signed beforehand.
    jwt: body.wrong && spoiled(request.jar.authorizationRequestJwt, body.wrong),
    signed: async (...one) => (await make(...one)).jar.authorizationRequestJwt,
  });
  return {id, link: request.authorizationRequest + outer};
}

const TYPE = 'application/oauth-authz-req+jwt';

/** The request as no honest verifier makes it; `wrong` names what is spoiled. */
function spoiled(jwt, wrong) {
  const [header, payload] = jwt.split('.').slice(0, 2)
    .map(part => JSON.parse(Buffer.from(part, 'base64url')));
  let signer = header.x5c === undefined ? key : certified.key;
  switch(wrong) {
    // Another client identifier inside than outside.
    case 'client': payload.client_id = 'decentralized_identifier:did:web:elsewhere.example'; break;
    case 'prefix': payload.client_id = payload.client_id.slice(payload.client_id.indexOf(':') + 1); break;
    case 'signer': signer = new Key(signer.jwk.crv ?? 'P-256'); break;
    case 'typ': header.typ = 'JWT'; break;
    case 'response_uri': payload.response_uri = 'https://elsewhere.example/response'; break;
    case 'expired': payload.exp = payload.iat - 3600; break;
    // The wallet's nonce is not repeated.
    case 'wallet_nonce': break;
    case 'both': payload.redirect_uri = payload.response_uri; break;
    default: throw new Error(`nothing is wrong like ${wrong}`);
  }
  return signer.jws(header, payload);
}

async function request({params, body}) {
  const {payload, signed, jwt} = asked.get(params.id);
  const wallet_nonce = body.wallet_nonce;
  if(wallet_nonce === undefined || jwt !== undefined) {
    return new Reply(200, TYPE, jwt ?? await signed(payload));
  }
  return new Reply(200, TYPE, await signed({...payload, wallet_nonce}, {expectedNonce: wallet_nonce}));
}

async function response({params, body}) {
  const one = asked.get(params.id);
  if(one?.standing !== 'waiting') {
    return json({error: 'invalid_request'}, 400);
  }
  if(body.error !== undefined && body.response === undefined) {
    Object.assign(one, {standing: 'declined', error: body.error, description: body.error_description});
    return {};
  }
  try {
    if(body.response !== undefined) {
      // What the library tells of it has no `enc`.
      one.header = JSON.parse(Buffer.from(body.response.split('.')[0], 'base64url'));
    }
    const {dcql, jarm} = await verifier.parseOpenid4vpAuthorizationResponse({
      authorizationResponse: body,
      authorizationRequestPayload: one.payload,
      callbacks: shared,
    });
    if(one.payload.response_mode === 'direct_post.jwt' && jarm?.type !== 'Encrypted') {
      throw new Error('the response is not encrypted');
    }
    one.shown = await judge(one.payload, dcql.presentations);
    one.standing = 'accepted';
  } catch(error) {
    Object.assign(one, {standing: 'refused', refused: why(error)});
  }
  return one.redirect === undefined ? {} : {redirect_uri: one.redirect};
}

/** Verifies every presentation, and the whole answer against the query. */
async function judge({client_id, nonce, dcql_query, transaction_data}, presentations) {
  const shown = {}, parts = {}, bindings = {};
  for(const [id, all] of Object.entries(presentations)) {
    const format = dcql_query.credentials.find(one => one.id === id)?.format;
    shown[id] = [];
    for(const one of all) {
      const {claims, part, binding} = typeof one === 'string' ?
        await selective(one, client_id, nonce) :
        await linked(one, client_id, nonce);
      if(part.credential_format !== format) {
        throw new Error(`${id} is asked as ${format}`);
      }
      shown[id].push(claims);
      (parts[id] ??= []).push(part);
      (bindings[id] ??= []).push(binding);
    }
  }
  const query = DcqlQuery.parse(dcql_query);
  const result = DcqlPresentationResult.fromDcqlPresentation(parts, {dcqlQuery: query});
  DcqlPresentationResult.validate(result);
  if(transaction_data !== undefined) {
    const credentials = Object.fromEntries(Object.entries(bindings).filter(([, all]) => all[0]));
    // The library runs into an undefined value there.
    if(Object.values(credentials).flat().some(one => one.transaction_data_hashes === undefined)) {
      throw new Error('no transaction_data_hashes');
    }
    await verifier.verifyTransactionData({transactionData: transaction_data, credentials});
  }
  return shown;
}

async function selective(text, audience, nonce) {
  const {claims, binding} = await verify(text, {audience, nonce});
  const part = {
    credential_format: 'dc+sd-jwt', vct: claims.vct, claims, cryptographic_holder_binding: true,
  };
  return {claims, part, binding};
}

const EXPANDED = {
  VerifiableCredential: 'https://www.w3.org/2018/credentials#VerifiableCredential',
  AvatarCredential: 'https://w3id.org/omote/v1#AvatarCredential',
  ItemCredential: 'https://w3id.org/omote/v1#ItemCredential',
};

async function linked(presentation, domain, challenge) {
  await verifyPresentation(presentation, {challenge, domain}, documents);
  const [claims] = [presentation.verifiableCredential].flat();
  if(presentation.holder !== claims.credentialSubject.id) {
    throw new Error('the holder is not the one to whom it was granted');
  }
  const type = claims.type.map(name => EXPANDED[name] ?? name);
  const part = {
    credential_format: 'ldp_vc', type, claims, cryptographic_holder_binding: true,
  };
  return {claims, part};
}

await serve({
  'GET /.well-known/did.json': () => document(did, [key]),
  'POST /_/ask': ask,
  'GET /_/outcome/:id': ({params}) => {
    const {standing, shown, refused, error, header} = asked.get(params.id);
    return {standing, shown, refused, error, header};
  },
  'GET /request/:id': request,
  'POST /request/:id': request,
  'POST /response/:id': response,
}, made => {
  origin = made;
  did = `did:web:${encodeURIComponent(new URL(origin).host)}`;
  key = new Key().named(did, 'key-1');
  certificates();
  const pair = generateKeyPairSync('ec', {namedCurve: 'P-256'});
  decryption = {
    private: pair.privateKey,
    jwk: {...pair.publicKey.export({format: 'jwk'}), kid: 'enc-1', use: 'enc', alg: 'ECDH-ES'},
  };
  shared = callbacks({keys: [key], certified, decryption, ca: given.ca});
  verifier = new Openid4vpVerifier({callbacks: shared});
});
