import { describe, expect, it } from 'vitest';
import {
  boundsText,
  callsOf,
  curlOf,
  type Description,
  fieldsOf,
  type Schema,
  typeText,
} from '../../web/openapi.ts';
import { apiDescription } from './api-description.ts';

const document: Description = {
  info: { title: 'T', version: '1' },
  paths: {},
  components: {
    schemas: {
      Server: {
        type: 'object',
        required: ['id'],
        properties: { id: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } } },
      },
      Language: { type: 'string', enum: ['ja', 'en'] },
      Loop: { $ref: '#/components/schemas/Server' },
    },
  },
};
const of = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

describe('a description of an API in words', () => {
  const types: readonly { readonly schema: Schema; readonly is: string }[] = [
    { schema: { type: 'string', format: 'date-time' }, is: 'string (date-time)' },
    { schema: of('Server'), is: 'Server' },
    { schema: of('Language'), is: '"ja" | "en"' },
    { schema: { type: 'array', items: of('Server') }, is: 'Server[]' },
    { schema: { anyOf: [{ const: 'account' }, { type: 'number' }] }, is: '"account" | number' },
    { schema: { type: ['string', 'null'] }, is: 'string | null' },
    { schema: {}, is: 'any' },
    { schema: of('Missing'), is: 'Missing' },
  ];
  for (const { schema, is } of types)
    it(`given ${JSON.stringify(schema)}, when it is said, then it reads ${is}`, () =>
      expect(typeText(schema, document)).toBe(is));

  it('given bounds, when they are said, then those that nobody set are left out', () => {
    expect(boundsText({ minimum: 1, maximum: 200 })).toBe('1…200');
    expect(boundsText({ maxLength: 80 })).toBe('…80 characters');
    expect(boundsText({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })).toBe('');
    expect(boundsText({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })).toBe('0…');
  });

  it('given a list of objects behind references, when its fields are asked for, then they are the objects’', () => {
    expect(fieldsOf({ type: 'array', items: of('Loop') }, document)).toEqual([
      { name: 'id', schema: { type: 'string' }, isRequired: true },
      { name: 'tags', schema: { type: 'array', items: { type: 'string' } }, isRequired: false },
    ]);
  });

  it('given quotes in an example, when a shell is to send it, then they do not end its quotes', () => {
    const call = {
      method: 'post',
      path: '/maintenances',
      operation: {
        requestBody: { content: { 'application/json': { example: { reason: "Hanako's work" } } } },
      },
    };
    expect(curlOf(call, 'https://portal.example/api/v1')).toBe(
      [
        "curl -X POST 'https://portal.example/api/v1/maintenances'",
        `-H "Authorization: Bearer $TOKEN"`,
        "-H 'Content-Type: application/json'",
        `-d '{"reason":"Hanako'\\''s work"}'`,
      ].join(' \\\n  '),
    );
  });

  it('given the real API, when its operations are listed, then each has a name, a summary and types that can be said', () => {
    const real = apiDescription() as Description;
    const calls = callsOf(real);
    expect(calls.length).toBeGreaterThan(10);
    for (const { operation } of calls) {
      expect(operation.operationId).toBeTruthy();
      expect(operation.summary).toBeTruthy();
      for (const { schema } of operation.parameters ?? [])
        expect(typeText(schema ?? {}, real)).not.toBe('any');
    }
  });
});
