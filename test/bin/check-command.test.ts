import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CommandError } from '../../bin/command-line.ts';
import { check as command } from '../../bin/commands/check.ts';
import { agentCredentials, octets, startAgent, type TestAgent, ticks } from '../platform/snmp/snmp-agent.ts';
import { startSshServer } from '../platform/ssh/ssh-server.ts';
import { makeCertificate } from '../probe/certificate.ts';
import { closedPort } from '../probe/tcp-server.ts';
import { runMimamori } from './run-mimamori.ts';

/** Ports by name: `{http}` in a case stands for the port of that server. */
const ports: Record<string, string> = {};
const servers: Server[] = [];
let agent: TestAgent;

async function start(name: string, server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  ports[name] = String((server.address() as AddressInfo).port);
}

beforeAll(async () => {
  const answer = createServer((request, response) => {
    response.writeHead(request.url === '/broken' ? 503 : 200, { 'x-host': request.headers.host ?? '' });
    response.end(request.url === '/escape' ? 'ok \u001b[2J' : 'all is ok');
  });
  const certificate = makeCertificate({ names: ['127.0.0.1'] });
  await start('http', answer);
  const mirror = createServer(({ headers }, response) =>
    response.setHeader('x-seen', `${headers.authorization} ${headers['x-api-key']}`).end(),
  );
  await start('seen', mirror);
  await start(
    'https',
    createSecureServer(certificate, (_, response) => response.end('all is ok')),
  );
  await start(
    'tcp',
    createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => socket.end('-ERR \u001b[2J go away'));
    }),
  );
  ports.closed = String(await closedPort());
  agent = await startAgent({
    scalars: { '1.3.6.1.2.1.1.3': ticks(360_000), '1.3.6.1.2.1.1.1': octets('Linux test') },
  });
  ports.snmp = String(agent.port);
});
afterAll(async () => {
  for (const server of servers) server.close();
  await agent.close();
});

const filled = (text: string): string => text.replace(/\{(\w+)\}/g, (_, name) => ports[name] ?? name);
const local = ['--reach', 'local'];
const check = (
  words: readonly string[],
  given: { readonly input?: string; readonly env?: Record<string, string> } = {},
) => runMimamori(['check', ...words.map(filled)], given);

const ms = '\\d+\\.\\d ms';
/** The whole output: the line of the verdict, and patterns of the lines below it. */
const output = (verdict: string, ...below: readonly string[]): RegExp =>
  new RegExp(`^${filled(verdict)}\\n${below.map((line) => `  ${filled(line)}\\n`).join('')}$`);

