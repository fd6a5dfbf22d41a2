import { createHash } from 'node:crypto';

/** Where a resource would lie in the cloud. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
  /** Where the template's HTTP APIs answer, `http://localhost:8080`; absent where none does. */
  readonly httpEndpoint?: string | undefined;
}

/** What a resource is called once it exists: what `Ref` and `Fn::GetAtt` answer. */
export interface ResourceNames {
  readonly name: string;
  readonly ref: string;
  /** Undefined for a type whose ARN nobody here asks for. */
  readonly arn: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

interface NamedType {
  /** The property by which a template chooses the name. */
  readonly nameProperty: string;
  /** The longest name the service takes. */
  readonly maxLength: number;
  readonly names: (name: string, place: Place) => Omit<ResourceNames, 'name'>;
}

const referredByName = (name: string, arn: string, more: Record<string, string> = {}) => ({
  ref: name,
  arn,
  attributes: { Arn: arn, ...more },
});

const referredByArn = (arn: string, attributes: Record<string, string>) => ({ ref: arn, arn, attributes });

/** `arn:aws:lambda:REGION:ACCOUNT` and the like. */
const regional = (service: string, { region, accountId }: Place): string =>
  `arn:aws:${service}:${region}:${accountId}`;

/** As in the service, a secret's ARN ends in six characters of its own; here they are made from the name. */
export function secretArn(name: string, place: Place): string {
  const suffix = createHash('sha256').update(name).digest('base64url').replace(/[-_]/g, 'x').slice(0, 6);
  return `${regional('secretsmanager', place)}:secret:${name}-${suffix}`;
}

/** Only types whose names reach something that runs here; every other type gets opaque ones. */
const namedTypes: Readonly<Record<string, NamedType>> = {
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    maxLength: 64,
    names: (name, place) => referredByName(name, `${regional('lambda', place)}:function:${name}`),
  },
  'AWS::StepFunctions::StateMachine': {
    nameProperty: 'StateMachineName',
    maxLength: 80,
    names: (name, place) => {
      const arn = `${regional('states', place)}:stateMachine:${name}`;
      return referredByArn(arn, { Arn: arn, Name: name });
    },
  },
  'AWS::DynamoDB::Table': {
    nameProperty: 'TableName',
    maxLength: 255,
    names: (name, place) => referredByName(name, `${regional('dynamodb', place)}:table/${name}`),
  },
  'AWS::SecretsManager::Secret': {
    nameProperty: 'Name',
    maxLength: 512,
    names: (name, place) => referredByArn(secretArn(name, place), { Id: secretArn(name, place) }),
  },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    maxLength: 64,
    names: (name, place) => referredByName(name, `${regional('scheduler', place)}:schedule/default/${name}`),
  },
  'AWS::ApiGatewayV2::Api': {
    nameProperty: 'Name',
    maxLength: 128,
    names: (name, place) => {
      // The service gives ten letters and digits.
      const id = createHash('sha256').update(name).digest('hex').slice(0, 10);
      const endpoint = place.httpEndpoint ?? `https://${id}.execute-api.${place.region}.amazonaws.com`;
      const arn = `arn:aws:apigateway:${place.region}::/apis/${id}`;
      return { ref: id, arn, attributes: { ApiId: id, ApiEndpoint: endpoint } };
    },
  },
  'AWS::Cognito::UserPool': {
    nameProperty: 'UserPoolName',
    maxLength: 128,
    names: (name, place) => {
      const letters = createHash('sha256').update(name).digest('base64url').replace(/[-_]/g, 'x');
      const id = `${place.region}_${letters.slice(0, 9)}`;
      const provider = `cognito-idp.${place.region}.amazonaws.com/${id}`;
      const arn = `${regional('cognito-idp', place)}:userpool/${id}`;
      const attributes = {
        Arn: arn,
        ProviderName: provider,
        ProviderURL: `https://${provider}`,
        UserPoolId: id,
      };
      return { ref: id, arn, attributes };
    },
  },
  'AWS::Cognito::UserPoolClient': {
    nameProperty: 'ClientName',
    maxLength: 128,
    names: (name) => {
      // The service gives 26 lower-case letters and digits.
      const id = BigInt(`0x${createHash('sha256').update(name).digest('hex')}`)
        .toString(36)
        .slice(0, 26);
      return { ref: id, arn: undefined, attributes: { ClientId: id } };
    },
  },
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    maxLength: 63,
    names: (name, { region }) =>
      referredByName(name, `arn:aws:s3:::${name}`, {
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      }),
  },
  'AWS::CloudFront::Function': {
    nameProperty: 'Name',
    maxLength: 64,
    names: (name, { accountId }) => {
      const arn = `arn:aws:cloudfront::${accountId}:function/${name}`;
      return referredByArn(arn, { FunctionARN: arn, 'FunctionMetadata.FunctionARN': arn });
    },
  },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    maxLength: 64,
    names: (name, place) => referredByName(name, `${regional('events', place)}:rule/${name}`),
  },
  'AWS::Connect::ContactFlow': {
    nameProperty: 'Name',
    maxLength: 127,
    names: (name, place) => {
      // The service gives a UUID and keeps the name apart.
      const id = createHash('sha256')
        .update(name)
        .digest('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
      const arn = `${regional('connect', place)}:instance/local/contact-flow/${id}`;
      return referredByArn(arn, { ContactFlowArn: arn });
    },
  },
  'AWS::Scheduler::ScheduleGroup': {
    nameProperty: 'Name',
    maxLength: 64,
    names: (name, place) => referredByName(name, `${regional('scheduler', place)}:schedule-group/${name}`),
  },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    maxLength: 80,
    names: (name, place) => {
      const arn = `${regional('sqs', place)}:${name}`;
      const url = `https://sqs.${place.region}.amazonaws.com/${place.accountId}/${name}`;
      return { ref: url, arn, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
    },
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    maxLength: 256,
    names: (name, place) => {
      const arn = `${regional('sns', place)}:${name}`;
      return referredByArn(arn, { TopicArn: arn, TopicName: name });
    },
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    maxLength: 512,
    names: (name, place) => referredByName(name, `${regional('logs', place)}:log-group:${name}:*`),
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    maxLength: 64,
    names: (name, place) => referredByName(name, `arn:aws:iam::${place.accountId}:role/${name}`),
  },
};

/** The property of a type that chooses its name, if this runtime knows the type. */
export const namePropertyOf = (type: string): string | undefined => namedTypes[type]?.nameProperty;

/**
 * Names a resource. Without a name in the template it is made of stack and logical id, so that it is the same in
 * every run.
 *
 * @param given the name that the template chose
 */
export function nameResource(
  type: string,
  { stack, logicalId }: { readonly stack: string; readonly logicalId: string },
  given: string | undefined,
  place: Place,
): ResourceNames {
  const known = namedTypes[type];
  const name = given ?? shorten(`${stack}-${logicalId}`, known?.maxLength ?? 255);
  if (known === undefined) return { name, ref: name, arn: undefined, attributes: {} };
  return { name, ...known.names(name, place) };
}

/** Cut names end in a hash of the whole, as two of them could begin alike. */
function shorten(name: string, maxLength: number): string {
  if (name.length <= maxLength) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, maxLength - hash.length - 1)}-${hash}`;
}
