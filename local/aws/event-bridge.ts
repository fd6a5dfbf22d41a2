import { z } from 'zod';
import { isObject, type JsonObject } from '../assembly/json.ts';
import type { BusEvent, EventBus } from '../events/event-bus.ts';
import { AwsError } from './exchange.ts';

const entry = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  Resources: z.array(z.string()).max(100).optional(),
  /** Seconds since 1970. */
  Time: z.number().optional(),
  EventBusName: z.string().optional(),
});
const putEvents = z.object({ Entries: z.array(entry).min(1).max(10) });
type Entry = z.output<typeof entry>;

type Answer = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

/** The service's bound for all entries of a request together. */
const largestRequestBytes = 1024 * 1024;

/** EventBridge's PutEvents, the one operation that is simulated. */
export function createEventBridge(bus: Pick<EventBus, 'publish'>) {
  return (operation: string, request: unknown): object => {
    if (operation !== 'PutEvents') {
      throw new AwsError(
        'UnknownOperationException',
        `EventBridge ${operation} is not simulated on one machine; known is PutEvents`,
      );
    }
    const parsed = putEvents.safeParse(request);
    if (!parsed.success) {
      throw new AwsError('ValidationException', `PutEvents: ${z.prettifyError(parsed.error)}`);
    }
    const { Entries } = parsed.data;
    if (Buffer.byteLength(JSON.stringify(Entries)) > largestRequestBytes) {
      throw new AwsError(
        'ValidationException',
        'Total size of the entries in the request is over the limit.',
      );
    }
    const read = Entries.map(readEntry);
    const ids = bus.publish(read.filter((one) => 'source' in one));
    // What is refused keeps its place among the answers.
    const answers: Answer[] = read.map((one) => ('source' in one ? { EventId: ids.shift() ?? '' } : one));
    return {
      FailedEntryCount: answers.filter((one) => 'ErrorCode' in one).length,
      Entries: answers,
    };
  };
}

function readEntry(given: Entry): BusEvent | { ErrorCode: string; ErrorMessage: string } {
  const { Source, DetailType, Detail, Resources, Time, EventBusName = 'default' } = given;
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (value === undefined || value === '') {
      return refused(
        'InvalidArgument',
        `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      );
    }
  }
  if (Source?.startsWith('aws.') === true) {
    return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  if (EventBusName.split('/').at(-1) !== 'default') {
    return refused('InvalidArgument', `Event bus ${EventBusName} does not exist.`);
  }
  const detail = parseDetail(Detail ?? '');
  if (detail === undefined) return refused('MalformedDetail', 'Detail is malformed.');
  return {
    source: Source ?? '',
    detailType: DetailType ?? '',
    detail,
    ...(Resources === undefined ? {} : { resources: Resources }),
    ...(Time === undefined ? {} : { atMs: Time * 1000 }),
  };
}

const refused = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage });

function parseDetail(text: string): JsonObject | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return isObject(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}
