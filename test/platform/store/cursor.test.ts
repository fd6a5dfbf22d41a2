import { describe, expect, it } from 'vitest';
import { BadCursor, cursorOf, positionOf } from '../../../platform/store/cursor.ts';

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('cursors', () => {
  it('given a position, when it goes to a caller and back, then it is the same', () => {
    const cursor = cursorOf('incidents', '2026-11-21T03:04:05.000Z#web-1-00000007');
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(positionOf('incidents', cursor)).toBe('2026-11-21T03:04:05.000Z#web-1-00000007');
    expect(positionOf('incidents', undefined)).toBeUndefined();
  });

  const forged = [
    { given: 'nothing in it', cursor: '' },
    { given: 'what is no base64url', cursor: 'a+b/c=' },
    { given: 'what is no JSON', cursor: Buffer.from('{').toString('base64url') },
    { given: 'null', cursor: encoded(null) },
    { given: 'no position', cursor: encoded({ list: 'incidents' }) },
    { given: 'an empty position', cursor: encoded({ list: 'incidents', after: '' }) },
    { given: 'an object for a position', cursor: encoded({ list: 'incidents', after: { S: 'a' } }) },
    { given: 'a character that no key has', cursor: encoded({ list: 'incidents', after: 'a\u0000' }) },
    { given: 'a character of four bytes', cursor: encoded({ list: 'incidents', after: '😀' }) },
    {
      given: 'a partition beside it',
      cursor: encoded({ list: 'incidents', after: 'a', pk: 'incidents#beta' }),
    },
    { given: 'the cursor of another list', cursor: cursorOf('audit', 'a') },
    { given: 'more than any cursor has', cursor: cursorOf('incidents', 'a'.repeat(400)).repeat(3) },
  ];
  it.each(forged)('given $given, when it is read as a cursor, then it is refused', ({ cursor }) => {
    expect(() => positionOf('incidents', cursor)).toThrow(BadCursor);
    expect(() => positionOf('incidents', cursor)).toThrow(
      'the cursor is none that this list gave; leave it out to begin the list again',
    );
  });
});
