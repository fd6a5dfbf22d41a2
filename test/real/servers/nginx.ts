import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Certificate, makeCertificate } from '../../probe/certificate.ts';
import {
  acceptsTcp,
  childServer,
  freePort,
  isRoot,
  makeDirectory,
  type RealServer,
  writeCertificate,
} from './child-server.ts';

export interface RealNginx extends RealServer {
  /** The same pages over TLS. */
  readonly securePort: number;
}

/** What `/` answers. */
export const nginxGreeting = 'nginx is well';

/**
 * Starts nginx on the loopback: `/` answers 200 with the greeting, `/broken` 503, `/moved` redirects to `/`.
 * @param certificate by default one that signed itself, for shop.example
 */
export async function startNginx({
  port,
  securePort,
  certificate = makeCertificate({ names: ['shop.example'] }),
  hasHttp2 = false,
  locations = [],
  files = {},
}: {
  port?: number;
  securePort?: number;
  certificate?: Certificate;
  /** Whether it offers HTTP/2 over TLS. */
  hasHttp2?: boolean;
  /** Further lines of its server block. */
  locations?: readonly string[];
  /** Texts by their path below the server's own directory, from which its settings count. */
  files?: Readonly<Record<string, string>>;
} = {}): Promise<RealNginx> {
  const directory = await makeDirectory('nginx');
  const onPort = port ?? (await freePort());
  const onSecurePort = securePort ?? (await freePort());
  const pem = await writeCertificate(directory, certificate);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const settings = `
daemon off;
worker_processes 1;
pid ${join(directory, 'nginx.pid')};
error_log stderr warn;
${isRoot ? 'user root;' : ''}
events {}
http {
  access_log off;
  default_type text/plain;
  ${temporary.map((name) => `${name}_temp_path ${join(directory, name)};`).join('\n  ')}
  server {
    listen 127.0.0.1:${onPort};
    listen 127.0.0.1:${onSecurePort} ssl${hasHttp2 ? ' http2' : ''};
    ssl_certificate ${pem.cert};
    ssl_certificate_key ${pem.key};
    location = / { return 200 '${nginxGreeting}'; }
    location = /broken { return 503; }
    location = /moved { return 302 /; }
    ${locations.join('\n    ')}
  }
}
`;
  await writeFile(join(directory, 'nginx.conf'), settings);
  const server = childServer({
    port: onPort,
    directory,
    command: 'nginx',
    args: ['-e', 'stderr', '-p', directory, '-c', join(directory, 'nginx.conf')],
    answers: async () => (await acceptsTcp(onPort)) && (await acceptsTcp(onSecurePort)),
  });
  await server.start();
  return { ...server, securePort: onSecurePort };
}
