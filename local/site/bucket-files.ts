import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { isObject } from '../assembly/json.ts';
import type { Assembly } from '../assembly/read-assembly.ts';
import { TemplateError } from '../assembly/template-error.ts';
import { wildcard } from './wildcard.ts';

/** An object of a bucket. */
export interface StoredFile {
  readonly body: Buffer;
  readonly type: string;
  readonly cacheControl: string | undefined;
  /** In quotes. */
  readonly etag: string;
}

/** What the upload takes a file for, by its name. */
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.ico': 'image/vnd.microsoft.icon',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/**
 * What lies in a bucket after a deploy, by key. It is read once: what is asked for never becomes the name of a file.
 *
 * @throws TemplateError for a deployment that is not simulated
 */
export function readBucketFiles(assembly: Assembly, bucket: string): ReadonlyMap<string, StoredFile> {
  const files = new Map<string, StoredFile>();
  for (const { stack, logicalId, properties } of assembly.resources('Custom::CDKBucketDeployment')) {
    if (properties.DestinationBucketName !== bucket) continue;
    const where = `${stack}.${logicalId}`;
    if (properties.DestinationBucketKeyPrefix !== undefined || properties.Extract === false) {
      throw new TemplateError(
        `${where} has a prefix or is not extracted, which is not simulated on one machine`,
      );
    }
    const metadata = isObject(properties.SystemMetadata) ? properties.SystemMetadata : {};
    const cacheControl = metadata['cache-control'];
    const isTaken = filterOf(patterns(properties.Exclude), patterns(properties.Include));
    for (const objectKey of patterns(properties.SourceObjectKeys)) {
      const directory = assembly.assetPath(objectKey);
      for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const file = join(entry.parentPath, entry.name);
        const key = file.slice(directory.length + 1);
        if (!isTaken(key)) continue;
        const type = types[extname(key)];
        if (type === undefined) {
          throw new TemplateError(`${where} uploads ${key}; its type is not known on one machine`);
        }
        const body = readFileSync(file);
        files.set(key, {
          body,
          type,
          cacheControl: cacheControl === undefined ? undefined : String(cacheControl),
          etag: `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`,
        });
      }
    }
  }
  return files;
}

const patterns = (given: unknown): string[] => (Array.isArray(given) ? given.map(String) : []);

/** As `aws s3 sync` filters: everything is taken, and what is included again counts more than what is excluded. */
function filterOf(excluded: readonly string[], included: readonly string[]): (key: string) => boolean {
  const [out, back] = [excluded.map(wildcard), included.map(wildcard)];
  return (key) => back.some((one) => one.test(key)) || !out.some((one) => one.test(key));
}
