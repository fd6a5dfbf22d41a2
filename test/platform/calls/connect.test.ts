import { ConnectClient } from '@aws-sdk/client-connect';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callPhrases } from '../../../core/call/call-report.ts';
import type { CallOrder, CallPort } from '../../../platform/calls/call-port.ts';
import { createConnectCalls } from '../../../platform/calls/connect.ts';
import { createNoCalls } from '../../../platform/calls/none.ts';
import { ConnectServer } from './connect-server.ts';

const order: CallOrder = {
  id: 'acme.web-1-1-2-1',
  incident: 'acme.web-1-1',
  to: '+819012345678',
  language: 'ja',
  report: '障害を検知しました。',
  phrases: callPhrases.ja,
};

let server: ConnectServer;
let client: ConnectClient;
let calls: CallPort;

beforeEach(async () => {
  server = await ConnectServer.start();
  client = new ConnectClient({
    endpoint: server.endpoint,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    // Retries without a pause.
    retryStrategy: {
      acquireInitialRetryToken: async () => ({ getRetryCount: () => 0, getRetryDelay: () => 0 }),
      refreshRetryTokenForRetry: async (token, { errorType }) => {
        if (errorType === 'CLIENT_ERROR' || token.getRetryCount() >= 2) throw new Error('no more retries');
        return { getRetryCount: () => token.getRetryCount() + 1, getRetryDelay: () => 0 };
      },
      recordSuccess: () => {},
    },
  });
  calls = createConnectCalls({
    client,
    instanceId: 'instance-1',
    flowId: () => 'arn:aws:connect:ap-northeast-1:111111111111:instance/instance-1/contact-flow/flow-1',
    sourcePhone: '+81312345678',
    timeLimitMs: 5_000,
  });
});
afterEach(async () => {
  client.destroy();
  await server[Symbol.asyncDispose]();
});

describe('placing a call', () => {
  it('given a call, when it is placed, then the flow is given everything that it says, and the call’s id as the token', async () => {
    expect(await calls.place(order)).toEqual({ kind: 'placed', contact: 'contact-1' });
    expect(server.contacts.get('contact-1')?.request).toEqual({
      InstanceId: 'instance-1',
      ContactFlowId: 'flow-1',
      DestinationPhoneNumber: '+819012345678',
      SourcePhoneNumber: '+81312345678',
      ClientToken: 'acme.web-1-1-2-1',
      Attributes: {
        call: 'acme.web-1-1-2-1',
        incident: 'acme.web-1-1',
        language: 'ja',
        report: '障害を検知しました。',
        ...callPhrases.ja,
      },
    });
  });

  it('given a call that was placed, when it is placed again, then it is the same call', async () => {
    await calls.place(order);
    expect(await calls.place(order)).toEqual({ kind: 'placed', contact: 'contact-1' });
    expect(server.contacts.size).toBe(1);
  });

  const refusals = [
    ['DestinationNotAllowedException', 403],
    ['OutboundContactNotPermittedException', 403],
    ['InvalidParameterException', 400],
    ['InvalidRequestException', 400],
    ['ResourceNotFoundException', 404],
    ['AccessDeniedException', 403],
  ] as const;
  for (const [type, status] of refusals)
    it(`given ${type}, when a call is placed, then it is refused, and the reason does not show the number`, async () => {
      const fault = { status, type, message: `cannot dial ${order.to}` };
      // The client tries again what a status of 429 makes it take for throttling.
      server.faults.push(fault, fault, fault);
      expect(await calls.place(order)).toEqual({ kind: 'refused', reason: `${type}: cannot dial …` });
      expect(server.contacts.size).toBe(0);
    });

  it('given LimitExceededException, when a call is placed, then no line is free', async () => {
    const fault = { status: 429, type: 'LimitExceededException', message: 'too many calls' };
    server.faults.push(fault, fault, fault);
    expect(await calls.place(order)).toEqual({
      kind: 'busy',
      reason: 'LimitExceededException: too many calls',
    });
  });

  for (const [type, status] of [
    ['TooManyRequestsException', 429],
    ['ThrottlingException', 429],
    ['InternalServiceException', 500],
  ] as const) {
    it(`given ${type} once, when a call is placed, then it is tried again and placed`, async () => {
      server.faults.push({ status, type });
      expect(await calls.place(order)).toEqual({ kind: 'placed', contact: 'contact-1' });
    });

    it(`given ${type} without end, when a call is placed, then it throws, as nobody knows whether it rings`, async () => {
      server.faults.push(...Array.from({ length: 10 }, () => ({ status, type })));
      await expect(calls.place(order)).rejects.toThrow();
    });
  }
});

describe('looking at a call', () => {
  const cases = [
    { given: 'it rings', contact: {}, seen: {} },
    {
      given: 'it was picked up',
      contact: { connectedAt: 1_795_305_600 },
      seen: { connectedAt: '2026-11-22T00:00:00.000Z' },
    },
    {
      given: 'it has ended',
      contact: { connectedAt: 1_795_305_600.5, disconnectedAt: 1_795_305_660, reason: 'CUSTOMER_DISCONNECT' },
      seen: {
        connectedAt: '2026-11-22T00:00:00.500Z',
        disconnectedAt: '2026-11-22T00:01:00.000Z',
        disconnectReason: 'CUSTOMER_DISCONNECT',
      },
    },
  ];
  for (const { given, contact, seen } of cases)
    it(`given ${given}, when it is looked at, then that is seen`, async () => {
      await calls.place(order);
      Object.assign(server.contacts.get('contact-1') ?? {}, contact);
      expect(await calls.look('contact-1')).toEqual(seen);
    });

  it('given a call that is not known everywhere yet, when it is looked at, then it counts as ringing', async () => {
    expect(await calls.look('contact-9')).toEqual({});
  });

  it('given a service that fails, when a call is looked at, then it throws', async () => {
    server.faults.push(
      ...Array.from({ length: 10 }, () => ({ status: 500, type: 'InternalServiceException' })),
    );
    await expect(calls.look('contact-1')).rejects.toThrow();
  });
});

describe('hanging up', () => {
  it('given a call, when it is hung up, and once more, then it ends, and the second time changes nothing', async () => {
    await calls.place(order);
    await calls.hangUp('contact-1');
    await calls.hangUp('contact-1');
    expect(await calls.look('contact-1')).toMatchObject({ disconnectReason: 'API' });
  });

  it('given a service that does not let us, when a call is hung up, then it throws', async () => {
    server.faults.push({ status: 403, type: 'AccessDeniedException' });
    await expect(calls.hangUp('contact-1')).rejects.toThrow('no');
  });
});

describe('no telephone service', () => {
  it('given none, when a call is asked for, then it is refused, and looking and hanging up do no harm', async () => {
    const none = createNoCalls();
    expect(none.canCall).toBe(false);
    expect(await none.place(order)).toMatchObject({ kind: 'refused' });
    expect(await none.look('contact-1')).toEqual({});
    await none.hangUp('contact-1');
  });
});
