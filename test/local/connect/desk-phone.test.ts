import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ConnectClient,
  ContactNotFoundException,
  DescribeContactCommand,
  InvalidParameterException,
  ResourceNotFoundException,
  StartOutboundVoiceContactCommand,
  StopContactCommand,
} from '@aws-sdk/client-connect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gateway } from '../../../local/aws/gateway.ts';
import { SecretVault } from '../../../local/aws/secret-vault.ts';
import { readContactFlows } from '../../../local/connect/contact-flow.ts';
import { CallConflict, DeskPhone, UnknownCall } from '../../../local/connect/desk-phone.ts';
import type { BusEvent } from '../../../local/events/event-bus.ts';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import { createStepFunctionsApi } from '../../../local/workflows/api.ts';
import { WorkflowEngine } from '../../../local/workflows/engine.ts';
import { temporaryDirectory } from '../assembly/write-assembly.ts';
import { samplePeople } from '../oidc/sample-people.ts';
import { flowAssembly, sampleFlow, sampleFlowContent } from './sample-flow.ts';

const now = Date.parse('2026-01-01T00:00:00.000Z');
const place = { region: 'ap-northeast-1', accountId: '000000000000' };
const flow = sampleFlow();
const attributes = {
  report: 'web-1 is down',
  thanks: 'thank you',
  call: 'c-1',
  incident: 'demo.web-1-1',
  language: 'en',
};
const request = {
  flow,
  to: '+819012345678',
  from: '+81312345678',
  attributes,
  ringSeconds: 30,
};
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

function open({
  file = ':memory:',
  clock = new VirtualClock(now),
  answer = async (): Promise<unknown> => ({ taken: 'yes' }),
} = {}) {
  const events: BusEvent[] = [];
  const invoked: { functionArn: string; event: unknown }[] = [];
  const warned: string[] = [];
  const phone = new DeskPhone({
    file,
    clock,
    flows: [flow],
    bus: {
      publish: (all) => {
        events.push(...all);
        return [];
      },
    },
    invoke: (functionArn, event) => {
      invoked.push({ functionArn, event: JSON.parse(event) });
      return answer();
    },
    warn: (message) => warned.push(message),
  });
  const pass = (seconds: number) => clock.advanceTo(clock.now() + seconds * 1000, settle);
  const told = () => events.map(({ detail }) => [detail.eventType, detail.disconnectReason ?? null]);
  return { phone, clock, events, invoked, warned, pass, told };
}

