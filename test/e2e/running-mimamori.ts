import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';

import type { Machine } from '../../core/machine.ts';

/** A call as `GET /local/calls` gives it. */
export interface LocalCall {
  readonly id: string;
  readonly at: string;
  readonly to: string;
  readonly contact: string;
  readonly state: 'ringing' | 'answered' | 'declined' | 'unanswered';
  readonly text: string;
}

/** A mail as `GET /local/mail` gives it. */
export interface LocalMail {
  readonly id: string;
  readonly at: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Somebody of the demo. */
export interface DemoPerson {
  readonly mail: string;
  readonly name: string;
  readonly role: 'customer' | 'operator' | 'administrator';
  readonly password: string;
}

export interface Course {
  readonly entered: readonly string[];
  readonly standing: readonly string[];
}

const startLimitMs = 60_000;

/** A port of loopback that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until something holds; what is waited for is another process, so that there is no event to await. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  limitMs = 120_000,
): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() - startedAt > limitMs) throw new Error(`${what} did not come within ${limitMs} ms`);
    await pause(20);
  }
}

/** `npm start` as its users have it: a process, its two ports and its data directory. It can be killed and started again. */
export class RunningMimamori {
  readonly #directory = mkdtempSync(join(tmpdir(), 'mimamori-e2e-'));
  readonly dataDirectory = join(this.#directory, 'data');
  readonly port: number;
  readonly awsPort: number;
  readonly #speed: number;
  #inventoryFile: string | undefined;
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(port: number, awsPort: number, speed: number) {
    this.port = port;
    this.awsPort = awsPort;
    this.#speed = speed;
  }

  /** @param inventory the YAML of what it watches; the demo fleet when left out */
  static async prepare({
    speed = 1,
    inventory,
  }: {
    speed?: number;
    inventory?: string;
  } = {}): Promise<RunningMimamori> {
    const prepared = new RunningMimamori(await freePort(), await freePort(), speed);
    if (inventory !== undefined) prepared.writeInventory(inventory);
    return prepared;
  }

  /** Counts from the next start on. */
  writeInventory(inventory: string): void {
    const file = join(this.#directory, 'inventory.yaml');
    writeFileSync(file, inventory);
    this.#inventoryFile = file;
  }

  /**
   * Starts the process and waits until all its parts serve.
   *
   * @param limitMs a large inventory takes its time to be applied
   */
  async start(limitMs = startLimitMs): Promise<void> {
    const inventory = this.#inventoryFile === undefined ? [] : ['--inventory', this.#inventoryFile];
    const ports = ['--port', String(this.port), '--aws-port', String(this.awsPort)];
    const rest = ['--data', this.dataDirectory, '--speed', String(this.#speed), ...inventory];
    const started = spawn(process.execPath, ['bin/mimamori.ts', 'start', ...ports, ...rest], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = started;
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk) => (this.#output += String(chunk)));
    await until(
      'the health page',
      async () => {
        if (started.exitCode !== null) throw new Error(`it ended with ${started.exitCode}:\n${this.#output}`);
        const answer = await this.#get('/healthz').catch(() => undefined);
        return answer?.status === 200 ? true : undefined;
      },
      limitMs,
    );
  }

  /** Undefined before it was started. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** What it has said on the terminal. */
  get output(): string {
    return this.#output;
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** As a reader who goes away does: what it says from now on meets a closed pipe. */
  stopListening(): void {
    this.#process?.stdout?.destroy();
    this.#process?.stderr?.destroy();
  }

  /** @returns the exit code */
  async stop(): Promise<number | null> {
    return await this.#end('SIGTERM');
  }

  async mails(): Promise<LocalMail[]> {
    const answer = await this.#get('/local/mail');
    return (await answer.json()) as LocalMail[];
  }

  /** Newest last. */
  async calls(): Promise<LocalCall[]> {
    const answer = await this.#get('/local/calls');
    return (await answer.json()) as LocalCall[];
  }

  /** Picks up a call that rings, and presses a key, if one is given. @returns the status of the answer */
  async answer(id: string, digit?: string): Promise<number> {
    const { status } = await fetch(`http://127.0.0.1:${this.port}/local/calls/${id}/answer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(digit === undefined ? {} : { digit }),
    });
    return status;
  }

  /** Puts fields into one secret of the local store, as the cloud's own client does. */
  async putSecret(name: string, fields: Readonly<Record<string, string>>): Promise<void> {
    const client = new SecretsManagerClient(this.#awsClient());
    await client.send(new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(fields) }));
    client.destroy();
  }

  /** Executions of a state machine, newest first. */
  async executions(machine: Machine, statusFilter?: 'RUNNING'): Promise<ExecutionListItem[]> {
    const client = new SFNClient(this.#awsClient());
    const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
    const found = stateMachines.find(({ name }) => name === `mimamori-${machine}`);
    if (found?.stateMachineArn === undefined)
      throw new Error(`there is no state machine mimamori-${machine}`);
    const { executions = [] } = await client.send(
      new ListExecutionsCommand({ stateMachineArn: found.stateMachineArn, statusFilter }),
    );
    client.destroy();
    return executions;
  }

  /** The states that executions of a machine have entered, each as often as it was, and those in which they are now. */
  async course(machine: Machine): Promise<Course> {
    const executions = await this.executions(machine);
    const entered = await Promise.all(
      executions.map(({ executionArn = '' }) => this.statesEntered(executionArn)),
    );
    const standing = entered.flatMap(([latest], place) =>
      executions[place]?.status === 'RUNNING' && latest !== undefined ? [latest] : [],
    );
    return { entered: entered.flat(), standing };
  }

  /** The same of a process that was killed, by its journal. */
  courseAtDeath(machine: Machine): Course {
    const journal = new DatabaseSync(join(this.dataDirectory, 'workflows.sqlite'), { readOnly: true });
    const names = (sql: string): string[] =>
      journal
        .prepare(`${sql} WHERE machineArn LIKE ?`)
        .all(`%:mimamori-${machine}`)
        .flatMap(({ name }) => (name === null ? [] : [String(name)]));
    try {
      return {
        entered: names(
          `SELECT CASE WHEN type LIKE '%StateEntered' THEN detail ->> '$.name' END AS name
           FROM history JOIN execution ON execution.id = history.execution`,
        ),
        standing: names(
          `SELECT CASE WHEN status = 'RUNNING' THEN state END AS name
           FROM frame JOIN execution ON execution.id = frame.execution`,
        ),
      };
    } finally {
      journal.close();
    }
  }

  /** Names of the states that an execution has entered, latest first. */
  async statesEntered(executionArn: string): Promise<string[]> {
    const client = new SFNClient(this.#awsClient());
    const { events = [] } = await client.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1_000, reverseOrder: true }),
    );
    client.destroy();
    return events.flatMap(({ stateEnteredEventDetails: entered }) =>
      entered?.name === undefined ? [] : [entered.name],
    );
  }

  #awsClient() {
    return {
      region: 'ap-northeast-1',
      endpoint: `http://127.0.0.1:${this.awsPort}`,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
  }

  async page(path: string): Promise<string> {
    return await (await this.#get(path)).text();
  }

  /** Who may look round the demo, with the password that the start has told. */
  person(role: DemoPerson['role']): DemoPerson {
    const people = JSON.parse(
      readFileSync(join(this.dataDirectory, 'demo-people.json'), 'utf8'),
    ) as DemoPerson[];
    const found = people.find((one) => one.role === role);
    if (found === undefined) throw new Error(`the demo has no ${role}`);
    return found;
  }

  /** Asks the API, below its version, as somebody of the demo. */
  async api(role: DemoPerson['role'], path: string, method = 'GET', body?: unknown): Promise<Response> {
    const { mail, password } = this.person(role);
    const granted = await this.#get('/local/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: mail, password }),
    });
    const { access_token: token } = (await granted.json()) as { access_token: string };
    return await this.#get(`/api/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  /** Opens a page as a person does. */
  async look(path: string): Promise<void> {
    const headers = { accept: 'text/html' };
    await (await fetch(`http://127.0.0.1:${this.port}${path}`, { headers })).text();
  }

  async post(path: string): Promise<Response> {
    return await fetch(`http://127.0.0.1:${this.port}${path}`, { method: 'POST' });
  }

  /** Everything its functions and parts have logged. */
  logs(): string {
    const files = readdirSync(this.dataDirectory, { recursive: true, encoding: 'utf8' });
    return files
      .filter((file) => file.endsWith('.log'))
      .map((file) => readFileSync(join(this.dataDirectory, file), 'utf8'))
      .join('\n');
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #get(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, init);
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null) return running?.exitCode ?? null;
    const ended = once(running, 'exit');
    running.kill(signal);
    await ended;
    return running.exitCode;
  }
}
