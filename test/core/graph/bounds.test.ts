import { describe, expect, it } from 'vitest';
import { boundedChecks, boundsOf } from '../../../core/graph/bounds.ts';
import { targetOf, writtenChecks } from '../../../core/monitor-target.ts';
import { checkTypes } from '../../../lambdas/probe/checks/registry.ts';

describe('boundsOf', () => {
  it('knows what each check type judges', () => {
    expect([...boundedChecks].sort()).toEqual(Object.keys(checkTypes).sort());
  });

  /** Settings whose bounds are none of a measured value. */
  it('names only settings that the check types have', () => {
    for (const [check, { settings }] of Object.entries(checkTypes)) {
      const thresholds = Object.keys(settings.shape).filter((name) =>
        /^(responseMs|usedPercent|loadPerCore|daysLeft|inMbps|outMbps|ageHours|ageMinutes)$/.test(name),
      );
      for (const name of thresholds) {
        const bounds = boundsOf({ check, settings: { [name]: { warning: 3, critical: { above: 5 } } } });
        expect(
          bounds.map(({ level }) => level),
          `${check}.${name}`,
        ).toEqual(['warning', 'critical']);
      }
    }
  });

  const cases = [
    {
      given: 'plain numbers of a value that is bad when high',
      check: 'cpu',
      settings: { usedPercent: { warning: 80, critical: 90 } },
      bounds: [
        { value: 'usedPercent', level: 'warning', from: 80 },
        { value: 'usedPercent', level: 'critical', from: 90 },
      ],
    },
    {
      given: 'days that are bad when few',
      check: 'tls',
      settings: { daysLeft: { warning: 30, critical: 7 } },
      bounds: [
        { value: 'daysLeft', level: 'warning', to: 30 },
        { value: 'daysLeft', level: 'critical', to: 7 },
      ],
    },
    {
      given: 'a range whose outside is bad',
      check: 'https',
      settings: { responseMs: { warning: { below: 10, above: 20 } } },
      bounds: [
        { value: 'responseMs', level: 'warning', to: 10 },
        { value: 'responseMs', level: 'warning', from: 20 },
      ],
    },
    {
      given: 'a range whose inside is bad',
      check: 'tcp',
      settings: { port: 1, responseMs: { critical: { from: 10, to: 20 } } },
      bounds: [{ value: 'responseMs', level: 'critical', from: 10, to: 20 }],
    },
    {
      given: 'settings of another unit than the value',
      check: 'traffic',
      settings: { inMbps: { critical: 100 }, outMbps: {} },
      bounds: [{ value: 'inBitsPerSecond', level: 'critical', from: 1e8 }],
    },
    {
      given: 'an age in hours',
      check: 'file-age',
      settings: { path: '/x', ageHours: { critical: 26 } },
      bounds: [{ value: 'ageMinutes', level: 'critical', from: 1560 }],
    },
    {
      given: 'a number of processes with both ends',
      check: 'process',
      settings: { name: 'nginx', min: 2, max: 8, warning: 6 },
      bounds: [
        { value: 'processes', level: 'warning', from: 6 },
        { value: 'processes', level: 'critical', to: 2 },
        { value: 'processes', level: 'critical', from: 8 },
      ],
    },
    {
      given: 'a job that calls every hour',
      check: 'heartbeat',
      settings: { everyMinutes: 60, graceMinutes: 15 },
      bounds: [{ value: 'ageMinutes', level: 'critical', from: 75 }],
    },
    {
      given: 'a number in a page',
      check: 'http',
      settings: { responseMs: {}, body: { json: { path: '$.queue', min: 0, max: 100 } } },
      bounds: [
        { value: 'jsonValue', level: 'critical', to: 0 },
        { value: 'jsonValue', level: 'critical', from: 100 },
      ],
    },
    { given: 'a plugin, which judges by itself', check: 'command', settings: { extend: 'x' }, bounds: [] },
  ] as const;
  for (const { given, check, settings, bounds } of cases) {
    it(`given ${given}, then graphs draw it in the unit of the value`, () =>
      expect(boundsOf({ check, settings })).toEqual(bounds));
  }
});

describe('targetOf', () => {
  it('can write the target of each check type', () => {
    expect([...writtenChecks].sort()).toEqual(Object.keys(checkTypes).sort());
  });

  const target = { address: 'web-1.acme.example', reach: 'internet' } as const;
  const cases = [
    {
      check: 'https',
      settings: { port: 443, path: '/health?key=secret', virtualHost: 'shop.example' },
      line: 'https://shop.example/health?…',
    },
    { check: 'http', settings: { port: 8080, path: '/' }, line: 'http://web-1.acme.example:8080/' },
    { check: 'tcp', settings: { port: 5432, address: '2001:db8::1' }, line: '[2001:db8::1]:5432' },
    { check: 'smtp', settings: { tls: 'implicit' }, line: 'web-1.acme.example:465' },
    { check: 'tls', settings: { starttls: 'imap' }, line: 'web-1.acme.example:143' },
    {
      check: 'dns',
      settings: { name: 'www.example.jp', type: 'A', port: 53 },
      line: 'www.example.jp A @web-1.acme.example:53',
    },
    {
      check: 'command',
      settings: { command: ['/usr/lib/check_db', '-p', 'secret'] },
      line: '/usr/lib/check_db …',
    },
    { check: 'process', settings: { name: 'php', argument: '--token=secret' }, line: 'php' },
    {
      check: 'file-age',
      settings: { path: '/var/backups/', newest: 'db-*.dump' },
      line: '/var/backups/db-*.dump',
    },
    { check: 'cpu', settings: {}, line: 'snmp://web-1.acme.example' },
    { check: 'host', settings: { ports: [22, 80] }, line: 'web-1.acme.example (22, 80)' },
  ] as const;
  for (const { check, settings, line } of cases) {
    it(`given a monitor of ${check}, then it is ${line}`, () =>
      expect(targetOf({ check, settings, target })).toBe(line));
  }
});
