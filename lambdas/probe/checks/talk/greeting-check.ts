/** The checks of services that greet first and talk in lines, in the clear or in TLS. */
import { z } from 'zod';
import type { CheckResult } from '../../../../core/check-outcome.ts';
import type { Text } from '../../../../core/text.ts';
import { peerText } from '../../../../platform/network/peer-text.ts';
import type { CheckContext } from '../check-type.ts';
import { address, port, responseMs, tlsName, verifyCertificate } from '../settings.ts';
import { LineTalk } from './line-talk.ts';
import { part } from './parting.ts';
import { PeerFault } from './peer-fault.ts';
import { secureTalk } from './secure-talk.ts';
import { checkOverTcp, type Seen } from './tcp-exchange.ts';
import { daysLeft, explainTlsFailure } from './tls-exchange.ts';
import type { TlsWay } from './tls-way.ts';

/** How one protocol says what all of them have. Each deed throws PeerFault when the peer does not play its part. */
export interface GreetingProtocol {
  /** As people write it. */
  readonly name: string;
  readonly port: number;
  /** Where TLS begins with the connection. */
  readonly implicitPort: number;
  /** Reads the greeting and judges it. @returns its text */
  greet(talk: LineTalk): Promise<string>;
  /** Asks for TLS; back when the server waits for the handshake. */
  askForTls(talk: LineTalk): Promise<void>;
  /** One question that any server at work answers. */
  ask(talk: LineTalk): Promise<void>;
  /** Whether it is asked always; else only after STARTTLS, where no greeting shows that the talk goes on. */
  readonly isAlwaysAsked: boolean;
  readonly goodbye: string;
}

export const greetingSettings = (ports: Pick<GreetingProtocol, 'port' | 'implicitPort'>) =>
  z.strictObject({
    port: port
      .describe(
        `the port the service listens on; ${ports.port} without it, ${ports.implicitPort} with tls: implicit`,
      )
      .optional(),
    address,
    tls: z
      .enum(['none', 'starttls', 'implicit'])
      .default('none')
      .describe('starttls to ask for TLS after the greeting, implicit where TLS comes first'),
    tlsName,
    verifyCertificate,
    expect: z
      .string()
      .min(1)
      .max(200)
      .meta({ description: 'a text that must be in the greeting', examples: ['mail.example.jp'] })
      .optional(),
    responseMs,
  });
export type GreetingSettings = z.output<ReturnType<typeof greetingSettings>>;

/** Connects, hears the greeting, goes to TLS if that is wanted, and takes leave. */
export function checkGreeting(
  protocol: GreetingProtocol,
  settings: GreetingSettings,
  context: CheckContext,
): Promise<CheckResult> {
  const { tls, expect } = settings;
  const { signal } = context;
  const standardPort = tls === 'implicit' ? protocol.implicitPort : protocol.port;
  const place = { ...settings, host: settings.address, port: settings.port ?? standardPort };

  return checkOverTcp(context, place, async (plain): Promise<Seen> => {
    let talk: LineTalk | undefined;
    const leave = () => takeLeave(talk, protocol, signal);
    try {
      let secure = tls === 'implicit' ? await secureTalk(plain, settings, context) : undefined;
      talk = new LineTalk(secure?.inside ?? plain, protocol.name, signal);
      const greeting = await protocol.greet(talk);
      if (expect !== undefined && !greeting.includes(expect)) {
        return { wrong: missing(expect, greeting), leave };
      }
      if (tls === 'starttls') {
        await protocol.askForTls(talk);
        secure = await secureTalk(talk.giveSocket(), settings, context);
        talk = new LineTalk(secure.inside, protocol.name, signal);
      }
      if (secure?.fault !== undefined) return { wrong: explainTlsFailure(secure.fault), leave };
      if (tls === 'starttls' || protocol.isAlwaysAsked) await protocol.ask(talk);
      const days = secure && daysLeft(secure.inside, context.at);
      return {
        well: wellText(protocol.name, tls !== 'none', days),
        ...(days !== undefined && { values: { daysLeft: days } }),
        leave,
      };
    } catch (error) {
      if (error instanceof PeerFault) return { wrong: error.text, leave };
      throw error;
    }
  });
}

/** The way to TLS of a protocol that greets first. */
export const tlsByGreeting = (protocol: GreetingProtocol): TlsWay => ({
  port: protocol.port,
  async askForTls(socket, signal) {
    const talk = new LineTalk(socket, protocol.name, signal);
    try {
      await protocol.greet(talk);
      await protocol.askForTls(talk);
      talk.giveSocket();
    } catch (error) {
      if (error instanceof PeerFault) await takeLeave(talk, protocol, signal);
      throw error;
    }
  },
  leave: (inside, signal) => takeLeave(new LineTalk(inside, protocol.name, signal), protocol, signal),
});

function missing(expected: string, greeting: string): Text {
  const wanted = peerText(expected, 60);
  const sent = peerText(greeting, 80);
  return {
    ja: `の挨拶に「${wanted}」がありません: 「${sent}」`,
    en: `has no "${wanted}" in its greeting: it sent "${sent}"`,
  };
}

function wellText(name: string, isSecure: boolean, days: number | undefined): Text {
  const ja = `${isSecure ? 'が TLS で' : 'が'} ${name} の挨拶を返しました`;
  const en = `sent its ${name} greeting${isSecure ? ' and started TLS' : ''}`;
  if (days === undefined) return { ja, en };
  if (days < 0) return { ja: `${ja}(証明書は期限切れ)`, en: `${en} (certificate has expired)` };
  const whole = Math.floor(days);
  return { ja: `${ja}(証明書の残り ${whole} 日)`, en: `${en} (certificate: ${whole} days left)` };
}

/** Says goodbye and hears the answer, also to a server with which something is wrong. */
const takeLeave = (
  talk: LineTalk | undefined,
  { goodbye }: GreetingProtocol,
  signal: AbortSignal,
): Promise<void> =>
  part(signal, async (patience) => {
    talk?.say(goodbye);
    await talk?.line(patience);
  });
