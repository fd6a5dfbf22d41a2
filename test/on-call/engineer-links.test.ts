import { describe, expect, it } from 'vitest';
import { ActionLinks } from '../../lambdas/actions/action-link.ts';
import { createEngineerLinks } from '../../lambdas/on-call/engineer-links.ts';
import { createMemorySecretStore } from '../../platform/secrets/memory.ts';

const at = '2026-11-24T01:00:00.000Z';
const key = 'a key of more than thirty letters, known to nobody';

function engineerLinks(secrets: Record<string, string>) {
  const logged: string[] = [];
  const log = { error: (...told: unknown[]) => void logged.push(JSON.stringify(told)) };
  const links = new ActionLinks(createMemorySecretStore(secrets), 'https://actions.example');
  return { links, logged, engineers: createEngineerLinks(links, log) };
}

describe('the links of engineers’ mails', () => {
  it('given the keys, when links are made, then they name the deed, the incident and the engineer', async () => {
    const { links, engineers } = engineerLinks({
      'operator-action-links/current': 'k1',
      'operator-action-links/k1': key,
    });
    const urls = [
      await engineers.acknowledge('acme.web-1-7', '佐藤', 2, at),
      await engineers.writeReport('acme.web-1-7', '佐藤', at),
    ];
    const claims = await Promise.all(
      urls.map((url = '') => links.read(new URL(url).pathname.split('/').at(-1) ?? '', at)),
    );
    expect(claims).toMatchObject(
      ['take', 'report'].map((kind) => ({
        end: 'valid',
        claims: { kind, incident: 'acme.web-1-7', subject: '佐藤' },
      })),
    );
  });

  it('given no key yet, when a page is written, then it goes without its link, and the log says why and no secret', async () => {
    const { engineers, logged } = engineerLinks({ 'operator-action-links/k1': key });
    expect(await engineers.acknowledge('acme.web-1-7', '佐藤', 2, at)).toBeUndefined();
    expect(logged.join('\n')).toContain('the link of an engineer could not be made');
    expect(logged.join('\n')).not.toContain(key);
  });
});
