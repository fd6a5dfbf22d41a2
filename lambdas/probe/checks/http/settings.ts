import { z } from 'zod';
import { secretRef } from '../../../../core/ids.ts';
import { address, port, responseMs } from '../settings.ts';
import { faultOfPath } from './json-path.ts';

const status = z.int().min(100).max(599);
const statusRange = z
  .string()
  .regex(/^[1-5][0-9]{2}-[1-5][0-9]{2}$/, 'write a range of statuses like 200-399')
  .refine((range) => range.slice(0, 3) <= range.slice(4), { error: 'the range ends before it begins' });
const path = z
  .string()
  .max(2000)
  .regex(/^\/[\x21-\x7e]*$/, 'write the path from its slash, without spaces: /health');
const hostName = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/, 'write a host name: www.example.jp');
const pattern = z
  .string()
  .min(1)
  .max(200)
  .refine(isPattern, { error: 'is not a regular expression; write one of JavaScript with the flag u' });

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}

const headerName = z.string().regex(/^[A-Za-z0-9-]{1,60}$/);

/** Headers of the request that have another place in the settings, or none. */
const placesOfHeaders: Readonly<Record<string, string>> = {
  host: 'write virtualHost',
  'content-type': 'write contentType',
  authorization: 'write authorization',
  'proxy-authorization': 'take it out: checks use no proxy',
  ...Object.fromEntries(
    [
      'accept-encoding',
      'connection',
      'content-length',
      'expect',
      'http2-settings',
      'keep-alive',
      'proxy-connection',
      'te',
      'trailer',
      'transfer-encoding',
      'upgrade',
    ].map((name) => [name, 'take it out: it belongs to the connection']),
  ),
};

/** A map of request headers that leaves those alone which are not its own. */
const requestHeaders = <V extends z.ZodType>(value: V, elsewhere: Readonly<Record<string, string>>) => {
  const misplaced = (map: object) =>
    Object.keys(map).find((name) => Object.hasOwn(elsewhere, name.toLowerCase()));
  return z.record(headerName, value).refine((map) => misplaced(map) === undefined, {
    error: ({ input }) => {
      const name = misplaced(input as object) ?? '';
      return `holds the header ${name}; ${elsewhere[name.toLowerCase()]}`;
    },
  });
};

const authorization = z
  .strictObject({
    basic: z
      .strictObject({
        user: z
          .string()
          .min(1)
          .max(100)
          .regex(/^[^:\p{Cc}]*$/u, 'write a user name without a colon')
          .describe('the user name'),
        password: secretRef.describe('the name of the secret that holds the password'),
      })
      .describe('user and password, sent with the first request')
      .optional(),
    bearer: secretRef.describe('the name of the secret that holds the token').optional(),
  })
  .refine(({ basic, bearer }) => (basic === undefined) !== (bearer === undefined), {
    error: 'give basic or bearer, one of both',
  });

const json = z
  .strictObject({
    path: z
      .string()
      .max(200)
      .refine((text) => faultOfPath(text) === undefined, {
        error: ({ input }) =>
          `is not a JSON path (${faultOfPath(String(input))}); write one of RFC 9535, like $.status`,
      })
      .meta({ description: 'the JSON path (RFC 9535) of the value', examples: ['$.status'] }),
    equals: z
      .union([z.string().max(200), z.number(), z.boolean()])
      .describe('what each value there must be; 1 and "1" are the same')
      .optional(),
    matches: pattern.describe('a regular expression that each value there must match').optional(),
    min: z.number().describe('the least number that is well').optional(),
    max: z.number().describe('the largest number that is well').optional(),
    exists: z.boolean().default(true).describe('false when there must be nothing at the path'),
  })
  .refine(({ min, max }) => min === undefined || max === undefined || min <= max, {
    error: 'min is above max',
    path: ['min'],
  })
  .refine(
    ({ exists, equals, matches, min, max }) =>
      exists || [equals, matches, min, max].every((one) => one === undefined),
    { error: 'exists is false: a value that must not be there cannot be judged; take the others out' },
  );

