import type { Assembly } from './read-assembly.ts';

const simulated = new Set([
  'AWS::Lambda::Function',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::StepFunctions::StateMachine',
  'AWS::Scheduler::Schedule',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::DynamoDB::Table',
  'AWS::SecretsManager::Secret',
]);

/** What holds a template together and does nothing by itself. */
const plumbing = [
  /^AWS::IAM::/,
  /^AWS::Logs::LogGroup$/,
  /^AWS::Lambda::Permission$/,
  /^AWS::CDK::Metadata$/,
];

/** The many parts of one network are one thing to say. */
const network = /^AWS::EC2::/;

/** What the template has and this runtime does not do, a line for each type. */
export function listUnsimulated(assembly: Assembly): string[] {
  const lines: string[] = [];
  let networkParts = 0;
  for (const [type, count] of [...assembly.countByType()].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (network.test(type)) networkParts += count;
    else if (!simulated.has(type) && !plumbing.some((pattern) => pattern.test(type)))
      lines.push(`${count} × ${type}`);
  }
  if (networkParts > 0)
    lines.push(`${networkParts} × AWS::EC2::* (functions use the network of this machine)`);
  return lines;
}
