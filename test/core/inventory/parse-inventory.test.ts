import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ParsedInventory, parseInventory } from '../../../core/inventory/parse-inventory.ts';
import { renderProblem } from '../../../core/inventory/problem.ts';
import { checkTypes } from '../../../lambdas/probe/checks/registry.ts';
import { sampleCatalogue } from './sample-catalogue.ts';

const settings = 'settings: {mailFrom: noc@msp.example, operators: {mail: [desk@msp.example]}}';

const parse = (...texts: readonly string[]): ParsedInventory =>
  parseInventory(
    texts.map((text, index) => ({ name: index === 0 ? 'acme.yaml' : `more-${index}.yaml`, text })),
    sampleCatalogue,
  );

const messagesOf = (parsed: ParsedInventory): string[] =>
  parsed.ok ? [] : parsed.problems.map(renderProblem);

function inventoryOf(parsed: ParsedInventory) {
  if (!parsed.ok) throw new Error(messagesOf(parsed).join('\n'));
  return parsed.inventory;
}

/** Line 1 has the settings, line 4 begins the servers. */
const withServer = (...lines: readonly string[]): string =>
  [
    settings,
    'accounts:',
    '  - id: acme',
    '    name: Acme',
    '    servers:',
    ...lines.map((line) => `      ${line}`),
  ].join('\n');
/** Lines 9 and on are the monitors. */
const withMonitors = (...lines: readonly string[]): string =>
  withServer(
    '- id: web-1',
    '  address: www.acme.example',
    '  plan: notify',
    '  monitors:',
    ...lines.map((line) => `    ${line}`),
  );

