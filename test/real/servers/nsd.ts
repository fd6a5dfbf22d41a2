import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acceptsTcp, childServer, freePort, giveTo, makeDirectory, type RealServer } from './child-server.ts';

export interface NsdOptions {
  readonly port?: number;
  /** Zone files by the zone's name; undefined for a zone that is served and whose file is lost. */
  readonly zones: Readonly<Record<string, string | undefined>>;
}

/** Starts NSD, an authoritative DNS server, on the loopback by UDP and TCP. */
export async function startNsd({ port, zones }: NsdOptions): Promise<RealServer> {
  const directory = await makeDirectory('nsd');
  const onPort = port ?? (await freePort());
  const settings = [
    'server:',
    '  ip-address: 127.0.0.1',
    `  port: ${onPort}`,
    '  username: ""',
    '  chroot: ""',
    `  zonesdir: "${directory}"`,
    '  database: ""',
    `  pidfile: "${join(directory, 'nsd.pid')}"`,
    `  xfrdfile: "${join(directory, 'xfrd.state')}"`,
    `  xfrdir: "${directory}"`,
    `  zonelistfile: "${join(directory, 'zone.list')}"`,
    '  server-count: 1',
    'remote-control:',
    '  control-enable: no',
    ...Object.keys(zones).map((name) => `zone:\n  name: "${name}"\n  zonefile: "${name}.zone"`),
    '',
  ];
  await writeFile(join(directory, 'nsd.conf'), settings.join('\n'));
  for (const [name, text] of Object.entries(zones)) {
    if (text !== undefined) await writeFile(join(directory, `${name}.zone`), text);
  }
  await giveTo('nsd', directory);
  const server = childServer({
    port: onPort,
    directory,
    command: 'nsd',
    args: ['-d', '-c', join(directory, 'nsd.conf')],
    as: 'nsd',
    answers: () => acceptsTcp(onPort),
  });
  await server.start();
  return server;
}
