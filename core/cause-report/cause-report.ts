import { z } from 'zod';
import { oneLine } from '../mail/neutralise.ts';

/** Together with the headings the three parts stay below what a message of an incident may have. */
const maxCharacters = 4000;
const maxLines = 200;

/** A part of the report: paragraphs of an engineer, made harmless when they arrive. */
const part = (name: string) =>
  z
    .string()
    .max(maxCharacters, `write ${name} in ${maxCharacters} characters at most`)
    .refine((text) => linesOf(text).length <= maxLines, `write ${name} in ${maxLines} lines at most`)
    .transform(neutralised)
    .refine((text) => text !== '', `say ${name}`);

/** 原因報告: what an engineer owes the customer after a recovery on the managed plan. */
export const causeReport = z.strictObject({
  /** Why it failed. */
  cause: part('the cause'),
  /** What was done until it was well again. */
  actions: part('what was done'),
  /** What keeps it from happening again. */
  prevention: part('how it is prevented'),
  /** Name of the engineer. */
  author: z
    .string()
    .max(80, 'give the name in 80 characters at most')
    .transform((name) => oneLine(name, 80))
    .refine((name) => name !== '', 'give the name of the author'),
});
export type CauseReport = z.output<typeof causeReport>;

/** An update that an engineer writes while the failure goes on, by the same rules. */
export const engineerUpdate = part('what the customer is to know');

const linesOf = (text: string): string[] => text.split(/\r\n|\n|\r/);

function neutralised(text: string): string {
  return linesOf(text)
    .map((line) => oneLine(line, maxCharacters))
    .join('\n')
    .trim()
    .slice(0, maxCharacters);
}

/** The report as one text. Who reads it is not known here, so that each part is headed in both languages. */
export const reportText = ({ cause, actions, prevention }: CauseReport): string =>
  [
    ['原因 / Cause', cause],
    ['対応内容 / What was done', actions],
    ['再発防止策 / Prevention', prevention],
  ]
    .map(([heading, text]) => `■ ${heading}\n${text}`)
    .join('\n\n');
