import { agent } from './agent.ts';
import type { CheckType } from './check-type.ts';
import { command } from './command.ts';
import { cpu } from './cpu.ts';
import { disk } from './disk.ts';
import { dns } from './dns.ts';
import { fileAge } from './file-age.ts';
import { ftp } from './ftp.ts';
import { heartbeat } from './heartbeat.ts';
import { host } from './host.ts';
import { http, https } from './http.ts';
import { imap } from './imap.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { mysql } from './mysql.ts';
import { pop3 } from './pop3.ts';
import { postgres } from './postgres.ts';
import { process } from './process.ts';
import { smtp } from './smtp.ts';
import { ssh } from './ssh.ts';
import { tcp } from './tcp.ts';
import { tls } from './tls.ts';
import { traffic } from './traffic.ts';

/** All check types by name. A new one is its file, its test, and one line here. */
export const checkTypes: Readonly<Record<string, CheckType>> = {
  agent,
  command,
  cpu,
  disk,
  dns,
  'file-age': fileAge,
  ftp,
  heartbeat,
  host,
  http,
  https,
  imap,
  load,
  memory,
  mysql,
  pop3,
  postgres,
  process,
  smtp,
  ssh,
  tcp,
  tls,
  traffic,
};
