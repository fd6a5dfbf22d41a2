import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SESClient, SendEmailCommand, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { ListStateMachinesCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import { DynamoDb } from '../../../local/aws/dynamodb.ts';
import { Gateway } from '../../../local/aws/gateway.ts';
import { ItemExpiry } from '../../../local/aws/item-expiry.ts';
import { SecretVault } from '../../../local/aws/secret-vault.ts';
import { createSecretsManager } from '../../../local/aws/secrets-manager.ts';
import type { BusEvent } from '../../../local/events/event-bus.ts';
import { BoundedLog } from '../../../local/functions/bounded-log.ts';
import { Functions } from '../../../local/functions/functions.ts';
import { putSecretFields } from '../../../local/put-secret-fields.ts';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import { createStepFunctionsApi } from '../../../local/workflows/api.ts';
import { WorkflowEngine } from '../../../local/workflows/engine.ts';
import { lambdaFunction, temporaryDirectory, writeAssembly } from '../assembly/write-assembly.ts';
import { silentPhone } from '../connect/sample-flow.ts';
import { samplePeople } from '../oidc/sample-people.ts';

const now = Date.parse('2026-01-01T00:00:00.000Z');
const directory = temporaryDirectory();
const place = { region: 'ap-northeast-1', accountId: '000000000000' };
const warn = (message: string): void => expect.unreachable(message);
const received: { raw: string; from: string; to: readonly string[]; at: number }[] = [];
const relayed: string[] = [];
const later: [string, string][] = [];
const published: BusEvent[] = [];
let relayIsDown = false;

const assembly = readAssembly(
  writeAssembly(
    {
      Service: {
        Resources: {
          Echo: lambdaFunction('echo', { FunctionName: 'echo' }),
          Once: lambdaFunction('echo', { FunctionName: 'once', ReservedConcurrentExecutions: 0 }),
          Table: {
            Type: 'AWS::DynamoDB::Table',
            Properties: {
              TableName: 'mimamori',
              KeySchema: [
                { AttributeName: 'pk', KeyType: 'HASH' },
                { AttributeName: 'sk', KeyType: 'RANGE' },
              ],
              AttributeDefinitions: ['pk', 'sk', 'gsi1pk'].map((AttributeName) => ({
                AttributeName,
                AttributeType: 'S',
              })),
              GlobalSecondaryIndexes: [
                {
                  IndexName: 'due',
                  KeySchema: [{ AttributeName: 'gsi1pk', KeyType: 'HASH' }],
                  Projection: { ProjectionType: 'ALL' },
                },
              ],
              BillingMode: 'PAY_PER_REQUEST',
              TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
            },
          },
        },
      },
    },
    {
      echo: `export async function handler(event) { if (event.fail) throw new TypeError('no such thing'); return event; }`,
    },
  ),
);

let dynamoDb: DynamoDb;
let engine: WorkflowEngine;
let gateway: Gateway;
let functions: Functions;
let options: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  maxAttempts: 1;
};

