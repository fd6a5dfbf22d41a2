import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Mailbox } from '../../local/mailbox.ts';

const at = '2026-11-21T03:04:05.000Z';
let mailbox: Mailbox;

beforeEach(() => {
  mailbox = Mailbox.open(':memory:');
});
afterEach(() => mailbox.close());

const receive = (raw: string | Buffer, to = ['sato@example.jp'], from = 'bounce@msp.example') =>
  mailbox.receive({ raw: Buffer.from(raw), from, to, at });

async function receiveOne(raw: string | Buffer, to?: string[]) {
  const { id } = await receive(raw, to);
  const mail = mailbox.get(id);
  if (mail === undefined) throw new Error(`mail ${id} was not stored`);
  return mail;
}

async function compose(message: Record<string, unknown>): Promise<Buffer> {
  const { message: raw } = await createTransport({ streamTransport: true, buffer: true }).sendMail({
    from: { name: '見守り', address: 'alert@msp.example' },
    to: { name: '佐藤 花子', address: 'sato@example.jp' },
    ...message,
  });
  return Buffer.from(raw as Buffer);
}

describe('what a reader sees', () => {
  it('given a Japanese mail with text and HTML, when it arrives, then every part is whole', async () => {
    const raw = await compose({
      subject: '【障害】demo / web-1: ウェブサービスが応答しません（HTTP 503・接続拒否）ご確認ください',
      text: '株式会社デモ\n佐藤様\n\nhttp 127.0.0.1:8080 に接続できません。①髙﨑',
      html: '<p lang="ja">株式会社デモ<br>佐藤様</p>',
      messageId: '<demo.web-1-1.1@msp.example>',
      headers: { 'X-Mimamori-State': 'PROBLEM' },
    });
    const mail = await receiveOne(raw);
    expect(mail).toMatchObject({
      id: '1',
      at,
      from: 'alert@msp.example',
      to: ['sato@example.jp'],
      subject: '【障害】demo / web-1: ウェブサービスが応答しません（HTTP 503・接続拒否）ご確認ください',
      text: expect.stringContaining('http 127.0.0.1:8080 に接続できません。①髙﨑'),
      html: expect.stringContaining('<p lang="ja">株式会社デモ<br>佐藤様</p>'),
    });
    expect(mail.headers).toMatchObject({
      'message-id': '<demo.web-1-1.1@msp.example>',
      'x-mimamori-state': 'PROBLEM',
      to: '佐藤 花子 <sato@example.jp>',
    });
  });

  const bodies = [
    {
      given: 'ISO-2022-JP',
      raw: 'Subject: =?ISO-2022-JP?B?GyRCPmMzMhsoQg==?=\r\nContent-Type: text/plain; charset=ISO-2022-JP\r\n\r\n\x1b$B>c32\x1b(B',
      subject: '障害',
      text: '障害',
    },
    {
      given: 'base64 in UTF-8',
      raw: 'Subject: =?UTF-8?B?5b6p5pen?=\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n5b6p5pen44GX44G+44GX44Gf',
      subject: '復旧',
      text: '復旧しました',
    },
    { given: 'no subject and no body', raw: 'From: a@example.jp\r\n\r\n', subject: '', text: '' },
  ] as const;
  for (const { given, raw, subject, text } of bodies) {
    it(`given a mail of ${given}, when it arrives, then it is read as written`, async () => {
      const mail = await receiveOne(raw);
      expect([mail.subject, mail.text.trim()]).toEqual([subject, text]);
    });
  }

  it('given an inline picture, when the HTML is asked for, then the picture is in it', async () => {
    const picture = Buffer.from('89504e470d0a1a0a', 'hex');
    const raw = await compose({
      html: '<img src="cid:graph@msp" alt="graph">',
      attachments: [{ filename: 'graph.png', cid: 'graph@msp', content: picture, contentType: 'image/png' }],
    });
    const { id, html } = await receiveOne(raw);
    expect(html).toContain('cid:graph@msp');
    expect(await mailbox.htmlOf(id)).toContain(`src="data:image/png;base64,${picture.toString('base64')}"`);
  });

  it('given a stored mail, when its raw form is asked for, then it is byte for byte what came', async () => {
    const raw = Buffer.concat([Buffer.from('Subject: x\r\n\r\n'), Buffer.from([0, 255, 13, 10])]);
    const { id } = await receive(raw);
    expect(mailbox.raw(id)).toEqual(raw);
  });
});