describe('one check at the terminal', () => {
  const cases: readonly { given: string; words: readonly string[]; code: number; out: readonly string[] }[] =
    [
      {
        given: 'a page as it should be',
        words: ['http', 'http://127.0.0.1:{http}/health?full=1', ...local, '--body.contains', 'is ok'],
        code: 0,
        out: [
          'OK        http://127\\.0\\.0\\.1:{http}/health\\?full=1 answered with status 200.*',
          'wanted  port {http}, path "/health\\?full=1", method "GET", status "200-399", body\\.contains "is ok", onRedirect "ok", maxRedirects 5',
          'values  responseMs [\\d.]+.*',
          `timing  resolve ${ms}, connect ${ms}, first byte ${ms}, last byte ${ms}, ${ms} in all`,
        ],
      },
      {
        given: 'a page that is slower than its warning',
        words: ['http', '127.0.0.1:{http}', ...local, '--response-ms.warning=0.001'],
        code: 1,
        out: [
          'WARNING   http://127\\.0\\.0\\.1:{http}/ answered with status 200.* \\(warning from 0.001 ms\\).*',
          'wanted  .*responseMs\\.warning 0\\.001',
          'values  responseMs [\\d.]+.*',
          `timing  resolve ${ms}, connect ${ms}, first byte ${ms}, last byte ${ms}, ${ms} in all`,
        ],
      },
      {
        given: 'a page of the wrong status, where two are well',
        words: [
          'http',
          '127.0.0.1:{http}',
          ...local,
          '--path',
          '/broken',
          '--status',
          '200',
          '--status',
          '300-310',
        ],
        code: 2,
        out: [
          'CRITICAL  http://127\\.0\\.0\\.1:{http}/broken answered with status 503, wanted 200, 300-310',
          'wanted  port {http}, path "/broken", method "GET", status 200 or "300-310", onRedirect "ok", maxRedirects 5',
          `timing  resolve ${ms}, connect ${ms}, first byte ${ms}, last byte ${ms}, ${ms} in all`,
        ],
      },
      {
        given: 'a header that is not as it should be',
        words: [
          'http',
          '127.0.0.1:{http}',
          ...local,
          '--virtual-host',
          'shop.example',
          '--headers.x-host',
          'acme',
        ],
        code: 2,
        out: [
          'CRITICAL  http://shop\\.example:{http}/ has no "acme" in its header x-host: it is "shop\\.example:{http}"',
          'wanted  .*virtualHost "shop\\.example".*headers\\.x-host "acme".*',
          `timing  resolve ${ms}, connect ${ms}, first byte ${ms}, last byte ${ms}, ${ms} in all`,
        ],
      },
      {
        given: 'a certificate of nobody, which is asked not to matter',
        words: ['https', '127.0.0.1:{https}', ...local, '--verifyCertificate', 'false'],
        code: 0,
        out: [
          'OK        https://127\\.0\\.0\\.1:{https}/ answered with status 200.*',
          'wanted  .*verifyCertificate false, httpVersion 1\\.1',
          'values  .*',
          `timing  resolve ${ms}, connect ${ms}, TLS ${ms}, first byte ${ms}, last byte ${ms}, ${ms} in all`,
        ],
      },
      {
        given: 'a certificate of nobody',
        words: ['https', 'https://127.0.0.1:{https}', ...local],
        code: 2,
        out: [
          'CRITICAL  https://127\\.0\\.0\\.1:{https}/ failed in the TLS handshake: its certificate is self-signed',
          'wanted  .*verifyCertificate true, httpVersion 1\\.1',
          `timing  resolve ${ms}, connect ${ms}, ${ms} in all`,
        ],
      },
      {
        given: 'a port where nobody listens',
        words: ['tcp', '127.0.0.1', '--port', '{closed}', ...local],
        code: 2,
        out: [
          'CRITICAL  127\\.0\\.0\\.1:{closed} refused the connection',
          'wanted  port {closed}',
          `timing  resolve ${ms}, ${ms} in all`,
        ],
      },
      {
        given: 'a server that says something else, with what would clear the terminal',
        words: ['tcp', '127.0.0.1:{tcp}', ...local, '--send', 'PING', '--expect', '+PONG'],
        code: 2,
        out: [
          'CRITICAL  127\\.0\\.0\\.1:{tcp} sent "-ERR [^\\u001b]*go away", wanted "\\+PONG"',
          'wanted  port {tcp}, send "PING", expect "\\+PONG"',
          `timing  resolve ${ms}, connect ${ms}, first byte ${ms}, last byte ${ms}, ${ms} in all`,
        ],
      },
      {
        given: 'a server that says nothing until the time is up',
        words: ['ssh', '127.0.0.1:{tcp}', ...local, '--time-limit', '0.2s'],
        code: 2,
        out: [
          'CRITICAL  127\\.0\\.0\\.1:{tcp} gave no answer within 0\\.2 s',
          'wanted  port {tcp}',
          `timing  resolve ${ms}, connect ${ms}, ${ms} in all`,
        ],
      },
      {
        given: 'loopback without its reach',
        words: ['tcp', '127.0.0.1:{tcp}'],
        code: 3,
        out: [
          "UNKNOWN   the tcp check of 127\\.0\\.0\\.1 could not be carried out: 127\\.0\\.0\\.1 is the probe's own loopback; .*",
          'wanted  port {tcp}',
          `timing  ${ms} in all`,
          'mend    --reach local lets this check go there',
        ],
      },
      {
        given: 'a private address without its reach',
        words: ['tcp', '10.1.2.3:80'],
        code: 3,
        out: [
          'UNKNOWN   the tcp check of 10\\.1\\.2\\.3 could not be carried out: 10\\.1\\.2\\.3 is a private address; .*',
          'wanted  port 80',
          `timing  ${ms} in all`,
          'mend    --reach vpn lets this check go there',
        ],
      },
      {
        given: 'an address where nobody goes',
        words: ['tcp', '[::ffff:169.254.169.254]:80', ...local],
        code: 3,
        out: [
          'UNKNOWN   the tcp check of ::ffff:169\\.254\\.169\\.254 could not be carried out: .* metadata service; .*',
          'wanted  port 80',
          `timing  ${ms} in all`,
        ],
      },
    ];
  for (const { given, words, code, out } of cases) {
    it.concurrent(`given ${given}, when it is checked, then it is told with its time and ends with ${code}`, async () => {
      const ended = await check(words);
      expect(ended.err).toBe('');
      expect(ended.out).toMatch(output(...(out as [string])));
      expect(ended.code).toBe(code);
    });
  }
});

