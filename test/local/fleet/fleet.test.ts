import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Fleet, startFleet, UnknownService } from '../../../local/fleet/fleet.ts';
import { knock, type SnmpPeer, type SshPeer, snmpColumn, snmpGet, sshRun, sshShell } from './raw-clients.ts';

const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
const stateFile = join(folder, 'fleet.json');
let now = Date.parse('2026-11-21T03:00:00.000Z');
let fleet: Fleet;

const start = () => startFleet({ now: () => now, stateFile, seed: 7 });

beforeAll(async () => {
  fleet = await start();
});
afterAll(async () => {
  await fleet.close();
  rmSync(folder, { recursive: true });
});

interface ServerEntry {
  id: string;
  address: string;
  snmp: {
    version: string;
    port: number;
    community?: string;
    user?: string;
    authKey?: string;
    privKey?: string;
  };
  ssh: { port: number; user: string; key: string; hostKey: string };
  monitors: ({ id: string; check: string; service?: string } & Record<string, unknown>)[];
}

function entry(id: string): ServerEntry {
  const found = parse(fleet.inventory).accounts[0].servers.find((one: ServerEntry) => one.id === id);
  if (found === undefined) throw new Error(`the inventory has no server ${id}`);
  return found;
}

const secret = (ref: string | undefined): string => fleet.secrets[ref ?? ''] ?? `no secret ${ref}`;

function snmpPeer(id: string): SnmpPeer {
  const { address, snmp } = entry(id);
  const { port, user } = snmp;
  if (user === undefined) return { address, port, community: secret(snmp.community) };
  return { address, port, v3: { user, authKey: secret(snmp.authKey), privKey: secret(snmp.privKey) } };
}

function sshPeer(id: string): SshPeer {
  const { address, ssh } = entry(id);
  return { address, port: ssh.port, user: ssh.user, privateKey: secret(ssh.key) };
}

function portOf(id: string, monitor: string): { address: string; port: number } {
  const { address, monitors } = entry(id);
  return { address, port: Number(monitors.find((one) => one.id === monitor)?.port) };
}

/** Breaks, looks, and mends whatever happens. */
async function whileBroken<T>(server: string, service: string, look: () => Promise<T>): Promise<T> {
  await fleet.break(server, service);
  try {
    return await look();
  } finally {
    await fleet.mend(server, service);
  }
}

const oid = {
  sysName: '1.3.6.1.2.1.1.5.0',
  sysUpTime: '1.3.6.1.2.1.1.3.0',
  hrSystemUptime: '1.3.6.1.2.1.25.1.1.0',
  processNames: '1.3.6.1.2.1.25.4.2.1.2',
  storageNames: '1.3.6.1.2.1.25.2.3.1.3',
  storageSizes: '1.3.6.1.2.1.25.2.3.1.5',
  storageUsed: '1.3.6.1.2.1.25.2.3.1.6',
  loads: '1.3.6.1.4.1.2021.10.1.3',
  inOctets: '1.3.6.1.2.1.31.1.1.1.6',
  idleTicks: '1.3.6.1.4.1.2021.11.53.0',
  userTicks: '1.3.6.1.4.1.2021.11.50.0',
};

