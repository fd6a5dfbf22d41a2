import { readFileSync } from 'node:fs';
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { rightsOf } from './rights.ts';
import { functionsOf, type Resource, readable, resourcesOf, templatesFor } from './templates.ts';

const { service } = templatesFor();
const functions = Object.values(functionsOf(service));
const nameOf = ({ Properties }: Resource) => String(Properties.FunctionName);
const named = (name: string): Resource => {
  const found = functions.find((each) => nameOf(each) === name);
  if (found === undefined) throw new Error(`the template has no function ${name}`);
  return found;
};

const instanceArn = 'arn:aws:connect:ap-northeast-1:111111111111:instance/0a1b2c3d';
const connected = {
  calls: 'connect',
  connectInstanceArn: instanceArn,
  connectSourcePhone: '+81312345678',
} as const;

describe('the network', () => {
  const cases = [
    {
      given: 'no address of one’s own',
      options: {},
      allocation: { 'Fn::ImportValue': Match.stringLikeRegexp('AddressEip.*AllocationId') },
    },
    {
      given: 'an address of one’s own',
      options: { allocationId: 'eipalloc-0123456789abcdef0', monitoringAddress: '192.0.2.10' },
      allocation: 'eipalloc-0123456789abcdef0',
    },
  ];
  for (const { given, options, allocation } of cases) {
    it(`given ${given}, when functions reach customers, then they leave by the one fixed address`, () => {
      const template = templatesFor(options).service;
      template.resourceCountIs('AWS::EC2::NatGateway', 1);
      template.hasResourceProperties('AWS::EC2::NatGateway', { AllocationId: allocation });
      template.resourceCountIs('AWS::EC2::EIP', 0);
    });
  }

  it('given a broken way out, when the table is read, then it is reached by its gateway endpoint', () => {
    service.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Gateway',
      ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, '.dynamodb']] },
    });
  });

  it('given all functions, when their place is read, then only those that reach customers are in the network', () => {
    const inside = functions.filter(({ Properties }) => Properties.VpcConfig !== undefined).map(nameOf);
    expect(inside.sort()).toEqual([
      'mimamori-check-again',
      'mimamori-collect-information',
      'mimamori-prepare-repair',
      'mimamori-run-step',
      'mimamori-settle-repair',
      'mimamori-sweep',
      'mimamori-verify-access',
    ]);
  });

  it('given the probes’ security group, when somebody calls in, then nothing lets him', () => {
    service.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    for (const { Properties } of Object.values(resourcesOf(service, 'AWS::EC2::SecurityGroup')))
      expect(Properties.SecurityGroupIngress).toBeUndefined();
  });
});

