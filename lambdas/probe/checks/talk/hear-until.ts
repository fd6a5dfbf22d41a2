import type { Socket } from 'node:net';
import { readSome } from '../../../../platform/network/connection.ts';
import { TimeLimitReached } from '../check-type.ts';

/**
 * Reads what a peer sends until it is enough, the peer closes or the time is up. What was said by then is an answer,
 * and must not be told as silence.
 *
 * @returns all that was sent, and the time limit if that was the end
 * @throws the socket's error, and the signal's reason when nothing was sent
 */
export async function hearUntil(
  socket: Socket,
  maxBytes: number,
  signal: AbortSignal,
  isEnough: (data: Buffer) => boolean,
): Promise<{ readonly data: Buffer; readonly lateAfterMs?: number }> {
  let heard: Buffer = Buffer.alloc(0);
  try {
    const { data } = await readSome(socket, maxBytes, signal, (bytes) => {
      heard = bytes;
      return isEnough(bytes);
    });
    return { data };
  } catch (error) {
    if (!(error instanceof TimeLimitReached) || heard.length === 0) throw error;
    return { data: heard, lateAfterMs: error.timeLimitMs };
  }
}
