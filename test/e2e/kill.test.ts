import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSshServer } from '../platform/ssh/ssh-server.ts';
import { BreakableService } from './breakable-service.ts';
import { freePort, RunningMimamori, until } from './running-mimamori.ts';

const speed = 60;
const contacts = ['tanaka@acme.example', 'smith@acme.example'];

/** The states of the two workflows that an incident of the notify plan passes, with what may be doubled by a kill in them. */
const steps = [
  { machine: 'detection', state: 'Wait before the repeat' },
  { machine: 'detection', state: 'Check again' },
  { machine: 'detection', state: "Join the server's incident or open one" },
  { machine: 'detection', state: "Start the incident's workflow" },
  { machine: 'incident', state: 'Look at the incident' },
  { machine: 'incident', state: 'Wait for further alerts of the server' },
  { machine: 'incident', state: 'Log in and collect information' },
  { machine: 'incident', state: 'Send the mail to the contacts', inFlight: true },
  { machine: 'incident', state: 'Wait for news of the incident' },
  { machine: 'incident', state: 'Close the incident' },
] as const;

const inventory = (service: number, ssh: { port: number; user: string; hostKey: string }) => `
settings:
  mailFrom: watch@msp.example
  operators: { mail: [desk@msp.example], language: en }
  referenceEndpoints: []
accounts:
  - id: acme
    name: Acme
    contacts:
      - { name: 田中, mail: ${contacts[0]}, language: ja }
      - { name: Smith, mail: ${contacts[1]}, language: en }
    servers:
      - id: web-1
        address: 127.0.0.1
        plan: notify
        reach: local
        ssh: { port: ${ssh.port}, user: ${ssh.user}, password: acme/ssh, hostKey: "${ssh.hostKey}" }
        monitors:
          - { id: app, check: tcp, port: ${service}, intervalMinutes: 1 }
`;

describe('the runtime is killed at each step of an incident', () => {
  let ssh: Awaited<ReturnType<typeof startSshServer>>;
  beforeAll(async () => {
    // Slow enough to be killed in the middle of the collection.
    ssh = await startSshServer({
      exec: (command, channel) => {
        setTimeout(() => {
          channel.write(`ran ${command}\n`);
          channel.exit(0);
          channel.end();
        }, 100);
      },
    });
  });
  afterAll(() => ssh.close());

  for (const { machine, state, ...step } of steps) {
    it(`given an incident, when it is killed in "${state}" and started again, then every contact gets one problem and one recovery mail`, async () => {
      const service = new BreakableService(await freePort());
      await service.up();
      const mimamori = await RunningMimamori.prepare({
        speed,
        inventory: inventory(service.port, ssh.target),
      });
      try {
        await mimamori.start();
        await mimamori.putSecret('mimamori/acme', { ssh: ssh.target.password });
        await service.down();
        const isAtTheEnd = state === 'Close the incident';
        if (!isAtTheEnd) await killIn(mimamori, machine, state);
        await until('the problem mails', () => told(mimamori, 'PROBLEM'));
        await service.up();
        if (isAtTheEnd) await killIn(mimamori, machine, state);
        await until('the recovery mails', () => told(mimamori, 'RECOVERED'));
        await until('the end of the workflows', () => allEnded(mimamori));

        const mails = await mimamori.mails();
        for (const to of contacts) {
          const states = mails
            .filter((mail) => mail.to.includes(to))
            .map(({ headers }) => headers['x-mimamori-state']);
          // Who was being mailed when the process died may have the mail twice: it cannot be known whether it left.
          if ('inFlight' in step) expect([...new Set(states)]).toEqual(['PROBLEM', 'RECOVERED']);
          else expect(states).toEqual(['PROBLEM', 'RECOVERED']);
        }
        for (const { text } of mails.filter(({ headers }) => headers['x-mimamori-state'] === 'PROBLEM'))
          expect(text).toContain('| ran uptime');
        const customerMails = mails.filter((mail) => mail.to.some((to) => contacts.includes(to)));
        expect(customerMails.length).toBeLessThanOrEqual(contacts.length * ('inFlight' in step ? 3 : 2));
        expect(new Set(customerMails.map(({ headers }) => headers['x-mimamori-incident']))).toEqual(
          new Set(['acme.web-1-1']),
        );
      } finally {
        await service.down();
        await mimamori.stop();
        mimamori.remove();
      }
    });
  }
});

const told = async (mimamori: RunningMimamori, wanted: string): Promise<true | undefined> => {
  const mails = (await mimamori.mails()).filter(({ headers }) => headers['x-mimamori-state'] === wanted);
  return contacts.every((to) => mails.some((mail) => mail.to.includes(to))) ? true : undefined;
};

const allEnded = async (mimamori: RunningMimamori): Promise<true | undefined> => {
  const running = [
    ...(await mimamori.executions('detection', 'RUNNING')),
    ...(await mimamori.executions('incident', 'RUNNING')),
  ];
  return running.length === 0 ? true : undefined;
};

/** Kills the process the moment that a state is seen in a history, a few milliseconds in, and starts it again. */
async function killIn(
  mimamori: RunningMimamori,
  machine: 'detection' | 'incident',
  state: string,
): Promise<void> {
  await until(`the state "${state}"`, async () => {
    for (const { executionArn } of await mimamori.executions(machine)) {
      if (executionArn !== undefined && (await mimamori.statesEntered(executionArn)).includes(state))
        return true;
    }
    return undefined;
  });
  await mimamori.kill();
  await mimamori.start();
}
