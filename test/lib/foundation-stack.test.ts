import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { tableDefinition } from '../../platform/store/table-definition.ts';
import { appFor, resourcesOf, stackOf, templatesFor } from './templates.ts';

const address = 'AWS::EC2::EIP';
const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };

describe('what must never be lost', () => {
  const cases = [
    { what: 'the fixed address', type: address, count: 1 },
    { what: 'the people', type: 'AWS::Cognito::UserPool', count: 1 },
    { what: 'the table', type: 'AWS::DynamoDB::Table', count: 1 },
    { what: 'the metric database', type: 'AWS::Timestream::Database', count: 1 },
    { what: 'the metric table', type: 'AWS::Timestream::Table', count: 1 },
  ];
  for (const { what, type, count } of cases) {
    it(`given the stack, when it is deleted or replaced, then ${what} stays`, () => {
      const found = Object.values(resourcesOf(templatesFor().foundation, type));
      expect(found).toHaveLength(count);
      for (const resource of found) expect(resource).toMatchObject(kept);
    });
  }

  it('given the stack, when somebody deletes it, then termination protection refuses', () => {
    expect(stackOf(appFor(), 'MimamoriFoundation').terminationProtection).toBe(true);
  });

  it('given the table, when it is made, then its keys are those that the stores use', () => {
    const { name, partitionKey, sortKey, timeToLive, indexes } = tableDefinition;
    const keys = (hash: string, range: string) => [
      { AttributeName: hash, KeyType: 'HASH' },
      { AttributeName: range, KeyType: 'RANGE' },
    ];
    templatesFor().foundation.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: name,
      KeySchema: keys(partitionKey, sortKey),
      GlobalSecondaryIndexes: Object.values(indexes).map((index) => ({
        IndexName: index.name,
        KeySchema: keys(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: 'ALL' },
      })),
      TimeToLiveSpecification: { AttributeName: timeToLive, Enabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
  });

  it('given the metric table, when it is made, then points are kept for 13 months and read by server', () => {
    templatesFor().foundation.hasResourceProperties('AWS::Timestream::Table', {
      RetentionProperties: { MagneticStoreRetentionPeriodInDays: '397' },
      Schema: { CompositePartitionKey: [Match.objectLike({ Type: 'DIMENSION', Name: 'server' })] },
    });
  });
});

describe('what a deployment chooses', () => {
  const given = { allocationId: 'eipalloc-0123456789abcdef0', monitoringAddress: '192.0.2.10' };
  const cases = [
    {
      given: 'no address',
      when: 'the stack is made',
      then: 'it makes one and tells its IP',
      options: {},
      addresses: 1,
      ips: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AddressEip'), 'PublicIp'] },
    },
    {
      given: 'an address that exists',
      when: 'the stack is made',
      then: 'it makes none and tells the IP that it was given',
      options: given,
      addresses: 0,
      ips: '192.0.2.10',
    },
  ];
  for (const { given, when, then, options, addresses, ips } of cases) {
    it(`given ${given}, when ${when}, then ${then}`, () => {
      const { foundation } = templatesFor(options);
      foundation.resourceCountIs(address, addresses);
      foundation.hasOutput('MonitoringIps', { Value: ips });
    });
  }

  it('given the store of one machine, when the stack is made, then it has no Timestream', () => {
    const { foundation } = templatesFor({ metricStore: 'sqlite' });
    foundation.resourceCountIs('AWS::Timestream::Database', 0);
    foundation.resourceCountIs('AWS::Timestream::Table', 0);
  });
});
