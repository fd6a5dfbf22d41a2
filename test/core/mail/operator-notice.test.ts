import { describe, expect, it } from 'vitest';
import { renderOperatorNotice } from '../../../core/mail/operator-notice.ts';

const subject = { ja: '監視元の外部接続が失われています', en: 'Our way out is down' };
const body = {
  ja: '参照先のいずれにも接続できませんでした。\nNATゲートウェイを確認してください。',
  en: 'None of our reference endpoints answered.\n\nLook at the NAT gateway.',
};
const noticeIn = (language: 'ja' | 'en', words = body) =>
  renderOperatorNotice({
    subject,
    body: words,
    settings: { mailFromName: 'Mimamori', operators: { mail: ['desk@msp.example'], language } },
  });

describe('a notice to the operators', () => {
  it('given Japanese operators, then this is the mail', () => {
    const { subject: line, text, headers } = noticeIn('ja');
    expect(`${line}\n\n${text}`).toMatchInlineSnapshot(`
      "[Mimamori OPERATORS] 監視元の外部接続が失われています

      【運用担当へのお知らせ】監視元の外部接続が失われています

      参照先のいずれにも接続できませんでした。

      NATゲートウェイを確認してください。

      -- 
      このメールは Mimamori が運用担当の宛先に自動で送信しています。
      "
    `);
    expect(headers).toEqual({
      'X-Mimamori-State': 'OPERATORS',
      'Content-Language': 'ja',
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    });
  });

  it('given English operators, then this is the mail', () => {
    const { subject: line, text } = noticeIn('en');
    expect(`${line}\n\n${text}`).toMatchInlineSnapshot(`
      "[Mimamori OPERATORS] Our way out is down

      FOR OPERATORS: Our way out is down

      None of our reference endpoints answered.

      Look at the NAT gateway.

      -- 
      Sent automatically by Mimamori to its operators.
      "
    `);
  });

  it('given a body of thousands of lines, then it is cut and says so', () => {
    const long = Array.from({ length: 5000 }, (_, index) => `line ${index}`).join('\n');
    const { text } = noticeIn('en', { ja: long, en: long });
    expect(text).toContain('line 59\n');
    expect(text).not.toContain('line 60\n');
    expect(text).toContain('The rest is left out, as it is long.\n');
  });
});
