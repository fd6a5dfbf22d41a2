import type { ServerSummary } from '../../core/api/servers.ts';
import { usePortal } from '../portal.ts';
import { common } from '../words/common.ts';
import { overviewWords } from '../words/overview-words.ts';
import { useWords } from '../words/words.ts';
import { StandingTag } from './mark.tsx';

/** One server in a list: how it stands and, where it is not OK, by what. */
export function ServerRow({ server }: { server: ServerSummary }) {
  const portal = usePortal();
  const words = useWords(common);
  const own = useWords(overviewWords);
  const [worst, ...others] = server.troubled;
  return (
    <a class="row server-row" href={portal.to(`/servers/${encodeURIComponent(server.id)}`)}>
      <StandingTag standing={server.standing} />
      <span class="row-main">
        <span class="row-title">{server.name}</span>
        <span class="row-text">
          {worst === undefined ? (
            <span class="quiet">{server.address}</span>
          ) : (
            <>
              <span class="row-monitor">{worst.id}</span>
              {worst.summary !== undefined && <> {worst.summary[portal.language]}</>}
              {others.length > 0 && <span class="quiet"> {own.moreAlerts(others.length)}</span>}
            </>
          )}
        </span>
      </span>
      <span class="row-end">
        <span class="quiet">{words.plan[server.plan]}</span>
      </span>
    </a>
  );
}

/** The place of a server that is being asked for: as high as a row of one that is OK. */
export const ComingServerRow = () => (
  <div class="row server-row">
    <span class="standing">{space}</span>
    <span class="row-main">
      <span class="row-title">{space}</span>
      <span class="row-text">{space}</span>
    </span>
    <span class="row-end">{space}</span>
  </div>
);

const space = '\u00a0';
