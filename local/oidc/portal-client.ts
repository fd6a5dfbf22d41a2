import type { Assembly } from '../assembly/read-assembly.ts';
import { TemplateError } from '../assembly/template-error.ts';
import type { PortalClient } from './oidc-server.ts';

/**
 * Reads the portal's client of the user pool from the template.
 *
 * @returns undefined where nobody signs in
 * @throws TemplateError when there are several, or when it is of a kind that is not known here
 */
export function readPortalClient(assembly: Assembly): PortalClient | undefined {
  const [client, ...others] = assembly.resources('AWS::Cognito::UserPoolClient');
  if (client === undefined) return undefined;
  if (others.length > 0) {
    throw new TemplateError(
      `the template has ${others.length + 1} user pool clients; on one machine there is one, the portal's`,
    );
  }
  const { GenerateSecret, AllowedOAuthFlows, CallbackURLs, LogoutURLs } = client.properties;
  if (GenerateSecret === true || JSON.stringify(AllowedOAuthFlows) !== '["code"]') {
    throw new TemplateError(
      `${client.stack}.${client.logicalId} is not a public client with the code flow, the only kind on one machine`,
    );
  }
  return { id: client.ref, callbackPaths: pathsOf(CallbackURLs), signedOutPaths: pathsOf(LogoutURLs) };
}

/** The portal has another address here, and the same paths. */
const pathsOf = (urls: unknown): string[] =>
  (Array.isArray(urls) ? urls : []).map((url) => new URL(String(url)).pathname);
