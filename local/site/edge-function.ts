import { type Context, createContext, Script } from 'node:vm';
import { isObject } from '../assembly/json.ts';

/** What a function at the edge is asked, in the words of CloudFront. */
export interface EdgeRequest {
  readonly method: string;
  /** The path, as it was sent. */
  readonly uri: string;
  readonly querystring: Readonly<Record<string, { readonly value: string }>>;
  readonly headers: Readonly<Record<string, { readonly value: string }>>;
  readonly cookies: Readonly<Record<string, { readonly value: string }>>;
}

/** Much more than the service gives, as this machine has other things to do. */
const timeLimitMs = 2_000;

/**
 * A CloudFront function for viewers' requests. It runs apart: it sees nothing of this process, makes no code and ends after its
 * time.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export class EdgeFunction {
  readonly #context: Context;
  readonly #call: Script;

  /** @throws what its code throws when it is loaded */
  constructor(code: string, name: string) {
    this.#context = createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
    new Script(code, { filename: `${name}.js` }).runInContext(this.#context, { timeout: timeLimitMs });
    this.#call = new Script('JSON.stringify(handler(JSON.parse(event)))');
  }

  /**
   * @returns the path that is to be looked for
   * @throws when it fails, takes too long, or answers the request itself, which is not simulated
   */
  rewrite(request: EdgeRequest, viewerAddress: string): string {
    const context = { eventType: 'viewer-request', distributionDomainName: 'local', requestId: 'local' };
    this.#context.event = JSON.stringify({
      version: '1.0',
      context,
      viewer: { ip: viewerAddress },
      request,
    });
    const answer: unknown = JSON.parse(
      String(this.#call.runInContext(this.#context, { timeout: timeLimitMs })),
    );
    if (isObject(answer) && typeof answer.uri === 'string') return answer.uri;
    throw new Error(
      'the function at the edge gave no request back; on one machine it may not answer by itself',
    );
  }
}
