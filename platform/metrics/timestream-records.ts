import type { _Record, Dimension, MeasureValue } from '@aws-sdk/client-timestream-write';
import type { MetricRecord } from './metric-store.ts';

// The service's limits: 2 KB for a record, 256 measures in it. What every record has beside its values (dimensions,
// time, severity, check type) stays below 300 bytes.
const maxValueBytes = 1_700;
const maxMeasures = 250;
const doubleBytes = 8;

/** Keeps values apart from columns of ours and of the service (`time`, `measure_name`, `ts_…`). */
export const valuePrefix = 'v_';

const firstPart = 'check';

/** What a part is called: `check`, then `check-2`, `check-3` … */
const partName = (index: number): string => (index === 0 ? firstPart : `${firstPart}-${index + 1}`);

/** The place of a part among the parts of its record, from 0. */
export const partIndex = (measureName: string): number =>
  measureName === firstPart ? 0 : Number(measureName.slice(firstPart.length + 1)) - 1;

/** One record on the wire and the measurement it is a part of. */
export interface WirePart {
  readonly source: MetricRecord;
  readonly record: _Record & { Dimensions: Dimension[]; MeasureName: string; Time: string };
}

/**
 * A measurement as multi-measure records: one, or several when it has more than one can hold. The first has the severity,
 * the check type and, if there are more, their number.
 */
export function wireParts(source: MetricRecord): WirePart[] {
  const chunks = valueChunks(source.values);
  const dimensions = (['account', 'server', 'monitor'] as const).map((name) => ({
    Name: name,
    Value: source[name],
  }));
  return chunks.map((values, index) => ({
    source,
    record: {
      Dimensions: dimensions,
      MeasureName: partName(index),
      Time: String(Date.parse(source.at)),
      MeasureValues: [
        ...(index === 0 ? leadingMeasures(source, chunks.length) : []),
        ...values.map(([name, value]) => measure(valuePrefix + name, String(value), 'DOUBLE')),
      ],
    },
  }));
}

function leadingMeasures({ severity, check }: MetricRecord, parts: number): MeasureValue[] {
  const always = [measure('severity', severity, 'VARCHAR'), measure('check', check, 'VARCHAR')];
  return parts === 1 ? always : [...always, measure('parts', String(parts), 'BIGINT')];
}

const measure = (Name: string, Value: string, Type: NonNullable<MeasureValue['Type']>): MeasureValue => ({
  Name,
  Value,
  Type,
});

function valueChunks(values: MetricRecord['values']): [string, number][][] {
  let chunk: [string, number][] = [];
  let bytes = 0;
  const chunks = [chunk];
  for (const entry of Object.entries(values)) {
    const entryBytes = Buffer.byteLength(valuePrefix + entry[0]) + doubleBytes;
    if (chunk.length === maxMeasures || bytes + entryBytes > maxValueBytes) {
      chunk = [];
      bytes = 0;
      chunks.push(chunk);
    }
    chunk.push(entry);
    bytes += entryBytes;
  }
  return chunks;
}

/**
 * One request's records with all that they share taken out of them: it is charged once.
 *
 * @param records at least one
 */
export function withCommonAttributes(records: readonly WirePart['record'][]): {
  CommonAttributes: _Record;
  Records: _Record[];
} {
  const [first, ...others] = records;
  if (first === undefined) throw new Error('a request of no records was asked for; send one at least');
  const all = <T>(pick: (record: WirePart['record']) => T): boolean =>
    others.every((other) => pick(other) === pick(first));

  const sharedDimensions = first.Dimensions.filter(({ Name, Value }) =>
    others.every((other) => other.Dimensions.some((own) => own.Name === Name && own.Value === Value)),
  );
  const isShared = (dimension: Dimension) => sharedDimensions.some(({ Name }) => Name === dimension.Name);
  const sharesTime = all(({ Time }) => Time);
  const sharesName = all(({ MeasureName }) => MeasureName);
  const sharesVersion = all(({ Version }) => Version);

  return {
    CommonAttributes: {
      ...(sharedDimensions.length > 0 && { Dimensions: sharedDimensions }),
      ...(sharesName && { MeasureName: first.MeasureName }),
      MeasureValueType: 'MULTI',
      ...(sharesTime && { Time: first.Time }),
      TimeUnit: 'MILLISECONDS',
      ...(sharesVersion && { Version: first.Version }),
    },
    Records: records.map(({ Dimensions, MeasureName, Time, Version, MeasureValues }) => {
      const own = Dimensions.filter((dimension) => !isShared(dimension));
      return {
        ...(own.length > 0 && { Dimensions: own }),
        ...(!sharesName && { MeasureName }),
        ...(!sharesTime && { Time }),
        ...(!sharesVersion && { Version }),
        MeasureValues,
      };
    }),
  };
}
