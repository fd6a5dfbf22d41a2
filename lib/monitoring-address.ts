import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import { CfnEIP } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface MonitoringAddressProps {
  /** An Elastic IP that exists, for example the one that an earlier deployment left. @default a new one */
  readonly allocationId?: string | undefined;
  /** The address of that one. */
  readonly address?: string | undefined;
}

/** The one address that customers let through their firewalls. */
export class MonitoringAddress extends Construct {
  readonly allocationId: string;
  readonly address: string;

  constructor(scope: Construct, id: string, { allocationId, address }: MonitoringAddressProps) {
    super(scope, id);
    const eip = allocationId === undefined ? this.#keptForever() : undefined;
    this.allocationId = allocationId ?? eip?.attrAllocationId ?? '';
    this.address = address ?? eip?.attrPublicIp ?? '';
    const output = new CfnOutput(this, 'MonitoringIps', {
      description: 'Customers allow this address to reach their servers',
      value: this.address,
    });
    output.overrideLogicalId('MonitoringIps');
  }

  #keptForever(): CfnEIP {
    const eip = new CfnEIP(this, 'Eip', { domain: 'vpc' });
    // Every customer would have to change a firewall for a new address.
    eip.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return eip;
  }
}
