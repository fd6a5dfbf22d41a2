import { describe, expect, it } from 'vitest';
import { rightsOf, roleIdOf } from './rights.ts';
import { functionsOf, readable, templatesFor } from './templates.ts';

const table = 'MimamoriFoundation:ExportsOutputFnGetAttDataTableArn';
const account = '<AWS::Region>:<AWS::AccountId>';
const secrets = `arn:<AWS::Partition>:secretsmanager:${account}:secret:mimamori/`;
const states = `arn:<AWS::Partition>:states:${account}:stateMachine:mimamori-`;
const ses = `arn:<AWS::Partition>:ses:${account}:`;

const reads = ['BatchGetItem', 'GetItem', 'Query'].map((action) => `dynamodb:${action} ${table}`);
const writes = ['PutItem', 'UpdateItem'].map((action) => `dynamodb:${action} ${table}`);
const queries = (index: string) => [`dynamodb:Query ${table}/index/${index}`];
const interfaces = [
  'AssignPrivateIpAddresses',
  'CreateNetworkInterface',
  'DeleteNetworkInterface',
  'DescribeNetworkInterfaces',
  'DescribeSubnets',
  'UnassignPrivateIpAddresses',
].flatMap((action) => [`ec2:${action} *`, `not ec2:${action} *`]);
const customers = [...interfaces, `secretsmanager:GetSecretValue ${secrets}*`];
const metrics = [
  'timestream:DescribeEndpoints *',
  'timestream:WriteRecords MimamoriFoundation:ExportsOutputFnGetAttMetricsTableArn',
];
const measured = metrics.map((right) => right.replace('WriteRecords', 'Select'));
const starts = [`states:StartExecution ${states}detection`];
const answers = ['incident', 'escalation', 'second-response'].map(
  (machine) => `states:SendTaskSuccess ${states}${machine}`,
);
const sends = [`ses:SendRawEmail ${ses}configuration-set/mimamori`, `ses:SendRawEmail ${ses}identity/*`];
const linkKeys = `secretsmanager:GetSecretValue ${secrets}operator-action-links-??????`;
const people = [
  'AdminAddUserToGroup',
  'AdminCreateUser',
  'AdminDeleteUser',
  'AdminDisableUser',
  'AdminEnableUser',
  'AdminGetUser',
  'AdminSetUserPassword',
  'AdminUserGlobalSignOut',
  'ListUsers',
].map((action) => `cognito-idp:${action} MimamoriFoundation:ExportsOutputFnGetAttUsersPoolArn`);
const gives = (queue: string) =>
  ['GetQueueAttributes', 'GetQueueUrl', 'SendMessage'].map(
    (action) => `sqs:${action} ${queue}DeadLetters.Arn`,
  );

/** All that each function may do, beside writing its own log. A right that is not here is too much. */
const rights: Record<string, readonly string[]> = {
  'mimamori-sweep': [
    ...reads,
    ...writes,
    ...queries('due'),
    ...customers,
    ...metrics,
    ...starts,
    ...answers,
    ...gives('ChecksMinute'),
  ],
  'mimamori-verify-access': [...reads, ...writes, ...customers, ...gives('AccessQuarter')],
  'mimamori-check-again': [...reads, ...customers, ...metrics],
  'mimamori-end-detection': [...reads, ...writes, ...answers],
  'mimamori-join-incident': [...reads, ...writes, ...answers],
  'mimamori-look-at-incident': [
    ...reads,
    ...writes,
    ...answers,
    ...['escalation', 'first-response'].map(
      (machine) => `states:DescribeExecution ${states.replace('stateMachine', 'execution')}${machine}:*`,
    ),
  ],
  'mimamori-begin-response': [...reads, ...writes],
  'mimamori-choose-repair': [...reads, ...writes],
  'mimamori-prepare-repair': [...reads, ...writes, ...customers, ...metrics, ...answers],
  'mimamori-run-step': [...reads, ...writes, ...customers],
  'mimamori-settle-repair': [...reads, ...writes, ...customers, ...metrics, ...answers],
  'mimamori-end-first-response': [...reads, ...writes, ...answers],
  'mimamori-after-stop': [...reads, ...writes, ...answers, ...gives('StoppedExecutions')],
  'mimamori-next-call': [...reads, ...writes],
  'mimamori-place-call': [...reads, ...writes],
  'mimamori-look-at-call': [...reads, ...writes],
  'mimamori-end-call': [...reads, ...writes],
  'mimamori-end-escalation': [...reads, ...writes, ...answers],
  'mimamori-look-at-second-response': [...reads, ...writes, ...answers],
  'mimamori-next-page': [...reads, ...writes],
  'mimamori-page-engineer': [...reads, ...writes, ...sends, linkKeys],
  'mimamori-tell-customer': [...reads, ...writes, ...answers],
  'mimamori-remind-of-report': [...reads, ...writes, ...sends, linkKeys],
  'mimamori-end-second-response': [...reads, ...writes],
  'mimamori-take-heartbeat': [
    ...reads,
    ...writes,
    `secretsmanager:GetSecretValue ${secrets}heartbeat-address-keys-??????`,
  ],
  'mimamori-wait-for-news': [...reads, ...writes, ...answers],
  'mimamori-close-incident': [...reads, ...writes],
  'mimamori-collect-information': [...reads, ...writes, ...customers],
  'mimamori-operator-actions': [...reads, ...writes, ...answers, linkKeys],
  'mimamori-serve-api': [
    ...reads,
    ...writes,
    ...queries('list'),
    ...queries('account'),
    ...measured,
    ...answers,
    `secretsmanager:GetSecretValue ${secrets}heartbeat-address-keys-??????`,
    ...people,
    ...['detection', 'incident', 'first-response', 'escalation', 'second-response'].flatMap((machine) => [
      `states:ListExecutions ${states}${machine}`,
      ...['DescribeExecution', 'GetExecutionHistory'].map(
        (action) => `states:${action} ${states.replace('stateMachine', 'execution')}${machine}:*`,
      ),
    ]),
  ],
  'mimamori-serve-auth': [],
  'mimamori-send-incident-mail': [...reads, ...writes, ...measured, ...sends, linkKeys],
  'mimamori-tell-operators': [...reads, ...writes, ...sends],
  'mimamori-send-pending': [...reads, ...writes, ...queries('list'), ...sends, ...gives('MailPending')],
};

