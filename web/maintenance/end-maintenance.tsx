import type { MaintenanceView } from '../../core/api/maintenances.ts';
import { now } from '../clock.ts';
import { shortTime } from '../format.ts';
import { announce } from '../parts/announcer.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { usePortal } from '../portal.ts';
import { maintenance as maintenanceResource } from '../resources.ts';
import { maintenanceWords } from '../words/maintenance-words.ts';
import { useWords } from '../words/words.ts';
import { currentPeriod } from './period-now.ts';

interface EndMaintenanceProps {
  readonly chosen: MaintenanceView;
  readonly close: () => void;
  readonly onDone: () => void;
}

/** Asks before a maintenance is ended, or called off, and says what that means. */
export function EndMaintenance({ chosen, close, onDone }: EndMaintenanceProps) {
  const { end: words } = useWords(maintenanceWords);
  const portal = usePortal();
  const at = now();
  const current = currentPeriod(chosen, at);
  const isNow = current !== undefined;
  const isSeries = chosen.recurrence !== undefined;
  const act = async () => {
    await portal.api.send(maintenanceResource(chosen.id), { method: 'DELETE' });
    announce(isNow ? words.wasEnded(chosen.reason) : words.wasCalledOff(chosen.reason));
    onDone();
  };
  const sentences = [
    isNow ? words.nowEffect : words.callOffEffect,
    ...(isSeries ? [words.seriesEffect] : []),
    ...(isSeries && isNow ? [words.seriesKeep(shortTime(current.until, portal, at))] : []),
  ];
  return (
    <Dialog
      title={isNow ? words.endTitle(chosen.reason) : words.callOffTitle(chosen.reason)}
      effect={sentences.join(portal.language === 'ja' ? '' : ' ')}
      deed={isNow ? words.now : words.callOff}
      isDangerous
      act={act}
      close={close}
    />
  );
}
