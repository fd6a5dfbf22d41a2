import { useState } from 'preact/hooks';
import type { MaintenanceView } from '../../core/api/maintenances.ts';
import type { MaintenanceRequest } from '../../core/maintenance/maintenance.ts';
import { now } from '../clock.ts';
import { monthAt } from '../maintenance/calendar-month.ts';
import { MaintenanceForm } from '../maintenance/maintenance-form.tsx';
import { periodText } from '../maintenance/period-text.ts';
import { newForm } from '../maintenance/request-form.ts';
import { announce } from '../parts/announcer.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { usePortal } from '../portal.ts';
import { maintenances, withQuery } from '../resources.ts';
import { navigate } from '../router.ts';
import { maintenanceWords } from '../words/maintenance-words.ts';
import { useWords } from '../words/words.ts';

/** `/maintenance/new?server=web-1`: maintenance is announced. */
export function AnnounceMaintenancePage() {
  const words = useWords(maintenanceWords);
  const portal = usePortal();
  const [first] = useState(() =>
    newForm(Date.parse(now()), portal.timeZone, [
      ...new Set(new URLSearchParams(location.search).getAll('server')),
    ]),
  );
  const back = portal.to('/maintenance');
  const send = async (body: MaintenanceRequest) => {
    const { data } = await portal.api.send<MaintenanceView>(
      maintenances({}) as { of: 'account'; path: string },
      {
        method: 'POST',
        body,
      },
    );
    const { from, until } = data ?? body;
    const at = now();
    const month = monthAt(Date.parse(from), portal.timeZone);
    navigate(month === monthAt(Date.parse(at), portal.timeZone) ? back : withQuery(back, { month }));
    announce(words.form.announced(periodText(from, until, portal, at)));
  };
  return (
    <>
      <PageHead title={words.form.newTitle} above={[{ label: words.title, href: back }]} lead={words.lead} />
      <MaintenanceForm first={first} back={back} send={send} />
    </>
  );
}
