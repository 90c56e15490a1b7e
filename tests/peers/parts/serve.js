// A process on loopback: it says "listening ORIGIN" when it is ready, and ends with its stdin.
import {createServer} from 'node:http';
import {parseArgs} from 'node:util';

/** Arguments of every program: `--context URL=FILE`, and for certificates `--cert`, `--key`, `--ca`. */
export function options() {
  const {values} = parseArgs({
    options: {
      context: {type: 'string', multiple: true, default: []},
      cert: {type: 'string'},
      key: {type: 'string'},
      ca: {type: 'string'},
    },
  });
  return values;
}

/**
 * Serves `routes`: from "METHOD /path/:name" to a function of {params, body, headers, url}, whose
 * answer is JSON, or a `Reply`. `made` is told the origin before it is said.
 */
export async function serve(routes, made) {
  const table = Object.entries(routes).map(([name, answer]) => {
    const [method, path] = name.split(' ');
    return {method, parts: path.split('/'), answer};
  });
  const listener = (request, response) => {
    answer(table, request).catch(failed).then(({status, type, body}) => {
      response.writeHead(status, {'content-type': type, 'cache-control': 'no-store'});
      response.end(body);
    });
  };
  const server = createServer(listener);
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://localhost:${server.address().port}`;
  await made(origin);
  console.log(`listening ${origin}`);
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}

async function answer(table, request) {
  const url = new URL(request.url, 'http://localhost');
  const parts = url.pathname.split('/');
  for(const route of table) {
    const fits = route.method === request.method && route.parts.length === parts.length &&
      route.parts.every((part, at) => part.startsWith(':') || part === parts[at]);
    if(!fits) {
      continue;
    }
    const params = {};
    route.parts.forEach((part, at) => {
      if(part.startsWith(':')) {
        params[part.slice(1)] = decodeURIComponent(parts[at]);
      }
    });
    const chunks = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const text = Buffer.concat(chunks).toString('utf8');
    const kind = request.headers['content-type'] ?? '';
    let body = text;
    if(text !== '' && kind.startsWith('application/json')) {
      body = JSON.parse(text);
    } else if(kind.startsWith('application/x-www-form-urlencoded')) {
      body = Object.fromEntries(new URLSearchParams(text));
    }
    const found = await route.answer({params, body, headers: request.headers, url});
    return found instanceof Reply ? found : json(found ?? {});
  }
  return json({error: 'not_found'}, 404);
}

/** An answer that is not simply 200 and JSON. */
export class Reply {
  constructor(status, type, body) {
    Object.assign(this, {status, type, body});
  }
}

export const json = (value, status = 200) =>
  new Reply(status, 'application/json', JSON.stringify(value));

/** What a peer says when its library refuses: the whole chain of reasons. */
function failed(error) {
  const reasons = [];
  for(let cause = error; cause !== undefined && cause !== null; cause = cause.cause) {
    reasons.push(String(cause.message ?? cause));
  }
  const description = error.errorResponse ?? {error: 'refused'};
  return json({...description, refused: reasons.join(': ')}, 400);
}

export const why = error => JSON.parse(failed(error).body).refused;
