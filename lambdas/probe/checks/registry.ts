import { agent } from './agent.ts';
import type { CheckType } from './check-type.ts';
import { cpu } from './cpu.ts';
import { disk } from './disk.ts';
import { dns } from './dns.ts';
import { host } from './host.ts';
import { http, https } from './http.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { process } from './process.ts';
import { ssh } from './ssh.ts';
import { tcp } from './tcp.ts';
import { traffic } from './traffic.ts';

/** All check types by name. A new one is its file, its test, and one line here. */
export const checkTypes: Readonly<Record<string, CheckType>> = {
  agent,
  cpu,
  disk,
  dns,
  host,
  http,
  https,
  load,
  memory,
  process,
  ssh,
  tcp,
  traffic,
};