describe('the desk phone', () => {
  it('given a call, when it is picked up and 1 is pressed, then the function of the flow gets the key, and the call ends with thanks', async () => {
    const { phone, invoked, events, told, pass } = open();
    const { id } = phone.call(request);
    expect(phone.get(id)).toMatchObject({ state: 'ringing', said: [] });
    await pass(5);
    expect(await phone.answer(id)).toMatchObject({ state: 'answered', said: ['web-1 is down'] });
    const ended = await phone.answer(id, '1');
    expect(ended).toMatchObject({
      state: 'answered',
      keys: '1',
      said: ['web-1 is down', 'thank you'],
      disconnectReason: 'CONTACT_FLOW_DISCONNECT',
    });
    expect(invoked).toEqual([
      {
        functionArn: 'arn:aws:lambda:ap-northeast-1:000000000000:function:take-key',
        event: {
          Name: 'ContactFlowEvent',
          Details: {
            ContactData: expect.objectContaining({
              ContactId: id,
              Attributes: attributes,
              CustomerEndpoint: { Address: '+819012345678', Type: 'TELEPHONE_NUMBER' },
            }),
            Parameters: { digit: '1' },
          },
        },
      },
    ]);
    expect(told()).toEqual([
      ['INITIATED', null],
      ['CONNECTED_TO_SYSTEM', null],
      ['DISCONNECTED', 'CONTACT_FLOW_DISCONNECT'],
    ]);
    expect(events[2]).toMatchObject({
      source: 'aws.connect',
      detailType: 'Amazon Connect Contact Event',
      detail: {
        contactId: id,
        channel: 'VOICE',
        initiationMethod: 'API',
        initiationTimestamp: '2026-01-01T00:00:00.000Z',
        connectedToSystemTimestamp: '2026-01-01T00:00:05.000Z',
        instanceArn: 'arn:aws:connect:ap-northeast-1:000000000000:instance/i',
      },
    });
  });

  it('given a call, when it is answered with a key at once, then that is a pick-up and a key', async () => {
    const { phone, invoked } = open();
    const { id } = phone.call(request);
    expect(await phone.answer(id, '1')).toMatchObject({ state: 'answered', keys: '1' });
    expect(invoked).toHaveLength(1);
  });

  it('given a call that nobody picks up, when it has rung for its time, then it ends unanswered', async () => {
    const { phone, pass, told } = open();
    const { id } = phone.call(request);
    await pass(29);
    expect(phone.get(id)?.state).toBe('ringing');
    await pass(1);
    expect(phone.get(id)?.state).toBe('unanswered');
    expect(told().at(-1)).toEqual(['DISCONNECTED', 'OUTBOUND_ATTEMPT_FAILED']);
    await expect(phone.answer(id)).rejects.toThrow(CallConflict);
    expect(() => phone.decline(id)).toThrow('the call is over');
  });

  it('given a call, when it is declined, then no function is called', async () => {
    const { phone, invoked, told } = open();
    const { id } = phone.call(request);
    expect(phone.decline(id).state).toBe('declined');
    expect(invoked).toEqual([]);
    expect(told().map(([type]) => type)).toEqual(['INITIATED', 'DISCONNECTED']);
  });

  it('given an answering machine, when nobody presses a key, then the report is said three times, and the call ends without the function', async () => {
    const { phone, invoked, pass } = open();
    const { id } = phone.call(request);
    await phone.answer(id);
    await pass(120);
    expect(phone.get(id)).toMatchObject({
      state: 'answered',
      said: ['web-1 is down', 'web-1 is down', 'web-1 is down', 'goodbye'],
      disconnectReason: 'CONTACT_FLOW_DISCONNECT',
    });
    expect(invoked).toEqual([]);
  });

  it('given a picked-up call, when a wrong key is pressed, then the report is said again', async () => {
    const { phone, invoked } = open();
    const { id } = phone.call(request);
    await phone.answer(id);
    expect(await phone.answer(id, '7')).toMatchObject({
      said: ['web-1 is down', 'web-1 is down'],
      keys: '7',
    });
    expect(invoked).toEqual([]);
  });

  for (const { given, answer, then } of [
    {
      given: 'a function that fails',
      answer: () => Promise.reject(new Error('no table')),
      then: 'not recorded',
    },
    {
      given: 'a function that answers what a flow cannot read',
      answer: async () => ({ a: { b: 1 } }),
      then: 'not recorded',
    },
    { given: 'a function that says no', answer: async () => ({ taken: 'no' }), then: 'not recorded' },
  ]) {
    it(`given ${given}, when 1 is pressed, then the callee hears so`, async () => {
      const { phone } = open({ answer });
      const { id } = phone.call(request);
      expect((await phone.answer(id, '1')).said.at(-1)).toBe(then);
    });
  }

  it('given a function that never answers, when its time is over, then the flow goes on', async () => {
    const { phone, pass, warned } = open({ answer: () => new Promise(() => undefined) });
    const { id } = phone.call(request);
    const pressed = phone.answer(id, '1');
    await pass(9);
    expect((await pressed).said.at(-1)).toBe('not recorded');
    expect(warned).toEqual(["the contact flow's function take-key failed: Error: no answer within 8000 ms"]);
  });

  it('given a call that the caller ends while it rings, when a key comes, then it is refused', async () => {
    const { phone, told } = open();
    const { id } = phone.call(request);
    expect(phone.stop(id)).toBe(true);
    expect(phone.stop(id)).toBe(false);
    expect(phone.get(id)?.state).toBe('unanswered');
    expect(told().at(-1)).toEqual(['DISCONNECTED', 'API']);
    await expect(phone.answer(id, '1')).rejects.toThrow(CallConflict);
    await expect(phone.answer('nobody')).rejects.toThrow(UnknownCall);
  });

  it('given calls, when they begin and end, then whoever minds the clock is told of each once', async () => {
    const told: string[] = [];
    const phone = new DeskPhone({
      file: ':memory:',
      clock: new VirtualClock(now),
      flows: [flow],
      bus: { publish: () => [] },
      invoke: async () => ({ taken: 'yes' }),
      warn: (message) => expect.unreachable(message),
      onCall: () => {
        told.push('begins');
        return () => told.push('ends');
      },
    });
    await phone.answer(phone.call(request).id, '1');
    expect(told).toEqual(['begins', 'ends']);
    phone.decline(phone.call(request).id);
    expect(told).toEqual(['begins', 'ends', 'begins', 'ends']);
    phone.call(request);
    phone.close();
    expect(told).toEqual(['begins', 'ends', 'begins', 'ends', 'begins', 'ends']);
  });

  it('given the same token twice, when it is called, then it rings once', () => {
    const { phone } = open();
    const first = phone.call({ ...request, token: 't' });
    expect(phone.call({ ...request, token: 't' }).id).toBe(first.id);
    expect(phone.call({ ...request, token: 'u' }).id).not.toBe(first.id);
    expect(phone.list()).toHaveLength(2);
  });

  it('given a process that dies, when the next one starts, then calls and events go on where they were', async () => {
    const file = join(temporaryDirectory(), 'calls.sqlite');
    const before = open({ file, answer: () => new Promise(() => undefined) });
    const rings = before.phone.call(request);
    const listens = before.phone.call(request);
    const asks = before.phone.call(request);
    await before.phone.answer(listens.id);
    void before.phone.answer(asks.id, '1');
    await settle();
    expect(before.invoked).toHaveLength(1);
    before.phone.close();
    const after = open({ file, clock: new VirtualClock(now + 20_000) });
    after.phone.start();
    await settle();
    // The key that was pressed is taken to the function again.
    expect(after.invoked).toHaveLength(1);
    expect(after.phone.get(asks.id)?.said.at(-1)).toBe('thank you');
    await after.pass(10);
    expect(after.phone.get(rings.id)?.state).toBe('unanswered');
    await after.pass(60);
    expect(after.phone.get(listens.id)?.said.at(-1)).toBe('goodbye');
    expect(after.told()).toEqual([
      ['DISCONNECTED', 'CONTACT_FLOW_DISCONNECT'],
      ['DISCONNECTED', 'OUTBOUND_ATTEMPT_FAILED'],
      ['DISCONNECTED', 'CONTACT_FLOW_DISCONNECT'],
    ]);
  });

  it('given a bus that could not take an event, when the next process starts, then it is told', () => {
    const file = join(temporaryDirectory(), 'calls.sqlite');
    const phone = new DeskPhone({
      file,
      clock: new VirtualClock(now),
      flows: [flow],
      bus: {
        publish: () => {
          throw new Error('disk full');
        },
      },
      invoke: async () => ({}),
      warn: () => undefined,
    });
    expect(() => phone.call(request)).toThrow('disk full');
    phone.close();
    const after = open({ file });
    after.phone.start();
    expect(after.told()).toEqual([['INITIATED', null]]);
  });
});

