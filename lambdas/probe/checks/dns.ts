import type { MxData, SoaData, SrvData, TxtData } from 'dns-packet';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import type { CheckResult } from '../../../core/check-outcome.ts';
import type { Text } from '../../../core/text.ts';
import { peerText } from '../../../platform/network/peer-text.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { hostPort } from './outcome-text.ts';
import { address, port, responseMs } from './settings.ts';
import { askDns, type DnsAnswer, type DnsQuestion, NotDnsAnswer, plainName } from './talk/dns-exchange.ts';
import { explainFailure, judge, type Seen } from './talk/tcp-exchange.ts';

const expectedAnswers = z.array(z.string().min(1).max(300)).min(1).max(50);

const dnsSettings = z.strictObject({
  port: port.default(53),
  address,
  name: z
    .string()
    .max(254)
    .regex(
      /^[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?$/,
      'write a DNS name, one with other letters in its ASCII form: www.example.jp',
    )
    .meta({ description: 'the name that is asked for', examples: ['www.example.jp'] }),
  type: z
    .enum(['A', 'AAAA', 'MX', 'TXT', 'SOA', 'SRV'])
    .default('A')
    .describe('the type of record that is asked for'),
  answers: z
    .strictObject({
      allOf: expectedAnswers.describe('answers that must all be there, in any order').optional(),
      anyOf: expectedAnswers.describe('answers of which one must be there').optional(),
    })
    .meta({
      description: 'a map with allOf or anyOf: what must be in the answer; without it any record is well',
      examples: [{ allOf: ['192.0.2.10', '192.0.2.11'] }],
    })
    .optional(),
  responseMs,
});
type DnsSettings = z.output<typeof dnsSettings>;

/**
 * Asks a DNS server itself for one name and compares what it answers.
 * @see RFC 1035
 */
async function checkDns(settings: DnsSettings, context: CheckContext): Promise<CheckResult> {
  const host = settings.address ?? context.target.address;
  const where = hostPort(host, settings.port);
  let startedAt = performance.now();
  try {
    const to = await context.resolve(host);
    startedAt = performance.now();
    const answer = await askDns({ ...to, port: settings.port }, settings, context.signal);
    context.step?.('lastByte');
    return judge(where, look(settings, answer), performance.now() - startedAt, settings.responseMs);
  } catch (error) {
    const wrong = error instanceof NotDnsAnswer ? error.text : explainFailure(error, context.signal);
    return judge(where, { wrong }, performance.now() - startedAt, settings.responseMs);
  }
}

function look({ name, type, answers: wanted }: DnsSettings, answer: DnsAnswer): Seen {
  const asked = `${name} ${type}`;
  if (answer.rcode === 'NXDOMAIN') {
    return {
      wrong: {
        ja: `は ${name} が存在しないと応答しました(NXDOMAIN)`,
        en: `says that ${name} does not exist (NXDOMAIN)`,
      },
    };
  }
  if (answer.rcode !== 'NOERROR') {
    return {
      wrong: {
        ja: `が ${asked} の問い合わせに ${answer.rcode} を返しました`,
        en: `answered ${answer.rcode} for ${asked}`,
      },
    };
  }
  const records = recordsOf(answer, { name, type });
  const [first, ...others] = records;
  if (first === undefined) {
    return { wrong: { ja: `は ${asked} のレコードを返しませんでした`, en: `has no record for ${asked}` } };
  }
  const missing = missingFrom(records, wanted);
  if (missing !== undefined) {
    const seen = peerText(records.map(([whole]) => whole).join(', '), 200);
    return {
      wrong: {
        ja: `の ${asked} の応答に${missing.ja}がありません: ${seen}`,
        en: `has no ${missing.en} in its answer for ${asked}: ${seen}`,
      },
    };
  }
  const more = others.length === 0 ? '' : ` (+${others.length})`;
  const told = `${asked} = ${peerText(first[0] ?? '', 60)}${more}`;
  return {
    well: { ja: `が ${told} を応答しました`, en: `answered ${told}` },
    values: { records: records.length },
  };
}

/** What is wanted and not there. */
function missingFrom(
  records: readonly (readonly string[])[],
  wanted: DnsSettings['answers'],
): Text | undefined {
  const isThere = (text: string) =>
    records.some((forms) => forms.includes(text) || forms.includes(alike(text)));
  const lost = wanted?.allOf?.find((text) => !isThere(text));
  if (lost !== undefined) return { ja: `「${peerText(lost, 60)}」`, en: `"${peerText(lost, 60)}"` };
  if (wanted?.anyOf === undefined || wanted.anyOf.some(isThere)) return undefined;
  const list = peerText(wanted.anyOf.join(', '), 100);
  return { ja: `「${list}」のどれも`, en: `one of "${list}"` };
}

/** An expected answer as records are written here: names in lower case, addresses in their one form. */
const alike = (text: string): string =>
  ipaddr.isValid(text) ? ipaddr.parse(text).toString() : plainName(text);

/** The records that answer the question, each in the forms in which people write it; the first is the whole one. */
function recordsOf({ answers }: DnsAnswer, { name, type }: DnsQuestion): string[][] {
  // Aliases come in any order, and a ring of them must end.
  const owners = new Set([plainName(name)]);
  const aliases = answers.flatMap((one) =>
    one.type === 'CNAME' ? [{ from: plainName(one.name), to: plainName(one.data) }] : [],
  );
  for (let size = 0; size < owners.size; ) {
    size = owners.size;
    for (const { from, to } of aliases) if (owners.has(from)) owners.add(to);
  }
  return answers
    .filter((one) => one.type === type && owners.has(plainName(one.name)))
    .map((one) => formsOf[type]('data' in one ? one.data : undefined));
}

const formsOf: Readonly<Record<DnsQuestion['type'], (data: unknown) => string[]>> = {
  A: (data) => [String(data)],
  AAAA: (data) => [alike(String(data))],
  TXT: (data) => [[data as TxtData].flat().map(String).join('')],
  MX: (data) => {
    const { preference = 0, exchange } = data as MxData;
    return [`${preference} ${plainName(exchange)}`, plainName(exchange)];
  },
  SRV: (data) => {
    const { priority = 0, weight = 0, port: onPort, target } = data as SrvData;
    return [`${priority} ${weight} ${onPort} ${plainName(target)}`, plainName(target)];
  },
  SOA: (data) => {
    const { mname, rname, serial, refresh, retry, expire, minimum } = data as SoaData;
    const primary = plainName(mname);
    const numbers = [serial, refresh, retry, expire, minimum].join(' ');
    return [`${primary} ${plainName(rname)} ${numbers}`, primary, String(serial)];
  },
};

export const dns = checkType(
  { class: 'liveness', priority: 6, timeLimitMs: 5000, runbook: { id: 'restart-dns' } },
  dnsSettings,
  checkDns,
);
