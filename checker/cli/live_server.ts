import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TOKEN_HEADER } from '../../reports/html/protocol.ts';

/** Bytes of a request: a question is short. */
const BODY_MAX = 65_536;

/** Nothing of the page may be loaded by, shown in or sent to another origin. Its scripts are named in the document itself. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

/** Answers the text of a request; `null`: it is none that the page would send. */
export type Answer = (body: string) => Promise<string | null>;

export interface LiveServer {
  /** With the token in the fragment, which browsers send to nobody. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Why a request is refused. */
class Refusal {
  constructor(
    readonly status: number,
    readonly why: string,
  ) {}
}

/** Serves one page on this machine only, on a port that the system chooses, to whoever knows the token. */
export async function serveLive(page: string, answer: Answer): Promise<LiveServer> {
  const token = randomBytes(24).toString('base64url');
  const server = createServer((request, response) => {
    respond(request, response, { page, answer, token, port: portOf(server) }).catch((refusal: unknown) => {
      const { status, why } = refusal instanceof Refusal ? refusal : new Refusal(500, 'internal error');
      send(response, status, 'text/plain', `${why}\n`);
    });
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  return {
    url: `http://127.0.0.1:${portOf(server)}/#token=${token}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

interface Service {
  readonly page: string;
  readonly answer: Answer;
  readonly token: string;
  readonly port: number;
}

async function respond(request: IncomingMessage, response: ServerResponse, service: Service): Promise<void> {
  refuseOthers(request, service.port);
  const { method, url } = request;
  if (url === '/') {
    if (method !== 'GET' && method !== 'HEAD') throw new Refusal(405, 'the page is only read');
    send(response, 200, 'text/html', service.page);
  } else if (url === '/live') {
    if (method !== 'POST') throw new Refusal(405, 'questions are posted');
    if (!isToken(request.headers[TOKEN_HEADER], service.token))
      throw new Refusal(403, 'open the address that upy-check explore has printed: it has a token');
    if (request.headers['content-type'] !== 'application/json') throw new Refusal(415, 'questions are JSON');
    const reply = await service.answer(await bodyOf(request));
    if (reply === null) throw new Refusal(400, 'no question that is known');
    send(response, 200, 'application/json', reply);
  } else throw new Refusal(404, 'there is one page here, and no files');
}

/** A name that another server resolves to this machine is not this machine, and a page of another origin not our page. */
function refuseOthers({ headers }: IncomingMessage, port: number): void {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host = '', origin } = headers;
  if (!own.includes(host))
    throw new Refusal(403, 'this is not the address that upy-check explore has printed');
  if (origin !== undefined && origin !== `http://${host}`)
    throw new Refusal(403, 'pages of another origin may not ask');
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new Refusal(403, 'pages of another origin may not ask');
}

function isToken(given: string | string[] | undefined, token: string): boolean {
  const [a, b] = [Buffer.from(String(given)), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_MAX) throw new Refusal(413, 'the question is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  const body = Buffer.from(text, 'utf8');
  response.writeHead(status, {
    ...HEADERS,
    'content-type': `${type}; charset=utf-8`,
    'content-length': body.length,
    // What is left of a request that was refused is not read.
    ...(status === 413 ? { connection: 'close' } : {}),
  });
  response.end(body);
}
