/** The checks of services that greet first and talk in lines, in the clear or in TLS. */
import type { Socket } from 'node:net';
import { z } from 'zod';
import type { CheckResult } from '../../../core/check-outcome.ts';
import type { Text } from '../../../core/text.ts';
import { peerText } from '../../../platform/network/peer-text.ts';
import type { CheckContext } from './check-type.ts';
import { LineTalk, PeerFault } from './line-talk.ts';
import { address, port, responseMs, tlsName, verifyCertificate } from './settings.ts';
import { checkOverTcp, type Seen } from './tcp-exchange.ts';
import { daysLeft, startTls } from './tls-exchange.ts';

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
  const host = settings.address ?? context.target.address;
  const standardPort = tls === 'implicit' ? protocol.implicitPort : protocol.port;
  const place = { ...settings, host, port: settings.port ?? standardPort };
  const talkOver = (socket: Socket) => new LineTalk(socket, protocol.name, context.signal);
  const secure = async (socket: Socket) => {
    const serverName = settings.tlsName ?? host;
    const { signal } = context;
    const inside = await startTls(socket, { serverName, verify: settings.verifyCertificate, signal });
    context.step?.('tls');
    return inside;
  };

  return checkOverTcp(context, place, async (plain): Promise<Seen> => {
    try {
      let inside = tls === 'implicit' ? await secure(plain) : undefined;
      let talk = talkOver(inside ?? plain);
      const greeting = await protocol.greet(talk);
      if (expect !== undefined && !greeting.includes(expect)) return { wrong: missing(expect, greeting) };
      if (tls === 'starttls') {
        await protocol.askForTls(talk);
        inside = await secure(talk.giveSocket());
        talk = talkOver(inside);
      }
      if (tls === 'starttls' || protocol.isAlwaysAsked) await protocol.ask(talk);
      const days = inside && daysLeft(inside, context.at);
      return {
        well: wellText(protocol.name, tls !== 'none', days),
        ...(days !== undefined && { values: { daysLeft: days } }),
        leave: () => leave(talk, protocol.goodbye, context.signal),
      };
    } catch (error) {
      if (error instanceof PeerFault) return { wrong: error.text };
      throw error;
    }
  });
}

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

/** So long a server may take to say goodbye; nothing hangs on it. */
const partingMs = 500;

/** Servers log a connection that is cut off as a fault of the client's. */
async function leave(talk: LineTalk, goodbye: string, signal: AbortSignal): Promise<void> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), partingMs);
  try {
    talk.say(goodbye);
    await talk.line(AbortSignal.any([signal, patience.signal]));
  } catch {
    // It is well without a goodbye.
  } finally {
    clearTimeout(timer);
  }
}