describe('a contact flow of the template', () => {
  const withAction = (change: object): object => ({
    ...sampleFlowContent,
    Actions: [
      { Identifier: 'voice', Type: 'MessageParticipant', Parameters: {}, Transitions: {}, ...change },
    ],
  });
  for (const { given, content, then } of [
    {
      given: 'an action that is not simulated',
      content: withAction({ Type: 'TransferContactToQueue' }),
      then: 'Service.Flow.Content: action voice is a TransferContactToQueue, which is not simulated; known are',
    },
    {
      given: 'a way to nowhere',
      content: withAction({ Transitions: { NextAction: 'gone' } }),
      then: 'Service.Flow.Content: action voice goes on to gone, which it does not have',
    },
    {
      given: 'no beginning',
      content: { ...sampleFlowContent, StartAction: 'gone' },
      then: 'Service.Flow.Content starts at "gone", which it does not have',
    },
  ]) {
    it(`given ${given}, when it is read, then the message says so`, () => {
      expect(() => readContactFlows(flowAssembly(content))).toThrow(then);
    });
  }

  it('given the flow that is shipped, when 1 is pressed at the second asking, then the function gets the key', async () => {
    const text = readFileSync(new URL('../../../connect-flows/report-failure.json', import.meta.url), 'utf8');
    const shipped = sampleFlow(JSON.parse(text));
    const clock = new VirtualClock(now);
    const keys: unknown[] = [];
    const phone = new DeskPhone({
      file: ':memory:',
      clock,
      flows: [shipped],
      bus: { publish: () => [] },
      invoke: async (_, event) => {
        keys.push(JSON.parse(event).Details.Parameters);
        return { accepted: 'true' };
      },
      warn: (message) => expect.unreachable(message),
    });
    const spoken = { ...attributes, again: 'press 1', unrecorded: 'not noted', goodbye: 'bye' };
    const { id } = phone.call({ ...request, flow: shipped, attributes: spoken });
    await phone.answer(id);
    await clock.advanceTo(now + 10_000, settle);
    expect((await phone.answer(id, '1')).said).toEqual(['web-1 is down', 'press 1', 'thank you']);
    expect(keys).toEqual([{ digit: '1' }]);
  });

  it('given a flow that goes in a circle, when it is picked up, then it ends', async () => {
    const circle = sampleFlow(withAction({ Transitions: { NextAction: 'voice' } }));
    const phone = new DeskPhone({
      file: ':memory:',
      clock: new VirtualClock(now),
      flows: [circle],
      bus: { publish: () => [] },
      invoke: async () => ({}),
      warn: () => undefined,
    });
    const { id } = phone.call({ ...request, flow: circle });
    expect((await phone.answer(id)).disconnectReason).toBe('CONTACT_FLOW_DISCONNECT');
  });
});