describe('TCP services', () => {
  const greeting = (port: { address: string; port: number }) => knock(port);
  const cases = [
    {
      service: 'web',
      server: 'web-1',
      up: /^HTTP\/1\.1 200 OK\r\n[\s\S]*Demo shop/,
      broken: 'ECONNREFUSED',
      say: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
    },
    { service: 'app', server: 'web-1', up: /^READY /, broken: 'ECONNREFUSED' },
    { service: 'mysql', server: 'db-1', up: /mysql_native_password\0$/, broken: 'ECONNREFUSED' },
    { service: 'smtp', server: 'mail-1', up: /^220 mail-1 ESMTP/, broken: 'STALLED' },
    { service: 'ssh', server: 'mail-1', up: /^SSH-2\.0-OpenSSH/, broken: 'ECONNREFUSED' },
  ];
  for (const { service, server, up, broken, say } of cases) {
    it(`given ${service} on ${server}, when it is broken and mended, then a client sees ${broken} and the greeting again`, async () => {
      const port = portOf(server, service);
      const look = () => (say === undefined ? greeting(port) : knock(port, { say }));
      expect(await look()).toMatch(up);
      expect(await whileBroken(server, service, look)).toBe(broken);
      expect(await look()).toMatch(up);
    });
  }

  it('given the MySQL greeting, when it is read by its layout, then every field is where protocol 10 has it', async () => {
    const packet = Buffer.from(await knock(portOf('db-1', 'mysql')), 'latin1');
    expect(packet.readUIntLE(0, 3)).toBe(packet.length - 4);
    expect(packet.readUInt8(3)).toBe(0);
    expect(packet.readUInt8(4)).toBe(10);
    const version = packet.subarray(5, packet.indexOf(0, 5)).toString();
    expect(version).toContain('MariaDB');
    const afterVersion = 5 + version.length + 1;
    const filler = afterVersion + 4 + 8;
    expect(packet.readUInt8(filler)).toBe(0);
    const capabilities = packet.readUInt16LE(filler + 1) | (packet.readUInt16LE(filler + 6) << 16);
    expect(capabilities & 0x0000_0200, 'PROTOCOL_41').not.toBe(0);
    expect(capabilities & 0x0008_0000, 'PLUGIN_AUTH').not.toBe(0);
    expect(packet.readUInt8(filler + 8)).toBe(21);
    expect(packet.subarray(filler + 9, filler + 19)).toEqual(Buffer.alloc(10));
    expect(packet.subarray(filler + 19 + 13).toString()).toBe('mysql_native_password\0');
  });
});

describe('SNMP agents', () => {
  const versions = [
    { server: 'web-1', version: '2c' },
    { server: 'db-1', version: '3' },
    { server: 'mail-1', version: '2c' },
  ];
  for (const { server, version } of versions) {
    it(`given ${server}, when it is asked by v${version}, then it tells its name and uptimes`, async () => {
      expect(entry(server).snmp.version).toBe(version);
      const [name, agentUp, systemUp] = await snmpGet(snmpPeer(server), [
        oid.sysName,
        oid.sysUpTime,
        oid.hrSystemUptime,
      ]);
      expect(name).toBe(server);
      expect(Number(systemUp)).toBeGreaterThanOrEqual(23 * 86_400 * 100);
      expect(Number(agentUp)).toBeLessThan(Number(systemUp));
    });
  }

  const strangers: { given: string; peer: () => SnmpPeer; error: RegExp }[] = [
    {
      given: 'another community',
      peer: () => ({ ...snmpPeer('web-1'), community: 'public' }),
      error: /timed out/,
    },
    {
      given: 'a wrong privacy key',
      peer: () => ({
        ...snmpPeer('db-1'),
        v3: { user: 'mimamori', authKey: secret('demo/db-1-snmp-auth'), privKey: 'wrongwrongwrong' },
      }),
      error: /./,
    },
  ];
  for (const { given, peer, error } of strangers) {
    it(`given ${given}, when it asks, then it learns nothing`, async () => {
      await expect(snmpGet(peer(), [oid.sysName])).rejects.toThrow(error);
    });
  }

  it('given the agent of web-1, when it is broken, then nobody answers and mending starts its uptime anew', async () => {
    await expect(
      whileBroken('web-1', 'agent', () => snmpGet(snmpPeer('web-1'), [oid.sysName])),
    ).rejects.toThrow();
    now += 60_000;
    const [agentUp, systemUp] = await snmpGet(snmpPeer('web-1'), [oid.sysUpTime, oid.hrSystemUptime]);
    expect(Number(agentUp)).toBeLessThanOrEqual(6_000);
    expect(Number(systemUp)).toBeGreaterThanOrEqual(23 * 86_400 * 100);
  });

  const processes = [
    { server: 'web-1', service: 'web', process: 'nginx', count: 3 },
    { server: 'db-1', service: 'mysql', process: 'mariadbd', count: 1 },
  ];
  for (const { server, service, process, count } of processes) {
    it(`given ${service} on ${server}, when it is broken, then ${process} is gone from the process table`, async () => {
      const counted = async () =>
        (await snmpColumn(snmpPeer(server), oid.processNames)).filter((name) => name === process).length;
      expect(await counted()).toBe(count);
      expect(await whileBroken(server, service, counted)).toBe(0);
      expect(await counted()).toBe(count);
    });
  }

  it('given the disk of db-1, when it is broken, then it is above 90 % until it is mended', async () => {
    const usedPercent = async () => {
      const names = await snmpColumn(snmpPeer('db-1'), oid.storageNames);
      const [sizes, used] = await Promise.all([
        snmpColumn(snmpPeer('db-1'), oid.storageSizes),
        snmpColumn(snmpPeer('db-1'), oid.storageUsed),
      ]);
      const place = names.indexOf('/var/lib/mysql');
      return (Number(used[place]) / Number(sizes[place])) * 100;
    };
    expect(await usedPercent()).toBeLessThan(70);
    expect(await whileBroken('db-1', 'disk', usedPercent)).toBeGreaterThan(95);
    expect(await usedPercent()).toBeLessThan(70);
  });
});

