import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AssetUrls } from './layout.ts';

interface Asset {
  readonly body: string;
  readonly type: string;
}

const files = {
  style: { file: 'style.css', type: 'text/css; charset=utf-8' },
  workflows: { file: 'workflows.css', type: 'text/css; charset=utf-8' },
  phone: { file: 'phone.css', type: 'text/css; charset=utf-8' },
  phoneScript: { file: 'phone.js', type: 'text/javascript; charset=utf-8' },
  live: { file: 'live.js', type: 'text/javascript; charset=utf-8' },
  frame: { file: 'frame.js', type: 'text/javascript; charset=utf-8' },
  mark: { file: 'mark.svg', type: 'image/svg+xml' },
} as const;

/**
 * Reads the served files once.
 * @returns their addresses, which change with their content, and what lies at each
 */
export function loadAssets(): { urls: AssetUrls; byPath: ReadonlyMap<string, Asset> } {
  const byPath = new Map<string, Asset>();
  const addressOf = (name: keyof typeof files): string => {
    const { file, type } = files[name];
    const body = readFileSync(new URL(`./assets/${file}`, import.meta.url), 'utf8');
    const mark = createHash('sha256').update(body).digest('hex').slice(0, 12);
    const path = `/local/assets/${mark}/${file}`;
    byPath.set(path, { body, type });
    return path;
  };
  const urls = {
    style: addressOf('style'),
    workflows: addressOf('workflows'),
    phone: addressOf('phone'),
    phoneScript: addressOf('phoneScript'),
    live: addressOf('live'),
    frame: addressOf('frame'),
    mark: addressOf('mark'),
  };
  return { urls, byPath };
}
