// What is granted here, in the words of omote: https://w3id.org/omote/v1.
import {issue as issueLinked, CONTEXTS} from './linked.js';
import {issue as issueSelective} from './selective.js';

const DAY = 86_400_000;
const VOCABULARY = 'https://w3id.org/omote/v1#';
export const TYPES = {avatar: 'AvatarCredential', item: 'ItemCredential'};
export const vct = kind => `${VOCABULARY}${TYPES[kind]}`;

const day = (offset = 0) => `${new Date(Date.now() + offset * DAY).toISOString().slice(0, 10)}T00:00:00Z`;
const seconds = text => Date.parse(text) / 1000;

/** The terms of VRM 1.0; under another name than the creator's, so that nodes do not look alike. */
const license = name => ({
  name,
  licenseUrl: 'https://vrm.dev/licenses/1.0/',
  avatarPermission: 'onlySeparatelyLicensedPerson',
  allowRedistribution: false,
});

/** What a creator states about a model file. */
export function provenance(creator, suite, documents) {
  return issueLinked({
    '@context': CONTEXTS,
    type: ['VerifiableCredential', 'AssetProvenance'],
    issuer: creator.did,
    validFrom: day(),
    credentialSubject: {
      type: 'Asset',
      name: 'Mika',
      digestMultibase: 'uEiAn9QNR_EB8AmuA5BBZtAvPlMFQaAWdrGCRWmbEh1bKOA',
      mediaType: 'model/gltf-binary',
      byteLength: 1_048_576,
      license: license('as given out'),
    },
  }, creator, suite, documents);
}

const granted = {
  avatar: number => ({personaName: `Mika ${number}`}),
  item: number => ({itemClass: 'lantern', serial: number}),
};

/** The right to an avatar or an item, signed as linked data. */
export function linked(kind, {issuer, holder, suite, statement, number = 1}, documents) {
  return issueLinked({
    '@context': CONTEXTS,
    type: ['VerifiableCredential', TYPES[kind]],
    issuer: issuer.did,
    validFrom: day(),
    validUntil: day(90),
    credentialSubject: {
      id: holder,
      ...granted[kind](number),
      license: license('as granted'),
      provenance: statement,
    },
  }, issuer, suite, documents);
}

/** The same as an SD-JWT; `change` may spoil what is signed. */
export function selective(kind, {issuer, holder, statement, number = 1, change}) {
  const claims = {
    ...granted[kind](number),
    license: license('as granted'),
    provenance: statement,
  };
  const payload = {
    iss: issuer.did,
    vct: vct(kind),
    nbf: seconds(day()),
    exp: seconds(day(90)),
    cnf: holder,
    ...claims,
  };
  change?.(payload);
  const hidden = Object.keys(claims).filter(name => name in payload);
  return issueSelective(payload, hidden, issuer);
}
