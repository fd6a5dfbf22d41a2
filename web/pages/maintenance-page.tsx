import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { MaintenanceView } from '../../core/api/maintenances.ts';
import { useNow } from '../clock.ts';
import { roughDuration, secondsBetween, shortTime } from '../format.ts';
import { EndMaintenance } from '../maintenance/end-maintenance.tsx';
import { Meaning } from '../maintenance/meaning.tsx';
import { MonthCalendar } from '../maintenance/month-calendar.tsx';
import { currentPeriod, nextPeriod } from '../maintenance/period-now.ts';
import { periodText, recurrenceText, scopeText } from '../maintenance/period-text.ts';
import { type Pages, usePages } from '../pages-of-list.ts';
import { Empty, Loaded } from '../parts/loaded.tsx';
import { StandingMark } from '../parts/mark.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { PagedList } from '../parts/paged-list.tsx';
import { usePortal } from '../portal.ts';
import { maintenances, withQuery } from '../resources.ts';
import { useQuery } from '../router.ts';
import { maintenanceWords } from '../words/maintenance-words.ts';
import { useWords } from '../words/words.ts';

/** `/maintenance`: what is quiet now and will be, by month and as a list. */
export function MaintenancePage() {
  const words = useWords(maintenanceWords);
  const portal = usePortal();
  const pages = usePages((cursor) => maintenances(cursor === undefined ? {} : { cursor }));
  const [chosen, setChosen] = useState<MaintenanceView>();
  const [ended, setEnded] = useState(0);
  const count = pages.items.length;
  const before = useRef(count);
  useLayoutEffect(() => {
    // The button that was pressed went with its entry: the keyboard goes on from the top, not from nowhere.
    if (count < before.current && document.activeElement === document.body)
      document.querySelector('h1')?.focus({ preventScroll: true });
    before.current = count;
  }, [count]);
  // From a server's page the way leads on to the form.
  const server = useQuery().get('server') ?? undefined;
  return (
    <>
      <PageHead
        title={words.title}
        lead={words.lead}
        actions={
          <a class="button" href={portal.to(withQuery('/maintenance/new', { server }))}>
            {words.announce}
          </a>
        }
      />
      <Loaded live={pages.first}>{() => <Present pages={pages} end={setChosen} />}</Loaded>
      <MonthCalendar key={ended} />
      <section aria-labelledby="announced">
        <h2 id="announced">{words.list.title}</h2>
        <PagedList
          pages={pages}
          keyOf={({ id }) => id}
          row={(view) => <Entry view={view} end={setChosen} />}
          empty={
            <Empty title={words.list.none}>
              <p>{words.list.noneBody}</p>
            </Empty>
          }
        />
      </section>
      <Meaning />
      {chosen !== undefined && (
        <EndMaintenance
          chosen={chosen}
          close={() => setChosen(undefined)}
          onDone={() => {
            pages.first.refresh();
            setEnded(ended + 1);
          }}
        />
      )}
    </>
  );
}

interface PresentProps {
  readonly pages: Pages<MaintenanceView>;
  readonly end: (view: MaintenanceView) => void;
}

/** What is in maintenance at this moment, and what comes next. */
function Present({ pages: { items }, end }: PresentProps) {
  const words = useWords(maintenanceWords);
  const portal = usePortal();
  const at = useNow();
  const holding = items.flatMap((view) => {
    const current = currentPeriod(view, at);
    return current === undefined ? [] : [{ view, current }];
  });
  const [coming] = items
    .flatMap((view) => {
      const next = nextPeriod(view, at);
      return next === undefined ? [] : [{ view, next }];
    })
    .sort((one, other) => (one.next.from < other.next.from ? -1 : 1));
  return (
    <section class={holding.length > 0 ? 'present tone-maintenance' : 'present'} aria-labelledby="present">
      <h2 id="present">
        {holding.length > 0 && <StandingMark standing="maintenance" />}
        {holding.length > 0 ? words.now : words.nothingNow}
      </h2>
      {holding.length === 0 && <p class="quiet">{words.nothingNowBody}</p>}
      {holding.length > 0 && (
        <ul class="present-list">
          {holding.map(({ view, current }) => (
            <li key={view.id}>
              <div class="present-said">
                <p class="present-reason">{view.reason}</p>
                <p>{scopeText(view.scope, words)}</p>
                <p>
                  <strong>{words.until(shortTime(current.until, portal, at))}</strong>{' '}
                  <span class="quiet">
                    {words.left(roughDuration(secondsBetween(at, current.until), portal))}
                  </span>
                </p>
              </div>
              <button type="button" class="button button-danger" onClick={() => end(view)}>
                {words.end.now}
                <span class="visually-hidden"> {view.reason}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <p class="present-next">
        {coming === undefined ? (
          <span class="quiet">{words.nothingNext}</span>
        ) : (
          <>
            <strong>{words.next(periodText(coming.next.from, coming.next.until, portal, at))}</strong>{' '}
            {coming.view.reason}
          </>
        )}
      </p>
    </section>
  );
}

interface EntryProps {
  readonly view: MaintenanceView;
  readonly end: (view: MaintenanceView) => void;
}

function Entry({ view, end }: EntryProps) {
  const words = useWords(maintenanceWords);
  const portal = usePortal();
  const at = useNow(30_000);
  const current = currentPeriod(view, at);
  const next = nextPeriod(view, at);
  const recurs = recurrenceText(view, portal.language, words);
  return (
    <article class="maintenance-entry">
      <div class="maintenance-said">
        <h3>
          <a href={portal.to(`/maintenance/${view.id}`)}>{view.reason}</a>
          {current !== undefined && <span class="badge badge-maintenance">{words.list.isNow}</span>}
        </h3>
        <p>
          {recurs ?? periodText(view.from, view.until, portal, at)}
          {recurs !== undefined && next !== undefined && (
            <span class="entry-next">{words.list.nextOn(periodText(next.from, next.until, portal, at))}</span>
          )}
        </p>
        <p class="quiet">
          {scopeText(view.scope, words)} · {words.by(view.createdBy)}
        </p>
      </div>
      <p class="maintenance-deeds">
        <a class="button button-plain button-small" href={portal.to(`/maintenance/${view.id}`)}>
          {words.list.open}
          <span class="visually-hidden"> {view.reason}</span>
        </a>
        <button type="button" class="button button-danger button-small" onClick={() => end(view)}>
          {current === undefined ? words.end.callOff : words.end.now}
          <span class="visually-hidden"> {view.reason}</span>
        </button>
      </p>
    </article>
  );
}