describe('every fault says what, where and the mend', () => {
  const server = '- {id: web-1, address: www.acme.example, plan: notify';
  const cases: readonly { given: string; text: string; messages: readonly string[] }[] = [
    {
      given: 'a port out of range',
      text: withMonitors('- host', '- check: tcp', '  port: 70000'),
      messages: ['acme.yaml:12: monitors[1].port is 70000; give the port the service listens on, 1 to 65535'],
    },
    {
      given: 'an unknown check type',
      text: withMonitors('- check: tpc'),
      messages: [
        'acme.yaml:10: monitors[0].check is "tpc"; did you mean tcp? known checks are cpu, host, https, tcp, tls',
      ],
    },
    {
      given: 'an unknown check type that is like none',
      text: withMonitors('- zebra'),
      messages: ['acme.yaml:10: monitors[0] is "zebra"; known checks are cpu, host, https, tcp, tls'],
    },
    {
      given: 'an unknown key',
      text: withMonitors('- {check: tcp, prot: 22, port: 22}'),
      messages: [
        'acme.yaml:10: monitors[0].prot is not known here; did you mean port? known keys are port, check, id, service, priority, intervalMinutes, confirmations, confirmationSpacingSeconds, dedupSeconds, collectSeconds, timeLimitMs, runbook, customRunbooks, runbookParameters, repairLimit',
      ],
    },
    {
      given: 'the first half of a key',
      text: withMonitors('- {check: host, interval: 3}'),
      messages: [
        'acme.yaml:10: monitors[0].interval is not known here; did you mean intervalMinutes? known keys are check, id, service, priority, intervalMinutes, confirmations, confirmationSpacingSeconds, dedupSeconds, collectSeconds, timeLimitMs, runbook, customRunbooks, runbookParameters, repairLimit',
      ],
    },
    {
      given: 'a needed setting left out',
      text: withMonitors('- tcp'),
      messages: [
        'acme.yaml:10: monitors[0].port is missing; give the port the service listens on, 1 to 65535',
      ],
    },
    {
      given: 'a text where a number belongs',
      text: withMonitors('- {check: tcp, port: ssh}'),
      messages: ['acme.yaml:10: monitors[0].port is "ssh"; give the port the service listens on, 1 to 65535'],
    },
    {
      given: 'a list where a number belongs',
      text: withMonitors('- {check: tcp, port: [22]}'),
      messages: [
        'acme.yaml:10: monitors[0].port is a list; give the port the service listens on, 1 to 65535',
      ],
    },
    {
      given: 'a key without a value',
      text: withMonitors('- {check: tcp, port: }'),
      messages: [
        'acme.yaml:10: monitors[0].port is empty; give the port the service listens on, 1 to 65535, or take port out',
      ],
    },
    {
      given: 'thresholds in the wrong order',
      text: withServer(
        `${server}, snmp: {version: 2c, community: acme/snmp},`,
        '   monitors: [{check: cpu, usedPercent: {warning: 95}}]}',
      ),
      messages: [
        'acme.yaml:7: monitors[0].usedPercent.warning is 95; warning is not below critical; give a warning that comes first',
      ],
    },
    {
      given: 'a check that needs SNMP on a server without it',
      text: withMonitors('- host', '- cpu'),
      messages: [
        'acme.yaml:11: monitors[1] is "cpu", which asks the server by SNMP, and the server has no snmp; give snmp with version and community to the server or to defaults.server',
      ],
    },
    {
      given: 'a key of the server in a monitor',
      text: withMonitors('- {check: host, reach: local}'),
      messages: ['acme.yaml:10: monitors[0].reach is a key of the server; give it there'],
    },
    {
      given: 'a key of monitors in a server',
      text: withServer(`${server}, intervalMinutes: 1}`),
      messages: [
        'acme.yaml:6: servers[0].intervalMinutes is a key of a monitor; give it there, or under defaults.checks',
      ],
    },
    {
      given: 'two monitors of one check type',
      text: withMonitors('- https', '- {check: https, port: 8443}'),
      messages: [
        'acme.yaml:11: monitors[1] has the id "https", as monitors[0] has; give one of them an id of its own',
      ],
    },
    {
      given: 'one id for two monitors',
      text: withMonitors('- {check: https, id: web}', '- {check: host, id: web}'),
      messages: [
        'acme.yaml:11: monitors[1].id is "web", as that of monitors[0] is; give each monitor of a server an id of its own',
      ],
    },
    {
      given: 'an id with capitals',
      text: withMonitors('- {check: host, id: Web}'),
      messages: ['acme.yaml:10: monitors[0].id is "Web"; use lower-case letters, digits and single hyphens'],
    },
    {
      given: 'a monitor that is a number',
      text: withMonitors('- 80'),
      messages: [
        'acme.yaml:10: monitors[0] is 80; give the name of a check, or a map with check and its settings; known checks are cpu, host, https, tcp, tls',
      ],
    },
    {
      given: 'a list of statuses with a wrong one',
      text: withMonitors('- {check: https, status: [200, 700]}'),
      messages: ['acme.yaml:10: monitors[0].status[1] is 700; give a whole number, 100 to 599'],
    },
    {
      given: 'a server without plan and address',
      text: withServer('- id: web-1'),
      messages: [
        'acme.yaml:6: servers[0].address is missing; give the host name or IP address that is watched, for example www.acme.example',
        'acme.yaml:6: servers[0].plan is missing; give the plan the customer has for this server: notify, respond or managed, for example notify',
      ],
    },
    {
      given: 'a misspelt plan',
      text: withServer('- {id: web-1, address: www.acme.example, plan: notfy}'),
      messages: [
        'acme.yaml:6: servers[0].plan is "notfy"; did you mean notify? known values are notify, respond, managed',
      ],
    },
    {
      given: 'two servers with one id',
      text: withServer(`${server}}`, `${server}}`),
      messages: [
        'acme.yaml:7: servers[1].id is "web-1", which is the server in line 6 too; give each server of an account an id of its own',
      ],
    },
    {
      given: 'a private address reached by the internet',
      text: withServer('- {id: web-1, address: 10.0.0.5, plan: notify}'),
      messages: [
        'acme.yaml:6: servers[0].address is "10.0.0.5", which is a private address; write reach: vpn if the server is reached by a VPN',
      ],
    },
    {
      given: 'the loopback',
      text: withServer('- {id: web-1, address: "::1", plan: notify, reach: vpn}'),
      messages: [
        'acme.yaml:6: servers[0].address is "::1", which is the probe\'s own loopback; give the address of the server, or write reach: local on one machine',
      ],
    },
    {
      given: 'the address of the metadata service',
      text: withServer('- {id: web-1, address: 169.254.169.254, plan: notify, reach: vpn}'),
      messages: [
        'acme.yaml:6: servers[0].address is "169.254.169.254", which is an address where no server is (linkLocal); give the address of the server',
      ],
    },
    {
      given: 'a URL for an address',
      text: withServer('- {id: web-1, address: "https://www.acme.example/", plan: notify}'),
      messages: [
        'acme.yaml:6: servers[0].address is "https://www.acme.example/", which is a URL; give the host name or IP address alone',
      ],
    },
    {
      given: 'an address with a port',
      text: withServer('- {id: web-1, address: "www.acme.example:443", plan: notify}'),
      messages: [
        'acme.yaml:6: servers[0].address is "www.acme.example:443", which has a port; give the host name or IP address alone, the port is a setting of the monitor',
      ],
    },
    {
      given: 'an IPv4 address in disguise',
      text: withServer('- {id: web-1, address: 2130706433, plan: notify}'),
      messages: [
        'acme.yaml:6: servers[0].address is "2130706433", which is neither a host name nor an IP address; give one of them, in its usual form',
      ],
    },
    {
      given: 'SSH without a host key and without a way in',
      text: withServer(`${server}, ssh: {user: mimamori}}`),
      messages: [
        'acme.yaml:6: servers[0].ssh.hostKey is missing; give the fingerprint of the only host key that is trusted, as ssh-keygen -l prints it, for example SHA256:k3yqJbM8xkzS7f0T4m5lVxkq2nNQG8d1a9sWcRtYuIo',
      ],
    },
    {
      given: 'SSH without a way in',
      text: withServer(
        `${server}, ssh: {user: mimamori, hostKey: SHA256:k3yqJbM8xkzS7f0T4m5lVxkq2nNQG8d1a9sWcRtYuIo}}`,
      ),
      messages: [
        'acme.yaml:6: servers[0].ssh is incomplete: neither key nor password is given; give one of them, a reference to a secret',
      ],
    },
    {
      given: 'an SNMP version there is not',
      text: withServer(`${server}, snmp: {version: 2, community: acme/snmp}}`),
      messages: ['acme.yaml:6: servers[0].snmp.version is 2; known versions of SNMP are 2c and 3'],
    },
    {
      given: 'SNMP as one word',
      text: withServer(`${server}, snmp: public}`),
      messages: ['acme.yaml:6: servers[0].snmp is a single value; give a map of keys, or none'],
    },
    {
      given: 'a default monitor left out that is none',
      text: withServer(`${server}, without: [load]}`),
      messages: [
        'acme.yaml:6: servers[0].without[0] names a default monitor, and there is none; take it out',
      ],
    },
    {
      given: 'a time zone there is not',
      text: `${settings}\naccounts: [{id: acme, name: Acme, timeZone: Asia/Tokio}]`,
      messages: [
        'acme.yaml:2: accounts[0].timeZone is "Asia/Tokio"; did you mean Asia/Tokyo? give a name of the IANA time zone database, for example Asia/Tokyo',
      ],
    },
    {
      given: 'a contact twice',
      text: `${settings}\naccounts:\n  - id: acme\n    name: Acme\n    contacts:\n      - {name: A, mail: a@acme.example}\n      - {name: B, mail: A@acme.example}`,
      messages: [
        'acme.yaml:7: accounts[0].contacts[1].mail is "A@acme.example", as contacts[0].mail is; give each contact an address of its own',
      ],
    },
    {
      given: 'a phone number as people dial it',
      text: `${settings}\naccounts:\n  - id: acme\n    name: Acme\n    contacts: [{name: A, mail: a@acme.example, phone: 0312345678}]`,
      messages: [
        'acme.yaml:5: accounts[0].contacts[0].phone is 0312345678; write the number in E.164 form, for example +81312345678',
      ],
    },
    {
      given: 'a name with a line break, which a mail subject cannot hold',
      text: `${settings}\naccounts: [{id: acme, name: "Acme\\nBcc: x@y.example"}]`,
      messages: [
        'acme.yaml:2: accounts[0].name is "Acme\\nBcc: x@y.example"; write it on one line, without control characters',
      ],
    },
    {
      given: 'an account id that is too long',
      text: `${settings}\naccounts: [{id: a-name-that-is-much-too-long, name: Acme}]`,
      messages: [
        'acme.yaml:2: accounts[0].id has 28 characters, 20 at most; give a short name of 20 characters at most, which never changes, as history hangs on it, for example acme',
      ],
    },
    {
      given: 'no settings',
      text: 'accounts: []',
      messages: ['acme.yaml:1: settings is missing; give settings once, with mailFrom and operators'],
    },
    {
      given: 'settings without their needed keys',
      text: 'settings: {mailFrom: noc}',
      messages: [
        'acme.yaml:1: settings.operators is missing; give the operators, with mail and language',
        'acme.yaml:1: settings.mailFrom is "noc"; give the address that alert mail comes from, one the mail service may send for, for example monitoring@msp.example',
      ],
    },
    {
      given: 'an unknown key at the top',
      text: `${settings}\nacounts: []`,
      messages: [
        'acme.yaml:2: acounts is not known here; did you mean accounts? known keys are settings, defaults, accounts',
      ],
    },
    {
      given: 'a default that is wrong, which many servers take over',
      text: `${withServer(`${server}}`, '- {id: web-2, address: www.acme.example}')}\ndefaults: {server: {ssh: {user: mimamori, key: acme/key, port: 0, hostKey: SHA256:k3yqJbM8xkzS7f0T4m5lVxkq2nNQG8d1a9sWcRtYuIo}, plan: notify}}`,
      messages: [
        'acme.yaml:8: defaults.server.ssh.port is 0; give the TCP port of the SSH server, 1 to 65535',
      ],
    },
    {
      given: 'a default for a check type there is not',
      text: `${settings}\ndefaults: {checks: {cup: {usedPercent: {critical: 95}}}}`,
      messages: [
        'acme.yaml:2: defaults.checks.cup is not a check type; did you mean cpu? known checks are cpu, host, https, tcp, tls',
      ],
    },
    {
      given: "a default that is each server's own",
      text: `${settings}\ndefaults: {server: {address: www.acme.example}}`,
      messages: ["acme.yaml:2: defaults.server.address is each server's own; give it there"],
    },
    {
      given: 'a default monitor that a server cannot have',
      text: `${withServer(`${server}}`)}\ndefaults: {server: {monitors: [cpu]}}`,
      messages: [
        'acme.yaml:6: servers[0].snmp is missing, and the default monitor cpu asks the server by SNMP; give snmp with version and community to the server or to defaults.server, or write without: [cpu]',
      ],
    },
    {
      given: 'servers that are a map',
      text: `${settings}\naccounts: [{id: acme, name: Acme, servers: {web-1: {}}}]`,
      messages: ['acme.yaml:2: accounts[0].servers is not a list; write one server after each dash'],
    },
    {
      given: 'a service that is a command',
      text: withMonitors('- {check: host, service: "nginx; reboot"}'),
      messages: ['acme.yaml:10: monitors[0].service is "nginx; reboot"; write the name of one systemd unit'],
    },
    {
      given: 'an indentation by tab',
      text: 'settings:\n\tmailFrom: a@b.example',
      messages: ['acme.yaml:2: the line is indented with a tab; indent with spaces'],
    },
    {
      given: 'a quotation mark that is not closed',
      text: 'settings: "abc',
      messages: [
        'acme.yaml:1: a quotation mark, a bracket or a colon is missing; close what was opened, and write key: value',
      ],
    },
    {
      given: 'a key twice',
      text: `${settings}\naccounts: []\naccounts: []`,
      messages: ['acme.yaml:3: accounts is there twice, first in line 2; keep one of them'],
    },
    {
      given: 'an empty file',
      text: '# nothing yet\n',
      messages: [
        'acme.yaml:1: the file is empty; write settings, defaults or accounts, or leave the file out',
      ],
    },
    {
      given: 'a list as a file',
      text: '- a',
      messages: ['acme.yaml:1: the file is not a map; begin it with settings:, defaults:, accounts:'],
    },
    {
      given: 'a second document',
      text: `${settings}\n---\naccounts: []`,
      messages: ['acme.yaml:2: a second document begins here (---); write one document a file'],
    },
  ];
  for (const { given, text, messages } of cases) {
    it(`given ${given}, when the inventory is read, then exactly that is told`, () => {
      expect(messagesOf(parse(text))).toEqual(messages);
    });
  }

  it('given faults all over two files, when they are read, then all are told in the order of files and lines', () => {
    const first = withMonitors('- tpc', '- {check: tcp, port: 0}');
    const parsed = parse(first, 'accounts:\n  - {id: acme, name: ""}\n  - {id: B, name: b}');
    const places = parsed.ok ? [] : parsed.problems.map(({ file, line }) => `${file}:${line}`);
    expect(places).toEqual([
      'acme.yaml:10',
      'acme.yaml:11',
      'more-1.yaml:2',
      'more-1.yaml:2',
      'more-1.yaml:3',
    ]);
    expect(messagesOf(parsed)).toContain(
      'more-1.yaml:2: accounts[0].id is "acme", which is the account in acme.yaml:3 too; give each account an id of its own',
    );
  });

  it('given settings in two files, when they are read, then the second is told', () => {
    expect(messagesOf(parse(settings, settings))).toEqual([
      'more-1.yaml:1: settings is in acme.yaml:1 too, and holds for all files; keep one of them',
    ]);
  });

  it('given a file that does not read as YAML beside a sound one, when they are read, then missing settings are not told as well', () => {
    expect(messagesOf(parse('accounts: []', 'a: ['))).toHaveLength(1);
  });

  it('given a fault deep inside, when it is told, then the field has the whole path and the column that of the value', () => {
    const parsed = parse(withMonitors('- check: tcp', '  port: 70000'));
    expect(parsed.ok ? [] : parsed.problems).toEqual([
      {
        file: 'acme.yaml',
        line: 11,
        column: 19,
        field: 'accounts[0].servers[0].monitors[0].port',
        message: 'monitors[0].port is 70000; give the port the service listens on, 1 to 65535',
      },
    ]);
  });

  it('given reach: local, when the probe is not on this machine, then it is refused at its line', () => {
    const text = withServer(`${server}, reach: local}`);
    const parsed = parseInventory([{ name: 'acme.yaml', text }], sampleCatalogue, { localAllowed: false });
    expect(messagesOf(parsed)).toEqual([
      'acme.yaml:6: servers[0].reach is "local", which only a probe on one machine may use; write internet or vpn, or name that machine with --local',
    ]);
    expect(parse(text).ok).toBe(true);
  });
});