describe('access by SNMP', () => {
  const { v2c, v3 } = agentCredentials;
  const version3 = [
    ...['--snmp-user', v3.user, '--snmp-auth-protocol', v3.authProtocol],
    ...['--snmp-auth-key-env', 'AUTH', '--snmp-priv-key-env', 'PRIV'],
  ];
  const keys = { AUTH: v3.authKey, PRIV: v3.privKey };
  const cases: readonly {
    given: string;
    words: readonly string[];
    env?: Record<string, string>;
    input?: string;
    code: number;
    says: RegExp;
  }[] = [
    {
      given: 'a community in the environment',
      words: ['--snmp-community-env', 'COMMUNITY'],
      env: { COMMUNITY: v2c.community },
      code: 0,
      says: /^OK /,
    },
    {
      given: 'a community on standard input',
      words: ['--snmp-community-stdin'],
      input: `${v2c.community}\n`,
      code: 0,
      says: /^OK /,
    },
    { given: 'a user of version 3', words: version3, env: keys, code: 0, says: /^OK / },
    {
      given: 'a key of version 3 that is wrong',
      words: version3,
      env: { ...keys, AUTH: 'hunter2-hunter2' },
      code: 2,
      says: /^CRITICAL {2}SNMP agent 127\.0\.0\.1:/,
    },
    {
      given: 'a community as an argument',
      words: ['--snmp-community', 'hunter2'],
      code: 3,
      says: /^--snmp-community would show the secret to everybody on this machine; give --snmp-community-env NAME \(an environment variable\) or --snmp-community-stdin, and use another secret if this was real\n\nmimamori check agent TARGET/,
    },
    {
      given: 'a community in place of the name',
      words: ['--snmp-community-env', 'hunter2'],
      code: 3,
      says: /^--snmp-community-env names no environment variable that is set; give the name of one that holds the secret\n/,
    },
    {
      given: 'no access',
      words: [],
      code: 3,
      says: /^agent asks by SNMP; give --snmp-community-env NAME, or for version 3 /,
    },
    {
      given: 'half an access',
      words: ['--snmp-user', 'x', '--snmp-auth-key-env', 'AUTH'],
      env: keys,
      code: 3,
      says: /^--snmp-priv-key-env is missing; give the name of an environment variable that holds the secret, or --snmp-priv-key-stdin\n\nmimamori check agent TARGET/,
    },
    {
      given: 'two secrets on one standard input',
      words: ['--snmp-user', 'x', '--snmp-auth-key-stdin', '--snmp-priv-key-stdin'],
      input: 'hunter2',
      code: 3,
      says: /^--snmp-auth-key-stdin and --snmp-priv-key-stdin cannot share standard input; /,
    },
  ];
  for (const { given, words, env = {}, input = '', code, says } of cases) {
    it.concurrent(`given ${given}, when the agent is checked, then it ends with ${code} and shows no secret`, async () => {
      const ended = await check(['agent', '127.0.0.1:{snmp}', ...local, ...words], { env, input });
      expect(ended.out + ended.err).toMatch(says);
      expect(ended.code).toBe(code);
      for (const secret of ['hunter2', v2c.community, v3.authKey, v3.privKey]) {
        expect(ended.out + ended.err).not.toContain(secret);
      }
    });
  }

  it('given secrets of a web request in the environment, when it is checked, then they are sent and not shown', async () => {
    const words = ['http', '127.0.0.1:{seen}', ...local, '--authorization.bearer-env', 'TOKEN'];
    words.push('--secret-headers.x-api-key-env', 'KEY');
    const env = { TOKEN: 'hunter2', KEY: 'hunter3' };
    const sent = await check([...words, '--headers.x-seen', 'Bearer hunter2 hunter3'], { env });
    expect(sent.code, sent.out + sent.err).toBe(0);
    const wrong = await check([...words, '--headers.x-seen', 'nothing'], { env });
    expect(wrong.code).toBe(2);
    expect(wrong.out).toContain('in its header x-seen: it is "Bearer *** ***"');
    expect(wrong.out).toContain('authorization.bearer "terminal/authorization.bearer"');
    expect(wrong.out + wrong.err).not.toMatch(/hunter/);
  });

  it('given a secret header on the command line, when it is checked, then it is refused and not shown', async () => {
    const { code, out, err } = await check(['http', '127.0.0.1:1', '--secret-headers.x-api-key', 'hunter2']);
    expect(code).toBe(3);
    expect(err).toContain('--secret-headers.x-api-key would show the secret to everybody on this machine');
    expect(out + err).not.toContain('hunter2');
  });
});

