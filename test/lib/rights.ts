import type { Template } from 'aws-cdk-lib/assertions';
import { readable, resourcesOf } from './templates.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** What a role may do: a line for each action on each resource, `lambda:InvokeFunction DetectionCheckAgain.Arn`, sorted. */
export function rightsOf(template: Template, roleId: string): string[] {
  const role = resourcesOf(template, 'AWS::IAM::Role')[roleId];
  if (role === undefined) throw new Error(`the template has no role ${roleId}`);
  const inline = (role.Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[];
  const attached = Object.values(resourcesOf(template, 'AWS::IAM::Policy'))
    .filter(({ Properties }) => (Properties.Roles as { Ref?: string }[]).some(({ Ref }) => Ref === roleId))
    .map(({ Properties }) => Properties as unknown as { PolicyDocument: { Statement: Statement[] } });
  const managed = (role.Properties.ManagedPolicyArns ?? []) as unknown[];
  const lines = [...inline, ...attached]
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Effect, Action, Resource }) =>
      [Action].flat().flatMap((action) => {
        const resources = Array.isArray(Resource) ? Resource : [Resource];
        return resources.map(
          (resource) => `${Effect === 'Deny' ? 'not ' : ''}${action} ${readable(resource)}`,
        );
      }),
    );
  return [...lines, ...managed.map((arn) => `managed ${readable(arn)}`)].sort();
}

/** The logical id of the role that a function or a state machine runs with. */
export function roleIdOf(properties: Readonly<Record<string, unknown>>): string {
  const arn = (properties.Role ?? properties.RoleArn) as { 'Fn::GetAtt': [string, string] };
  return arn['Fn::GetAtt'][0];
}