describe('SSH servers', () => {
  it('given the pinned key, when a client logs in, then it is the key that the server shows', async () => {
    const { hostKey } = await sshRun(sshPeer('web-1'), 'true');
    const fingerprint = `SHA256:${createHash('sha256').update(hostKey).digest('base64').replace(/=+$/, '')}`;
    expect(fingerprint).toBe(entry('web-1').ssh.hostKey);
  });

  const refusals = [
    { given: 'another user', peer: () => ({ ...sshPeer('web-1'), user: 'root' }) },
    {
      given: 'another key',
      peer: () => ({
        ...sshPeer('web-1'),
        privateKey: JSON.parse(readFileSync(stateFile, 'utf8')).servers['web-1'].hostKey,
      }),
    },
  ];
  for (const { given, peer } of refusals) {
    it(`given ${given}, when it logs in, then it is refused`, async () => {
      await expect(sshRun(peer(), 'true')).rejects.toThrow(/authentication methods failed/);
    });
  }

  it('given a log-in, when a shell is asked for, then there is none', async () => {
    expect(await sshShell(sshPeer('web-1'))).not.toBe('a shell');
  });

  it('given a command of the collection, when it runs, then output and exit code come as from a server', async () => {
    const { output, exitCode } = await sshRun(sshPeer('web-1'), 'df -hP');
    expect([exitCode, output]).toEqual([0, expect.stringMatching(/^Filesystem .*\n\/dev\/vda1 +40G /)]);
  });

  const repairs = [
    { server: 'db-1', service: 'mysql', unit: 'mariadb', exitCode: 0, up: true },
    { server: 'mail-1', service: 'smtp', unit: 'postfix', exitCode: 1, up: false },
  ];
  for (const { server, service, unit, exitCode, up } of repairs) {
    it(`given ${service} broken, when ${unit} is restarted by SSH, then it is ${up ? 'well' : 'down still'}`, async () => {
      await whileBroken(server, service, async () => {
        const answer = await sshRun(sshPeer(server), `sudo -n /bin/systemctl restart ${unit}.service`);
        expect(answer.exitCode).toBe(exitCode);
        const found = fleet.list().find((one) => one.server === server);
        expect(found?.services.find(({ name }) => name === service)?.up).toBe(up);
      });
    });
  }

  it('given a command that would change something, when it runs, then it is not found', async () => {
    expect(await sshRun(sshPeer('web-1'), 'touch /tmp/mimamori-was-here')).toMatchObject({ exitCode: 127 });
  });
});

