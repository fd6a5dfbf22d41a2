import PDFDocument from 'pdfkit';
import type { ReportView } from '../../core/api/reports.ts';
import type { Instant } from '../../core/instant.ts';
import { duration, localTime } from '../../core/mail/local-time.ts';
import { oneLine } from '../../core/mail/neutralise.ts';
import type { Language } from '../../core/text.ts';
import { reportWords } from './report-words.ts';

type Document = InstanceType<typeof PDFDocument>;

export interface ReportPdfOptions {
  readonly language: Language;
  /** When it is made. */
  readonly at: Instant;
  /** A font with Japanese, as TrueType; the glyphs used are put into the file. */
  readonly font: Uint8Array;
}

const margin = 42;
const ink = '#1b2430';
const faint = '#5b6675';
const rule = '#c9d1da';
const headGround = '#eef2f6';

/**
 * Writes a month's report as a PDF of A4 pages: tagged, titled and in one language, as readers of screens need it.
 *
 * @returns the bytes of the file; the same report gives the same text
 */
export async function reportPdf(
  report: ReportView,
  { language, at, font }: ReportPdfOptions,
): Promise<Buffer> {
  const words = reportWords[language];
  const title = `${words.title} ${words.month(report.month)}`;
  const document = new PDFDocument({
    // Its default font would be read from files that are not there beside bundled code.
    font: '',
    size: 'A4',
    margin,
    bufferPages: true,
    tagged: true,
    lang: language,
    displayTitle: true,
    pdfVersion: '1.7',
    info: { Title: title, Author: 'Mimamori', CreationDate: new Date(at) },
  });
  // By a name: a font given as bytes would be read anew for each cell.
  document.registerFont('report', Buffer.from(font)).font('report');
  const chunks: Buffer[] = [];
  const { promise: written, resolve, reject } = Promise.withResolvers<void>();
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  document.on('end', resolve);
  document.on('error', reject);

  const pdf = new ReportWriter(document);
  const when = (instant: Instant): string => shortTime(instant, report.timeZone);
  pdf.title(`${words.title}`, `${words.month(report.month)}  ${oneLine(report.account.name, 80)}`);
  pdf.note(words.period(when(report.from), when(report.to), report.timeZone));
  pdf.note(words.madeAt(when(at)));
  if (report.isPartial) pdf.note(words.partial);

  pdf.heading(words.servers);
  pdf.table(
    [
      [words.server, 'left', '*'],
      [words.monitor, 'left', '*'],
      [words.availability, 'right', 74],
      [words.downtime, 'right', 84],
      [words.failures, 'right', 60],
    ],
    report.servers.flatMap((server) => [
      [
        oneLine(server.name, 60),
        server.monitors.length === 0 ? words.allWell(server.others) : words.others(server.others),
        percent(server.availabilityPercent),
        '',
        '',
      ],
      ...server.monitors.map((one) => [
        '',
        one.id,
        percent(one.availabilityPercent),
        duration(one.downSeconds, language),
        String(one.failures),
      ]),
    ]),
  );
  pdf.note(words.how);

  pdf.heading(words.promises);
  if (report.promises.length === 0) pdf.text(words.noPromises);
  else
    pdf.table(
      [
        ['', 'left', '*'],
        [words.promised, 'right', 80],
        [words.kept, 'right', 60],
        [words.median, 'right', 80],
        [words.worst, 'right', 80],
      ],
      report.promises.map((one) => [
        words.promise[one.what],
        optional(one.promisedSeconds, language),
        one.promisedSeconds === undefined ? '–' : `${one.kept} / ${one.count}`,
        optional(one.medianSeconds, language),
        optional(one.worstSeconds, language),
      ]),
    );

  if (report.objectives.length > 0) {
    pdf.heading(words.objectives);
    pdf.table(
      [
        [words.server, 'left', 120],
        ['', 'left', '*'],
        [words.target, 'right', 80],
        [words.measured, 'right', 110],
        ['', 'left', 50],
      ],
      report.objectives.map((one) => [
        one.monitor === undefined ? one.server : `${one.server} / ${one.monitor}`,
        words.objective[one.kind],
        duration(one.objectiveSeconds, language),
        one.worstSeconds === undefined
          ? one.kind === 'rto'
            ? words.noRecovery
            : words.notMeasured
          : duration(one.worstSeconds, language),
        one.isMet === undefined ? '' : one.isMet ? words.isMet : words.isNotMet,
      ]),
    );
  }

  pdf.heading(words.incidents);
  if (report.incidents.length === 0) pdf.text(words.noIncidents);
  else
    pdf.table(
      [
        [words.since, 'left', 80],
        [words.server, 'left', 96],
        [words.monitor, 'left', '*'],
        [words.mail, 'right', 66],
        [words.firstResponse, 'right', 66],
        [words.call, 'right', 62],
        [words.recovered, 'right', 70],
      ],
      report.incidents.map((one) => [
        when(one.failingSince),
        oneLine(one.serverName, 40),
        one.alerts.map(({ monitor }) => monitor).join(', '),
        optional(one.mailAfterSeconds, language),
        optional(one.firstResponseAfterSeconds, language),
        optional(one.firstCallAfterSeconds, language),
        one.recoveredAfterSeconds === undefined
          ? words.goesOn
          : duration(one.recoveredAfterSeconds, language),
      ]),
    );
  if (report.moreIncidents > 0) pdf.note(words.moreIncidents(report.moreIncidents));

  pdf.number((page, of) => `${title}  ${words.page(page, of)}`);
  document.end();
  await written;
  return Buffer.concat(chunks);
}