describe('a secret in the wrong place is not repeated', () => {
  const secret = 'hunter2-Very-Secret';
  const access = `{id: web-1, address: www.acme.example, plan: notify`;
  const cases: readonly { given: string; text: string }[] = [
    {
      given: 'a community in the clear',
      text: withServer(`- ${access}, snmp: {version: 2c, community: ${secret}}}`),
    },
    {
      given: 'an SSH password in the clear',
      text: withServer(`- ${access}, ssh: {user: u, password: "${secret}"}}`),
    },
    { given: 'a password under an unknown key', text: withServer(`- ${access}, pasword: ${secret}}`) },
    { given: 'a token in the clear', text: withMonitors(`- {check: https, token: ${secret}}`) },
    {
      given: 'a password as a list',
      text: withServer(`- ${access}, ssh: {user: u, password: [${secret}]}}`),
    },
    {
      given: 'a header with a wrong type near it',
      text: withMonitors(`- {check: https, headers: [${secret}]}`),
    },
    { given: 'a broken line', text: `settings: {a: "${secret}` },
    { given: 'a URL with a password', text: `settings: {portalUrl: "ftp://u:${secret}@x.example"}` },
    { given: 'a private key that breaks the file', text: `settings:\n  key: -----BEGIN\n${secret}\n  b: 1` },
  ];
  for (const { given, text } of cases) {
    it(`given ${given}, when it is refused, then no message holds it`, () => {
      const parsed = parse(text);
      expect(parsed.ok).toBe(false);
      expect(JSON.stringify(parsed)).not.toContain(secret);
    });
  }

  it('given a community in the clear, when it is refused, then the message says how to put it in the store', () => {
    const text = withServer(`- ${access}, snmp: {version: 2c, community: public}}`);
    expect(messagesOf(parse(text))).toEqual([
      'acme.yaml:6: servers[0].snmp.community is not the name of a secret; write <account>/<field>, for example acme/web-1-snmp-community, and put the secret itself in the store with: mimamori secret put acme/web-1-snmp-community',
    ]);
  });

  it("given another customer's secret, when it is named, then it is refused", () => {
    const text = `${withServer(`- ${access}, snmp: {version: 2c, community: globex/snmp}}`)}\n  - {id: globex, name: Globex}`;
    expect(messagesOf(parse(text))).toEqual([
      'acme.yaml:6: servers[0].snmp.community is a secret of the account globex; give one of this account, or one under a name that is no account',
    ]);
  });

  it("given another customer's secret deep inside a monitor, when it is named, then it is refused", () => {
    const text = `${withMonitors('- {check: https, login: {basic: {password: globex/pass}, headers: {x-key: globex/key}}}')}\n  - {id: globex, name: Globex}`;
    const places = messagesOf(parse(text)).map((message) => message.replace(/ is a secret of .*/, ''));
    expect(places).toEqual([
      expect.stringMatching(/monitors\[0\]\.login\.basic\.password$/),
      expect.stringMatching(/monitors\[0\]\.login\.headers\.x-key$/),
    ]);
  });
});

