/** How long a token is known, and how many of an execution are. */
const knownMs = 15 * 60_000;
const mostTokens = 10;
/** A caller could redrive executions without end; the longest known are forgotten first. */
const mostExecutions = 10_000;

interface Redriven {
  readonly redriveDate: number;
}
interface Known {
  readonly token: string;
  readonly atMs: number;
  readonly answer: Promise<Redriven>;
}

/**
 * The redrives that were asked for lately, by the token of the caller: one that had no answer asks again, and must neither
 * redrive twice nor be told that what it has redriven itself cannot be redriven. Not kept over a restart.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
 */
export class RedriveRequests {
  readonly #byExecution = new Map<string, Known[]>();

  /** Redrives, or answers what the first request with this token was answered. A failed redrive is forgotten. */
  async once<Request extends { executionArn: string; clientToken?: string | undefined }>(
    request: Request,
    nowMs: number,
    redrive: (request: Request) => Promise<Redriven>,
  ): Promise<Redriven> {
    const { executionArn, clientToken: token } = request;
    if (token === undefined) return await redrive(request);
    const known = (this.#byExecution.get(executionArn) ?? []).filter(({ atMs }) => nowMs - atMs < knownMs);
    const same = known.find((earlier) => earlier.token === token);
    if (same !== undefined) return await same.answer;
    const own: Known = { token, atMs: nowMs, answer: redrive(request) };
    this.#keep(executionArn, [...known, own].slice(-mostTokens));
    try {
      return await own.answer;
    } catch (error) {
      const others = this.#byExecution.get(executionArn)?.filter((entry) => entry !== own);
      if (others !== undefined) this.#keep(executionArn, others);
      throw error;
    }
  }

  #keep(executionArn: string, known: Known[]): void {
    this.#byExecution.delete(executionArn);
    if (known.length > 0) this.#byExecution.set(executionArn, known);
    if (this.#byExecution.size <= mostExecutions) return;
    const [oldest] = this.#byExecution.keys();
    if (oldest !== undefined) this.#byExecution.delete(oldest);
  }
}
