import type { ResponseStore } from '../../platform/store/response-store.ts';
import type { IncidentPorts } from '../incident/incident-ports.ts';

/** What the functions of a first response work with. */
export interface ResponsePorts extends IncidentPorts {
  readonly responses: ResponseStore;
}
