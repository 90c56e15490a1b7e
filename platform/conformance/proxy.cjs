// Ends TLS in front of omote-vcalm, with a certificate that nobody believes: the suites fetch status
// lists over https only, and do not look at certificates.
// node proxy.cjs PORT TARGET-PORT KEY CERTIFICATE
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');

const [port, target, key, cert] = process.argv.slice(2);
const options = {key: fs.readFileSync(key), cert: fs.readFileSync(cert)};
https.createServer(options, (request, answer) => {
  const onward = http.request({
    host: '127.0.0.1',
    port: Number(target),
    method: request.method,
    path: request.url,
    headers: request.headers
  }, reply => {
    answer.writeHead(reply.statusCode, reply.headers);
    reply.pipe(answer);
  });
  onward.on('error', () => answer.writeHead(502).end());
  request.pipe(onward);
}).listen(Number(port), '127.0.0.1');
