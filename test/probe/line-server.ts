import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Certificate } from './certificate.ts';
import { listen } from './tcp-server.ts';

/** What a test server says: text, bytes, or a deed on its socket. */
export type Part = string | Uint8Array | ((socket: Socket) => void);

export interface LineScript {
  readonly greeting: Part;
  /** Answers by how a client's line begins. A line without one is answered with silence. */
  readonly answers?: Readonly<Record<string, Part>>;
  /** Speaks TLS with this certificate: from the start, or after the line that begins so is answered. */
  readonly certificate?: Certificate;
  readonly secureAfter?: string;
}

export interface LineServer {
  readonly port: number;
  /** Lines of all clients so far; those inside TLS have a `*` before them. */
  readonly heard: string[];
  /** Settles when the first client is gone. */
  readonly gone: Promise<void>;
}

/** A server that greets, and answers lines by a script. */
export async function startLineServer(script: LineScript): Promise<LineServer> {
  const heard: string[] = [];
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    socket.on('close', () => resolve());
    if (script.certificate !== undefined && script.secureAfter === undefined) {
      const inside = secure(socket, script.certificate);
      // A client that leaves after the handshake ends the upper socket, which stays half open.
      inside.on('end', () => inside.destroy());
      inside.on('close', () => resolve());
      serve(inside, script, heard, true);
    } else {
      serve(socket, script, heard, false);
    }
  });
  return { port: await listen(server), heard, gone };
}

const secure = (socket: Socket, certificate: Certificate) =>
  new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ ...certificate }) });

const tell = (socket: Socket, part: Part) => (typeof part === 'function' ? part(socket) : socket.write(part));

function serve(socket: Socket, script: LineScript, heard: string[], isInside: boolean): void {
  socket.on('error', () => {});
  let waiting = '';
  const onData = (data: Buffer) => {
    waiting += data.toString('latin1');
    for (let end = waiting.indexOf('\r\n'); end >= 0; end = waiting.indexOf('\r\n')) {
      const line = waiting.slice(0, end);
      waiting = waiting.slice(end + 2);
      heard.push(isInside ? `*${line}` : line);
      const answer = Object.entries(script.answers ?? {}).find(([begin]) => line.startsWith(begin));
      if (answer === undefined) continue;
      tell(socket, answer[1]);
      const { certificate, secureAfter } = script;
      if (certificate !== undefined && !isInside && line === secureAfter) {
        socket.removeListener('data', onData);
        // No second greeting: the client goes on inside.
        serve(secure(socket, certificate), { ...script, greeting: '' }, heard, true);
        return;
      }
    }
  };
  socket.on('data', onData);
  if (script.greeting !== '') tell(socket, script.greeting);
}

/** Sends a text byte by byte. */
export const byByte =
  (text: string): Part =>
  (socket) => {
    const bytes = [...Buffer.from(text)];
    const next = () => {
      const byte = bytes.shift();
      if (byte !== undefined && !socket.destroyed) socket.write(Buffer.of(byte), () => setImmediate(next));
    };
    next();
  };
