import { writeAssembly } from './assembly/write-assembly.ts';

const key = (name: string, KeyType: string) => ({ AttributeName: name, KeyType });
const keyNames = ['pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk'];

/** Signs nothing, as nobody looks: enough for a function of a test to call the gateway without the SDK. */
const call = `
  const call = (service, target, body) => fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      'x-amz-target': target ?? '',
      'content-type': target ? 'application/x-amz-json-1.0' : 'application/x-www-form-urlencoded',
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/x/' + service + '/aws4_request',
    },
    body: target ? JSON.stringify(body) : body,
  });
`;

/** An app as small as one can be that has every part: a schedule starts a workflow, which waits and sends a mail; its end is noted. */
export const smallApp = (): string =>
  writeAssembly(
    {
      Small: {
        Resources: {
          Table: {
            Type: 'AWS::DynamoDB::Table',
            Properties: {
              TableName: 'mimamori',
              KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
              AttributeDefinitions: keyNames.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
              GlobalSecondaryIndexes: [
                { IndexName: 'due', KeySchema: [key('gsi1pk', 'HASH'), key('gsi1sk', 'RANGE')] },
                { IndexName: 'list', KeySchema: [key('gsi2pk', 'HASH'), key('gsi2sk', 'RANGE')] },
              ].map((index) => ({ ...index, Projection: { ProjectionType: 'ALL' } })),
              BillingMode: 'PAY_PER_REQUEST',
            },
          },
          Sweep: functionOf('sweep', {
            TABLE_NAME: { Ref: 'Table' },
            SECRET_PREFIX: 'mimamori/',
            MACHINE_ARN: { 'Fn::Sub': 'arn:aws:states:${AWS::Region}:${AWS::AccountId}:stateMachine:tell' },
          }),
          Mail: functionOf('mail', {}),
          Failing: functionOf('failing', {}),
          FailingPolicy: {
            Type: 'AWS::Lambda::EventInvokeConfig',
            Properties: { FunctionName: { Ref: 'Failing' }, Qualifier: '$LATEST', MaximumRetryAttempts: 1 },
          },
          Tell: {
            Type: 'AWS::StepFunctions::StateMachine',
            Properties: {
              StateMachineName: 'tell',
              DefinitionString: JSON.stringify(definition),
              DefinitionSubstitutions: { MailArn: { 'Fn::GetAtt': ['Mail', 'Arn'] } },
            },
          },
          Ended: functionOf('ended', {}),
          TellEnded: {
            Type: 'AWS::Events::Rule',
            Properties: {
              EventPattern: {
                source: ['aws.states'],
                detail: { stateMachineArn: [{ Ref: 'Tell' }], status: ['SUCCEEDED'] },
              },
              Targets: [{ Id: 'ended', Arn: { 'Fn::GetAtt': ['Ended', 'Arn'] } }],
            },
          },
          Noted: {
            Type: 'AWS::StepFunctions::StateMachine',
            Properties: {
              StateMachineName: 'noted',
              DefinitionString: JSON.stringify({
                QueryLanguage: 'JSONata',
                StartAt: 'Done',
                States: { Done: { Type: 'Succeed' } },
              }),
            },
          },
          EveryMinute: schedule('Sweep'),
          EveryMinuteFailing: schedule('Failing'),
          Alarm: { Type: 'AWS::CloudWatch::Alarm' },
        },
      },
    },
    {
      sweep: `${call}
        export async function handler({ time }) {
          const started = await call('states', 'AWSStepFunctions.StartExecution', {
            stateMachineArn: process.env.MACHINE_ARN,
            name: time.replaceAll(':', '-'),
            input: JSON.stringify({ time }),
          });
          if (!started.ok) throw new Error(await started.text());
        }`,
      mail: `${call}
        export async function handler({ time }) {
          const text = 'From: a@b.example\\r\\nTo: c@d.example\\r\\nSubject: ' + time + '\\r\\n\\r\\nx';
          const form = new URLSearchParams({ Action: 'SendRawEmail', 'RawMessage.Data': Buffer.from(text).toString('base64') });
          const sent = await call('ses', undefined, form);
          if (!sent.ok) throw new Error(await sent.text());
          return {};
        }`,
      ended: `${call}
        export async function handler({ detail }) {
          const started = await call('states', 'AWSStepFunctions.StartExecution', {
            stateMachineArn: detail.stateMachineArn.replace(/tell$/, 'noted'),
            name: detail.name,
            input: detail.input,
          });
          const text = await started.text();
          if (!started.ok && !text.includes('ExecutionAlreadyExists')) throw new Error(text);
        }`,
      failing: `export async function handler() { throw new RangeError('as always'); }`,
    },
  );

const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Wait a while',
  States: {
    'Wait a while': { Type: 'Wait', Seconds: 60, Next: 'Tell by mail' },
    'Tell by mail': {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      TimeoutSeconds: 600,
      Arguments: {
        FunctionName: '${MailArn}',
        Payload: { time: '{% $states.context.Execution.Input.time %}' },
      },
      End: true,
    },
  },
};

function functionOf(hash: string, variables: object): object {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: hash,
      Code: { S3Bucket: 'assets', S3Key: `${hash}.zip` },
      Handler: 'index.handler',
      Timeout: 10,
      Environment: { Variables: variables },
    },
  };
}

function schedule(target: string): object {
  return {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { 'Fn::GetAtt': [target, 'Arn'] },
        Input: '{"time":"<aws.scheduler.scheduled-time>"}',
        RetryPolicy: { MaximumEventAgeInSeconds: 60 },
      },
    },
  };
}