const instance = 'arn:aws:connect:ap-northeast-1:111111111111:instance/0a1b2c3d';
const withCalls = templatesFor({
  calls: 'connect',
  connectInstanceArn: instance,
  connectSourcePhone: '+81312345678',
}).service;
const onCalls = (action: string) => `connect:${action} ${instance}/contact/*`;
/** What calls by Amazon Connect need beside. */
const callRights: typeof rights = {
  'mimamori-place-call': [onCalls('StartOutboundVoiceContact')],
  'mimamori-look-at-call': [onCalls('DescribeContact')],
  'mimamori-after-stop': [onCalls('DescribeContact'), onCalls('StopContact')],
  'mimamori-end-call': [onCalls('DescribeContact'), onCalls('StopContact')],
  'mimamori-take-key': [...reads, ...writes, ...answers],
  'mimamori-contact-event': [...reads, ...writes, ...answers, ...gives('Telephone')],
};

const smtp = templatesFor({ mailTransport: 'smtp', smtpSecret: 'msp/smtp-url' }).service;
const ownDomain = templatesFor({ mailFromDomain: 'msp.example' }).service;
const oneMachine = templatesFor({ metricStore: 'sqlite' }).service;

interface Deployment {
  readonly given: string;
  readonly template: typeof smtp;
  readonly change: (right: string) => string[];
  readonly more?: typeof rights;
}

const deployments: readonly Deployment[] = [
  { given: 'the default settings', template: templatesFor().service, change: (right: string) => [right] },
  {
    given: 'SMTP',
    template: smtp,
    change: (right: string) =>
      right === sends[1]
        ? [`secretsmanager:GetSecretValue ${secrets}msp-??????`]
        : right === sends[0]
          ? []
          : [right],
  },
  {
    given: 'a sender domain of one’s own',
    template: ownDomain,
    change: (right: string) =>
      right === sends[1]
        ? [`ses:SendRawEmail arn:<AWS::Partition>:ses:${account}:identity/MailIdentity`]
        : [right],
  },
  {
    given: 'the metric store of one machine',
    template: oneMachine,
    change: (right: string) => (metrics.includes(right) || measured.includes(right) ? [] : [right]),
  },
  {
    given: 'calls by Amazon Connect',
    template: withCalls,
    change: (right: string) => [right],
    more: callRights,
  },
];

for (const { given, template, change, more = {} } of deployments) {
  describe(`given ${given}`, () => {
    const functions = Object.entries(functionsOf(template));

    it('when functions are counted, then each has its line in the list of rights', () => {
      expect(functions.map(([, { Properties }]) => Properties.FunctionName).sort()).toEqual(
        [...new Set([...Object.keys(rights), ...Object.keys(more)])].sort(),
      );
    });

    for (const [id, { Properties }] of functions) {
      const name = String(Properties.FunctionName);
      it(`when ${name} is made, then its role allows what it needs and nothing more`, () => {
        const log = `${readable({ Ref: id })}Log.Arn`;
        const own = [`logs:CreateLogStream ${log}`, `logs:PutLogEvents ${log}`];
        const wanted = [...(rights[name] ?? []).flatMap(change), ...(more[name] ?? []), ...own].sort();
        expect(rightsOf(template, roleIdOf(Properties))).toEqual(wanted);
      });
    }

    it('when roles are counted, then no two share one', () => {
      const roles = functions.map(([, { Properties }]) => roleIdOf(Properties));
      expect(new Set(roles).size).toBe(functions.length);
    });
  });
}
