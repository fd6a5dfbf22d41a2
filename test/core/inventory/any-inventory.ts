import fc from 'fast-check';
import { stringify } from 'yaml';
import { defaultTiming } from '../../../core/detection/default-timing.ts';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import type { Monitor } from '../../../core/monitor.ts';
import type { Server } from '../../../core/server.ts';

const letters = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789');
const slug = (max: number) =>
  fc
    .array(fc.string({ unit: letters, minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 })
    .map((words) => words.join('-'))
    .filter((id) => id.length <= max);

/** Texts that YAML could mistake for something else among all others. */
const name = fc
  .oneof(
    fc.constantFrom(
      'yes',
      'no',
      '~',
      'null',
      '1e3',
      '0123',
      '+81',
      '# x',
      '- a',
      'a: b',
      '*a',
      '&a',
      '|',
      '株式会社',
      '<<',
      "'",
      '"',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  )
  .filter((text) => text.length <= 80 && /^[^\p{Cc}\p{Cs}\u2028\u2029]+$/u.test(text));

const mail = fc.tuple(slug(15), slug(15)).map(([user, host]) => `${user}@${host}.example`);
const port = fc.integer({ min: 1, max: 65_535 });
const secret = fc.tuple(slug(10), slug(20)).map(([group, field]) => `shared-${group}/${field}`);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Without the keys that have no value. */
const bare = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value));

const contact = fc
  .record({
    name,
    mail,
    phone: optional(fc.constantFrom('+81312345678', '+15551234567')),
    language: fc.constantFrom('ja' as const, 'en' as const),
    alertMail: fc.boolean(),
  })
  .map(bare);

const snmp = fc.oneof(
  fc.record({ version: fc.constant('2c' as const), port, community: secret }),
  fc.record({
    version: fc.constant('3' as const),
    port,
    user: slug(20),
    authProtocol: fc.constantFrom('sha' as const, 'sha512' as const),
    authKey: secret,
    privProtocol: fc.constantFrom('aes' as const, 'des' as const),
    privKey: secret,
  }),
);
const ssh = fc.record({
  port,
  user: slug(20),
  key: secret,
  hostKey: fc.string({ unit: letters, minLength: 43, maxLength: 43 }).map((text) => `SHA256:${text}`),
});

const server = (account: string, id: string) =>
  fc
    .record({
      name,
      address: fc.oneof(
        slug(20).map((host) => `${host}.example`),
        fc.constantFrom('192.0.2.7', '2001:db8::7'),
      ),
      plan: fc.constantFrom('notify' as const, 'respond' as const, 'managed' as const),
      reach: fc.constantFrom('internet' as const, 'vpn' as const, 'local' as const),
      snmp: optional(snmp),
      ssh: optional(ssh),
    })
    .map((rest): Server => bare({ account, id, ...rest }));

const check = fc.oneof(
  fc.record({
    check: fc.constant('host'),
    class: fc.constant('liveness' as const),
    settings: fc.constant({}),
  }),
  fc.record({
    check: fc.constant('tcp'),
    class: fc.constant('liveness' as const),
    settings: fc.record({ port }),
  }),
  fc.record({
    check: fc.constant('https'),
    class: fc.constant('liveness' as const),
    settings: fc.record({
      port,
      path: fc.constantFrom('/', '/health', '/?a=b#c'),
      status: fc.array(fc.oneof(fc.integer({ min: 100, max: 599 }), fc.constantFrom('200-399', '401-403')), {
        minLength: 1,
        maxLength: 3,
      }),
      headers: fc.dictionary(slug(10), name, { maxKeys: 3 }),
    }),
  }),
);

const monitor = ({ account, id: serverId, plan, address, reach, snmp: access }: Server, id: string) =>
  fc
    .record({
      what: check,
      timing: fc.oneof(
        fc.constant(defaultTiming.liveness),
        fc.record({
          intervalMinutes: fc.integer({ min: 1, max: 1440 }),
          confirmations: fc.integer({ min: 0, max: 10 }),
          confirmationSpacingSeconds: fc.integer({ min: 10, max: 600 }),
          dedupSeconds: fc.integer({ min: 0, max: 600 }),
          collectSeconds: fc.integer({ min: 0, max: 60 }),
        }),
      ),
      timeLimitMs: fc.integer({ min: 100, max: 30_000 }),
      priority: fc.integer({ min: 1, max: 99 }),
      service: optional(slug(20)),
    })
    .map(
      ({ what, ...rest }): Monitor =>
        bare({
          account,
          server: serverId,
          id,
          ...what,
          ...rest,
          plan,
          target: { address, reach, ...(access === undefined ? {} : { snmp: access }) },
        }),
    );

/** Some of a few, so that two inventories have many in common, and others. */
const ids = (max: number) =>
  fc.uniqueArray(fc.oneof(fc.constantFrom('web-1', 'db-1', 'a'), slug(max)), { minLength: 0, maxLength: 3 });

const accountParts = (id: string) =>
  fc
    .record({
      account: fc.record({
        id: fc.constant(id),
        name,
        timeZone: fc.constantFrom('Asia/Tokyo', 'Europe/Berlin', 'UTC'),
        contacts: fc.uniqueArray(contact, { maxLength: 3, selector: ({ mail: address }) => address }),
      }),
      serverIds: ids(30),
    })
    .chain(({ account, serverIds }) =>
      fc
        .tuple(...serverIds.map((serverId) => server(id, serverId)))
        .chain((servers) =>
          fc
            .tuple(
              ...servers.map((one) =>
                ids(20).chain((monitorIds) =>
                  fc.tuple(...monitorIds.map((monitorId) => monitor(one, monitorId))),
                ),
              ),
            )
            .map((monitors) => ({ account, servers, monitors: monitors.flat() })),
        ),
    );

/** Any inventory that the sample catalogue allows. */
export const anyInventory: fc.Arbitrary<Inventory> = fc
  .record({
    settings: fc
      .record({
        mailFrom: mail,
        mailFromName: name,
        operators: fc.record({
          mail: fc.array(mail, { minLength: 1, maxLength: 3 }),
          language: fc.constantFrom('ja' as const, 'en' as const),
        }),
        referenceEndpoints: fc.subarray(['dns.google:443', '[2001:db8::1]:53']),
        portalUrl: optional(fc.constantFrom('https://portal.example', 'http://127.0.0.1:8080/')),
      })
      .map(bare),
    accountIds: ids(20),
  })
  .chain(({ settings, accountIds }) =>
    fc.tuple(...accountIds.map(accountParts)).map((parts) => ({
      settings,
      accounts: parts.map(({ account }) => account),
      servers: parts.flatMap(({ servers }) => servers),
      monitors: parts.flatMap(({ monitors }) => monitors),
    })),
  );

/** The inventory as a person could have written it, nothing left to defaults. */
export function yamlOf({ settings, accounts, servers, monitors }: Inventory, isFlow = false): string {
  const form = {
    settings,
    accounts: accounts.map((account) => ({
      ...account,
      servers: servers
        .filter((one) => one.account === account.id)
        .map(({ account: _, ...one }) => ({
          ...one,
          monitors: monitors
            .filter((item) => item.account === account.id && item.server === one.id)
            .map(({ check: type, id, settings: own, timing, timeLimitMs, priority, service }) => ({
              check: type,
              id,
              ...own,
              ...timing,
              timeLimitMs,
              priority,
              ...(service === undefined ? {} : { service }),
            })),
        })),
    })),
  };
  return stringify(form, {
    lineWidth: 0,
    collectionStyle: isFlow ? 'flow' : 'block',
    aliasDuplicateObjects: false,
  });
}
