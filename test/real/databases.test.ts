import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Certificate } from '../probe/certificate.ts';
import { badCertificates, certificateFor } from './certificates.ts';
import { type Case, check, expectOk, expectToFollow, testCases } from './check.ts';
import { begins, occupy } from './occupy.ts';
import { mariadbUser, type RealMariadb, startMariadb } from './servers/mariadb.ts';
import { type PostgresSetup, type RealPostgres, startPostgres } from './servers/postgres.ts';

const name = 'db.example';
const certificate = certificateFor(name);
const secure = { tls: 'require', tlsName: name } as const;

const held: Socket[] = [];
/** Behind the four bytes of its head: the version of the protocol. An error has 255 there. */
const isMariadbGreeting = (greeting: Buffer) => greeting[4] === 10;
const letGo = () => {
  for (const socket of held.splice(0)) socket.destroy();
};
afterAll(letGo);

describe('MariaDB', () => {
  let mariadb: RealMariadb;
  beforeAll(async () => {
    mariadb = await startMariadb({ certificate });
  });
  afterAll(() => mariadb?.remove());

  /** It goes on as it was when the case is over. */
  const again = async (options: readonly string[]) => {
    await mariadb.restartWith(options);
    return { ...mariadb, remove: () => mariadb.restartWith([]) };
  };
  const renewed = async (bad: Certificate) => {
    await mariadb.renew(bad);
    return { ...mariadb, remove: () => mariadb.renew(certificate) };
  };

  it('given MariaDB, when it stands still, stops and starts, then mysql follows', () =>
    expectToFollow(mariadb, 'mysql', secure));

  testCases([
    {
      given: 'MariaDB without TLS asked for',
      server: () => mariadb,
      type: 'mysql',
      then: 'ok',
      said: 'sent its database handshake (10.',
    },
    {
      given: 'TLS with its right name',
      server: () => mariadb,
      type: 'mysql',
      settings: secure,
      then: 'ok',
      said: 'sent its database handshake (',
    },
    {
      given: 'a server that has no TLS',
      server: () => again(['--skip-ssl']),
      type: 'mysql',
      settings: secure,
      then: 'critical',
      said: 'does not offer TLS',
    },
    {
      given: 'a server without its network',
      server: () => again(['--skip-networking']),
      type: 'mysql',
      then: 'critical',
      said: 'refused the connection',
    },
    ...badCertificates(name).map(
      ({ given, certificate: bad, said }): Case => ({
        given,
        server: () => renewed(bad),
        type: 'mysql',
        settings: secure,
        then: 'critical',
        said,
      }),
    ),
  ]);

  it('given no user of our address, then it is alive and tells that it lets nobody in (1130)', async () => {
    const user = `'${mariadbUser.user}'@'127.0.0.1'`;
    await mariadb.sql(`RENAME USER ${user} TO 'elsewhere'@'192.0.2.1'`);
    const { outcome } = await check('mysql', { port: mariadb.port });
    await mariadb.sql(`RENAME USER 'elsewhere'@'192.0.2.1' TO ${user}`);
    expectOk(outcome);
    expect(outcome.summary.en).toContain("is alive and lets the probe's address not log in (1130 Host");
  });

  it('given as many connections as it takes, then it is critical (1040), and well when they are gone', async () => {
    // Ten is the least; one more is kept for root.
    await mariadb.sql('SET GLOBAL max_connections = 10');
    for (let i = 0; i < 11; i += 1) held.push(await occupy(mariadb.port, isMariadbGreeting));
    const { outcome } = await check('mysql', { port: mariadb.port });
    expect(outcome.severity).toBe('critical');
    expect(outcome.summary.en).toContain('has no connection left to give (1040 Too many connections)');
    letGo();
    await expect.poll(async () => (await check('mysql', { port: mariadb.port })).outcome.severity).toBe('ok');
  });

  it('given a hundred checks and more, then the server counts none as a broken connection and blocks nobody', async () => {
    const broken = async () =>
      Number((await mariadb.sql("SHOW GLOBAL STATUS LIKE 'Aborted_connects_preauth'")).split('\t')[1]);
    const before = await broken();
    for (let i = 0; i < 110; i += 1) {
      const { outcome } = await check('mysql', { port: mariadb.port, ...(i % 10 === 0 && secure) });
      expectOk(outcome);
    }
    expect(await broken()).toBe(before);
  });
});