describe('a line that is not understood', () => {
  const cases: readonly { given: string; words: readonly string[]; says: string; usage?: string }[] = [
    {
      given: 'no type',
      words: [],
      says: 'check: TYPE is missing; give the check type first, then the target',
      usage: 'mimamori check TYPE TARGET',
    },
    {
      given: 'an unknown type',
      words: ['htpp', '127.0.0.1'],
      says: 'TYPE is "htpp"; did you mean http? known types are …',
      usage: 'mimamori check TYPE TARGET',
    },
    { given: 'no target', words: ['tcp'], says: 'check tcp: TARGET is missing; give host or host:port' },
    { given: 'two targets', words: ['tcp', 'a:1', 'b:2'], says: 'check tcp: "b:2" is one word too many' },
    {
      given: 'a target that is none',
      words: ['tcp', 'a:b:c'],
      says: 'TARGET is "a:b:c"; give host, host:port or [IPv6 address]:port',
    },
    {
      given: 'a password in the target',
      words: ['http', 'http://me:hunter2@127.0.0.1/'],
      says: 'TARGET has a user name or a password in it; take them out',
    },
    {
      given: 'a password in a target that is no URL',
      words: ['tcp', 'me:hunter2@127.0.0.1'],
      says: 'TARGET is no host; give host, host:port or [IPv6 address]:port',
    },
    {
      given: 'a URL for another type',
      words: ['tcp', 'http://127.0.0.1/'],
      says: 'TARGET is a URL, which only http and https take; give host or host:port',
    },
    {
      given: 'a URL of the other scheme',
      words: ['http', 'https://127.0.0.1/'],
      says: 'TARGET is no URL for http; write mimamori check https',
    },
    {
      given: 'a port for a check without one',
      words: ['host', '127.0.0.1:22'],
      says: 'TARGET has a port, which host does not take; give the host alone',
    },
    {
      given: 'two slips in options',
      words: ['tcp', '127.0.0.1:80', '--expcet', 'x', '--raech', 'vpn'],
      says: '--expcet is not known; did you mean --expect?\n--raech is not known; did you mean --reach?',
    },
    {
      given: 'a slip in an inner option, and a value out of range',
      words: ['http', '127.0.0.1:99999', '--body.contians', 'x'],
      says: '--port is 99999; give the port the service listens on, 1 to 65535\n--body.contians is not known here; did you mean contains? known keys are contains, matches, json',
    },
    {
      given: 'no port',
      words: ['tcp', '127.0.0.1'],
      says: '--port is missing; give the port the service listens on, 1 to 65535',
    },
    {
      given: 'a port twice',
      words: ['tcp', '127.0.0.1:1', '--port', '2'],
      says: '--port is given twice; give it once',
    },
    {
      given: 'a map and a value under one name',
      words: ['http', '127.0.0.1', '--body', 'x', '--body.contains', 'y'],
      says: '--body.contains does not go with --body; give one of them\n--body is "x"; give a map with contains, matches or json: what the first MiB of the page must hold, for example {"contains":"Welcome"}',
    },
    {
      given: 'no value',
      words: ['tcp', '127.0.0.1:1', '--expect'],
      says: '--expect has no value after it; give one',
    },
    {
      given: 'no value for a common option',
      words: ['tcp', 'a:1', '--reach'],
      says: '--reach has no value after it; give one',
    },
    {
      given: 'an unknown network',
      words: ['tcp', 'a:1', '--reach', 'locale'],
      says: '--reach is "locale"; did you mean local? known networks are internet, vpn, local',
    },
    {
      given: 'a time limit without its unit',
      words: ['tcp', 'a:1', '--time-limit', '500'],
      says: '--time-limit is "500"; give 100ms to 30s, like 5s or 500ms',
    },
  ];
  for (const { given, words, says, usage = `mimamori check ${words[0]} TARGET` } of cases) {
    it(`given ${given}, when it is run, then that is said with the usage, and it ends with 3`, async () => {
      const refusal = await command.run(words).catch((error: unknown) => error);
      if (!(refusal instanceof CommandError)) throw new Error('it was understood');
      const message = refusal.message.replace(/known types are .*/, 'known types are …');
      expect(message.slice(0, says.length + 2 + usage.length)).toBe(`${says}\n\n${usage}`);
      expect(refusal.exitCode).toBe(3);
      expect(message).not.toContain('hunter2');
    });
  }

  it('given a type and --help, when it is run, then its options are listed', async () => {
    const { code, out, err } = await check(['https', '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const line of [
      'mimamori check https TARGET [OPTION...]\n',
      '  --port N                       the port the service listens on (443)\n',
      '  --body.contains VALUE          a text that must be in the page\n',
      '  --verifyCertificate true|false false for a certificate that no public authority has signed (true)\n',
    ]) {
      expect(out).toContain(line);
    }
  });
});

