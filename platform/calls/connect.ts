import {
  type ConnectClient,
  ContactNotFoundException,
  DescribeContactCommand,
  LimitExceededException,
  ResourceNotFoundException,
  StartOutboundVoiceContactCommand,
  StopContactCommand,
} from '@aws-sdk/client-connect';
import type { CallOrder, CallPort, Placed, SeenCall } from './call-port.ts';

export interface ConnectCallsOptions {
  /** Retries throttling and faults of the service by itself. */
  readonly client: ConnectClient;
  readonly instanceId: string;
  /** The contact flow that reports a failure, by its id or ARN; asked for when a call is placed, as only that function knows it. */
  readonly flowId: () => string;
  /** The number that is shown to the callee, E.164. */
  readonly sourcePhone: string;
  /** Bound of one request, retries included. @default 15 s */
  readonly timeLimitMs?: number;
}

/** Answers that another try would not change: this call cannot be placed. */
const refusals = new Set([
  'DestinationNotAllowedException',
  'OutboundContactNotPermittedException',
  'InvalidParameterException',
  'InvalidRequestException',
  'ResourceNotFoundException',
  'AccessDeniedException',
]);

/**
 * Calls by Amazon Connect. A call rings for 60 s by itself, so whoever wants less hangs up.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_StartOutboundVoiceContact.html
 */
export function createConnectCalls(options: ConnectCallsOptions): CallPort {
  const { client, instanceId, timeLimitMs = 15_000 } = options;
  const limit = () => ({ abortSignal: AbortSignal.timeout(timeLimitMs) });
  return {
    canCall: true,

    async place(order): Promise<Placed> {
      try {
        const { ContactId } = await client.send(
          new StartOutboundVoiceContactCommand(toRequest(order, options)),
          limit(),
        );
        if (ContactId === undefined) throw new Error('Amazon Connect answered without a contact id');
        return { kind: 'placed', contact: ContactId };
      } catch (error) {
        const isBusy = error instanceof LimitExceededException;
        if (!(error instanceof Error) || !(isBusy || refusals.has(error.name))) throw error;
        // The service's own words may hold the number, which is not for the timeline.
        const reason = `${error.name}: ${error.message}`.replaceAll(order.to, '…');
        return { kind: isBusy ? 'busy' : 'refused', reason: reason.slice(0, 300) };
      }
    },

    async look(contact): Promise<SeenCall> {
      try {
        const { Contact } = await client.send(
          new DescribeContactCommand({ InstanceId: instanceId, ContactId: contact }),
          limit(),
        );
        const { ConnectedToSystemTimestamp, DisconnectTimestamp, DisconnectReason } = Contact ?? {};
        return {
          ...(ConnectedToSystemTimestamp && { connectedAt: ConnectedToSystemTimestamp.toISOString() }),
          ...(DisconnectTimestamp && { disconnectedAt: DisconnectTimestamp.toISOString() }),
          ...(DisconnectReason && { disconnectReason: DisconnectReason }),
        };
      } catch (error) {
        // Just placed, and not everywhere known yet; the time limits of the call end it all the same.
        if (error instanceof ResourceNotFoundException) return {};
        throw error;
      }
    },

    async hangUp(contact) {
      try {
        await client.send(new StopContactCommand({ InstanceId: instanceId, ContactId: contact }), limit());
      } catch (error) {
        const isOver =
          error instanceof ContactNotFoundException || error instanceof ResourceNotFoundException;
        if (!isOver) throw error;
      }
    },
  };
}

function toRequest(order: CallOrder, { instanceId, flowId, sourcePhone }: ConnectCallsOptions) {
  return {
    InstanceId: instanceId,
    ContactFlowId: flowId().split('/').at(-1),
    SourcePhoneNumber: sourcePhone,
    DestinationPhoneNumber: order.to,
    ClientToken: order.id,
    // The contact flow reads these by the same names.
    Attributes: {
      call: order.id,
      incident: order.incident,
      language: order.language,
      report: order.report,
      ...order.phrases,
    },
  };
}