describe("the protocol, by the SDK's client", () => {
  const { phone, pass } = open();
  let gateway: Gateway;
  let client: ConnectClient;
  beforeAll(async () => {
    const clock = new VirtualClock(now);
    const engine = WorkflowEngine.open({
      file: ':memory:',
      clock,
      ...place,
      tasks: { invokeFunction: async () => ({ payload: null }) },
    });
    gateway = await Gateway.listen({ port: 0, warn: (message) => expect.unreachable(message) });
    gateway.serve({
      dynamoDb: { port: 1 },
      stepFunctions: createStepFunctionsApi(engine),
      secrets: { vault: SecretVault.open(temporaryDirectory()), clock, place },
      ses: { mailbox: { receive: async () => undefined }, clock, region: place.region },
      lambda: {
        functions: { invoke: async () => ({ payload: 'null' }), check: () => undefined },
        invokeLater: () => undefined,
      },
      events: { publish: () => [] },
      deskPhone: phone,
      people: samplePeople(),
      callerOf: () => undefined,
    });
    client = new ConnectClient({
      endpoint: `http://127.0.0.1:${gateway.port}`,
      region: place.region,
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
      maxAttempts: 1,
    });
  });
  afterAll(() => gateway.close());

  const start = {
    InstanceId: 'i',
    ContactFlowId: flow.id,
    DestinationPhoneNumber: '+819012345678',
    SourcePhoneNumber: '+81312345678',
    ClientToken: 'token',
    Attributes: attributes,
  };

  it('given a call, when it is started, looked at and stopped, then each answer has what the service says', async () => {
    const { ContactId } = await client.send(new StartOutboundVoiceContactCommand(start));
    const again = await client.send(
      new StartOutboundVoiceContactCommand({ ...start, ContactFlowId: flow.arn }),
    );
    expect(again.ContactId).toBe(ContactId);
    const look = async () =>
      (await client.send(new DescribeContactCommand({ InstanceId: 'i', ContactId }))).Contact;
    expect(await look()).toMatchObject({
      Id: ContactId,
      InitiationMethod: 'API',
      Channel: 'VOICE',
      InitiationTimestamp: new Date(now),
    });
    expect(await look()).not.toHaveProperty('ConnectedToSystemTimestamp');
    await pass(40);
    await phone.answer(ContactId ?? '');
    expect((await look())?.ConnectedToSystemTimestamp).toEqual(new Date(now + 40_000));
    await client.send(new StopContactCommand({ InstanceId: 'i', ContactId }));
    expect(await look()).toMatchObject({
      DisconnectTimestamp: new Date(now + 40_000),
      DisconnectReason: 'API',
    });
    await expect(client.send(new StopContactCommand({ InstanceId: 'i', ContactId }))).rejects.toThrow(
      ContactNotFoundException,
    );
  });

  it('given what cannot be called, when it is asked for, then the error is of the kind that the client knows', async () => {
    const wrong = (change: object) =>
      client.send(new StartOutboundVoiceContactCommand({ ...start, ClientToken: 'other', ...change }));
    await expect(wrong({ ContactFlowId: 'gone' })).rejects.toThrow(ResourceNotFoundException);
    const number = wrong({ DestinationPhoneNumber: '090-1234' });
    await expect(number).rejects.toThrow(InvalidParameterException);
    await expect(number).rejects.toThrow('DestinationPhoneNumber: a number in E.164');
    await expect(wrong({ RingTimeoutInSeconds: 5 })).rejects.toThrow(InvalidParameterException);
    await expect(wrong({ Attributes: { report: 'x'.repeat(33_000) } })).rejects.toThrow(
      InvalidParameterException,
    );
    await expect(
      client.send(new DescribeContactCommand({ InstanceId: 'i', ContactId: 'gone' })),
    ).rejects.toThrow(ResourceNotFoundException);
  });
});