const shapeWithPort = (standardPort: number) => ({
  port: port.default(standardPort),
  address,
  ipVersion: z
    .literal([4, 6])
    .describe('4 or 6: which kind of address is used where the name has both; without it 4 comes first')
    .optional(),
  path: path.meta({ description: 'the path that is asked for', examples: ['/health'] }).default('/'),
  virtualHost: hostName
    .meta({
      description: 'the name in the Host header and in the TLS handshake, in place of the address',
      examples: ['shop.example'],
    })
    .optional(),
  method: z
    .enum(['GET', 'HEAD', 'POST'])
    .default('GET')
    .describe('GET, POST, or HEAD, which asks for the headers alone'),
  send: z.string().min(1).max(10_000).describe('what a POST sends').optional(),
  contentType: z
    .string()
    .max(200)
    .regex(/^[\x21-\x7e][\x20-\x7e]*$/, 'write a media type: application/json')
    .meta({
      description: 'the kind of what is sent (application/x-www-form-urlencoded)',
      examples: ['application/json'],
    })
    .optional(),
  requestHeaders: requestHeaders(
    z
      .string()
      .max(1000)
      .regex(/^([\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?)?$/, 'write the value in ASCII, on one line'),
    { ...placesOfHeaders, cookie: 'write it to secretHeaders' },
  )
    .meta({
      description: 'a map of headers that are sent; the log of the server shows its User-Agent',
      examples: [{ accept: 'application/json' }],
    })
    .optional(),
  secretHeaders: requestHeaders(secretRef, { ...placesOfHeaders, 'user-agent': 'write it to requestHeaders' })
    .meta({
      description: 'a map of headers that are sent, each with the name of the secret that holds its value',
      examples: [{ 'x-api-key': 'acme/shop-api-key' }],
    })
    .optional(),
  authorization: authorization
    .describe('basic with user and password, or bearer; secrets by name, not sent on by a redirect')
    .optional(),
  status: z
    .array(z.union([status, statusRange]))
    .min(1)
    .max(20)
    .default(['200-399'])
    .meta({
      description: 'a list of the statuses that are well, numbers and ranges',
      examples: [['200-299', 401]],
    }),
  headers: z
    .record(headerName, z.string().max(200).describe('a text that the header must have in it'))
    .meta({
      description: 'a map of headers that must be in the answer, each with a text it must have in it',
      examples: [{ 'content-type': 'text/html' }],
    })
    .optional(),
  body: z
    .strictObject({
      contains: z.string().min(1).max(200).describe('a text that must be in the page').optional(),
      matches: pattern.describe('a regular expression that the page must match').optional(),
      json: json.describe('what a JSON document must hold at a path').optional(),
    })
    .meta({
      description: 'a map with contains, matches or json: what the first MiB of the page must hold',
      examples: [{ contains: 'Welcome' }],
    })
    .optional(),
  onRedirect: z
    .enum(['ok', 'follow', 'sameHost', 'warning', 'critical'])
    .default('ok')
    .describe(
      'ok judges a redirect by its status, follow goes on to its end, sameHost too but not to another host; warning and critical are for a page that must not redirect',
    ),
  maxRedirects: z.int().min(1).max(20).default(5).describe('how many redirects are followed'),
  responseMs,
});

interface Asking {
  readonly method: string;
  readonly send?: string | undefined;
  readonly contentType?: string | undefined;
  readonly body?: object | undefined;
}

/** Tells settings that do not go together. */
function tellMismatches({ method, send, contentType, body }: Asking, context: z.RefinementCtx): void {
  const tell = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
  if (send !== undefined && method !== 'POST')
    tell('send', `goes with method: POST, and method is ${method}`);
  if (contentType !== undefined && send === undefined) {
    tell('contentType', 'is the kind of what is sent, and nothing is; give send');
  }
  if (body !== undefined && method === 'HEAD') {
    tell('body', 'cannot be looked at: method is HEAD, whose answer has no body');
  }
}

export const httpSettings = z.strictObject(shapeWithPort(80)).superRefine(tellMismatches);

export const httpsSettings = z
  .strictObject({
    ...shapeWithPort(443),
    verifyCertificate: z
      .boolean()
      .default(true)
      .describe('false for a certificate that no public authority has signed'),
    httpVersion: z
      .literal([1.1, 2, 'auto'])
      .default(1.1)
      .describe('1.1, 2 where nothing else will do, or auto for what the server prefers'),
  })
  .superRefine(tellMismatches);

/** Settings of both; what `https` alone has is optional. */
export type HttpSettings = z.output<typeof httpSettings> &
  Partial<Pick<z.output<typeof httpsSettings>, 'verifyCertificate' | 'httpVersion'>>;
