// A foreign issuer: @openid4vc/openid4vci and oauth2 speak, @sd-jwt/sd-jwt-vc and @digitalbazaar/vc
// sign.
//
//   POST /_/offer {configuration, tx_code, wrong} → {id, link, tx_code}
//   GET  /_/outcome/ID → {issued, notifications, attempts}
import {randomBytes, randomInt} from 'node:crypto';
import {
  calculateJwkThumbprint, Oauth2AuthorizationServer, preAuthorizedCodeGrantIdentifier,
} from '@openid4vc/oauth2';
import {Openid4vciIssuer} from '@openid4vc/openid4vci';
import {callbacks} from './parts/callbacks.js';
import {linked, provenance, selective, TYPES, vct} from './parts/grants.js';
import {document, Key} from './parts/keys.js';
import {CONTEXTS, Documents} from './parts/linked.js';
import {json, options, Reply, serve} from './parts/serve.js';

const given = options();
const documents = new Documents(given.context);
const offers = new Map();
const tokens = new Map();
const nonces = new Set();
const fresh = () => randomBytes(16).toString('base64url');
const creator = new Key();
const ALGS = ['EdDSA', 'Ed25519', 'ES256'];
let origin, did, keys, issuer, server, metadata;

function configurations() {
  const common = {
    cryptographic_binding_methods_supported: ['did:key', 'jwk'],
    proof_types_supported: {jwt: {proof_signing_alg_values_supported: ALGS}},
  };
  const named = (kind, format) => [
    format === 'ldp_vc' ? kind : `${kind}_sd_jwt`,
    {
      ...common,
      format,
      credential_metadata: {display: [{name: TYPES[kind], locale: 'en'}]},
      credential_signing_alg_values_supported:
        format === 'ldp_vc' ? ['eddsa-rdfc-2022', 'eddsa-jcs-2022'] : ['EdDSA', 'ES256'],
      ...format === 'ldp_vc' ?
        {credential_definition: {'@context': CONTEXTS, type: ['VerifiableCredential', TYPES[kind]]}} :
        {vct: vct(kind)},
    },
  ];
  const all = ['avatar', 'item'].flatMap(kind =>
    ['ldp_vc', 'dc+sd-jwt'].map(format => named(kind, format)));
  return Object.fromEntries(all);
}

async function offer({body}) {
  const {configuration = 'avatar_sd_jwt', wrong, suite = 'eddsa-jcs-2022', alg = 'EdDSA'} = body;
  const id = fresh();
  const code = fresh();
  const tx_code = body.tx_code ? String(randomInt(1_000_000)).padStart(6, '0') : undefined;
  const created = await issuer.createCredentialOffer({
    issuerMetadata: metadata,
    credentialConfigurationIds: [configuration],
    credentialOfferUri: `${origin}/offer/${id}`,
    grants: {
      [preAuthorizedCodeGrantIdentifier]: {
        'pre-authorized_code': code,
        ...tx_code && {tx_code: {length: 6, input_mode: 'numeric', description: 'Said at the desk'}},
      },
    },
  });
  const kept = {
    configuration, code, tx_code, wrong, suite, alg, used: false,
    object: created.credentialOfferObject, issued: 0, attempts: 0, notifications: [],
  };
  offers.set(id, kept);
  return {id, link: created.credentialOffer, tx_code};
}

async function token({body, headers, url}) {
  const request = {headers: new Headers(headers), method: 'POST', url: `${origin}${url.pathname}`};
  const parsed = server.parseAccessTokenRequest({accessTokenRequest: body, request});
  const {grant, accessTokenRequest} = parsed;
  const found = [...offers.values()].find(one => one.code === grant.preAuthorizedCode);
  if(found === undefined || found.used) {
    return json({error: 'invalid_grant'}, 400);
  }
  found.attempts++;
  await server.verifyPreAuthorizedCodeAccessTokenRequest({
    grant, accessTokenRequest, request,
    expectedPreAuthorizedCode: found.code,
    expectedTxCode: found.tx_code,
    authorizationServerMetadata: metadata.authorizationServers[0],
  });
  found.used = true;
  const access_token = fresh();
  tokens.set(access_token, found);
  return {access_token, token_type: 'Bearer', expires_in: 300};
}

function nonce() {
  const cNonce = fresh();
  nonces.add(cNonce);
  return issuer.createNonceResponse({cNonce});
}

const bearer = headers => tokens.get((headers.authorization ?? '').replace(/^Bearer /, ''));

