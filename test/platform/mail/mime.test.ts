import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import type { ThreadHeaders } from '../../../core/mail/threading.ts';
import { composeMail } from '../../../platform/mail/mime.ts';
import { example, sender } from './example-mail.ts';

const first: ThreadHeaders = { references: [] };

const composed = async (mail = example, thread = first) => {
  const made = await composeMail(mail, sender, thread);
  return { ...made, source: made.raw.toString('latin1'), parsed: await PostalMime.parse(made.raw) };
};

describe('a composed mail', () => {
  it('given Japanese in names, subject and bodies, when it is read back, then it is what was put in', async () => {
    const { parsed } = await composed();
    expect(parsed.from).toEqual({ name: '見守りセンター', address: 'alerts@msp.example' });
    expect(parsed.to).toEqual([{ name: '山田 太郎', address: 'yamada@acme.example' }]);
    expect(parsed.subject).toBe(example.subject);
    expect(parsed.text?.replaceAll('\r\n', '\n')).toBe(example.text);
    expect(parsed.html?.replaceAll('\r\n', '\n')).toBe(example.html);
    expect(parsed.date).toBe('2026-11-20T18:14:40.000Z');
    const header = (key: string) => parsed.headers.find((one) => one.key === key)?.value;
    expect(header('x-mimamori-state')).toBe('PROBLEM');
    expect(header('auto-submitted')).toBe('auto-generated');
    expect(header('content-language')).toBe('ja');
  });

  it('given the bytes, then they are ASCII in lines of CRLF that no relay has to change', async () => {
    const { raw, source } = await composed();
    expect(raw.every((byte) => byte < 128)).toBe(true);
    expect(source.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    for (const line of source.split('\r\n')) expect(line.length).toBeLessThanOrEqual(200);
    expect(source).toContain('Content-Type: multipart/alternative;');
    expect(source.match(/^Message-ID:/gim)).toHaveLength(1);
    expect(source.match(/^Date:.*$/gim)).toEqual(['Date: Fri, 20 Nov 2026 18:14:40 +0000']);
  });

  const subjects = [
    { subject: example.subject, begins: '[Mimamori PROBLEM] acme web-1 https =?UTF-8?B?' },
    {
      subject: '[Mimamori RECOVERED] acme web-1 https +4',
      begins: '[Mimamori RECOVERED] acme web-1 https +4',
    },
    { subject: '[Mimamori OPERATORS] 監視元の外部接続', begins: '[Mimamori OPERATORS] =?UTF-8?B?' },
    { subject: '[Mimamori PROBLEM] a =?UTF-8?B?44GC?= b', begins: '[Mimamori PROBLEM] a =?UTF-8?B?PT9VVE' },
    { subject: '障害 🦊'.repeat(20), begins: '=?UTF-8?B?' },
  ];
  for (const { subject, begins } of subjects) {
    it(`given the subject ${subject}, then it begins readable and is read back whole`, async () => {
      const { parsed, source } = await composed({ ...example, subject });
      expect(parsed.subject).toBe(subject);
      expect(source.replaceAll('\r\n ', ' ')).toContain(`\r\nSubject: ${begins}`);
    });
  }

  it('given a text of ASCII alone, when it is read back, then spaces at line ends and indents are as they were', async () => {
    const text = 'From the top\n| a  \n   >b\n-- \n.\nend\n';
    const { parsed, source } = await composed({ ...example, text });
    // The last line break may count as the boundary's.
    expect(`${parsed.text?.replaceAll('\r\n', '\n').trimEnd()}\n`).toBe(text);
    expect(source.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('given the same mail again, then the bytes are the same; another mail or address has its own id', async () => {
    const { raw, messageId } = await composed();
    expect((await composed()).raw.equals(raw)).toBe(true);
    expect(messageId).toMatch(/^<[0-9a-f]{32}@msp\.example>$/);
    const ids = await Promise.all(
      [example, { ...example, number: 2 }, { ...example, to: 'jones@acme.example' }].map(
        async (mail) => (await composed(mail)).messageId,
      ),
    );
    expect(new Set(ids).size).toBe(3);
  });

  it('given three mails of a thread, then the third answers the second and refers to both', async () => {
    const { parsed } = await composed(example, {
      inReplyTo: '<b@ses.example>',
      references: ['<a@ses.example>', '<b@ses.example>'],
    });
    expect(parsed.inReplyTo).toBe('<b@ses.example>');
    expect(parsed.references).toBe('<a@ses.example> <b@ses.example>');
  });

  it('given headers that are not the outbox’s to set, then they are left out', async () => {
    const headers = {
      Bcc: 'x@y.example',
      'Reply-To': 'x@y.example',
      To: 'x@y.example',
      'X-A\r\nBcc': 'x@y.example',
      'X-Ok': 'a\r\nBcc: b@c',
    };
    const { parsed, source, to } = await composed({ ...example, headers });
    expect(to).toBe('yamada@acme.example');
    expect(parsed.to).toEqual([{ name: '山田 太郎', address: 'yamada@acme.example' }]);
    expect(source).not.toMatch(/^(?:Bcc|Reply-To):/im);
    expect(parsed.headers.find((one) => one.key === 'x-ok')?.value).toBe('a??Bcc: b@c');
  });

  it('given hostile names and subjects, then the header fields stay the same ones', async () => {
    const fieldsOf = (source: string) =>
      (source.split('\r\n\r\n')[0] ?? '').split('\r\n').flatMap((line) => /^([\w-]+):/.exec(line)?.[1] ?? []);
    const plain = fieldsOf((await composed()).source);
    const piece = fc.oneof(
      fc.constantFrom(
        '\r\nBcc: x@y.example\r\n',
        '\n\nbody',
        '"',
        '\\',
        '<x@y.example>',
        ',',
        '\u0000',
        '\u202e',
        '=?utf-8?q?a?=',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('山田', '株式会社アクメ', '🦊'),
    );
    const hostile = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (toName, subject, value) => {
        const headers = { ...example.headers, 'X-Mimamori-State': value };
        const { source, parsed } = await composed({ ...example, toName, subject, headers });
        // A field may be missing, as nobody needs an empty one; none may be added.
        expect(fieldsOf(source).filter((field) => !plain.includes(field))).toEqual([]);
        expect(new Set(fieldsOf(source)).size).toBe(fieldsOf(source).length);
        expect(parsed.to?.map(({ address }) => address)).toEqual(['yamada@acme.example']);
      }),
      { numRuns: 200 },
    );
  });
});
