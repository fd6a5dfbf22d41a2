import { addSeconds } from '../instant.ts';
import type { MonitorSeries } from './series.ts';

/**
 * Series of equal buckets as a table: a line for each bucket with its begin, and for each monitor the worst that was seen and
 * the least, mean and greatest of its values. An empty field is a bucket in which nothing was measured.
 *
 * @see RFC 4180
 */
export function seriesCsv(series: readonly MonitorSeries[]): string {
  const [first] = series;
  const header = [
    'time',
    ...series.flatMap(({ monitor, values }) => [
      `${monitor} worst`,
      ...values.flatMap(({ name }) => ['min', 'avg', 'max'].map((kind) => `${monitor} ${name} ${kind}`)),
    ]),
  ];
  const lines =
    first === undefined
      ? []
      : first.worst.map((_, index) => [
          addSeconds(first.from, index * first.bucketSeconds),
          ...series.flatMap(({ worst, values }) => [
            worst[index] ?? '',
            ...values.flatMap(({ min, avg, max }) => [min, avg, max].map((row) => row[index] ?? '')),
          ]),
        ]);
  return [header, ...lines].map((line) => `${line.map(field).join(',')}\r\n`).join('');
}

/**
 * Names of file systems and of values come from customers' servers: a text that a spreadsheet would read as a formula gets an
 * apostrophe before it, the wide signs of Japanese input and blanks before a sign included. Numbers stay numbers.
 */
function field(value: string | number): string {
  if (typeof value === 'number') return numberText(value);
  const plain = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** Ten digits: what sums round away was not measured. */
const numberText = (value: number): string => String(Number(value.toPrecision(10)));