describe('hostile messages', () => {
  const cases = [
    {
      given: 'a header named __proto__',
      raw: '__proto__: polluted\r\nSubject: x\r\n\r\n',
      seen: { subject: 'x' },
    },
    {
      given: 'the same header twice',
      raw: 'Message-ID: <first@a>\r\nMessage-ID: <second@a>\r\n\r\n',
      seen: { headers: { 'message-id': '<first@a>' } },
    },
    {
      given: 'a group without members in From',
      raw: 'From: undisclosed:;\r\n\r\n',
      seen: { from: 'bounce@msp.example' },
    },
    {
      given: 'a From with a script in its name',
      raw: 'From: "<script>alert(1)</script>" <x@example.jp>\r\n\r\n',
      seen: { from: 'x@example.jp' },
    },
    { given: 'bytes that are no mail', raw: Buffer.from([0, 1, 2, 254, 255]), seen: { subject: '' } },
    {
      given: 'parts nested without end',
      raw: Array.from(
        { length: 60 },
        (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n`,
      ).join(''),
      seen: { from: 'bounce@msp.example', text: '' },
    },
    {
      given: 'a megabyte of headers',
      raw: `${'X-Flood: a\r\n'.repeat(90_000)}Subject: x\r\n\r\n`,
      seen: { headers: {} },
    },
  ];
  for (const { given, raw, seen } of cases) {
    it(`given ${given}, when it arrives, then it is stored and does no harm`, async () => {
      expect(await receiveOne(raw)).toMatchObject(seen);
      expect(Object.getPrototypeOf({})).not.toHaveProperty('polluted');
    });
  }

  it('given a mail over the limit, when it arrives, then it is refused with the sizes', async () => {
    const small = Mailbox.open(':memory:', { mailBytes: 20 });
    await expect(
      small.receive({ raw: Buffer.alloc(21), from: 'a@b.jp', to: ['c@d.jp'], at }),
    ).rejects.toThrow('the mail to c@d.jp has 21 bytes; the inbox takes 20 at most');
    small.close();
  });

  it('given very long headers, when they are kept, then each is cut and so is their number', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `X-H${index}: ${'v'.repeat(3_000)}`).join('\r\n');
    const { headers } = await receiveOne(`${many.slice(0, 200_000)}\r\n\r\n`);
    expect(Object.keys(headers).length).toBeLessThanOrEqual(100);
    expect(Math.max(...Object.values(headers).map((value) => value.length))).toBe(2_000);
  });
});

describe('lists and threads', () => {
  const first = 'Message-ID: <1@m>\r\nSubject: down\r\n\r\n';
  const second = 'Message-ID: <2@m>\r\nIn-Reply-To: <1@m>\r\nReferences: <1@m>\r\nSubject: Re: down\r\n\r\n';
  const third = 'Message-ID: <3@m>\r\nIn-Reply-To: <2@m>\r\nSubject: well\r\n\r\n';
  const other = 'Message-ID: <9@m>\r\nSubject: other\r\n\r\n';

  it('given three mails that answer each other, when threads are listed, then they are one row', async () => {
    for (const raw of [first, second, other, third]) await receive(raw);
    const rows = mailbox.threads().map(({ mails, newest }) => [newest.subject, mails]);
    expect(rows).toEqual([
      ['well', 3],
      ['other', 1],
    ]);
    expect(mailbox.threadOf('4').map(({ id }) => id)).toEqual(['1', '2', '4']);
  });

  it('given the same thread to two readers, when threads are listed, then each has their own', async () => {
    for (const to of ['ja@example.jp', 'en@example.jp']) {
      await receive(first, [to]);
      await receive(second, [to]);
    }
    expect(mailbox.threads().map(({ mails, newest }) => [newest.to, mails])).toEqual([
      [['en@example.jp'], 2],
      [['ja@example.jp'], 2],
    ]);
  });

  it('given five mails, when they are listed, then the newest come last and after means after', async () => {
    for (let number = 1; number <= 5; number++) await receive(`Subject: ${number}\r\n\r\n`);
    const subjects = (query: { after?: string; limit?: number }) =>
      mailbox.list(query).map(({ subject }) => subject);
    expect(subjects({})).toEqual(['1', '2', '3', '4', '5']);
    expect(subjects({ limit: 2 })).toEqual(['4', '5']);
    expect(subjects({ after: '2', limit: 2 })).toEqual(['3', '4']);
    expect(subjects({ after: 'x' })).toEqual(['1', '2', '3', '4', '5']);
    expect(mailbox.threads({ before: '3' }).map(({ newest }) => newest.subject)).toEqual(['2', '1']);
  });

  const bounds = [
    { given: 'a limit of three mails', limits: { mails: 3 }, left: ['3', '4', '5'] },
    { given: 'a limit of bytes for two', limits: { totalBytes: 30 }, left: ['4', '5'] },
    { given: 'a limit of bytes below one mail', limits: { totalBytes: 1 }, left: ['5'] },
  ];
  for (const { given, limits, left } of bounds) {
    it(`given ${given}, when five arrive, then the newest are kept`, async () => {
      const bounded = Mailbox.open(':memory:', limits);
      for (let number = 1; number <= 5; number++) {
        const raw = Buffer.from(`Subject: ${number}\r\n\r\n`);
        await bounded.receive({ raw, from: 'a@b.jp', to: ['c@d.jp'], at: 0 });
      }
      expect(bounded.list().map(({ subject }) => subject)).toEqual(left);
      bounded.close();
    });
  }

  it('given a file, when it is opened again, then mails and their numbers go on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mailbox-'));
    const file = join(folder, 'mail.sqlite');
    const one = Mailbox.open(file);
    await one.receive({ raw: Buffer.from(first), from: 'a@b.jp', to: ['c@d.jp'], at });
    one.close();
    const again = Mailbox.open(file);
    await again.receive({ raw: Buffer.from(second), from: 'a@b.jp', to: ['c@d.jp'], at });
    expect(again.threadOf('2').map(({ id }) => id)).toEqual(['1', '2']);
    again.close();
    rmSync(folder, { recursive: true });
  });

  const absent = ['0', '99', '-1', "1' OR 1=1", ''];
  for (const id of absent) {
    it(`given no mail "${id}", when it is asked for, then there is none`, async () => {
      await receive(first);
      expect([mailbox.get(id), mailbox.raw(id), mailbox.threadOf(id)]).toEqual([undefined, undefined, []]);
      expect(await mailbox.htmlOf(id)).toBeUndefined();
    });
  }
});