beforeAll(async () => {
  const clock = new VirtualClock(now);
  functions = new Functions({ assembly, logDirectory: join(directory, 'logs'), environment: {} });
  engine = WorkflowEngine.open({
    file: ':memory:',
    clock,
    ...place,
    tasks: { invokeFunction: async () => ({ payload: null }) },
  });
  engine.registerMachine({
    arn: engine.stateMachineArn('detection'),
    name: 'detection',
    definition: { QueryLanguage: 'JSONata', StartAt: 'Done', States: { Done: { Type: 'Succeed' } } },
  });
  dynamoDb = await DynamoDb.open({
    directory: join(directory, 'dynamodb'),
    place,
    tables: assembly.resources('AWS::DynamoDB::Table'),
    log: new BoundedLog(join(directory, 'dynamodb.log')),
    warn,
  });
  gateway = await Gateway.listen({ port: 0, warn });
  gateway.serve({
    dynamoDb,
    stepFunctions: createStepFunctionsApi(engine),
    secrets: { vault: SecretVault.open(directory), clock, place },
    ses: {
      clock,
      region: place.region,
      mailbox: {
        receive: async ({ raw, ...mail }) => {
          received.push({ raw: raw.toString(), ...mail });
        },
      },
      relay: async ({ to }) => {
        if (relayIsDown) throw new Error('connect ECONNREFUSED 127.0.0.1:25');
        relayed.push(...to);
      },
    },
    lambda: { functions, invokeLater: (name, event) => later.push([name, event]) },
    events: {
      publish: (events) => {
        published.push(...events);
        return events.map((_, place) => `event-${place + 1}`);
      },
    },
    deskPhone: silentPhone(),
    people: samplePeople(),
    callerOf: (keyId) => functions.callerOf(keyId),
  });
  options = {
    endpoint: `http://127.0.0.1:${gateway.port}`,
    region: place.region,
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' },
    maxAttempts: 1,
  };
});
afterAll(async () => {
  await gateway.close();
  await engine.close();
  await dynamoDb.close();
  await functions.close();
});

describe('the table store', () => {
  it('given the table of the template, when an item is put, then it is read by key and by index', async () => {
    for (const endpoint of [options.endpoint, dynamoDb.endpoint]) {
      const client = new DynamoDBClient({ ...options, endpoint });
      const Item = { pk: { S: 'acme' }, sk: { S: endpoint }, gsi1pk: { S: '017.3.2' }, name: { S: '監視' } };
      await client.send(new PutItemCommand({ TableName: 'mimamori', Item }));
      const { pk, sk } = Item;
      expect(
        (await client.send(new GetItemCommand({ TableName: 'mimamori', Key: { pk, sk } }))).Item,
      ).toEqual(Item);
      const due = await client.send(
        new QueryCommand({
          TableName: 'mimamori',
          IndexName: 'due',
          KeyConditionExpression: 'gsi1pk = :slot',
          ExpressionAttributeValues: { ':slot': { S: '017.3.2' } },
        }),
      );
      expect(due.Items).toContainEqual(Item);
    }
  });

  it('given items whose time is over, when they are looked for, then those alone are removed', async () => {
    const client = new DynamoDBClient(options);
    const seconds = now / 1000;
    for (const [sk, expires] of Object.entries({
      past: seconds - 1,
      present: seconds,
      future: seconds + 1,
    })) {
      const Item = { pk: { S: 'mail' }, sk: { S: sk }, expires: { N: String(expires) } };
      await client.send(new PutItemCommand({ TableName: 'mimamori', Item }));
    }
    const clock = new VirtualClock(now);
    const tables = assembly.resources('AWS::DynamoDB::Table');
    const expiry = new ItemExpiry({ client, tables, clock, warn });
    const left = async (): Promise<(string | undefined)[]> => {
      const KeyConditionExpression = 'pk = :mail';
      const ExpressionAttributeValues = { ':mail': { S: 'mail' } };
      const query = { TableName: 'mimamori', KeyConditionExpression, ExpressionAttributeValues };
      return ((await client.send(new QueryCommand(query))).Items ?? []).map(({ sk }) => sk?.S);
    };
    expect(await expiry.removeExpired()).toBe(1);
    expect(await left()).toEqual(['future', 'present']);
    expiry.start();
    await clock.advanceTo(now + 24 * 3_600_000, async () => undefined);
    await expect.poll(left).toEqual([]);
    expiry.close();
  });

  it('given a condition that does not hold, when an item is put, then the error passes through', async () => {
    const put = new DynamoDBClient(options).send(
      new PutItemCommand({
        TableName: 'mimamori',
        Item: { pk: { S: 'acme' }, sk: { S: 'x' } },
        ConditionExpression: 'attribute_exists(pk)',
      }),
    );
    await expect(put).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });
});

