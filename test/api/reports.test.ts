import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportView } from '../../core/api/reports.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { installedAssets } from '../../platform/graph/render-png.ts';
import { openPortal } from './portal-desk.ts';

const incident: Incident = {
  id: 'acme.web-1-1',
  account: 'acme',
  server: 'web-1',
  number: 1,
  plan: 'respond',
  state: 'closed',
  openedAt: '2026-10-05T03:02:00.000Z',
  closedAt: '2026-10-05T04:01:00.000Z',
  leader: 'https-1',
  alerts: {
    'https-1': {
      monitor: 'https',
      episode: 1,
      check: 'https',
      severity: 'critical',
      priority: 5,
      failingSince: '2026-10-05T03:00:00.000Z',
      joinedAt: '2026-10-05T03:02:00.000Z',
      summary: { ja: '-', en: '-' },
      dedupSeconds: 30,
      collectSeconds: 30,
      wellAt: '2026-10-05T04:00:00.000Z',
      problemMail: 1,
      recoveryMail: 2,
    },
  },
  mails: 2,
  news: 1,
  version: 1,
};

let portal: Awaited<ReturnType<typeof openPortal>>;
beforeEach(async () => {
  portal = await openPortal({ reportFont: () => readFile(installedAssets().font) });
  await portal.stores.incidents.replaceIncident(incident);
  await portal.stores.incidents.addTimeline([
    {
      incident: incident.id,
      at: '2026-10-05T03:03:20.000Z',
      key: 'mailed-1',
      kind: 'mailed',
      summary: { ja: '-', en: '-' },
    },
  ]);
});
afterEach(() => expect(portal.logged).toEqual([]));

describe('monthly reports', () => {
  it('given a customer, when they list their months, then the present one is first and a year is behind it', async () => {
    const { months } = (await (await portal.ask('/reports', { as: 'hanako' })).json()) as {
      months: string[];
    };
    expect(months).toHaveLength(13);
    expect([months[0], months.at(-1)]).toEqual(['2026-11', '2025-11']);
  });

  it('given an incident of October, when the month is reported, then it is in it with its times', async () => {
    const response = await portal.ask('/reports/2026-10', { as: 'hanako' });
    expect(response.status).toBe(200);
    const report = reportView.parse(await response.json());
    expect(report).toMatchObject({
      account: { id: 'acme', name: 'Acme K.K.' },
      from: '2026-09-30T15:00:00.000Z',
      to: '2026-10-31T15:00:00.000Z',
      isPartial: false,
      servers: [
        { id: 'db-1', availabilityPercent: 100, monitors: [], others: 1 },
        { id: 'web-1', monitors: [{ id: 'https', downSeconds: 3600, failures: 1 }], others: 2 },
      ],
      incidents: [{ id: incident.id, mailAfterSeconds: 200, recoveredAfterSeconds: 3600 }],
      promises: [{ what: 'mail-liveness', promisedSeconds: 375, count: 1, kept: 1, worstSeconds: 200 }],
    });
  });

  it('given the present month, when it is reported, then it is up to now and says so', async () => {
    const report: unknown = await (await portal.ask('/reports/2026-11', { as: 'hanako' })).json();
    expect(report).toMatchObject({ isPartial: true, to: '2026-11-21T03:04:05.000Z', incidents: [] });
  });

  it('given another account, when it asks for the same month, then nothing of it is there', async () => {
    const report: unknown = await (await portal.ask('/reports/2026-10', { as: 'gerd' })).json();
    expect(report).toMatchObject({ account: { id: 'globex' }, incidents: [] });
    expect(JSON.stringify(report)).not.toContain('acme');
  });

  for (const month of ['2026-12', '2025-10', '2026-13', 'now'])
    it(`given ${month}, when it is asked for, then there is no such report`, async () =>
      expect((await portal.ask(`/reports/${month}`, { as: 'hanako' })).status).toBe(404));

  for (const language of ['ja', 'en'])
    it(`given the language ${language}, when the PDF is asked for, then it is one, tagged and in that language`, async () => {
      const response = await portal.ask(`/reports/2026-10/pdf?language=${language}`, { as: 'hanako' });
      expect(response.headers.get('content-type')).toBe('application/pdf');
      expect(response.headers.get('content-disposition')).toBe('attachment; filename="acme-2026-10.pdf"');
      const file = Buffer.from(await response.arrayBuffer()).toString('latin1');
      expect(file.startsWith('%PDF-1.7')).toBe(true);
      expect(file.trimEnd().endsWith('%%EOF')).toBe(true);
      expect(file).toContain(`/Lang (${language})`);
      expect(file).toContain('/Marked true');
      expect(file).toContain('NotoSansJP');
    });
});
