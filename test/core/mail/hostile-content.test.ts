import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IncidentMailInput, renderIncidentMail } from '../../../core/mail/incident-mail.ts';
import { oneLine, outputLines } from '../../../core/mail/neutralise.ts';
import { renderOperatorNotice } from '../../../core/mail/operator-notice.ts';
import {
  account,
  draftOf,
  evidence,
  https,
  incidentOf,
  jones,
  mysql,
  server,
  settings,
  yamada,
} from './example-incident.ts';

/** Pieces that have broken mails before, mixed with whatever else text can be. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\r\nBcc: victim@example.com',
        '\n\n<script>alert(1)</script>',
        '</pre></div><img src=https://evil.example/x.png>',
        '"><a href="javascript:x">',
        "' onmouseover='x",
        '&lt;b&gt;',
        '\u202eevil\u202c',
        '\u2066\u200f\u061c',
        '\u0000\u0007\u001b[31m\u001b]0;title\u0007',
        '\u0085\u2028\u2029\u000b\u000c',
        '\ud800',
        '\u{e0041}\ufeff\u00ad',
        '\n-- \n',
        '\n■ 今後の対応\n',
        '、'.repeat(400),
        'ガ'.repeat(300),
        '👨‍👩‍👧',
        'x'.repeat(1200),
        '=?UTF-8?B?44GC?=',
      ),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(''));

const text = fc.record({ ja: hostile, en: hostile });

const hostileMail: fc.Arbitrary<IncidentMailInput> = fc
  .record({
    accountName: hostile,
    serverName: hostile,
    contactName: hostile,
    sender: hostile,
    summary: text,
    check: hostile,
    service: hostile,
    reason: text,
    section: fc.record({ title: text, command: hostile, output: hostile }),
    status: fc.constantFrom('collected', 'partial', 'failed'),
    contact: fc.constantFrom(yamada, jones),
  })
  .map((given) => ({
    incident: incidentOf([
      { ...https, summary: given.summary, check: given.check, service: given.service },
      mysql,
    ]),
    draft: draftOf({ kind: 'problem', failing: ['https-3', 'mysql-1'] }),
    account: { ...account, name: given.accountName },
    server: { ...server, name: given.serverName },
    contact: { ...given.contact, name: given.contactName },
    settings: { ...settings, mailFromName: given.sender },
    evidence: {
      ...evidence,
      status: given.status,
      reason: given.reason,
      sections: [{ ...given.section, exitCode: 1, truncated: false, durationMs: 1 }],
    },
  }));

/** Everything that would act instead of being read; line feeds are the mail's own. */
const acting = /[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u;
const tagsOf = (html: string) =>
  [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/background:#\w+/, ''));

describe('names, summaries and evidence of any kind', () => {
  it('never get into a header, nor act in the text', () => {
    fc.assert(
      fc.property(hostileMail, (input) => {
        const mail = renderIncidentMail(input);
        expect(mail.subject).not.toMatch(acting);
        expect([...mail.subject].length).toBeLessThanOrEqual(160);
        for (const value of Object.values(mail.headers)) expect(value).toMatch(/^[\x20-\x7e]{1,200}$/);
        for (const line of mail.text.split('\n')) {
          expect(line).not.toMatch(acting);
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never add, take away or change an element of the HTML', () => {
    fc.assert(
      fc.property(hostileMail, (input) => {
        const plain = renderIncidentMail({
          ...input,
          account,
          server,
          settings,
          contact: { ...input.contact, name: 'A' },
          incident: incidentOf([https, mysql]),
          evidence: {
            ...evidence,
            status: input.evidence?.status ?? 'collected',
            sections: [{ ...(evidence.sections[0] ?? fail()), exitCode: 1 }],
          },
        });
        const { html } = renderIncidentMail(input);
        expect(tagsOf(html)).toEqual(tagsOf(plain.html));
        expect(html).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/);
        for (const line of html.split('\n')) expect(line).not.toMatch(acting);
      }),
      { numRuns: 300 },
    );
  });

  it('never make an output look ended: each of its lines stands behind a bar', () => {
    fc.assert(
      fc.property(hostile, (output) => {
        const title = { ja: 'T', en: 'Title' };
        const { text: body } = renderIncidentMail({
          incident: incidentOf([https]),
          draft: draftOf({ kind: 'problem', failing: ['https-3'] }),
          account,
          server,
          contact: jones,
          settings,
          evidence: {
            ...evidence,
            sections: [{ title, command: 'c', output, truncated: false, durationMs: 1 }],
          },
        });
        const [, after = ''] = body.split('\nTitle: c\n');
        const own = after.split('\n').filter((line) => !/^\|( |$)/.test(line));
        const cut = own[0] === '(the rest is left out, as it is long)' ? own.slice(1) : own;
        expect(cut).toEqual([
          '',
          '-- ',
          'Incident acme.web-1-7, mail 1',
          'Sent automatically by Mimamori.',
          '',
        ]);
      }),
      { numRuns: 300 },
    );
  });

  it('are cut and made harmless in a notice to the operators too', () => {
    fc.assert(
      fc.property(text, text, fc.constantFrom('ja', 'en'), (subject, body, language) => {
        const operators = { mail: ['desk@msp.example'], language };
        const mail = renderOperatorNotice({
          subject,
          body,
          settings: { mailFromName: 'Mimamori', operators },
        });
        expect(mail.subject).not.toMatch(acting);
        for (const line of mail.text.split('\n')) {
          expect(line).not.toMatch(acting);
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998);
        }
        expect(new Set(tagsOf(mail.html).map((tag) => /^<\/?!?(\w+)/.exec(tag)?.[1]))).toEqual(
          new Set([
            'doctype',
            'html',
            'head',
            'meta',
            'title',
            'body',
            'div',
            'h1',
            ...(/<p /.test(mail.html) ? ['p'] : []),
          ]),
        );
      }),
      { numRuns: 300 },
    );
  });
});

const fail = (): never => {
  throw new Error('the example has no section');
};

describe('one line', () => {
  const cases = [
    { given: 'a name with a line break and a header', text: 'web\r\nBcc: x@y', then: 'web Bcc: x@y' },
    { given: 'a right-to-left override', text: 'abc\u202etxt.exe', then: 'abc\\u{202e}txt.exe' },
    { given: 'a NUL and a bell', text: 'a\u0000b\u0007', then: 'a\\x00b\\x07' },
    { given: 'Japanese with a wide space', text: ' 受注　サーバー ', then: '受注 サーバー' },
    { given: 'a family of emoji', text: '👨‍👩‍👧 home', then: '👨‍👩‍👧 home' },
    { given: 'a broken surrogate', text: 'a\ud800b', then: 'a\ufffdb' },
    { given: 'more than fits', text: 'あ'.repeat(30), then: `${'あ'.repeat(19)}…` },
  ];
  for (const { given, text: name, then } of cases) {
    it(`given ${given}, then it reads ${then}`, () => expect(oneLine(name, 20)).toBe(then));
  }
});

describe('output lines', () => {
  const limits = { characters: 1000, lines: 3 };
  const cases = [
    {
      given: 'colours of a terminal',
      output: '\u001b[1;31mfailed\u001b[0m\n',
      lines: ['failed'],
      cut: false,
    },
    { given: 'a progress bar', output: '10 %\r20 %\r\ndone', lines: ['10 %', '20 %', 'done'], cut: false },
    { given: 'tabs', output: 'a\tb\tc', lines: ['a       b       c'], cut: false },
    { given: 'a title sequence', output: '\u001b]0;x\u0007y', lines: ['\\x1b]0;x\\x07y'], cut: false },
    { given: 'more lines than fit', output: '1\n2\n3\n4\n', lines: ['1', '2', '3'], cut: true },
    {
      given: 'a very long line',
      output: 'x'.repeat(450),
      lines: ['x'.repeat(200), 'x'.repeat(200), 'x'.repeat(50)],
      cut: false,
    },
    { given: 'nothing but line breaks', output: '\n\n', lines: [], cut: false },
  ];
  for (const { given, output, lines, cut } of cases) {
    it(`given ${given}, then they are harmless and bounded`, () =>
      expect(outputLines(output, limits)).toEqual({ lines, cut }));
  }
});
