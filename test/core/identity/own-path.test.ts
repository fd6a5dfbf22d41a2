import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownPath } from '../../../core/identity/own-path.ts';

const portal = 'https://portal.example';

describe('the way back after a sign-in', () => {
  const cases = [
    { given: '/', to: '/' },
    { given: '/servers/web-1?from=6h&to=now#cpu', to: '/servers/web-1?from=6h&to=now#cpu' },
    { given: '/サーバー', to: '/%E3%82%B5%E3%83%BC%E3%83%90%E3%83%BC' },
    { given: '/a/../b', to: '/b' },
    { given: '/%2F%2Fevil.example', to: '/%2F%2Fevil.example' },
    { given: '/?to=https://evil.example', to: '/?to=https://evil.example' },
    { given: '//evil.example', to: undefined },
    { given: '/\\evil.example', to: undefined },
    { given: '\\\\evil.example', to: undefined },
    { given: '/\t/evil.example', to: undefined },
    { given: '/\n\\evil.example', to: undefined },
    { given: '/.//evil.example', to: undefined },
    { given: '/a/..//evil.example', to: undefined },
    { given: '///evil.example', to: undefined },
    { given: ' //evil.example', to: undefined },
    { given: 'https://evil.example/', to: undefined },
    { given: 'https:evil.example', to: undefined },
    { given: 'javascript:alert(1)', to: undefined },
    { given: 'evil', to: undefined },
    { given: '', to: undefined },
    { given: `/${'a'.repeat(1000)}`, to: undefined },
    { given: undefined, to: undefined },
  ];
  for (const { given, to } of cases) {
    it(`given ${JSON.stringify(given)?.slice(0, 60)}, then it is ${to === undefined ? 'no path of ours' : to}`, () => {
      expect(ownPath(given)).toBe(to);
    });
  }

  const nasty = fc.constantFrom(
    '/',
    '\\',
    '\t',
    '\n',
    '\r',
    '.',
    '..',
    '@',
    ':',
    '?',
    '#',
    '%2f',
    '%5c',
    'evil.example',
    ' ',
    '\u0000',
    '／',
  );
  it('given any text, when a browser follows what is left of it, then it stays with us, and a second reading changes nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.array(nasty, { maxLength: 8 }).map((all) => `/${all.join('')}`),
        ),
        (given) => {
          const to = ownPath(given);
          if (to === undefined) return;
          expect(new URL(to, portal).origin).toBe(portal);
          expect(to).toMatch(/^\/(?!\/|\\)/);
          expect(ownPath(to)).toBe(to);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
