import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import { Functions } from '../../../local/functions/functions.ts';
import { FunctionNotFound, TooManyRequests } from '../../../local/functions/invocation.ts';
import { lambdaFunction, temporaryDirectory, writeAssembly } from '../assembly/write-assembly.ts';

/** One bundle that does what its event asks for. */
const obedient = `
  const held = [];
  let calls = 0;
  export async function handler(event, context) {
    calls++;
    switch (event.do) {
      case 'echo': return event.value;
      case 'nothing': return undefined;
      case 'environment': return event.names.map((name) => process.env[name]);
      case 'context': return { name: context.functionName, arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis() };
      case 'count': return calls;
      case 'fail': throw new TypeError('no such thing');
      case 'fail oddly': throw 'plain text';
      case 'wait': return await new Promise((done) => setTimeout(() => done('waited'), event.ms));
      case 'meet': held.push(1); while (held.length < event.of) await new Promise((go) => setTimeout(go, 2)); return held.length;
      case 'hang': return await new Promise(() => setInterval(() => {}, 1000));
      case 'spin': for (;;);
      case 'exit': process.exit(3);
      case 'crash': setImmediate(() => { throw new RangeError('out of nowhere'); }); return new Promise(() => {});
      case 'hoard': { const all = []; for (;;) all.push(new Array(100_000).fill(all.length)); }
      case 'flood': return 'x'.repeat(7 * 1024 * 1024);
      case 'say': console.log(event.line); console.error('and an error'); return null;
    }
  }
`;

const logDirectory = join(temporaryDirectory(), 'logs');
const assembly = readAssembly(
  writeAssembly(
    {
      Service: {
        Resources: {
          Obedient: lambdaFunction('obedient', {
            FunctionName: 'obedient',
            MemorySize: 128,
            Environment: { Variables: { TABLE_NAME: { Ref: 'Table' }, AWS_REGION: 'mars', COUNT: 3 } },
          }),
          Hasty: lambdaFunction('obedient', { FunctionName: 'hasty', Timeout: 0.2 }),
          Reserved: lambdaFunction('obedient', { FunctionName: 'reserved', ReservedConcurrentExecutions: 2 }),
          Broken: lambdaFunction('broken', { FunctionName: 'broken' }),
          Unnamed: lambdaFunction('obedient', { FunctionName: 'unnamed', Handler: 'index.main' }),
          Empty: lambdaFunction('obedient', { FunctionName: 'empty', Handler: 'app.handler' }),
          Deploys: lambdaFunction('obedient', { FunctionName: 'deploys', Runtime: 'python3.13' }),
          Upload: {
            Type: 'Custom::CDKBucketDeployment',
            Properties: { ServiceToken: { 'Fn::GetAtt': ['Deploys', 'Arn'] } },
          },
          Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'mimamori' } },
        },
      },
    },
    { obedient, broken: `throw new Error('TABLE_NAME is not set'); export const handler = 1;` },
  ),
);
const functions = new Functions({ assembly, logDirectory, environment: { AWS_REGION: 'ap-northeast-1' } });
const call = async (name: string, event: object): Promise<unknown> => {
  const result = await functions.invoke(name, JSON.stringify(event));
  return 'payload' in result ? JSON.parse(result.payload) : result;
};

afterAll(() => functions.close());