describe('the functions', () => {
  it('given lambdas/, when its entry files are listed, then each is a function of the template', () => {
    const handlers = functions.map(({ Properties }) => String(Properties.Handler)).sort();
    expect(handlers).toEqual([
      'after-stop.handler',
      'begin-response.handler',
      'check-again.handler',
      'choose-repair.handler',
      'close-incident.handler',
      'collect-information.handler',
      'end-call.handler',
      'end-detection.handler',
      'end-escalation.handler',
      'end-first-response.handler',
      'end-second-response.handler',
      'join-incident.handler',
      'look-at-call.handler',
      'look-at-incident.handler',
      'look-at-second-response.handler',
      'next-call.handler',
      'next-page.handler',
      'operator-actions.handler',
      'page-engineer.handler',
      'place-call.handler',
      'prepare-repair.handler',
      'remind-of-report.handler',
      'run-step.handler',
      'send-incident-mail.handler',
      'send-pending.handler',
      'serve-api.handler',
      'serve-auth.handler',
      'settle-repair.handler',
      'sweep.handler',
      'take-heartbeat.handler',
      'tell-customer.handler',
      'tell-operators.handler',
      'verify-access.handler',
      'wait-for-news.handler',
    ]);
  });

  for (const resource of functions) {
    it(`given ${nameOf(resource)}, when it is made, then it runs on Node 24 on arm64 and keeps its log for three months`, () => {
      const { Runtime, Architectures, LoggingConfig, ReservedConcurrentExecutions } = resource.Properties;
      expect({ Runtime, Architectures, ReservedConcurrentExecutions }).toEqual({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
      });
      const { LogGroup } = LoggingConfig as { LogGroup: { Ref: string } };
      expect(resourcesOf(service, 'AWS::Logs::LogGroup')[LogGroup.Ref]?.Properties).toMatchObject({
        LogGroupName: `/aws/lambda/${nameOf(resource)}`,
        RetentionInDays: 90,
      });
    });
  }

  const always = {
    TABLE_NAME: expect.anything(),
    SECRET_PREFIX: 'mimamori/',
    ACTION_URL: expect.anything(),
    PORTAL_URL: expect.anything(),
    OIDC_ISSUER: expect.anything(),
    OIDC_CLIENT_ID: expect.anything(),
    USER_POOL_ID: expect.anything(),
    WORKFLOWS_URL: expect.anything(),
    MONITORING_ADDRESSES: expect.anything(),
    DETECTION_MACHINE_ARN: expect.anything(),
    INCIDENT_MACHINE_ARN: expect.anything(),
    FIRST_RESPONSE_MACHINE_ARN: expect.anything(),
    ESCALATION_MACHINE_ARN: expect.anything(),
    SECOND_RESPONSE_MACHINE_ARN: expect.anything(),
    CALL_PROVIDER: expect.anything(),
    SHARDS: '1',
    MAX_CHECKS_IN_FLIGHT: '400',
  };
  const timestream = { METRIC_STORE: 'timestream', METRIC_DATABASE: 'mimamori', METRIC_TABLE: 'checks' };
  const ses = { MAIL_TRANSPORT: 'ses', SES_CONFIGURATION_SET: 'mimamori' };
  const environments = [
    { given: 'Timestream and SES', options: {}, more: { ...timestream, ...ses } },
    {
      given: 'one machine',
      options: { metricStore: 'sqlite' as const },
      more: { METRIC_STORE: 'sqlite', ...ses },
    },
    {
      given: 'SMTP',
      options: { mailTransport: 'smtp' as const, smtpSecret: 'msp/smtp-url' },
      more: { ...timestream, MAIL_TRANSPORT: 'smtp', SMTP_SECRET: 'msp/smtp-url' },
    },
    {
      given: 'calls by Amazon Connect',
      options: connected,
      more: {
        ...timestream,
        ...ses,
        CALL_PROVIDER: 'connect',
        CONNECT_INSTANCE_ID: '0a1b2c3d',
        CONNECT_SOURCE_PHONE: '+81312345678',
      },
    },
  ];
  for (const { given, options, more } of environments) {
    it(`given ${given}, when the functions are made, then each has the whole environment and nothing else`, () => {
      const expected = { ...always, ...more };
      const template = templatesFor(options).service;
      for (const { Properties } of Object.values(functionsOf(template))) {
        // Those that look up customers' names have more threads for it.
        const threads = Properties.VpcConfig === undefined ? [] : ['UV_THREADPOOL_SIZE'];
        // Its contact flow names another function, so that only who places calls can know it.
        const places = options === connected && Properties.FunctionName === 'mimamori-place-call';
        const flow = places ? ['CONNECT_FLOW_ID'] : [];
        const { Variables } = Properties.Environment as { Variables: object };
        expect(Object.keys(Variables).sort()).toEqual([...Object.keys(expected), ...threads, ...flow].sort());
        expect(Variables).toMatchObject(expected);
      }
    });
  }

  it('given platform/environment.ts, when it reads a variable, then the template sets it, or the one-machine runtime or Lambda does', () => {
    const read = ['platform/environment.ts', 'lambdas/probe/sweep.ts'].flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/environment\('([A-Z_]+)'\)/g)].map(([, name]) => name),
    );
    const set = new Set([...environments.flatMap(({ more }) => Object.keys(more)), ...Object.keys(always)]);
    expect(read.length).toBeGreaterThan(5);
    expect(read.filter((name) => !set.has(name ?? '')).sort()).toEqual([
      'AWS_REGION',
      'CONNECT_FLOW_ID',
      'METRIC_FILE',
    ]);
  });

  it('given the machines’ fixed names, when functions are told their ARNs, then these are the ARNs', () => {
    const { DETECTION_MACHINE_ARN, INCIDENT_MACHINE_ARN } = (
      named('mimamori-sweep').Properties.Environment as { Variables: Record<string, unknown> }
    ).Variables;
    const prefix = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:';
    expect([DETECTION_MACHINE_ARN, INCIDENT_MACHINE_ARN].map(readable)).toEqual([
      `${prefix}mimamori-detection`,
      `${prefix}mimamori-incident`,
    ]);
    const names = Object.values(resourcesOf(service, 'AWS::StepFunctions::StateMachine')).map(
      ({ Properties }) => Properties.StateMachineName,
    );
    expect(names.sort()).toEqual([
      'mimamori-detection',
      'mimamori-escalation',
      'mimamori-first-response',
      'mimamori-incident',
      'mimamori-second-response',
    ]);
  });
});

