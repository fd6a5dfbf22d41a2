import { describe, expect, it } from 'vitest';
import type { Json } from '../../../local/assembly/json.ts';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import { listUnsimulated } from '../../../local/assembly/unsimulated.ts';
import { lambdaFunction, temporaryDirectory, writeAssembly } from './write-assembly.ts';

const foundation = {
  Resources: {
    Table1A: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'mimamori' } },
  },
  Outputs: {
    TableArn: { Value: { 'Fn::GetAtt': ['Table1A', 'Arn'] }, Export: { Name: 'Foundation:TableArn' } },
  },
};

const service = (value: Json) => ({
  Parameters: { Stage: { Type: 'String', Default: 'live' } },
  Conditions: {
    IsLive: { 'Fn::Equals': [{ Ref: 'Stage' }, 'live'] },
    IsTokyo: {
      'Fn::And': [{ Condition: 'IsLive' }, { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'ap-northeast-1'] }],
    },
    IsTest: { 'Fn::Or': [{ 'Fn::Not': [{ Condition: 'IsLive' }] }, { 'Fn::Equals': ['a', 'b'] }] },
  },
  Resources: {
    Sweep1A: { Type: 'AWS::Lambda::Function', Properties: { Environment: value } },
    Machine1A: { Type: 'AWS::StepFunctions::StateMachine', Properties: { StateMachineName: 'detection' } },
    Secret1A: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'mimamori/acme' } },
    Queue1A: { Type: 'AWS::SQS::Queue' },
    Network1A: { Type: 'AWS::EC2::SecurityGroup' },
    Test1A: { Type: 'AWS::SQS::Queue', Condition: 'IsTest' },
    Named1A: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: { 'Fn::Join': ['-', ['dead', { Ref: 'Stage' }]] } },
    },
  },
});

const resolved = (value: Json) =>
  readAssembly(writeAssembly({ Foundation: foundation, Service: service(value) })).resources(
    'AWS::Lambda::Function',
  )[0]?.properties.Environment;

