import type { Socket } from 'node:net';
import { readSome } from '../../../../platform/network/connection.ts';
import { peerText } from '../../../../platform/network/peer-text.ts';
import { PeerFault } from './peer-fault.ts';

/** For all that a peer says in one check; honest greetings and lists of abilities are a tenth of it. */
const maxBytes = 32 * 1024;

/** A talk in lines over an open socket: one of ours, one or more of theirs. */
export class LineTalk {
  readonly #socket: Socket;
  readonly #protocol: string;
  readonly #signal: AbortSignal;
  /** What came and was not read as a line yet. */
  #waiting: Buffer = Buffer.alloc(0);
  #bytesLeft = maxBytes;
  #asked: string | undefined;

  constructor(socket: Socket, protocol: string, signal: AbortSignal) {
    this.#socket = socket;
    this.#protocol = protocol;
    this.#signal = signal;
  }

  /** Sends one line. */
  say(line: string): void {
    this.#asked = line.replace(/^\w+\d /, '').replace(/ .*/, '');
    this.#socket.write(`${line}\r\n`);
  }

  /**
   * The peer's next line, without its end; a bare LF ends a line, too.
   *
   * @throws PeerFault when the peer closes or floods, the socket's error, or the signal's reason
   */
  async line(signal = this.#signal): Promise<string> {
    for (;;) {
      const end = this.#waiting.indexOf('\n');
      if (end >= 0) {
        const line = this.#waiting.toString('utf8', 0, end);
        this.#waiting = this.#waiting.subarray(end + 1);
        return line.endsWith('\r') ? line.slice(0, -1) : line;
      }
      if (this.#bytesLeft === 0) {
        throw new PeerFault({
          ja: `が ${maxBytes / 1024} KiB を超えるデータを送りました`,
          en: `sent more than ${maxBytes / 1024} KiB`,
        });
      }
      const read = await readSome(this.#socket, this.#bytesLeft, signal, (data) => data.includes('\n'));
      this.#bytesLeft -= read.data.length;
      this.#waiting = Buffer.concat([this.#waiting, read.data]);
      if (read.end === 'closed') throw this.#closed();
    }
  }

  #closed(): PeerFault {
    if (this.#asked !== undefined) {
      return new PeerFault({
        ja: `が ${this.#asked} に答えずに切断しました`,
        en: `closed without an answer to ${this.#asked}`,
      });
    }
    const part = peerText(this.#waiting, 60);
    return part === ''
      ? new PeerFault({
          ja: `は ${this.#protocol} の挨拶を送らずに切断しました`,
          en: `closed without its ${this.#protocol} greeting`,
        })
      : new PeerFault({
          ja: `が ${this.#protocol} の挨拶の途中で切断しました: 「${part}」`,
          en: `closed in the middle of its ${this.#protocol} greeting: "${part}"`,
        });
  }

  /** A greeting that is not what the protocol has for a server at work. */
  badGreeting(sent: string, wanted: string): PeerFault {
    const shown = peerText(sent, 80);
    return new PeerFault({
      ja: `が「${shown}」と挨拶しました(正常は ${wanted})`,
      en: `greeted with "${shown}", wanted ${wanted}`,
    });
  }

  /** An answer to our last line that is not the one that goes on. */
  badAnswer(sent: string, wanted: string): PeerFault {
    const shown = peerText(sent, 80);
    return new PeerFault({
      ja: `が ${this.#asked} に「${shown}」と答えました(正常は ${wanted})`,
      en: `answered ${this.#asked} with "${shown}", wanted ${wanted}`,
    });
  }

  /** An ability that the peer does not tell of. */
  notOffered(ability: string): PeerFault {
    return new PeerFault({ ja: `が ${ability} に対応していません`, en: `does not offer ${ability}` });
  }

  /**
   * Gives the socket away for a TLS handshake. What was sent ahead of it in the clear could pass for the server's word
   * inside, so it ends the talk.
   *
   * @throws PeerFault
   * @see RFC 3207 §6 and CVE-2011-0411, commands injected before the handshake
   */
  giveSocket(): Socket {
    if (this.#waiting.length > 0 || this.#socket.readableLength > 0) {
      throw new PeerFault({
        ja: 'が TLS の開始前に余分な平文を送りました',
        en: 'sent more in the clear before the TLS handshake',
      });
    }
    return this.#socket;
  }
}