describe('power', () => {
  it('given mail-1, when its power fails, then every port is silent, and it boots anew when mended', async () => {
    const ports = [portOf('mail-1', 'smtp'), portOf('mail-1', 'ssh')];
    const dark = await whileBroken('mail-1', 'power', async () => ({
      tcp: await Promise.all(ports.map((port) => knock(port))),
      snmp: await snmpGet(snmpPeer('mail-1'), [oid.sysName]).catch((error: Error) => error.message),
    }));
    expect(dark).toEqual({ tcp: ['SILENT', 'SILENT'], snmp: 'Request timed out' });
    now += 30_000;
    expect(await Promise.all(ports.map((port) => knock(port)))).toEqual([
      expect.stringMatching(/^220 /),
      expect.stringMatching(/^SSH-2/),
    ]);
    const [systemUp] = await snmpGet(snmpPeer('mail-1'), [oid.hrSystemUptime]);
    expect(Number(systemUp)).toBe(3_000);
  });

  it('given a broken service, when the power fails and comes back, then it is still broken', async () => {
    const smtp = portOf('mail-1', 'smtp');
    await fleet.break('mail-1', 'smtp');
    await whileBroken('mail-1', 'power', async () => expect(await knock(smtp)).toBe('SILENT'));
    expect(await knock(smtp)).toBe('STALLED');
    await fleet.mend('mail-1', 'smtp');
    expect(await knock(smtp)).toMatch(/^220 /);
  });
});

describe('the list and its changes', () => {
  it('given a new fleet, when it is listed, then each plan has a server and all is up', () => {
    const seen = fleet.list().map(({ server, plan, services }) => ({
      server,
      plan,
      services: services.map(({ name, monitor, up }) => `${name}:${monitor}:${up}`),
    }));
    expect(seen).toEqual([
      { server: 'web-1', plan: 'notify', services: ['web:web:true', 'app:app:true', 'agent:agent:true'] },
      { server: 'db-1', plan: 'respond', services: ['mysql:mysql:true', 'disk:disk:true'] },
      { server: 'mail-1', plan: 'managed', services: ['smtp:smtp:true', 'ssh:ssh:true', 'power:host:true'] },
    ]);
  });

  it('given the list, when it is compared with the inventory, then every monitor named is there', () => {
    for (const { server, services } of fleet.list()) {
      const monitors = entry(server).monitors.map(({ id }) => id);
      expect(monitors).toEqual(expect.arrayContaining(services.map(({ monitor }) => monitor)));
    }
  });

  const unknown = [
    {
      server: 'web-9',
      service: 'web',
      message: 'there is no server "web-9" in the demo fleet; it has web-1, db-1, mail-1',
    },
    {
      server: 'web-1',
      service: '__proto__',
      message: 'there is no service "__proto__" on web-1; it has web, app, agent',
    },
  ];
  for (const { server, service, message } of unknown) {
    it(`given no ${server}/${service}, when it is broken, then the message names what there is`, async () => {
      const refusal = fleet.break(server, service);
      await expect(refusal).rejects.toThrow(UnknownService);
      await expect(refusal).rejects.toThrow(message);
    });
  }

  it('given many clicks at once, when they are done, then the last one holds', async () => {
    const clicks = Array.from({ length: 9 }, (_, click) =>
      click % 2 === 0 ? fleet.break('web-1', 'app') : fleet.mend('web-1', 'app'),
    );
    await Promise.all(clicks);
    expect(await knock(portOf('web-1', 'app'))).toBe('ECONNREFUSED');
    await fleet.mend('web-1', 'app');
    expect(await knock(portOf('web-1', 'app'))).toMatch(/^READY/);
  });
});