describe('the schedules', () => {
  const inputOf = ({ Properties }: Resource) =>
    JSON.parse((Properties.Target as { Input: string }).Input) as object;
  for (const shards of [1, 4]) {
    it(`given ${shards} shards, when a minute comes, then each has its own sweep, pending mail is sent once, and one verifies access`, () => {
      const schedules = Object.values(
        resourcesOf(templatesFor({ shards }).service, 'AWS::Scheduler::Schedule'),
      );
      const time = '<aws.scheduler.scheduled-time>';
      expect(schedules.map((each) => [each.Properties.Name, inputOf(each)])).toEqual([
        ['mimamori-send-pending', { time }],
        ['mimamori-verify-access', { time }],
        ...Array.from({ length: shards }, (_, shard) => [`mimamori-sweep-${shard}`, { time, shard, shards }]),
      ]);
    });
  }

  for (const schedule of Object.values(resourcesOf(service, 'AWS::Scheduler::Schedule'))) {
    const name = String(schedule.Properties.Name);
    const [rate, maxAgeSeconds] =
      name === 'mimamori-verify-access' ? ['rate(15 minutes)', 900] : ['rate(1 minute)', 120];
    it(`given ${name}, when it cannot be delivered, then it is tried twice more, for ${maxAgeSeconds} s at most, and then lies in a dead-letter queue`, () => {
      expect(schedule.Properties).toMatchObject({
        ScheduleExpression: rate,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: maxAgeSeconds } },
      });
      const { DeadLetterConfig, Arn, RoleArn } = schedule.Properties.Target as Record<string, unknown>;
      const queue = readable((DeadLetterConfig as { Arn: unknown }).Arn);
      expect(queue).toMatch(/DeadLetters\.Arn$/);
      const [roleId = ''] = (RoleArn as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
      expect(rightsOf(service, roleId)).toEqual([
        `lambda:InvokeFunction ${readable(Arn)}`,
        `sqs:SendMessage ${queue}`,
      ]);
    });
  }

  const invoked = Object.values(resourcesOf(service, 'AWS::Lambda::EventInvokeConfig'));
  const isScheduled = ({ Properties }: Resource) => Properties.MaximumEventAgeInSeconds !== undefined;
  const scheduled = invoked.filter(isScheduled);
  it('given functions that schedules call, when one fails, then it runs once more and its event is kept', () => {
    expect(scheduled.map(({ Properties }) => readable(Properties.FunctionName)).sort()).toEqual([
      'AccessVerify',
      'ChecksSweep',
      'MailSendPending',
    ]);
    for (const { Properties } of scheduled)
      expect(Properties).toMatchObject({
        MaximumRetryAttempts: 1,
        MaximumEventAgeInSeconds: readable(Properties.FunctionName) === 'AccessVerify' ? 900 : 120,
        DestinationConfig: {
          OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringMatching(/DeadLetters/), 'Arn'] } },
        },
      });
  });

  it('given the dead-letter queues, when somebody sends without TLS, then he is refused, and what lies there is encrypted', () => {
    const queues = Object.values(resourcesOf(service, 'AWS::SQS::Queue'));
    expect(queues).toHaveLength(4);
    for (const { Properties } of queues)
      expect(Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 86_400 });
    service.resourceCountIs('AWS::SQS::QueuePolicy', 4);
    service.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 'sqs:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
  });
});

describe('executions that are stopped', () => {
  it('given an execution of the response that an operator stops or an error ends, when its status changes, then what it leaves is put in order, and an event that fails is kept', () => {
    const rules = Object.values(resourcesOf(service, 'AWS::Events::Rule'));
    const rule = rules.find(({ Properties }) => Properties.Name === 'mimamori-stopped-executions');
    if (rule === undefined) throw new Error('the template has no rule for stopped executions');
    const { EventPattern, Targets } = rule.Properties as {
      EventPattern: { detail: { stateMachineArn: unknown[] } };
      Targets: { Arn: unknown; DeadLetterConfig: { Arn: unknown } }[];
    };
    const prefix = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:mimamori-';
    expect(EventPattern).toMatchObject({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { status: ['ABORTED', 'FAILED', 'TIMED_OUT'] },
    });
    expect(EventPattern.detail.stateMachineArn.map(readable)).toEqual(
      ['incident', 'first-response', 'escalation', 'second-response'].map((name) => `${prefix}${name}`),
    );
    expect(
      Targets.map(({ Arn, DeadLetterConfig }) => [readable(Arn), readable(DeadLetterConfig.Arn)]),
    ).toEqual([['StoppedExecutionsAfterStop.Arn', 'StoppedExecutionsDeadLetters.Arn']]);
  });
});

