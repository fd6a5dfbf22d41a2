import { describe, expect, it } from 'vitest';
import { EdgeFunction } from '../../../local/site/edge-function.ts';

const request = { method: 'GET', uri: '/a', querystring: {}, headers: { host: { value: 'h' } }, cookies: {} };
const run = (body: string) =>
  new EdgeFunction(`function handler(event) { ${body} }`, 'edge').rewrite(request, '192.0.2.1');

describe('a function at the edge', () => {
  const cases = [
    { given: 'one that changes nothing', body: 'return event.request', then: '/a' },
    {
      given: 'one that reads what it is given',
      body: 'event.request.uri = `/${event.viewer.ip}/${event.request.headers.host.value}/${event.context.eventType}`; return event.request',
      then: '/192.0.2.1/h/viewer-request',
    },
    {
      given: 'one that looks for this process',
      body: 'event.request.uri = [typeof process, typeof require, typeof fetch, typeof setTimeout].join(); return event.request',
      then: 'undefined,undefined,undefined,undefined',
    },
  ];
  for (const { given, body, then } of cases) {
    it(`given ${given}, when it runs, then the path is ${then}`, () => {
      expect(run(body)).toBe(then);
    });
  }

  const faults = [
    { given: 'one without an end', body: 'for (;;);', then: 'timed out' },
    {
      given: 'one that makes code',
      body: 'return new Function("return event")().request',
      then: 'Code generation',
    },
    { given: 'one that answers by itself', body: 'return { statusCode: 302 }', then: 'gave no request back' },
    { given: 'one that gives nothing', body: '', then: /gave no request back|JSON/ },
    { given: 'one that throws', body: 'throw new Error("odd")', then: 'odd' },
  ];
  for (const { given, body, then } of faults) {
    it(`given ${given}, when it runs, then it fails and ends`, () => {
      expect(() => run(body)).toThrow(then);
    });
  }

  it('given a function that keeps something, when it runs again, then a request is not told of another', () => {
    const edge = new EdgeFunction(
      'function handler(event) { event.request.uri = `${event.request.uri}x`; return event.request; }',
      'edge',
    );
    expect([edge.rewrite(request, ''), edge.rewrite(request, '')]).toEqual(['/ax', '/ax']);
  });
});