describe('--json', () => {
  const report = z.strictObject({
    check: z.literal('http'),
    target: z.literal('127.0.0.1'),
    severity: z.enum(['ok', 'warning', 'critical', 'unknown']),
    summary: z.strictObject({ ja: z.string().min(1), en: z.string().min(1) }),
    durationMs: z.number().positive(),
    values: z.record(z.string(), z.number()),
    wanted: z.record(z.string(), z.unknown()),
    steps: z.array(z.strictObject({ step: z.string(), ms: z.number().nonnegative() })),
    mend: z.string().optional(),
  });
  const cases = [
    {
      given: 'a page as it should be',
      words: [...local, '--body.contains', 'ok'],
      code: 0,
      severity: 'ok',
      steps: ['resolve', 'connect', 'firstByte', 'lastByte'],
      mend: undefined,
    },
    {
      given: 'a reach that does not go there',
      words: [],
      code: 3,
      severity: 'unknown',
      steps: [],
      mend: '--reach local lets this check go there',
    },
  ];
  for (const { given, words, code, severity, steps, mend } of cases) {
    it.concurrent(`given ${given}, when JSON is asked for, then it is one object, and the steps fit in the whole time`, async () => {
      const ended = await check(['http', '127.0.0.1:{http}', '--json', ...words]);
      expect(ended).toMatchObject({ code, err: '' });
      const told = report.parse(JSON.parse(ended.out));
      expect({ severity: told.severity, mend: told.mend }).toEqual({ severity, mend });
      expect(told.steps.map(({ step }) => step)).toEqual(steps);
      const sum = told.steps.reduce((total, { ms: one }) => total + one, 0);
      expect(sum).toBeLessThanOrEqual(told.durationMs + 0.01);
    });
  }
});

describe('a check that logs in', () => {
  let server: Awaited<ReturnType<typeof startSshServer>>;
  beforeAll(async () => {
    server = await startSshServer({
      password: 'hunter2-password',
      exec: (_command, channel) => {
        channel.write('QUEUE WARNING - 30 mails | queue=30;20;100\n');
        channel.exit(1);
        channel.end();
      },
    });
  });
  afterAll(() => server.close());
  const words = ['--command', '/opt/check_queue', '--command', '-w', '--command', '20'];
  const access = () => ['--ssh-user', 'mimamori', '--ssh-host-key', server.hostKey];

  it.concurrent('given access by options, when a plugin is run, then its verdict, line and values are shown', async () => {
    const ended = await check(
      [
        'command',
        `127.0.0.1:${server.target.port}`,
        ...local,
        ...words,
        ...access(),
        '--ssh-password-env',
        'WORD',
      ],
      { env: { WORD: 'hunter2-password' } },
    );
    expect(ended.code).toBe(1);
    expect(ended.out).toMatch(
      /^WARNING {3}QUEUE WARNING - 30 mails\n {2}wanted {2}command .*\n {2}values {2}performance:queue 30/,
    );
    expect(ended.out).not.toContain('hunter2');
  });

  const faults = [
    {
      given: 'no access',
      more: () => [],
      says: /^command logs in by SSH; give --ssh-user NAME, --ssh-host-key SHA256:… and --ssh-key-env NAME or --ssh-password-env NAME\n\nmimamori check command TARGET/,
    },
    {
      given: 'a password as an argument',
      more: () => [...access(), '--ssh-password', 'hunter2'],
      says: /^--ssh-password would show the secret to everybody on this machine; give --ssh-password-env NAME/,
    },
    {
      given: 'no host key',
      more: () => ['--ssh-user', 'mimamori', '--ssh-key-env', 'KEY'],
      says: /^--ssh-host-key is missing; give the fingerprint of the only host key that is trusted/,
    },
  ];
  for (const { given, more, says } of faults) {
    it.concurrent(`given ${given}, when it is checked, then the mend is told and nothing is tried`, async () => {
      const ended = await check(['command', '127.0.0.1', ...local, ...words, ...more()], {
        env: { KEY: 'x' },
      });
      expect(ended.code).toBe(3);
      expect(ended.err).toMatch(says);
      expect(ended.err).not.toContain('hunter2');
    });
  }
});