it('given a state machine, when an execution is started, then it has an ARN', async () => {
  const client = new SFNClient(options);
  const { stateMachines } = await client.send(new ListStateMachinesCommand({}));
  const started = await client.send(
    new StartExecutionCommand({
      stateMachineArn: stateMachines?.[0]?.stateMachineArn,
      name: 'a-1',
      input: '{}',
    }),
  );
  expect(started.executionArn).toBe('arn:aws:states:ap-northeast-1:000000000000:execution:detection:a-1');
  const unknown = client.send(
    new StartExecutionCommand({ stateMachineArn: engine.stateMachineArn('other') }),
  );
  await expect(unknown).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
});

describe('secrets', () => {
  const client = (): SecretsManagerClient => new SecretsManagerClient(options);

  it('given a secret, when it is changed, then both versions are there and no file shows a value', async () => {
    const made = await client().send(
      new CreateSecretCommand({ Name: 'mimamori/acme', SecretString: '{"key":"first"}' }),
    );
    expect(made.ARN).toMatch(
      /^arn:aws:secretsmanager:ap-northeast-1:000000000000:secret:mimamori\/acme-[A-Za-z0-9]{6}$/,
    );
    await client().send(new PutSecretValueCommand({ SecretId: made.ARN, SecretString: '{"key":"second"}' }));
    const current = await client().send(new GetSecretValueCommand({ SecretId: 'mimamori/acme' }));
    expect(current).toMatchObject({
      SecretString: '{"key":"second"}',
      VersionStages: ['AWSCURRENT'],
      Name: 'mimamori/acme',
    });
    expect(current.CreatedDate).toEqual(new Date(now));
    const previous = await client().send(
      new GetSecretValueCommand({ SecretId: 'mimamori/acme', VersionStage: 'AWSPREVIOUS' }),
    );
    expect(previous.SecretString).toBe('{"key":"first"}');
    const described = await client().send(new DescribeSecretCommand({ SecretId: 'mimamori/acme' }));
    expect(Object.values(described.VersionIdsToStages ?? {})).toEqual([['AWSPREVIOUS'], ['AWSCURRENT']]);
    expect(readFileSync(join(directory, 'secrets.enc')).toString('latin1')).not.toContain('second');
    for (const file of ['secrets.enc', 'secrets.key'])
      expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
  });

  it('given bytes, when they are put, then the same bytes are read', async () => {
    const SecretBinary = Uint8Array.from([0, 1, 255]);
    await client().send(new CreateSecretCommand({ Name: 'mimamori/bytes', SecretBinary }));
    const read = await client().send(new GetSecretValueCommand({ SecretId: 'mimamori/bytes' }));
    expect(read.SecretBinary).toEqual(SecretBinary);
  });

  it('given a secret, when it is deleted, then it can be restored, or is gone at once if that is wanted', async () => {
    await client().send(new CreateSecretCommand({ Name: 'mimamori/brief', SecretString: 'x' }));
    await client().send(new DeleteSecretCommand({ SecretId: 'mimamori/brief' }));
    const read = () => client().send(new GetSecretValueCommand({ SecretId: 'mimamori/brief' }));
    await expect(read()).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await client().send(new RestoreSecretCommand({ SecretId: 'mimamori/brief' }));
    expect((await read()).SecretString).toBe('x');
    await client().send(
      new DeleteSecretCommand({ SecretId: 'mimamori/brief', ForceDeleteWithoutRecovery: true }),
    );
    await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('given many secrets, when they are listed, then pages hold all of them once', async () => {
    const names: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await client().send(
        new ListSecretsCommand({ MaxResults: 1, ...(NextToken && { NextToken }) }),
      );
      names.push(...(page.SecretList ?? []).map(({ Name }) => Name));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(names).toEqual(['mimamori/acme', 'mimamori/bytes']);
  });

  const faults = [
    {
      given: 'no such secret',
      call: () => client().send(new GetSecretValueCommand({ SecretId: 'mimamori/none' })),
      then: {
        name: 'ResourceNotFoundException',
        message: "Secrets Manager can't find the specified secret.",
      },
    },
    {
      given: 'a name that is taken',
      call: () => client().send(new CreateSecretCommand({ Name: 'mimamori/acme', SecretString: 'x' })),
      then: { name: 'ResourceExistsException' },
    },
    {
      given: 'a value that is too long',
      call: () =>
        client().send(
          new PutSecretValueCommand({ SecretId: 'mimamori/acme', SecretString: 'x'.repeat(70_000) }),
        ),
      then: { name: 'InvalidParameterException', message: 'A secret value has at most 65536 bytes.' },
    },
    {
      given: 'a name with a blank',
      call: () => client().send(new CreateSecretCommand({ Name: 'a b', SecretString: 'hidden-value' })),
      then: { name: 'InvalidParameterException', message: expect.not.stringContaining('hidden-value') },
    },
  ];
  for (const { given, call, then } of faults) {
    it(`given ${given}, when it is asked for, then the error is the service's`, async () => {
      await expect(call()).rejects.toMatchObject(then);
    });
  }

  it('given the stored file, when the vault opens anew, then the secrets are there; with another key it says so', () => {
    expect(SecretVault.open(directory).find('mimamori/acme')?.versions).toHaveLength(2);
    const other = join(directory, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'secrets.enc'), readFileSync(join(directory, 'secrets.enc')));
    writeFileSync(join(other, 'secrets.key'), Buffer.alloc(32));
    expect(() => SecretVault.open(other)).toThrow(
      `${other}/secrets.enc does not open with ${other}/secrets.key; put back the key that belongs to it, or delete both ` +
        'and put the secrets anew',
    );
  });
});

describe('secrets by reference', () => {
  it('given values under references, when they are put, then each is a field and other fields stay', () => {
    const vault = SecretVault.open(temporaryDirectory());
    const manage = createSecretsManager({ vault, clock: new VirtualClock(now), place });
    manage('CreateSecret', { Name: 'mimamori/acme', SecretString: '{"old":"1","key":"0"}' });
    const values = { 'acme/key': '2', 'demo/ssh-key': '3', 'demo/community': '4' };
    putSecretFields(manage, 'mimamori/', values);
    putSecretFields(manage, 'mimamori/', values);
    const fields = (name: string) => vault.find(name)?.versions.map(({ text }) => JSON.parse(text ?? ''));
    expect(fields('mimamori/acme')).toEqual([
      { old: '1', key: '0' },
      { old: '1', key: '2' },
    ]);
    expect(fields('mimamori/demo')).toEqual([{ 'ssh-key': '3', community: '4' }]);
  });
});

describe('mail', () => {
  const raw = [
    'From: =?UTF-8?B?55uj6KaW?= <alerts@msp.example>',
    'To: Taro <taro@acme.example>, hanako@acme.example',
    'Bcc: hidden@acme.example',
    'Message-ID: <mine@msp.example>',
    'Subject: folded',
    ' over two lines',
    'Date: Thu, 01 Jan 1970 00:00:00 +0000',
    'In-Reply-To: <first@ap-northeast-1.amazonses.com>',
    '',
    'Date: in the body stays',
  ].join('\r\n');
  const send = (more: object = {}, text = raw) =>
    new SESClient(options).send(
      new SendRawEmailCommand({ RawMessage: { Data: Buffer.from(text) }, ...more }),
    );

  it('given a message, when it is sent, then it arrives with the id and the date of the service', async () => {
    const { MessageId } = await send();
    const [mail] = received.splice(0);
    expect(mail).toMatchObject({
      from: 'alerts@msp.example',
      to: ['taro@acme.example', 'hanako@acme.example', 'hidden@acme.example'],
      at: now,
    });
    expect(mail?.raw).toBe(
      [
        `Message-ID: <${MessageId}@ap-northeast-1.amazonses.com>`,
        'Date: Thu, 01 Jan 2026 00:00:00 +0000',
        'From: =?UTF-8?B?55uj6KaW?= <alerts@msp.example>',
        'To: Taro <taro@acme.example>, hanako@acme.example',
        'Subject: folded',
        ' over two lines',
        'In-Reply-To: <first@ap-northeast-1.amazonses.com>',
        '',
        'Date: in the body stays',
      ].join('\r\n'),
    );
    expect(relayed.splice(0)).toEqual(mail?.to);
  });

  it('given an envelope, when it is sent, then the envelope counts', async () => {
    await send({ Source: 'Desk <desk@msp.example>', Destinations: ['a@acme.example', 'B <b@acme.example>'] });
    expect(received.splice(0)[0]).toMatchObject({
      from: 'desk@msp.example',
      to: ['a@acme.example', 'b@acme.example'],
    });
  });

  it('given a relay that is down, when it is sent, then the sender is told and the inbox has nothing', async () => {
    relayIsDown = true;
    await expect(send()).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      message: 'The SMTP relay did not take the mail: connect ECONNREFUSED 127.0.0.1:25',
    });
    relayIsDown = false;
    expect(received).toEqual([]);
  });

  const faults = [
    {
      given: 'nobody to send to',
      call: () => send({}, 'From: a@b.example\r\n\r\nx'),
      then: { name: 'InvalidParameterValue', message: 'Missing final recipient.' },
    },
    {
      given: 'no sender',
      call: () => send({}, 'To: a@b.example\r\n\r\nx'),
      then: { message: "Missing required header 'From'." },
    },
    {
      given: '51 recipients',
      call: () => send({ Destinations: Array.from({ length: 51 }, (_, n) => `${n}@b.example`) }),
      then: { message: 'Recipient count exceeds 50.' },
    },
    {
      given: 'another action',
      call: () =>
        new SESClient(options).send(
          new SendEmailCommand({
            Source: 'a@b.example',
            Destination: {},
            Message: { Subject: { Data: 'x' }, Body: {} },
          }),
        ),
      then: { message: 'ses SendEmail is not simulated on one machine; known is SendRawEmail' },
    },
  ];
  for (const { given, call, then } of faults) {
    it(`given ${given}, when it is sent, then the error says so`, async () => {
      await expect(call()).rejects.toMatchObject(then);
      expect(received).toEqual([]);
    });
  }
});

