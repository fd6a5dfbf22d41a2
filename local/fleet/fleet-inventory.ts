import { createHash } from 'node:crypto';
import ssh2 from 'ssh2';
import { stringify } from 'yaml';
import { demoAccount, demoServers, loginUser, type ServerBlueprint } from './blueprint.ts';
import type { FleetState, ServerState } from './fleet-state.ts';

/** What the demo watches, as the text of an inventory file: the same form that a user writes. */
export function fleetInventory(state: FleetState): string {
  const inventory = {
    settings: {
      mailFrom: 'alert@mimamori.example',
      mailFromName: 'Mimamori',
      operators: { mail: ['operators@mimamori.example'], language: 'ja' },
      desk: { phone: '+819000000009' },
      onCall: {
        timeZone: 'Asia/Tokyo',
        engineers: [
          { id: 'tanaka', name: '田中 一郎', mail: 'tanaka@mimamori.example', phone: '+819000000003' },
        ],
        shifts: [
          {
            days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
            from: '00:00',
            to: '24:00',
            engineers: ['tanaka'],
          },
        ],
      },
      referenceEndpoints: [`127.0.0.1:${state.referencePort}`],
    },
    accounts: [
      {
        id: demoAccount,
        name: '株式会社デモ商店',
        contacts: [
          { name: '佐藤 花子', mail: 'sato@demo.example', phone: '+819000000001', language: 'ja' },
          { name: 'Alex Miller', mail: 'miller@demo.example', phone: '+819000000002', language: 'en' },
        ],
        servers: demoServers.map((server) => serverEntry(server, stateOf(state, server))),
      },
    ],
  };
  return stringify(inventory, { lineWidth: 0 });
}

/** Values by reference. */
export function secretsOf(state: FleetState): Record<string, string> {
  const secrets: Record<string, string> = { [`${demoAccount}/ssh-key`]: state.loginKey.private };
  for (const server of demoServers) {
    const { snmpSecrets } = stateOf(state, server);
    if (server.snmpVersion === '2c') secrets[secretName(server, 'community')] = snmpSecrets.community;
    else {
      secrets[secretName(server, 'auth')] = snmpSecrets.authKey;
      secrets[secretName(server, 'priv')] = snmpSecrets.privKey;
    }
  }
  return secrets;
}

const secretName = ({ id }: ServerBlueprint, what: string): string => `${demoAccount}/${id}-snmp-${what}`;

function stateOf(state: FleetState, { id }: ServerBlueprint): ServerState {
  const found = state.servers[id];
  if (found === undefined) {
    throw new Error(`the state of the demo fleet has no server ${id}; remove it to start a new demo`);
  }
  return found;
}

function serverEntry(server: ServerBlueprint, state: ServerState) {
  const { id, name, plan } = server;
  return {
    id,
    name,
    address: state.address,
    plan,
    reach: 'local',
    snmp: snmpEntry(server, state),
    ssh: {
      port: state.ports.ssh,
      user: loginUser,
      key: `${demoAccount}/ssh-key`,
      hostKey: fingerprintOf(state.hostKey),
    },
    monitors: monitorsOf(server, state),
  };
}

function snmpEntry(server: ServerBlueprint, { ports }: ServerState) {
  if (server.snmpVersion === '2c') {
    return { version: '2c', port: ports.snmp, community: secretName(server, 'community') };
  }
  return {
    version: '3',
    port: ports.snmp,
    user: loginUser,
    authProtocol: 'sha',
    authKey: secretName(server, 'auth'),
    privProtocol: 'aes',
    privKey: secretName(server, 'priv'),
  };
}

/** The catalogue's defaults are the rest: interval, confirmations, thresholds, priority. */
function monitorsOf(server: ServerBlueprint, { ports }: ServerState): object[] {
  const common = [
    { id: 'host', check: 'host', ports: [ports.ssh] },
    { id: 'ssh', check: 'ssh', port: ports.ssh, service: 'ssh' },
    { id: 'agent', check: 'agent', service: 'snmpd' },
    { id: 'cpu', check: 'cpu' },
    { id: 'load', check: 'load' },
    { id: 'memory', check: 'memory' },
    { id: 'disk', check: 'disk' },
    { id: 'traffic', check: 'traffic' },
  ];
  const own: Readonly<Record<string, object[]>> = {
    'web-1': [
      { id: 'web', check: 'http', port: ports.http, body: { contains: 'Demo shop' }, service: 'nginx' },
      { id: 'nginx', check: 'process', name: 'nginx', service: 'nginx' },
      { id: 'app', check: 'tcp', port: ports.app, expect: 'READY', service: 'shop-app' },
    ],
    'db-1': [
      { id: 'mysql', check: 'tcp', port: ports.mysql, expect: 'mysql_native_password', service: 'mariadb' },
      { id: 'mariadbd', check: 'process', name: 'mariadbd', service: 'mariadb' },
    ],
    'mail-1': [{ id: 'smtp', check: 'tcp', port: ports.smtp, expect: '220 ', service: 'postfix' }],
  };
  return [...(own[server.id] ?? []), ...common];
}

/** `SHA256:…`, as `ssh-keygen -l` prints it and the inventory pins it. */
function fingerprintOf(privateKey: string): string {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw new Error("a host key of the demo fleet's state cannot be read");
  return `SHA256:${createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '')}`;
}