describe('a function of the template', () => {
  const arn = 'arn:aws:lambda:ap-northeast-1:000000000000:function:obedient';
  it('given a function that only a deploy calls, then it is none of those that run here', async () => {
    expect(functions.names).toEqual(['obedient', 'hasty', 'reserved', 'broken', 'unnamed', 'empty']);
    await expect(functions.invoke('deploys', '{}')).rejects.toThrow(FunctionNotFound);
  });

  const answers: { given: string; event: object; then: unknown }[] = [
    { given: 'an event', event: { do: 'echo', value: { a: [1, '日本'] } }, then: { a: [1, '日本'] } },
    { given: 'nothing returned', event: { do: 'nothing' }, then: null },
    {
      given: 'an environment of template and runtime',
      event: {
        do: 'environment',
        names: ['TABLE_NAME', 'COUNT', 'AWS_REGION', 'AWS_LAMBDA_FUNCTION_NAME', 'HOME'],
      },
      then: ['mimamori', '3', 'ap-northeast-1', 'obedient', null],
    },
    {
      given: 'a context',
      event: { do: 'context' },
      then: { name: 'obedient', arn, left: expect.closeTo(10_000, -3) },
    },
  ];
  for (const { given, event, then } of answers) {
    it(`given ${given}, when it is invoked, then it answers by JSON`, async () => {
      expect(await call('obedient', event)).toEqual(then);
    });
  }

  it('given name, ARN and qualified ARN, when it is invoked by each, then it is the same worker', async () => {
    const first = Number(await call('obedient', { do: 'count' }));
    expect(await call(arn, { do: 'count' })).toBe(first + 1);
    expect(await call(`${arn}:$LATEST`, { do: 'count' })).toBe(first + 2);
  });

  const faults: { given: string; name: string; event: object; then: object }[] = [
    {
      given: 'a thrown error',
      name: 'obedient',
      event: { do: 'fail' },
      then: { functionError: 'Unhandled', errorType: 'TypeError', errorMessage: 'no such thing' },
    },
    {
      given: 'a thrown text',
      name: 'obedient',
      event: { do: 'fail oddly' },
      then: { functionError: 'Unhandled', errorType: 'string', errorMessage: 'plain text' },
    },
    {
      given: 'an answer that is too long',
      name: 'obedient',
      event: { do: 'flood' },
      then: { functionError: 'Unhandled', errorType: 'Function.ResponseSizeTooLarge' },
    },
    {
      given: 'one that waits for ever',
      name: 'hasty',
      event: { do: 'hang' },
      then: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(
          /^RequestId: [0-9a-f-]{36} Error: Task timed out after 0\.20 seconds$/,
        ),
      },
    },
    {
      given: 'one that computes for ever',
      name: 'hasty',
      event: { do: 'spin' },
      then: { errorType: 'Sandbox.Timedout' },
    },
    {
      given: 'one that ends its process',
      name: 'obedient',
      event: { do: 'exit' },
      then: { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: exit status 3' },
    },
    {
      given: 'an error outside the handler',
      name: 'obedient',
      event: { do: 'crash' },
      then: { errorType: 'RangeError', errorMessage: 'out of nowhere' },
    },
    {
      given: 'one that wants all memory',
      name: 'obedient',
      event: { do: 'hoard' },
      then: {
        errorType: 'Runtime.OutOfMemory',
        errorMessage: 'Runtime exited: it needed more than its 128 MB of memory',
      },
    },
    {
      given: 'a module that cannot be loaded',
      name: 'broken',
      event: {},
      then: { errorType: 'Error', errorMessage: 'TABLE_NAME is not set' },
    },
    {
      given: 'a handler that is not exported',
      name: 'unnamed',
      event: {},
      then: { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.main is undefined or not exported' },
    },
    {
      given: 'a file that is not there',
      name: 'empty',
      event: {},
      then: { errorType: 'Runtime.ImportModuleError' },
    },
  ];
  for (const { given, name, event, then } of faults) {
    it(`given ${given}, when it is invoked, then the invocation fails and the next one runs`, async () => {
      expect(await call(name, event)).toMatchObject(then);
      if (name === 'obedient' || name === 'hasty') expect(await call(name, { do: 'echo', value: 1 })).toBe(1);
    });
  }

  it('given one that runs out of time, when others share its worker, then they come to their end', async () => {
    const hung = call('hasty', { do: 'hang' });
    const [slow] = await Promise.all([call('hasty', { do: 'wait', ms: 150 }), hung]);
    const later = call('hasty', { do: 'wait', ms: 50 });
    expect([slow, await later]).toEqual(['waited', 'waited']);
    expect(await hung).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });

  it('given 100 invocations, when they need each other, then they all run at once', async () => {
    const all = Array.from({ length: 100 }, () => call('obedient', { do: 'meet', of: 100 }));
    expect(await Promise.all(all)).toEqual(Array.from({ length: 100 }, () => 100));
  });

  it('given a reserved concurrency of two, when a third comes, then it is refused', async () => {
    const running = [1, 2].map(() => call('reserved', { do: 'meet', of: 2 }));
    await expect(call('reserved', { do: 'echo' })).rejects.toThrow(TooManyRequests);
    expect(await Promise.all(running)).toEqual([2, 2]);
    expect(await call('reserved', { do: 'echo', value: 1 })).toBe(1);
  });

  it('given no such function, when it is invoked, then the error names it', async () => {
    const refusal = new FunctionNotFound('Function not found: nobody');
    await expect(functions.invoke('nobody', '{}')).rejects.toThrow(refusal);
  });

  it('given what it prints, when it has run, then its log holds the lines', async () => {
    await call('hasty', { do: 'say', line: 'swept 3 of 3' });
    // Output travels beside the answer: a second invocation comes after it.
    await call('hasty', { do: 'echo' });
    await expect
      .poll(() => readFileSync(join(logDirectory, 'hasty.log'), 'utf8'))
      .toContain('swept 3 of 3\n');
  });

  it('given a failure, when it has been answered, then its log tells of it too', async () => {
    await call('obedient', { do: 'fail' });
    const log = readFileSync(join(logDirectory, 'obedient.log'), 'utf8');
    expect(log).toMatch(/"level":"ERROR",.*"errorType":"TypeError","errorMessage":"no such thing"/);
  });

  it('given a key of its own, when it signs, then the gateway knows the caller', async () => {
    const [keyId] = (await call('obedient', { do: 'environment', names: ['AWS_ACCESS_KEY_ID'] })) as string[];
    expect(functions.callerOf(keyId ?? '')).toBe('obedient');
    expect(functions.callerOf('AKIAELSE')).toBeUndefined();
  });
});
