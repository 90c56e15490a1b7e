// The configuration of the W3C suites for omote-vcalm. Copied into a suite by ./run.
// BASE_URL is where the suite reaches it; ABOUT holds what GET / has answered.
const baseUrl = process.env.BASE_URL;
const about = JSON.parse(process.env.ABOUT);

const suite = name => about.suites.find(one => one.cryptosuite === name);
const issuer = (name, path, tags, more = {}) => ({
  id: suite(name).id,
  endpoint: `${baseUrl}${path}`,
  tags,
  supports: {vc: ['1.1', '2.0']},
  ...more
});
const verifier = (tags, more = {}) => ({
  id: suite('eddsa-jcs-2022').id,
  endpoint: `${baseUrl}/credentials/verify`,
  tags,
  ...more
});

const names = [
  'eddsa-jcs-2022', 'eddsa-rdfc-2022', 'ecdsa-jcs-2019', 'ecdsa-rdfc-2019'
];
const p256 = {supportedEcdsaKeyTypes: ['P-256']};
const status = {
  options: {
    credentialStatus: {
      type: 'BitstringStatusListEntry', statusPurpose: 'revocation'
    }
  }
};

module.exports = {
  settings: {enableInteropTests: false, testAllImplementations: false},
  implementations: [{
    name: 'omote',
    implementation: 'omote-vcalm',
    issuers: [
      issuer('eddsa-jcs-2022', '/credentials/issue', ['vc2.0', 'localhost']),
      issuer('eddsa-jcs-2022', '/credentials/issue', ['BitstringStatusList'],
        status),
      issuer('eddsa-jcs-2022', '/envelopes/EdDSA/credentials/issue',
        ['EnvelopingProof']),
      ...names.map(name => issuer(
        name, `/suites/${name}/credentials/issue`, [name],
        name.startsWith('ecdsa') ? p256 : {}))
    ],
    verifiers: [
      verifier([
        'vc2.0', 'localhost', 'eddsa-jcs-2022', 'eddsa-rdfc-2022',
        'EnvelopingProof'
      ]),
      verifier(['ecdsa-jcs-2019', 'ecdsa-rdfc-2019'], p256),
      verifier(['BitstringStatusList'],
        {options: {checks: ['proof', 'credentialStatus']}})
    ],
    vpVerifiers: [{
      id: suite('eddsa-jcs-2022').id,
      endpoint: `${baseUrl}/presentations/verify`,
      tags: ['vc2.0', 'BitstringStatusList', 'EnvelopingProof']
    }]
  }]
};
