import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { buildSite } from '../../lib/site-code.ts';

const code = readFileSync('lib/edge/rewrite-to-index.js', 'utf8');
const rewrite = (uri: string): unknown =>
  runInNewContext(`${code}; handler(event)`, { event: { request: { method: 'GET', uri, headers: {} } } });

describe('the function at the edge', () => {
  const cases = [
    { given: 'the first page', uri: '/', then: '/index.html' },
    { given: 'a page', uri: '/servers/web-1', then: '/index.html' },
    { given: 'a page with a slash at its end', uri: '/servers/', then: '/index.html' },
    { given: 'an incident, whose id has dots', uri: '/incidents/demo.web-1-2', then: '/index.html' },
    {
      given: 'an incident of another account',
      uri: '/accounts/demo/incidents/demo.web-1-2',
      then: '/index.html',
    },
    { given: 'the operators’ view', uri: '/operator', then: '/index.html' },
    { given: 'a built file', uri: '/assets/main-ABCDEFGH.js', then: '/assets/main-ABCDEFGH.js' },
    { given: 'a built file that is gone', uri: '/assets/none', then: '/assets/none' },
    { given: 'a file at the root', uri: '/mark.svg', then: '/mark.svg' },
    { given: 'a file at the root that is not there', uri: '/favicon.ico', then: '/favicon.ico' },
    { given: 'a way up', uri: '/assets/../../etc/passwd', then: '/assets/../../etc/passwd' },
    { given: 'an encoded way up', uri: '/%2e%2e/secret', then: '/index.html' },
  ];
  for (const { given, uri, then } of cases) {
    it(`given ${given}, when ${uri} is asked for, then ${then} is looked for`, () => {
      expect(rewrite(uri)).toEqual({ method: 'GET', uri: then, headers: {} });
    });
  }

  it('given every file of the site, when it is asked for, then it is not taken for a page', () => {
    for (const path of buildSite().files.keys())
      expect(rewrite(`/${path}`)).toMatchObject({ uri: `/${path}` });
  });

  it('given the limit of the edge, then the code is within it', () => {
    expect(code.length).toBeLessThan(10_240);
  });
});
