import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import type { OperatorAddress } from './operator-actions.ts';
import { type FunctionHome, ProductFunction } from './product-function.ts';

export interface SignInProps {
  readonly home: FunctionHome;
  readonly address: OperatorAddress;
}

/** Takes people to the user pool and back, and keeps what renews their session out of their pages' reach. */
export class SignIn extends Construct {
  constructor(scope: Construct, id: string, { home, address }: SignInProps) {
    super(scope, id);
    // It may do nothing in the account: all it needs, the user pool tells anybody who has the code.
    const serve = new ProductFunction(this, 'Serve', {
      home,
      entry: 'auth/serve-auth',
      timeLimit: Duration.seconds(20),
    });
    const before = 'Nobody is signed in before they have signed in.';
    const byCookie = 'The cookie is what proves it; the function judges it and where the request comes from.';
    address.route('BeginSignIn', '/auth/sign-in', HttpMethod.GET, serve, before);
    address.route('FinishSignIn', '/auth/callback', HttpMethod.GET, serve, before);
    address.route('RenewSession', '/auth/session', HttpMethod.POST, serve, byCookie);
    address.route('SignOut', '/auth/sign-out', HttpMethod.POST, serve, byCookie);
  }
}