async function credential({body, headers}) {
  const granted = bearer(headers);
  if(granted === undefined) {
    return json({error: 'invalid_token'}, 401);
  }
  const {credentialConfigurationId: id, proofs} = issuer.parseCredentialRequest({
    issuerMetadata: metadata, credentialRequest: body,
  });
  if(id !== granted.configuration) {
    return json({error: 'invalid_credential_request'}, 400);
  }
  const credentials = [], seen = new Set();
  for(const jwt of proofs.jwt) {
    const {nonce: said} = JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
    if(!nonces.has(said)) {
      return json({error: 'invalid_nonce'}, 400);
    }
    const {header, signer} = await issuer.verifyCredentialRequestJwtProof({
      issuerMetadata: metadata, jwt, expectedNonce: said,
    });
    const print = await calculateJwkThumbprint({
      jwk: signer.publicJwk, hashAlgorithm: 'sha-256', hashCallback: callbacks().hash,
    });
    if(seen.has(print)) {
      return json({error: 'invalid_proof'}, 400);
    }
    seen.add(print);
    credentials.push({credential: await copy(granted, header, signer.publicJwk)});
  }
  granted.issued = credentials.length;
  granted.notification = fresh();
  return issuer.createCredentialResponse({
    credentials, credentialRequest: {}, notificationId: granted.notification,
  });
}

/** One copy for one key; `wrong` names what is spoiled. */
async function copy(granted, header, jwk) {
  const {configuration, wrong, suite, alg} = granted;
  const kind = configuration.split('_')[0];
  const stranger = new Key();
  const holder = wrong === 'holder' ? stranger.did : header.kid?.split('#')[0];
  // Copies of one grant say the same, in every letter.
  const number = wrong === 'differs' ? granted.issued++ : 1;
  granted.statement ??= await provenance(creator, suite, documents);
  if(!configuration.endsWith('_sd_jwt')) {
    if(holder === undefined) {
      throw new Error('a holder of linked data needs a DID');
    }
    // These suites are of Ed25519 alone.
    const key = wrong === 'signer' ? stranger : keys.EdDSA;
    const made = {issuer: key, holder, suite, number, statement: granted.statement};
    return linked(kind, made, documents);
  }
  const {kty, crv, x, y} = wrong === 'holder' ? stranger.jwk : jwk;
  const change = payload => {
    if(wrong === 'vct') {
      payload.vct = 'https://elsewhere.example/Pass';
    }
    if(wrong === 'expired') {
      payload.exp = payload.nbf - 1;
    }
    if(wrong === 'unbound') {
      delete payload.cnf;
    }
    if(wrong === 'signer') {
      payload.iss = did;
    }
  };
  const key = wrong === 'signer' ? stranger : keys[alg];
  const cnf = {jwk: {kty, crv, x, ...y && {y}}};
  return selective(kind, {issuer: key, holder: cnf, number, statement: granted.statement, change});
}

function notification({body, headers}) {
  const granted = bearer(headers);
  if(granted === undefined || body.notification_id !== granted.notification) {
    return json({error: 'invalid_notification_id'}, 400);
  }
  granted.notifications.push(body.event);
  return new Reply(204, 'application/json', '');
}

await serve({
  'GET /.well-known/did.json': () => document(did, Object.values(keys)),
  'GET /.well-known/openid-credential-issuer': () => metadata.credentialIssuer,
  'GET /.well-known/oauth-authorization-server': () => metadata.authorizationServers[0],
  'POST /_/offer': offer,
  'GET /_/outcome/:id': ({params}) => {
    const {issued, notifications, attempts} = offers.get(params.id);
    return {issued, notifications, attempts};
  },
  'GET /offer/:id': ({params}) => offers.get(params.id).object,
  'POST /token': token,
  'POST /nonce': nonce,
  'POST /credential': credential,
  'POST /notification': notification,
}, made => {
  origin = made;
  did = `did:web:${encodeURIComponent(new URL(origin).host)}`;
  keys = {EdDSA: new Key().named(did, 'key-1'), ES256: new Key('P-256').named(did, 'key-2')};
  const shared = {callbacks: callbacks({keys: Object.values(keys)})};
  issuer = new Openid4vciIssuer(shared);
  server = new Oauth2AuthorizationServer(shared);
  const credentialIssuer = issuer.createCredentialIssuerMetadata({
    credential_issuer: origin,
    credential_endpoint: `${origin}/credential`,
    nonce_endpoint: `${origin}/nonce`,
    notification_endpoint: `${origin}/notification`,
    batch_credential_issuance: {batch_size: 10},
    display: [{name: 'Foreign Issuer', locale: 'en'}],
    credential_configurations_supported: configurations(),
  });
  metadata = {
    originalDraftVersion: 'V1',
    credentialIssuer,
    authorizationServers: [server.createAuthorizationServerMetadata({
      issuer: origin,
      token_endpoint: `${origin}/token`,
      'pre-authorized_grant_anonymous_access_supported': true,
    })],
    knownCredentialConfigurations:
      issuer.getKnownCredentialConfigurationsSupported(credentialIssuer),
  };
});