describe('invoking a function', () => {
  const invoke = (name: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${options.endpoint}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, {
      method: 'POST',
      body,
      headers,
    });

  it('given an event, when it is invoked, then the answer is the payload', async () => {
    const response = await invoke('echo', '{"a":"監視"}');
    expect([response.status, response.headers.get('x-amz-executed-version')]).toEqual([200, '$LATEST']);
    expect(await response.json()).toEqual({ a: '監視' });
  });

  it('given a function that fails, when it is invoked, then the answer tells of the error', async () => {
    const response = await invoke(
      'arn:aws:lambda:ap-northeast-1:000000000000:function:echo',
      '{"fail":true}',
    );
    expect(response.headers.get('x-amz-function-error')).toBe('Unhandled');
    expect(await response.json()).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'no such thing',
      trace: expect.any(Array),
    });
  });

  it('given a caller that does not wait, when it is invoked, then it runs later', async () => {
    expect((await invoke('echo', '{}', { 'x-amz-invocation-type': 'Event' })).status).toBe(202);
    expect(later).toEqual([['echo', '{}']]);
  });

  const faults = [
    { given: 'no such function', name: 'nobody', body: '{}', status: 404, code: 'ResourceNotFoundException' },
    { given: 'no free place', name: 'once', body: '{}', status: 429, code: 'TooManyRequestsException' },
    {
      given: 'an event that is not JSON',
      name: 'echo',
      body: '{',
      status: 400,
      code: 'InvalidRequestContentException',
    },
  ];
  for (const { given, name, body, status, code } of faults) {
    it(`given ${given}, when it is invoked, then the answer is ${status}`, async () => {
      const response = await invoke(name, body);
      expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([status, code]);
    });
  }
});

