import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { threadHeaders } from '../../../core/mail/threading.ts';

const mail = (number: number, messageId?: string) => ({
  number,
  ...(messageId !== undefined && { messageId }),
});
const id = (number: number) => `<${number}@ses.example>`;

describe('thread headers', () => {
  const cases = [
    { given: 'the first mail', earlier: [], number: 1, then: { references: [] } },
    {
      given: 'a second mail',
      earlier: [mail(1, id(1))],
      number: 2,
      then: { inReplyTo: id(1), references: [id(1)] },
    },
    {
      given: 'a fourth mail, the earlier ones out of order',
      earlier: [mail(3, id(3)), mail(1, id(1)), mail(2, id(2))],
      number: 4,
      then: { inReplyTo: id(3), references: [id(1), id(2), id(3)] },
    },
    {
      given: 'an earlier mail that is still pending',
      earlier: [mail(1), mail(2, id(2))],
      number: 3,
      then: { inReplyTo: id(2), references: [id(2)] },
    },
    {
      given: 'a mail that is sent after a later one',
      earlier: [mail(1, id(1)), mail(2), mail(3, id(3))],
      number: 2,
      then: { inReplyTo: id(1), references: [id(1)] },
    },
    {
      given: 'an id that would break the header',
      earlier: [mail(1, id(1)), mail(2, '<a@b>\r\nBcc: <x@y>')],
      number: 3,
      then: { inReplyTo: id(1), references: [id(1)] },
    },
  ];
  for (const { given, earlier, number, then } of cases) {
    it(`given ${given}, then it answers ${JSON.stringify(then)}`, () =>
      expect(threadHeaders(earlier, number)).toEqual(then));
  }

  it('given any number of earlier mails, then the first and the newest are named within the bounds', () => {
    const ids = fc.array(
      fc
        .string({ unit: fc.constantFrom(...'abc123.-'), minLength: 3, maxLength: 240 })
        .map((word) => `<${word}>`),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(ids, (earlier) => {
        const mails = earlier.map((messageId, index) => mail(index + 1, messageId));
        const { inReplyTo, references } = threadHeaders(mails, earlier.length + 1);
        expect(references[0]).toBe(earlier[0]);
        expect(inReplyTo).toBe(earlier.at(-1));
        expect(references.at(-1)).toBe(earlier.at(-1));
        expect(references.length).toBeLessThanOrEqual(10);
        expect(references.join(' ').length).toBeLessThanOrEqual(900);
      }),
    );
  });
});