describe('an inventory is compiled whole', () => {
  it('given a bare name, when it is compiled, then the catalogue and the class fill everything in', () => {
    const { monitors, servers } = inventoryOf(parse(withMonitors('- https', '- tls')));
    expect(servers[0]).toEqual({
      account: 'acme',
      id: 'web-1',
      name: 'web-1',
      address: 'www.acme.example',
      plan: 'notify',
      reach: 'internet',
    });
    expect(monitors[0]).toEqual({
      account: 'acme',
      server: 'web-1',
      id: 'https',
      check: 'https',
      class: 'liveness',
      settings: { port: 443, path: '/', status: ['200-399'] },
      timing: {
        intervalMinutes: 3,
        confirmations: 2,
        confirmationSpacingSeconds: 60,
        dedupSeconds: 30,
        collectSeconds: 30,
      },
      timeLimitMs: 10_000,
      priority: 5,
      plan: 'notify',
      target: { address: 'www.acme.example', reach: 'internet' },
    });
    expect(monitors[1]?.timing).toMatchObject({ intervalMinutes: 1440, confirmations: 1 });
  });

  it('given every key of a monitor, when it is compiled, then each is taken', () => {
    const text = withMonitors(
      '- {check: tcp, port: 25, id: smtp, service: postfix, priority: 6, intervalMinutes: 1, confirmations: 0, confirmationSpacingSeconds: 10, dedupSeconds: 0, collectSeconds: 5, timeLimitMs: 500}',
    );
    expect(inventoryOf(parse(text)).monitors[0]).toMatchObject({
      id: 'smtp',
      settings: { port: 25 },
      service: 'postfix',
      priority: 6,
      timing: {
        intervalMinutes: 1,
        confirmations: 0,
        confirmationSpacingSeconds: 10,
        dedupSeconds: 0,
        collectSeconds: 5,
      },
      timeLimitMs: 500,
    });
  });

  it('given what YAML reads as a number where a text belongs, when it is compiled, then it is taken as written', () => {
    const text = `${settings}\naccounts:\n  - id: 0123\n    name: 007\n    contacts: [{name: 1e3, mail: a@acme.example, phone: +81312345678}]`;
    const [account] = inventoryOf(parse(text)).accounts;
    expect(account).toMatchObject({
      id: '0123',
      name: '007',
      contacts: [{ name: '1e3', phone: '+81312345678' }],
    });
  });

  it('given SNMP version 3 as a number, when it is compiled, then the monitors carry the access', () => {
    const text = withServer(
      '- id: db-1',
      '  address: db.acme.example',
      '  plan: respond',
      '  snmp: {version: 3, user: mimamori, authKey: acme/auth, privKey: acme/priv}',
      '  monitors: [cpu]',
    );
    expect(inventoryOf(parse(text)).monitors[0]?.target.snmp).toEqual({
      version: '3',
      port: 161,
      user: 'mimamori',
      authProtocol: 'sha',
      authKey: 'acme/auth',
      privProtocol: 'aes',
      privKey: 'acme/priv',
    });
  });

  const layered = `${settings}
defaults:
  server: {plan: notify, ssh: {user: mimamori, key: msp/key}, snmp: {version: 2c, community: msp/snmp}, monitors: [host, cpu]}
  checks: {cpu: {usedPercent: {warning: 70, critical: 95}, priority: 20}, https: {intervalMinutes: 1}}
accounts:
  - id: acme
    name: Acme
    defaults: {server: {plan: respond, monitors: [https]}, checks: {cpu: {priority: 21}}}
    servers:
      - id: web-1
        address: web-1.acme.example
        ssh: {hostKey: SHA256:k3yqJbM8xkzS7f0T4m5lVxkq2nNQG8d1a9sWcRtYuIo, port: 2222}
        snmp: {version: 3, user: u, authKey: acme/a, privKey: acme/p}
        monitors: [{check: cpu, usedPercent: {warning: 80}}, {check: tcp, port: 25}]
      - id: web-2
        address: web-2.acme.example
        plan: managed
        ssh: none
        without: [https]
`;
  it('given three layers of defaults, when they are compiled, then the nearest wins and maps are merged', () => {
    const { servers, monitors } = inventoryOf(parse(layered));
    expect(servers.map(({ plan }) => plan)).toEqual(['respond', 'managed']);
    expect(servers[0]?.ssh).toMatchObject({ user: 'mimamori', key: 'msp/key', port: 2222 });
    expect(servers[0]?.snmp).not.toHaveProperty('community');
    expect(servers[1]?.ssh).toBeUndefined();
    expect(servers[1]?.snmp).toMatchObject({ version: '2c', community: 'msp/snmp' });
    const idsOf = (server: string) => monitors.filter((one) => one.server === server).map(({ id }) => id);
    expect(idsOf('web-1')).toEqual(['host', 'cpu', 'https', 'tcp']);
    expect(idsOf('web-2')).toEqual(['host', 'cpu']);
    expect(monitors.find(({ server, id }) => server === 'web-1' && id === 'cpu')).toMatchObject({
      settings: { usedPercent: { warning: 80, critical: 95 } },
      priority: 21,
      plan: 'respond',
    });
    expect(monitors.find(({ id }) => id === 'https')?.timing.intervalMinutes).toBe(1);
  });

  it('given one inventory in one file or in several, when it is compiled, then it is the same', () => {
    const [head = '', body = ''] = layered.split('accounts:');
    expect(inventoryOf(parse(`accounts:${body}`, head))).toEqual(inventoryOf(parse(layered)));
  });

  it('given Windows line ends and a byte order mark, when it is compiled, then it is the same', () => {
    expect(inventoryOf(parse(`\ufeff${layered.replaceAll('\n', '\r\n')}`))).toEqual(
      inventoryOf(parse(layered)),
    );
  });

  it('given an alias, when it is compiled, then its value is repeated', () => {
    const text = withServer(
      '- {id: web-1, address: a.acme.example, plan: notify, monitors: &base [host, {check: tcp, port: 22}]}',
      '- {id: web-2, address: b.acme.example, plan: notify, monitors: *base}',
    );
    expect(inventoryOf(parse(text)).monitors.map(({ server, id }) => `${server}.${id}`)).toEqual([
      'web-1.host',
      'web-1.tcp',
      'web-2.host',
      'web-2.tcp',
    ]);
  });
});

describe('the examples', () => {
  const cases = [
    { file: 'examples/small.yaml', servers: 1, monitors: 8 },
    { file: 'examples/agency.yaml', servers: 4, monitors: 32 },
  ];
  for (const { file, servers, monitors } of cases) {
    it(`given ${file}, when it is read with the check types there are, then it has no fault`, () => {
      const text = readFileSync(file, 'utf8');
      const parsed = parseInventory([{ name: file, text }], checkTypes, { localAllowed: false });
      const inventory = inventoryOf(parsed);
      expect([inventory.servers.length, inventory.monitors.length]).toEqual([servers, monitors]);
    });
  }
});