describe('what is not simulated', () => {
  const authorization = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=AKIA/20260101/ap-northeast-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const cases = [
    {
      given: 'a JSON protocol',
      headers: { 'x-amz-target': 'AmazonSSM.GetParameter' },
      then: 'AmazonSSM GetParameter is not simulated on one machine; simulated are',
    },
    {
      given: 'the query protocol',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: authorization('sts') },
      body: 'Action=GetCallerIdentity',
      then: '<Message>sts GetCallerIdentity is not simulated on one machine; simulated are',
    },
    {
      given: 'REST',
      headers: { authorization: authorization('s3') },
      then: 's3 POST / is not simulated on one machine; simulated are',
    },
  ];
  for (const { given, headers, body, then } of cases) {
    it(`given a call by ${given}, when it comes, then the error says so in that protocol`, async () => {
      const response = await fetch(options.endpoint, {
        method: 'POST',
        headers: headers as Record<string, string>,
        body: body ?? '{}',
      });
      expect(response.status).toBe(404);
      expect(await response.text()).toContain(then);
    });
  }
});

describe('who may call', () => {
  const statusFor = (port: number, headers: Record<string, string>, bytes = 2): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      call.on('error', reject);
      call.end(Buffer.alloc(bytes, 0x20));
    });
  const cases = [
    { given: 'a name that was bound to this machine from outside', headers: { host: 'evil.example:4566' } },
    { given: 'a page in a browser', headers: { host: 'localhost', origin: 'https://evil.example' } },
  ];
  for (const { given, headers } of cases) {
    it(`given ${given}, when it calls gateway or table store, then it is refused`, async () => {
      expect(await statusFor(gateway.port, headers)).toBe(403);
      expect(await statusFor(dynamoDb.port, headers)).toBe(403);
    });
  }

  it('given 17 MB, when they are sent, then they are refused', async () => {
    expect(await statusFor(gateway.port, { host: 'localhost' }, 17 * 1024 * 1024)).toBe(413);
  });
});