describe('restart', () => {
  it('given a broken service, when the fleet starts again, then ports, keys, secrets and the break are the same', async () => {
    await fleet.break('db-1', 'mysql');
    const before = { inventory: fleet.inventory, secrets: fleet.secrets, list: fleet.list() };
    const mysql = portOf('db-1', 'mysql');
    const [octetsBefore] = (await snmpColumn(snmpPeer('web-1'), oid.inOctets)).slice(-1);
    await fleet.close();
    expect(await knock(portOf('web-1', 'web'))).toBe('ECONNREFUSED');

    now += 120_000;
    fleet = await start();
    expect({ inventory: fleet.inventory, secrets: fleet.secrets, list: fleet.list() }).toEqual(before);
    expect(await knock(mysql)).toBe('ECONNREFUSED');
    const [octetsAfter] = (await snmpColumn(snmpPeer('web-1'), oid.inOctets)).slice(-1);
    expect(Number(octetsAfter)).toBeGreaterThan(Number(octetsBefore));
    await fleet.mend('db-1', 'mysql');
    expect(await knock(mysql)).toMatch(/MariaDB/);
  });

  it('given the state file, when it is looked at, then only its owner may read the keys in it', () => {
    expect(statSync(stateFile).mode & 0o777).toBe(0o600);
  });

  it('given secrets, when the inventory is written, then none of them is in it', () => {
    for (const value of Object.values(fleet.secrets)) expect(fleet.inventory).not.toContain(value);
  });

  const damaged = [
    { given: 'half a state', text: '{"version":1,' },
    { given: 'a state of another version', text: '{"version":2}' },
  ];
  for (const { given, text } of damaged) {
    it(`given ${given}, when the fleet starts, then one message names the file and the mend`, async () => {
      const file = join(folder, 'damaged.json');
      writeFileSync(file, text);
      chmodSync(file, 0o600);
      await expect(startFleet({ now: () => now, stateFile: file })).rejects.toThrow(
        `${file} is not the state of a demo fleet; remove it to start a new demo`,
      );
    });
  }

  it('given a port that somebody took meanwhile, when the fleet starts again, then it takes another and says so', async () => {
    const file = join(folder, 'moved.json');
    const first = await startFleet({ now: () => now, stateFile: file });
    const web = (of: Fleet): number =>
      parse(of.inventory).accounts[0].servers[0].monitors.find(({ id }: { id: string }) => id === 'web').port;
    const port = web(first);
    await first.close();
    const stranger = createServer();
    const { address } = entry('web-1');
    stranger.listen({ host: address, port });
    await once(stranger, 'listening');
    const again = await startFleet({ now: () => now, stateFile: file });
    expect(web(again)).not.toBe(port);
    expect(await knock({ address, port: web(again) }, { say: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n' })).toMatch(
      /^HTTP\/1\.1 200/,
    );
    expect(again.secrets).toEqual(first.secrets);
    stranger.close();
    await again.close();
  });

  it('given fleets that start at the same moment, when all are up, then none shares a port', async () => {
    const fleets = await Promise.all(Array.from({ length: 4 }, () => startFleet({ now: () => now })));
    const ssh = fleets.flatMap(({ inventory }) =>
      parse(inventory).accounts[0].servers.map((one: ServerEntry) => `${one.address}:${one.ssh.port}`),
    );
    expect(new Set(ssh).size).toBe(12);
    await Promise.all(fleets.map((one) => one.close()));
  });

  it('given a second fleet on this machine, when it starts, then it takes other ports', async () => {
    const second = await startFleet({ now: () => now });
    const ports = (inventory: string) =>
      parse(inventory).accounts[0].servers.map(({ address, ssh }: ServerEntry) => `${address}:${ssh.port}`);
    expect(ports(second.inventory).filter((one: string) => ports(fleet.inventory).includes(one))).toEqual([]);
    await second.close();
  });
});
