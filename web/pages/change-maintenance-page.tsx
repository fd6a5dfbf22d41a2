import { useState } from 'preact/hooks';
import type { MaintenanceView } from '../../core/api/maintenances.ts';
import type { MaintenanceRequest } from '../../core/maintenance/maintenance.ts';
import { useNow } from '../clock.ts';
import { shortTime } from '../format.ts';
import { useLive } from '../live.ts';
import { EndMaintenance } from '../maintenance/end-maintenance.tsx';
import { MaintenanceForm } from '../maintenance/maintenance-form.tsx';
import { currentPeriod, nextPeriod } from '../maintenance/period-now.ts';
import { periodText, recurrenceText, scopeText } from '../maintenance/period-text.ts';
import { formOfMaintenance } from '../maintenance/request-form.ts';
import { announce } from '../parts/announcer.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { usePortal } from '../portal.ts';
import { maintenance as maintenanceResource } from '../resources.ts';
import { navigate, type PageProps } from '../router.ts';
import { maintenanceWords } from '../words/maintenance-words.ts';
import { useWords } from '../words/words.ts';

/** `/maintenance/:maintenance`: one that was announced, to be changed, ended or called off. */
export function ChangeMaintenancePage({ params: { maintenance: id = '' } }: PageProps) {
  const words = useWords(maintenanceWords);
  const portal = usePortal();
  const live = useLive(maintenanceResource(id));
  const at = useNow();
  const [isEnding, setEnding] = useState(false);
  const back = portal.to('/maintenance');
  const { data } = live;
  const isOver = data !== undefined && isPast(data, at);
  const isNow = data !== undefined && currentPeriod(data, at) !== undefined;
  return (
    <>
      <PageHead
        title={data?.reason ?? words.form.changeTitle}
        above={[{ label: words.title, href: back }]}
        actions={
          data !== undefined &&
          !isOver && (
            <button type="button" class="button button-danger" onClick={() => setEnding(true)}>
              {isNow ? words.end.now : words.end.callOff}
            </button>
          )
        }
      />
      <Loaded live={live}>
        {(view) => (
          <>
            <Facts view={view} />
            {isOver ? (
              <p class="note-box">{words.form.overNote}</p>
            ) : (
              <Change key={view.id} view={view} back={back} />
            )}
            {isEnding && (
              <EndMaintenance chosen={view} close={() => setEnding(false)} onDone={() => navigate(back)} />
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

const isPast = (view: MaintenanceView, at: string): boolean =>
  view.endedAt !== undefined || (currentPeriod(view, at) === undefined && nextPeriod(view, at) === undefined);

function Facts({ view }: { view: MaintenanceView }) {
  const words = useWords(maintenanceWords);
  const portal = usePortal();
  const at = useNow(60_000);
  const { createdBy, endedAt, endedBy, scope, from, until } = view;
  const current = currentPeriod(view, at);
  const next = nextPeriod(view, at);
  return (
    <ul class="maintenance-facts">
      <li>{recurrenceText(view, portal.language, words) ?? periodText(from, until, portal, at)}</li>
      <li>{scopeText(scope, words, 10)}</li>
      {current !== undefined && (
        <li>
          {words.now} {words.until(shortTime(current.until, portal, at))}
        </li>
      )}
      {view.recurrence !== undefined && next !== undefined && (
        <li>{words.next(periodText(next.from, next.until, portal, at))}</li>
      )}
      <li class="quiet">{words.by(createdBy)}</li>
      {endedAt !== undefined && <li>{words.list.ended(shortTime(endedAt, portal, at), endedBy ?? '')}</li>}
    </ul>
  );
}

interface ChangeProps {
  readonly view: MaintenanceView;
  readonly back: string;
}

function Change({ view, back }: ChangeProps) {
  const words = useWords(maintenanceWords);
  const portal = usePortal();
  // What is typed stays while newer answers come; a change by somebody else meanwhile is told when it is saved.
  const [before] = useState(view);
  const [first] = useState(() => formOfMaintenance(view, portal.timeZone));
  const send = async (body: MaintenanceRequest) => {
    await portal.api.send(maintenanceResource(before.id), {
      method: 'PUT',
      body,
      ifMatch: `"${before.version}"`,
    });
    navigate(back);
    announce(words.form.saved);
  };
  return <MaintenanceForm first={first} before={before} back={back} send={send} />;
}