describe('EventBridge', () => {
  const call = async (operation: string, request: object) => {
    const response = await fetch(options.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': `AWSEvents.${operation}`, 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(request),
    });
    return { status: response.status, body: (await response.json()) as unknown };
  };

  it('given entries of which some are wrong, when they are put, then the others are taken and each has its answer', async () => {
    const good = { Source: 'shop', DetailType: 'Sold', Detail: '{"item":"tea"}' };
    const { body } = await call('PutEvents', {
      Entries: [
        { ...good, Detail: '[1]' },
        { ...good, Time: 1_767_225_600, Resources: ['arn:a'] },
        { ...good, Source: 'aws.states' },
        { Source: 'shop', Detail: '{}' },
        { ...good, EventBusName: 'own' },
        { ...good, EventBusName: 'arn:aws:events:ap-northeast-1:000000000000:event-bus/default' },
      ],
    });
    expect(body).toEqual({
      FailedEntryCount: 4,
      Entries: [
        { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
        { EventId: 'event-1' },
        { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' },
        {
          ErrorCode: 'InvalidArgument',
          ErrorMessage: 'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
        },
        { ErrorCode: 'InvalidArgument', ErrorMessage: 'Event bus own does not exist.' },
        { EventId: 'event-2' },
      ],
    });
    expect(published[0]).toEqual({
      source: 'shop',
      detailType: 'Sold',
      detail: { item: 'tea' },
      resources: ['arn:a'],
      atMs: 1_767_225_600_000,
    });
  });

  it('given what the service refuses, when it is asked, then it is refused', async () => {
    expect(await call('PutEvents', { Entries: [] })).toMatchObject({
      status: 400,
      body: { __type: 'ValidationException' },
    });
    expect(await call('PutRule', {})).toMatchObject({
      status: 400,
      body: { message: 'EventBridge PutRule is not simulated on one machine; known is PutEvents' },
    });
  });
});
