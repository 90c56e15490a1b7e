// A foreign wallet: @openid4vc/openid4vci receives, @openid4vc/openid4vp answers; what it holds is
// shown by @sd-jwt/sd-jwt-vc and @digitalbazaar/vc. It obeys: it shows whatever it is asked for.
//
//   POST /_/receive {offer, configuration, copies, tx_code, wrong} → {credentials}
//   POST /_/present {request, wrong} → {status, answer, match}
import {clientAuthenticationAnonymous} from '@openid4vc/oauth2';
import {Openid4vciClient} from '@openid4vc/openid4vci';
import {Openid4vpClient} from '@openid4vc/openid4vp';
import {DcqlQuery} from 'dcql';
import {callbacks} from './parts/callbacks.js';
import {Key} from './parts/keys.js';
import {Documents, present as presentLinked, verifyCredential} from './parts/linked.js';
import {present as presentSelective, sha256, verify} from './parts/selective.js';
import {options, serve} from './parts/serve.js';

const given = options();
const documents = new Documents(given.context);
const held = [];

async function receive({body}) {
  const {offer, copies = 1, tx_code: txCode, wrong, crv = 'Ed25519', bind = 'did'} = body;
  const keys = Array.from({length: copies}, () => new Key(crv));
  const shared = callbacks({keys, ca: given.ca});
  shared.clientAuthentication = clientAuthenticationAnonymous();
  const client = new Openid4vciClient({callbacks: shared});
  const credentialOffer = await client.resolveCredentialOffer(offer);
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
  const configuration = body.configuration ?? credentialOffer.credential_configuration_ids[0];
  const {accessTokenResponse} = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({
    credentialOffer, issuerMetadata, txCode,
  });
  const {c_nonce} = await client.requestNonce({issuerMetadata});
  const nonce = wrong === 'nonce' ? 'AAAAAAAAAAAAAAAAAAAAAA' : c_nonce;
  const jwt = [];
  for(const key of keys) {
    const signer = bind === 'did' ?
      {method: 'did', didUrl: key.id, alg: key.alg} :
      {method: 'jwk', publicJwk: key.jwk, alg: key.alg};
    const proof = await client.createCredentialRequestJwtProof({
      issuerMetadata: wrong === 'audience' ? elsewhere(issuerMetadata) : issuerMetadata,
      credentialConfigurationId: configuration,
      signer, nonce, issuedAt: new Date(),
    });
    jwt.push(proof.jwt);
  }
  if(wrong === 'twice') {
    jwt[1] = jwt[0];
  }
  const {credentialResponse} = await client.retrieveCredentials({
    issuerMetadata, credentialConfigurationId: configuration,
    accessToken: accessTokenResponse.access_token, proofs: {jwt},
  });
  const credentials = credentialResponse.credentials.map(({credential}) => credential);
  for(const [at, credential] of credentials.entries()) {
    held.push(await kept(credential, keys[at]));
  }
  if(credentialResponse.notification_id !== undefined) {
    await client.sendNotification({
      issuerMetadata, accessToken: accessTokenResponse.access_token,
      notification: {
        notificationId: credentialResponse.notification_id, event: 'credential_accepted',
      },
    });
  }
  return {credentials, token: Object.keys(accessTokenResponse)};
}

function elsewhere(metadata) {
  const credentialIssuer = {...metadata.credentialIssuer, credential_issuer: 'https://elsewhere.example'};
  return {...metadata, credentialIssuer};
}

/** Verified as a foreign library does, and bound to the key that was proved. */
async function kept(credential, key) {
  if(typeof credential === 'string') {
    const {claims} = await verify(credential);
    const bound = claims.cnf.jwk?.x === key.jwk.x || claims.cnf.kid === key.id;
    if(!bound) {
      throw new Error('a credential for another key');
    }
    return {format: 'dc+sd-jwt', credential, key, claims};
  }
  await verifyCredential(credential, documents);
  if(credential.credentialSubject.id !== key.did) {
    throw new Error('a credential for another holder');
  }
  return {format: 'ldp_vc', credential, key, claims: credential};
}

const TYPES = {
  AvatarCredential: 'https://w3id.org/omote/v1#AvatarCredential',
  ItemCredential: 'https://w3id.org/omote/v1#ItemCredential',
  VerifiableCredential: 'https://www.w3.org/2018/credentials#VerifiableCredential',
};

/** What `dcql` knows of a credential. */
const candidate = ({format, claims}) => format === 'ldp_vc' ?
  {
    credential_format: format, claims, cryptographic_holder_binding: true,
    type: claims.type.map(name => TYPES[name] ?? name),
  } :
  {credential_format: format, claims, vct: claims.vct, cryptographic_holder_binding: true};

