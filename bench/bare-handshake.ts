import { connect } from 'node:net';

/** One TCP handshake from Node and nothing else: the baseline of what a check costs. */
export function shakeHands(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}
