import type { CallPort } from '../../platform/calls/call-port.ts';
import type { CallStore } from '../../platform/store/call-store.ts';
import type { ContactStore } from '../../platform/store/contact-store.ts';
import type { IncidentPorts } from '../incident/incident-ports.ts';
import type { TellOperators } from '../mail/tell-operators.ts';

/** What the functions of the escalation work with; each takes the part that it needs. */
export interface EscalationPorts extends IncidentPorts {
  readonly calls: CallStore;
  readonly contacts: Pick<ContactStore, 'contactChange'>;
  readonly telephone: CallPort;
  readonly tellOperators: TellOperators;
}
