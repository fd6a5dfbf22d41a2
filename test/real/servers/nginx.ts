import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Certificate, makeCertificate } from '../../probe/certificate.ts';
import { acceptsTcp, childServer, freePort, makeDirectory, type RealServer } from './child-server.ts';

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
}: {
  port?: number;
  securePort?: number;
  certificate?: Certificate;
} = {}): Promise<RealNginx> {
  const directory = await makeDirectory('nginx');
  const onPort = port ?? (await freePort());
  const onSecurePort = securePort ?? (await freePort());
  await writeFile(join(directory, 'cert.pem'), certificate.cert);
  await writeFile(join(directory, 'key.pem'), certificate.key, { mode: 0o600 });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const settings = `
daemon off;
worker_processes 1;
pid ${join(directory, 'nginx.pid')};
error_log stderr warn;
${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http {
  access_log off;
  default_type text/plain;
  ${temporary.map((name) => `${name}_temp_path ${join(directory, name)};`).join('\n  ')}
  server {
    listen 127.0.0.1:${onPort};
    listen 127.0.0.1:${onSecurePort} ssl;
    ssl_certificate ${join(directory, 'cert.pem')};
    ssl_certificate_key ${join(directory, 'key.pem')};
    location = / { return 200 '${nginxGreeting}'; }
    location = /broken { return 503; }
    location = /moved { return 302 /; }
  }
}
`;
  await writeFile(join(directory, 'nginx.conf'), settings);
  const server = childServer({
    port: onPort,
    directory,
    command: 'nginx',
    args: ['-e', 'stderr', '-p', directory, '-c', join(directory, 'nginx.conf')],
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
    answers: async () => (await acceptsTcp(onPort)) && (await acceptsTcp(onSecurePort)),
  });
  await server.start();
  return { ...server, securePort: onSecurePort };
}
