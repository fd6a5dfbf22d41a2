/** The page of an execution. Its id there is the end of its ARN: `<machine>:<name>`. */
export const executionPath = (machine: string, name: string): string =>
  `/workflows/${encodeURIComponent(`${machine}:${name}`)}`;

/** @returns the ids in the last two parts of an ARN; empty texts when it has none */
export function partsOfArn(arn: string): { machine: string; name: string } {
  const parts = arn.split(':');
  return { machine: parts.at(-2) ?? '', name: parts.at(-1) ?? '' };
}