async function present({body}) {
  const {request, wrong = '', state = true} = body;
  const client = new Openid4vpClient({callbacks: callbacks({ca: given.ca})});
  const {params} = client.parseOpenid4vpAuthorizationRequest({authorizationRequest: request});
  const {authorizationRequestPayload: payload, transactionData = []} =
    await client.resolveOpenId4vpAuthorizationRequest({
      authorizationRequestPayload: params,
      wallet: params.request_uri_method === 'post' ? {metadata: METADATA} : {},
    });
  const query = DcqlQuery.parse(payload.dcql_query);
  const {credential_matches: matches, credential_sets: sets} = DcqlQuery.query(query, held.map(candidate));
  const chosen = sets === undefined || wrong === 'vct' ?
    query.credentials.map(one => one.id) :
    sets.filter(set => set.required).map(set => set.matching_options?.[0]).flat();
  const vp_token = {};
  for(const id of chosen) {
    const asked = query.credentials.find(part => part.id === id);
    const one = wrong === 'vct' ? other(asked) : matching(matches[id], id);
    vp_token[id] = [await shown(one, asked, payload, transactionData, wrong)];
  }
  // The library takes any credential as the answer to any query.
  const jarm = payload.response_mode === 'direct_post.jwt' && {
    encryption: {},
    serverMetadata: {
      authorization_encryption_alg_values_supported: ['ECDH-ES'],
      authorization_encryption_enc_values_supported: body.enc ?? ['A128GCM', 'A256GCM'],
    },
  };
  const made = await client.createOpenid4vpAuthorizationResponse({
    authorizationRequestPayload: state ? payload : {...payload, state: undefined},
    authorizationResponsePayload: {vp_token},
    ...jarm && {jarm},
  });
  const {response} = await client.submitOpenid4vpAuthorizationResponse({
    authorizationRequestPayload: payload,
    authorizationResponsePayload: made.authorizationResponsePayload,
    jarm: made.jarm,
  });
  const answer = await response.json().catch(() => undefined);
  return {status: response.status, answer, request: payload};
}

/** The newest that fits. */
function matching(match, id) {
  if(!match?.success) {
    throw new Error(`nothing is held for ${id}`);
  }
  return held[match.valid_credentials.at(-1).input_credential_index];
}

/** One of the right format and another type. */
function other({format, meta}) {
  return held.find(one => one.format === format && !meta.vct_values.includes(one.claims.vct));
}

const METADATA = {
  vp_formats_supported: {
    'dc+sd-jwt': {'sd-jwt_alg_values': ['EdDSA', 'ES256'], 'kb-jwt_alg_values': ['EdDSA', 'ES256']},
    ldp_vc: {
      proof_type_values: ['DataIntegrityProof'],
      cryptosuite_values: ['eddsa-jcs-2022', 'eddsa-rdfc-2022'],
    },
  },
  client_id_prefixes_supported: ['decentralized_identifier', 'x509_san_dns'],
};

/** One presentation; `wrong` names what is spoiled in it. */
async function shown(one, asked, {client_id, nonce}, transactionData, wrong) {
  const said = {
    audience: wrong === 'audience' ? client_id.slice(client_id.indexOf(':') + 1) : client_id,
    nonce: wrong === 'nonce' ? 'AAAAAAAAAAAAAAAAAAAAAA' : nonce,
  };
  const key = wrong === 'holder' ? new Key() : one.key;
  if(one.format === 'ldp_vc') {
    const suite = [one.credential.proof].flat()[0].cryptosuite;
    const {audience: domain, nonce: challenge} = said;
    return presentLinked([one.credential], key, suite, {challenge, domain}, documents);
  }
  const frame = {};
  for(const {path: [name]} of asked.claims ?? []) {
    frame[name] = true;
  }
  const about = transactionData.filter(({transactionData: data}) => data.credential_ids.includes(asked.id));
  if(about.length > 0 && wrong !== 'hashes') {
    said.transaction_data_hashes = about.map(({encoded}) =>
      wrong === 'hash' ? sha256('something else') : sha256(encoded));
    said.transaction_data_hashes_alg = 'sha-256';
  }
  if(wrong === 'stale') {
    said.issuedAt = Math.floor(Date.now() / 1000) - 86_400;
  }
  const text = await presentSelective(one.credential, frame, key, said);
  if(wrong === 'sd_hash') {
    // One disclosure less than the holder signed for.
    const parts = text.split('~');
    parts.splice(1, 1);
    return parts.join('~');
  }
  return wrong === 'unbound' ? text.slice(0, text.lastIndexOf('~') + 1) : text;
}

await serve({
  'POST /_/receive': receive,
  'POST /_/present': present,
  'POST /_/held': () => ({held: held.map(({credential}) => credential)}),
}, () => {});