describe('mail', () => {
  it('given a domain of the senders, when mail goes by SES, then the domain has an identity, and its DNS records are told', () => {
    const template = templatesFor({ mailFromDomain: 'msp.example' }).service;
    template.hasResourceProperties('AWS::SES::EmailIdentity', {
      EmailIdentity: 'msp.example',
      ConfigurationSetAttributes: { ConfigurationSetName: Match.anyValue() },
    });
    for (const number of [1, 2, 3]) template.hasOutput(`DkimRecord${number}`, {});
  });

  it('given SMTP, when the stack is made, then it has nothing of SES', () => {
    const template = templatesFor({ mailTransport: 'smtp', smtpSecret: 'msp/smtp-url' }).service;
    template.resourceCountIs('AWS::SES::ConfigurationSet', 0);
    template.resourceCountIs('AWS::SES::EmailIdentity', 0);
  });
});

describe('telephone calls', () => {
  const { service: template } = templatesFor(connected);
  const only = (type: string, name: string): Resource => {
    const found = Object.values(resourcesOf(template, type)).find(
      ({ Properties }) => Properties.Name === name,
    );
    if (found === undefined) throw new Error(`the template has no ${name}`);
    return found;
  };

  it('given the contact flow, when it is deployed, then it is the shipped one, with the function that takes the key', () => {
    const { Content, InstanceArn, Type } = only(
      'AWS::Connect::ContactFlow',
      'mimamori-report-failure',
    ).Properties;
    expect({ InstanceArn, Type }).toEqual({ InstanceArn: instanceArn, Type: 'CONTACT_FLOW' });
    const shipped: unknown = JSON.parse(readFileSync('connect-flows/report-failure.json', 'utf8'));
    const content: unknown = JSON.parse(readable(Content));
    expect(JSON.stringify(content)).toBe(
      JSON.stringify(shipped).replace(/\$\{TakeKeyArn\}/, 'TelephoneTakeKey.Arn'),
    );
  });

  it('given the function that takes the key, when somebody calls it, then only the instance is let, and knows it', () => {
    template.hasResourceProperties('AWS::Lambda::Permission', {
      FunctionName: { 'Fn::GetAtt': [Match.stringLikeRegexp('^TelephoneTakeKey'), 'Arn'] },
      Principal: 'connect.amazonaws.com',
      SourceArn: instanceArn,
    });
    template.hasResourceProperties('AWS::Connect::IntegrationAssociation', {
      InstanceId: instanceArn,
      IntegrationType: 'LAMBDA_FUNCTION',
      IntegrationArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^TelephoneTakeKey'), 'Arn'] },
    });
  });

  it('given a call that is picked up or ends, when the service tells of it, then the function hears of this instance only', () => {
    const { EventPattern, Targets } = only('AWS::Events::Rule', 'mimamori-contact-events').Properties as {
      EventPattern: unknown;
      Targets: { Arn: unknown }[];
    };
    expect(EventPattern).toEqual({
      source: ['aws.connect'],
      'detail-type': ['Amazon Connect Contact Event'],
      detail: { eventType: ['CONNECTED_TO_SYSTEM', 'DISCONNECTED'], instanceArn: [instanceArn] },
    });
    expect(Targets.map(({ Arn }) => readable(Arn))).toEqual(['TelephoneContactEvent.Arn']);
  });

  it('given no telephone service, when the stack is made, then it has nothing of Amazon Connect', () => {
    service.resourceCountIs('AWS::Connect::ContactFlow', 0);
    service.resourceCountIs('AWS::Connect::IntegrationAssociation', 0);
    for (const { Properties } of functions)
      expect((Properties.Environment as { Variables: object }).Variables).toMatchObject({
        CALL_PROVIDER: 'none',
      });
  });
});

describe('what an operator finds', () => {
  for (const workflow of ['Detection', 'Incident']) {
    it(`given a deployment, when it ends, then its outputs name the ${workflow} workflow and link to its console`, () => {
      service.hasOutput(`${workflow}MachineArn`, {});
      service.hasOutput(`${workflow}Console`, {
        Value: { 'Fn::Join': ['', Match.arrayWith(['.console.aws.amazon.com/states/home?region='])] },
      });
    });
  }

  for (const type of [
    'AWS::Lambda::Function',
    'AWS::StepFunctions::StateMachine',
    'AWS::EC2::VPC',
    'AWS::SQS::Queue',
  ])
    it(`given the bill, when it is split by tag, then each ${type} bears the product’s name`, () => {
      service.allResourcesProperties(type, {
        Tags: Match.arrayWith([{ Key: 'Product', Value: 'Mimamori' }]),
      });
    });
});
