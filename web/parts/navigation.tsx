import type { Portal } from '../portal.ts';
import { usePlace } from '../router.ts';
import { common } from '../words/common.ts';
import type { en } from '../words/en.ts';
import { useWords } from '../words/words.ts';

interface Entry {
  readonly label: keyof (typeof en)['nav'];
  readonly to: string;
}

const accountEntries: readonly Entry[] = [
  { label: 'overview', to: '/' },
  { label: 'servers', to: '/servers' },
  { label: 'incidents', to: '/incidents' },
  { label: 'maintenance', to: '/maintenance' },
  { label: 'reports', to: '/reports' },
];
const settingEntries: readonly Entry[] = [
  { label: 'contacts', to: '/contacts' },
  { label: 'announcements', to: '/announcements' },
  { label: 'addresses', to: '/monitoring-addresses' },
  { label: 'tokens', to: '/tokens' },
  { label: 'audit', to: '/audit' },
  { label: 'preferences', to: '/settings' },
];
const operatorEntries: readonly Entry[] = [
  { label: 'operatorIncidents', to: '/operator' },
  { label: 'accounts', to: '/accounts' },
  { label: 'workflows', to: '/operator/workflows' },
  { label: 'calls', to: '/operator/calls' },
  { label: 'unknowns', to: '/operator/unknowns' },
  { label: 'health', to: '/operator/health' },
  { label: 'notices', to: '/operator/announcements' },
];
const administratorEntries: readonly Entry[] = [
  { label: 'users', to: '/operator/users' },
  { label: 'mspTokens', to: '/operator/tokens' },
  { label: 'operatorAudit', to: '/operator/audit' },
];

/** Pages of the machine that the portal runs on, where it runs on one. */
const machineEntries: readonly Entry[] = [
  { label: 'fleet', to: '/fleet' },
  { label: 'mail', to: '/mail' },
  { label: 'phone', to: '/phone' },
  { label: 'executions', to: '/workflows' },
];

/** The pages that this reader has, those of the account that is looked at first. */
export function Navigation({ portal }: { portal: Portal }) {
  const words = useWords(common);
  const hasAccount = !portal.isOperator || portal.account !== undefined;
  const own = (entries: readonly Entry[]) => entries.map(({ label, to }) => ({ label, to: portal.to(to) }));
  return (
    <nav class="navigation" aria-label={words.nav.label}>
      {portal.account !== undefined && (
        <p class="nav-account">
          <span class="quiet">{words.you.lookingAt}</span>
          <strong>{portal.accountName ?? portal.account}</strong>
          <a href="/accounts">{words.you.leaveAccount}</a>
        </p>
      )}
      {hasAccount && <Group entries={own(accountEntries)} home={portal.to('/')} />}
      {hasAccount && <Group title={words.nav.settings} entries={own(settingEntries)} home={portal.to('/')} />}
      {portal.isOperator && <Group title={words.nav.operators} entries={operatorEntries} home="/operator" />}
      {portal.isAdministrator && (
        <Group title={words.nav.administration} entries={administratorEntries} home="/operator" />
      )}
      {isOneMachine(portal) && <Group title={words.nav.localPages} entries={machineEntries} home="/" />}
      <Group title={words.nav.help} entries={[{ label: 'apiDocs', to: '/api-docs' }]} home="/" />
    </nav>
  );
}

/** In the cloud time does not run faster, and executions are looked at elsewhere. */
const isOneMachine = ({ me: { speed, workflowsUrl } }: Portal): boolean =>
  speed !== 1 || workflowsUrl?.startsWith('/') === true;

interface GroupProps {
  readonly title?: string;
  readonly entries: readonly Entry[];
  /** Address whose pages below are not its own: it is current only by itself. */
  readonly home: string;
}

function Group({ title, entries, home }: GroupProps) {
  const words = useWords(common);
  const { pathname } = usePlace();
  const isHere = (to: string) => pathname === to || `${pathname}/` === to || isBelow(pathname, to, home);
  return (
    <div class="nav-group">
      {title !== undefined && <p class="nav-title">{title}</p>}
      <ul>
        {entries.map(({ label, to }) => (
          <li key={to}>
            <a href={to} aria-current={isHere(to) ? 'page' : undefined}>
              {words.nav[label]}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

const isBelow = (pathname: string, to: string, home: string): boolean =>
  to !== home && to !== '/accounts' && pathname.startsWith(`${to}/`);
