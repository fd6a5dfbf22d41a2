import { oneLine } from '../../core/mail/neutralise.ts';
import { environment, onFirstEvent, secretStore, stores } from '../../platform/environment.ts';
import type { HeartbeatStore } from '../../platform/store/heartbeat-store.ts';
import type { IdentityStore } from '../../platform/store/identity-store.ts';
import type { MonitorStore } from '../../platform/store/monitor-store.ts';
import {
  commonHeaders,
  type HttpRequest,
  type HttpResponse,
  problem,
  readRequest,
} from '../http/exchange.ts';
import { HeartbeatAddresses } from './heartbeat-address.ts';

export interface HeartbeatPorts {
  readonly monitors: Pick<MonitorStore, 'monitor'>;
  readonly heartbeats: HeartbeatStore;
  readonly identity: Pick<IdentityStore, 'countRequest'>;
  readonly addresses: HeartbeatAddresses;
}

/** A job calls when it ends; one that calls more often than this runs wild. */
const mostCallsPerMinute = 30;
const messageCharacters = 200;
const methods = ['GET', 'HEAD', 'POST'];

/**
 * `GET`, `HEAD` or `POST /heartbeat/{monitor}/{key}`: the job ended well; with `/fail` behind it, that it failed. What is
 * posted is kept as its message. An address of nothing and a forged one get the same answer.
 */
export async function takeHeartbeat(ports: HeartbeatPorts, request: HttpRequest): Promise<HttpResponse> {
  if (!methods.includes(request.method)) {
    const refused = problem(405, 'Method Not Allowed', 'call by GET, HEAD or POST');
    return { ...refused, headers: { ...refused.headers, allow: methods.join(', ') } };
  }
  const [, , monitor = '', key = '', word, ...more] = request.path.split('/');
  const isKnownWord = word === undefined || word === 'fail';
  const ref = isKnownWord && more.length === 0 ? await ports.addresses.read(monitor, key) : undefined;
  const watched = ref === undefined ? undefined : await ports.monitors.monitor(ref);
  if (ref === undefined || watched?.monitor.check !== 'heartbeat')
    return problem(404, 'Not Found', 'there is no such address; copy it anew from the page of the monitor');

  const count = await ports.identity.countRequest(`heartbeat.${monitor}`, request.at);
  if (count > mostCallsPerMinute) {
    const refused = problem(429, 'Too Many Requests', `call ${mostCallsPerMinute} times a minute at most`);
    return { ...refused, headers: { ...refused.headers, 'retry-after': '60' } };
  }
  const message = oneLine(request.body ?? '', messageCharacters);
  const beat =
    word === 'fail' ? { failedAt: request.at, ...(message !== '' && { message }) } : { at: request.at };
  await ports.heartbeats.saveHeartbeat(ref, beat);
  return {
    statusCode: 200,
    headers: { ...commonHeaders, 'content-type': 'text/plain; charset=utf-8' },
    body: 'ok\n',
  };
}

export const handler = onFirstEvent(() => {
  const { monitors, heartbeats, identity } = stores();
  const addresses = new HeartbeatAddresses(secretStore(), environment('PORTAL_URL'));
  return (event) => takeHeartbeat({ monitors, heartbeats, identity, addresses }, readRequest(event));
});