describe('PostgreSQL', () => {
  let postgres: RealPostgres;
  beforeAll(async () => {
    postgres = await startPostgres({ certificate });
  });
  afterAll(() => postgres?.remove());

  it('given PostgreSQL, when it stands still, stops and starts, then postgres follows', () =>
    expectToFollow(postgres, 'postgres', secure));

  /** It goes on as it was when the case is over. */
  const setUp = (setup: PostgresSetup) => async () => {
    await postgres.setUp(setup);
    return { ...postgres, remove: () => postgres.setUp({ certificate }) };
  };
  const withAccess = (...access: string[]) => setUp({ certificate, access });
  testCases([
    {
      given: 'a server that asks for a password',
      server: () => postgres,
      type: 'postgres',
      then: 'ok',
      said: 'answered the database handshake in',
    },
    {
      given: 'a server that asks for nothing',
      server: withAccess('host all all 127.0.0.1/32 trust'),
      type: 'postgres',
      then: 'ok',
      // The password is not asked for, and then there is no user of the probe's name.
      said: 'answered the database handshake in',
    },
    {
      given: 'access that is rejected',
      server: withAccess('host all all 127.0.0.1/32 reject'),
      type: 'postgres',
      then: 'ok',
      said: 'is alive and lets the probe not log in (28000 pg_hba.conf rejects connection',
    },
    {
      given: 'no line for our address',
      server: withAccess(),
      type: 'postgres',
      then: 'ok',
      said: 'is alive and lets the probe not log in (28000 no pg_hba.conf entry',
    },
    {
      given: 'access by TLS alone, asked in the clear',
      server: withAccess('hostssl all all 127.0.0.1/32 scram-sha-256'),
      type: 'postgres',
      then: 'ok',
      said: 'is alive and lets the probe not log in (28000',
    },
    {
      given: 'access by TLS alone, asked by TLS',
      server: withAccess('hostssl all all 127.0.0.1/32 scram-sha-256'),
      type: 'postgres',
      settings: secure,
      then: 'ok',
      said: 'answered the database handshake in',
    },
    {
      given: 'a server that has no TLS',
      server: setUp({}),
      type: 'postgres',
      settings: secure,
      then: 'critical',
      said: 'does not offer TLS',
    },
    {
      given: 'a standby that is still starting up',
      server: () => startPostgres({ isStandby: true }),
      type: 'postgres',
      then: 'critical',
      said: 'does not take connections at the moment (57P03',
    },
    {
      given: 'as many connections as it takes',
      server: async () => {
        const server = await startPostgres({
          settings: { max_connections: '2', superuser_reserved_connections: '0', max_wal_senders: '0' },
        });
        for (let i = 0; i < 2; i += 1) held.push(await occupy(server.port, begins('R'), startup));
        return { ...server, remove: () => server.remove().finally(letGo) };
      },
      type: 'postgres',
      then: 'critical',
      said: 'has no connection left to give (53300 sorry, too many clients already)',
    },
    ...badCertificates(name).map(
      ({ given, certificate: bad, said }): Case => ({
        given,
        server: setUp({ certificate: bad }),
        type: 'postgres',
        settings: secure,
        then: 'critical',
        said,
      }),
    ),
  ]);
});

/** Length, version 3.0, and the name of a user; the server asks for the password and waits. */
const startup = (() => {
  const body = Buffer.concat([
    Buffer.from([0, 3, 0, 0]),
    Buffer.from('user\0watcher\0database\0postgres\0\0'),
  ]);
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + body.length);
  return Buffer.concat([length, body]);
})();