describe('an assembly', () => {
  const account = '000000000000';
  const cases: { given: string; value: Json; then: Json }[] = [
    { given: 'Ref of a function', value: { Ref: 'Sweep1A' }, then: 'Service-Sweep1A' },
    {
      given: 'GetAtt of a machine',
      value: { 'Fn::GetAtt': ['Machine1A', 'Arn'] },
      then: `arn:aws:states:ap-northeast-1:${account}:stateMachine:detection`,
    },
    { given: 'GetAtt as one word', value: { 'Fn::GetAtt': 'Machine1A.Name' }, then: 'detection' },
    { given: 'Ref of a parameter', value: { Ref: 'Stage' }, then: 'live' },
    {
      given: 'a value of another stack',
      value: { 'Fn::ImportValue': 'Foundation:TableArn' },
      then: `arn:aws:dynamodb:ap-northeast-1:${account}:table/mimamori`,
    },
    {
      given: 'a joined text',
      value: { 'Fn::Join': ['/', ['a', { Ref: 'AWS::Region' }]] },
      then: 'a/ap-northeast-1',
    },
    {
      given: 'a substituted text',
      value: { 'Fn::Sub': '${AWS::Partition}:${Queue1A.QueueName}:${!Left}' },
      then: 'aws:Service-Queue1A:${Left}',
    },
    {
      given: 'a substitution with values',
      value: { 'Fn::Sub': ['${A}-${Stage}', { A: { Ref: 'Stage' } }] },
      then: 'live-live',
    },
    { given: 'a selected part', value: { 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, then: 'b' },
    { given: 'a condition that holds', value: { 'Fn::If': ['IsTokyo', 'yes', 'no'] }, then: 'yes' },
    { given: 'a condition that does not', value: { 'Fn::If': ['IsTest', 'yes', 'no'] }, then: 'no' },
    {
      given: 'values left out',
      value: { Kept: 1, Gone: { Ref: 'AWS::NoValue' }, List: [{ Ref: 'AWS::NoValue' }, 2] },
      then: { Kept: 1, List: [2] },
    },
    { given: 'a name made of parts', value: { 'Fn::GetAtt': ['Named1A', 'QueueName'] }, then: 'dead-live' },
    {
      given: 'what is not simulated',
      value: { 'Fn::GetAtt': ['Network1A', 'GroupId'] },
      then: 'Service-Network1A.GroupId',
    },
  ];
  for (const { given, value, then } of cases) {
    it(`given ${given}, when it is resolved, then it is ${JSON.stringify(then)}`, () => {
      expect(resolved(value)).toEqual(then);
    });
  }

  const faults: { given: string; value: Json; then: string }[] = [
    {
      given: 'an unknown function',
      value: { Variables: { A: { 'Fn::Cidr': [] } } },
      then:
        'Service.Sweep1A.Environment.Variables.A uses Fn::Cidr, which the one-machine runtime does not resolve; use Ref, ' +
        'Fn::GetAtt, Fn::ImportValue, Fn::Sub, Fn::Join, Fn::Select, Fn::Split or Fn::If',
    },
    {
      given: 'a name that is not there',
      value: [{ Ref: 'Nobody' }],
      then: 'Service.Sweep1A.Environment[0] refers to Nobody, which the template does not have',
    },
    {
      given: 'an attribute that is not there',
      value: { 'Fn::GetAtt': ['Machine1A', 'Size'] },
      then: 'Service.Sweep1A.Environment refers to Machine1A.Size, which the template does not have',
    },
    {
      given: 'an import of nothing',
      value: { 'Fn::ImportValue': 'X' },
      then: 'Service.Sweep1A.Environment imports X, which no stack of the assembly exports; synthesize all stacks together',
    },
    {
      given: 'a selection beyond the list',
      value: { 'Fn::Select': [3, ['a']] },
      then: 'Service.Sweep1A.Environment selects item 3 of a list that has none there',
    },
  ];
  for (const { given, value, then } of faults) {
    it(`given ${given}, when it is resolved, then the message says where and what to do`, () => {
      expect(() => resolved(value)).toThrow(then);
    });
  }

  it('given a resource whose condition does not hold, when types are counted, then it is not there', () => {
    const assembly = readAssembly(writeAssembly({ Foundation: foundation, Service: service({}) }));
    expect(assembly.countByType().get('AWS::SQS::Queue')).toBe(2);
    expect(assembly.resources('AWS::SQS::Queue').map(({ logicalId }) => logicalId)).toEqual([
      'Queue1A',
      'Named1A',
    ]);
  });

  it('given two reads, when names are made, then they are the same, and never longer than the service takes', () => {
    const id = `Function${'A'.repeat(90)}`;
    const directory = writeAssembly(
      { Service: { Resources: { [id]: lambdaFunction('x'), [`${id}B`]: lambdaFunction('x') } } },
      { x: '' },
    );
    const names = () =>
      readAssembly(directory)
        .resources('AWS::Lambda::Function')
        .map(({ name }) => name);
    expect(names()).toEqual(names());
    expect(new Set(names()).size).toBe(2);
    expect(names().every((name) => name.length === 64)).toBe(true);
  });

  it('given a directory that was never synthesized, when it is read, then the message says the mend', () => {
    const directory = temporaryDirectory();
    expect(() => readAssembly(directory)).toThrow(
      `${directory}/manifest.json cannot be read; synthesize the app into that directory first`,
    );
  });

  it('given types that are not simulated, when they are listed, then there is a line each, without the plumbing', () => {
    const assembly = readAssembly(
      writeAssembly({
        A: {
          Resources: {
            A: { Type: 'AWS::CloudWatch::Alarm' },
            B: { Type: 'AWS::CloudWatch::Alarm' },
            C: { Type: 'AWS::IAM::Policy' },
            D: { Type: 'AWS::Lambda::Function' },
            E: { Type: 'AWS::EC2::VPC' },
            F: { Type: 'AWS::EC2::Subnet' },
          },
        },
      }),
    );
    expect(listUnsimulated(assembly)).toEqual([
      '2 × AWS::CloudWatch::Alarm',
      '2 × AWS::EC2::* (functions use the network of this machine)',
    ]);
  });
});
