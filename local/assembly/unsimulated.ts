import type { Assembly } from './read-assembly.ts';

const simulated = new Set([
  'AWS::Lambda::Function',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::StepFunctions::StateMachine',
  'AWS::Scheduler::Schedule',
  'AWS::Events::Rule',
  'AWS::Connect::ContactFlow',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudFront::Distribution',
  'AWS::CloudFront::Function',
  'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::S3::Bucket',
  'Custom::CDKBucketDeployment',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolGroup',
  'AWS::DynamoDB::Table',
  'AWS::SecretsManager::Secret',
]);

/** What holds a template together and does nothing by itself. */
const plumbing = [
  /^AWS::IAM::/,
  /^AWS::Logs::LogGroup$/,
  /^AWS::Lambda::Permission$/,
  /^AWS::Connect::IntegrationAssociation$/,
  /^AWS::SQS::QueuePolicy$/,
  /^AWS::S3::BucketPolicy$/,
  /^AWS::CloudFront::OriginAccessControl$/,
  // The tools of what uploads files; here they are served from where they lie.
  /^AWS::Lambda::LayerVersion$/,
  /^AWS::CDK::Metadata$/,
];

/** What stands here for a type, where something does. The many parts of one network are one thing to say. */
const standIns: Readonly<Record<string, string>> = {
  'AWS::EC2::*': 'functions use the network of this machine',
  'AWS::Cognito::UserPoolDomain': 'the sign-in is at /oidc',
  'AWS::Cognito::ManagedLoginBranding': 'its page has a style of its own',
  'AWS::SQS::Queue': 'dead letters are lines in dead-letters.log',
};

/** What the template has and this runtime does not do, a line for each type. */
export function listUnsimulated(assembly: Assembly): string[] {
  const counts = new Map<string, number>();
  for (const [type, count] of assembly.countByType()) {
    if (simulated.has(type) || plumbing.some((pattern) => pattern.test(type))) continue;
    const group = type.startsWith('AWS::EC2::') ? 'AWS::EC2::*' : type;
    counts.set(group, (counts.get(group) ?? 0) + count);
  }
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([type, count]) => `${count} × ${type}${standIns[type] === undefined ? '' : ` (${standIns[type]})`}`,
    );
}