type Column = readonly [name: string, align: 'left' | 'right', width: number | '*'];

/** The few forms that the report is made of. */
class ReportWriter {
  readonly #document: Document;
  readonly #width: number;

  constructor(document: Document) {
    this.#document = document;
    this.#width = document.page.width - 2 * margin;
  }

  title(name: string, of: string): void {
    this.#say('H1', () => {
      this.#document.fontSize(20).fillColor(ink).text(name);
      this.#document.fontSize(13).text(of).moveDown(0.5);
    });
  }

  heading(name: string): void {
    const { page, y } = this.#document;
    // A heading alone at the end of a page belongs to nothing.
    if (y > page.height - margin - 90) this.#document.addPage();
    this.#say('H2', () =>
      this.#document.moveDown(1).fontSize(13).fillColor(ink).text(name, margin).moveDown(0.3),
    );
  }

  text(words: string): void {
    this.#say('P', () => this.#document.fontSize(10).fillColor(ink).text(words, margin));
  }

  note(words: string): void {
    this.#say('P', () =>
      this.#document.fontSize(8.5).fillColor(faint).text(words, margin, undefined, { width: this.#width }),
    );
  }

  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
    const widths = columns.map(([, , width]) => width);
    this.#document.fontSize(8.5).fillColor(ink);
    this.#document.table({
      columnStyles: widths.map((width) => ({ width })),
      defaultStyle: {
        border: { bottom: 0.5, top: 0, left: 0, right: 0 },
        borderColor: rule,
        padding: [4, 4, 4, 4],
      },
      data: [
        columns.map(([name, align]) => ({
          text: name,
          type: 'TH' as const,
          align: { x: align, y: 'center' as const },
          backgroundColor: headGround,
          textColor: ink,
        })),
        ...rows.map((row) =>
          row.map((text, index) => ({
            text,
            align: { x: columns[index]?.[1] ?? 'left', y: 'center' as const },
            textColor: ink,
          })),
        ),
      ],
    });
    this.#document.x = margin;
    this.#document.moveDown(0.4);
  }

  /** At the foot of every page, in the end, as only then their number is known. */
  number(words: (page: number, of: number) => string): void {
    const { start, count } = this.#document.bufferedPageRange();
    for (let index = start; index < start + count; index += 1) {
      this.#document.switchToPage(index);
      // Below the margin text would begin a new page.
      this.#document.page.margins.bottom = 0;
      this.#document
        .fontSize(8)
        .fillColor(faint)
        .text(words(index - start + 1, count), margin, this.#document.page.height - 28, {
          width: this.#width,
          align: 'right',
          lineBreak: false,
        });
    }
  }

  #say(tag: string, draw: () => void): void {
    this.#document.addStructure(this.#document.struct(tag, {}, draw));
  }
}

/** Two decimals, and never a full hundred for what is less. */
const percent = (value: number): string => `${(value < 100 ? Math.min(value, 99.99) : 100).toFixed(2)} %`;

const optional = (seconds: number | undefined, language: Language): string =>
  seconds === undefined ? '–' : duration(seconds, language);

/** `2026-10-03 12:04` of the zone. */
function shortTime(at: Instant, timeZone: string): string {
  const [year, month, day, hour, minute] = localTime(at, timeZone, 'en').match(/\d+/g) ?? [];
  return `${year}-${month}-${day} ${hour}:${minute}`;
}
