import { agentCredentials } from '../../platform/snmp/snmp-agent.ts';
import { snmpdAccess } from '../servers/snmpd.ts';

/** What the checks find in the secret store. */
export const secrets: Readonly<Record<string, string>> = {
  'acme/community': snmpdAccess.community,
  'acme/auth': snmpdAccess.authKey,
  'acme/priv': snmpdAccess.privKey,
  'acme/scripted': agentCredentials.v2c.community,
  'acme/http-password': 'http-password',
  'acme/wrong': 'not-the-secret',
};
