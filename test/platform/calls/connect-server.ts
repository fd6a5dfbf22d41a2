import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** As the service states them; what it does not know it ignores, so these are strict to find slips of ours. */
const outbound = z.strictObject({
  InstanceId: z.string().min(1).max(100),
  ContactFlowId: z.string().max(500),
  DestinationPhoneNumber: z.string().regex(/^\+[1-9][0-9]{1,14}$/),
  SourcePhoneNumber: z.string().regex(/^\+[1-9][0-9]{1,14}$/),
  ClientToken: z.string().max(500),
  Attributes: z.record(z.string().min(1).max(32_767), z.string().max(32_767)),
});
const stop = z.strictObject({ InstanceId: z.string(), ContactId: z.string() });

export interface ConnectFault {
  readonly status: number;
  readonly type: string;
  readonly message?: string;
}

interface Contact {
  readonly id: string;
  readonly request: z.output<typeof outbound>;
  connectedAt?: number;
  disconnectedAt?: number;
  reason?: string;
}

/** A server with the shapes of Amazon Connect's three operations (REST-JSON), on a free port. */
export class ConnectServer implements AsyncDisposable {
  readonly contacts = new Map<string, Contact>();
  readonly requests: string[] = [];
  /** Answered in their order before anything else. */
  readonly faults: ConnectFault[] = [];
  readonly #server = createServer((request, response) => {
    this.#answer(request).then(
      ({ status, body, type }) => {
        response.writeHead(status, {
          'content-type': 'application/json',
          ...(type !== undefined && { 'x-amzn-errortype': type }),
        });
        response.end(JSON.stringify(body));
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });

  static async start(): Promise<ConnectServer> {
    const server = new ConnectServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: object; type?: string }> {
    const text = (await request.setEncoding('utf8').toArray()).join('');
    const { method, url = '' } = request;
    this.requests.push(`${method} ${url}`);
    const fault = this.faults.shift();
    if (fault !== undefined) {
      return { status: fault.status, type: fault.type, body: { Message: fault.message ?? 'no' } };
    }
    if (method === 'PUT' && url === '/contact/outbound-voice')
      return this.#place(outbound.parse(JSON.parse(text)));
    if (method === 'POST' && url === '/contact/stop') return this.#stop(stop.parse(JSON.parse(text)));
    const [, id] = /^\/contacts\/instance-1\/([^/]+)$/.exec(url) ?? [];
    if (method === 'GET' && id !== undefined) return this.#describe(id);
    throw new Error(`${method} ${url} is none of the three`);
  }

  #place(request: z.output<typeof outbound>) {
    const known = [...this.contacts.values()].find((one) => one.request.ClientToken === request.ClientToken);
    const contact = known ?? { id: `contact-${this.contacts.size + 1}`, request };
    this.contacts.set(contact.id, contact);
    return { status: 200, body: { ContactId: contact.id } };
  }

  #stop({ ContactId }: z.output<typeof stop>) {
    const contact = this.contacts.get(ContactId);
    if (contact === undefined || contact.disconnectedAt !== undefined) {
      return { status: 410, type: 'ContactNotFoundException', body: { Message: 'gone' } };
    }
    contact.disconnectedAt = 1_795_305_660;
    contact.reason = 'API';
    return { status: 200, body: {} };
  }

  #describe(id: string) {
    const contact = this.contacts.get(id);
    if (contact === undefined) {
      return { status: 404, type: 'ResourceNotFoundException', body: { Message: 'unknown' } };
    }
    // Times of this protocol are seconds since 1970.
    const { connectedAt, disconnectedAt, reason } = contact;
    const times = { ConnectedToSystemTimestamp: connectedAt, DisconnectTimestamp: disconnectedAt };
    return {
      status: 200,
      body: { Contact: { Id: id, Channel: 'VOICE', ...times, DisconnectReason: reason } },
    };
  }
}
