import { useState } from 'preact/hooks';
import type { ServerSummary } from '../../core/api/servers.ts';
import { ApiError } from '../api.ts';
import { useLive } from '../live.ts';
import { Chips } from '../parts/chips.tsx';
import { Failure } from '../parts/failure.tsx';
import { Loading } from '../parts/loaded.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { server as serverResource, servers as serversResource } from '../resources.ts';
import { maintenanceWords } from '../words/maintenance-words.ts';
import { useWords } from '../words/words.ts';
import { Faults, type Told } from './fault-field.tsx';
import type { ChosenServer, MaintenanceForm } from './request-form.ts';

type Scope = Pick<MaintenanceForm, 'isWholeAccount' | 'servers'>;

interface ServerChoiceProps {
  readonly scope: Scope;
  readonly change: (scope: Scope) => void;
  readonly faults: readonly Told[];
  /** Of single servers, by their place. */
  readonly faultsOf: ReadonlyMap<number, readonly Told[]>;
}

/** Which servers, and where wanted which of their monitors. */
export function ServerChoice({ scope, change, faults, faultsOf }: ServerChoiceProps) {
  const { form: words } = useWords(maintenanceWords);
  const { isWholeAccount, servers } = scope;
  const put = (changed: readonly ChosenServer[]) => change({ isWholeAccount, servers: changed });
  return (
    <fieldset
      class="form-part"
      id="maintenance-servers-field"
      aria-describedby={faults.length > 0 ? 'maintenance-servers-faults' : undefined}
    >
      <legend>{words.what}</legend>
      <Chips
        label={words.what}
        choices={[
          { id: 'chosen', name: words.chosen },
          { id: 'whole', name: words.whole },
        ]}
        chosen={isWholeAccount ? 'whole' : 'chosen'}
        choose={(id) => change({ servers, isWholeAccount: id === 'whole' })}
      />
      {!isWholeAccount && (
        <>
          <Finder chosen={servers} change={put} />
          <p class="chosen-title">
            {servers.length === 0 ? words.noneChosen : words.chosenServers(servers.length)}
          </p>
          {servers.length > 0 && (
            <ul class="chosen">
              {servers.map((one, place) => (
                <Chosen
                  key={one.id}
                  chosen={one}
                  isLookedUp={servers.length <= mostLookedUp}
                  faults={faultsOf.get(place) ?? []}
                  change={(changed) => put(servers.map((each) => (each.id === one.id ? changed : each)))}
                  remove={() => put(servers.filter(({ id }) => id !== one.id))}
                />
              ))}
            </ul>
          )}
        </>
      )}
      <Faults id="maintenance-servers-faults" faults={faults} />
    </fieldset>
  );
}

/** Names are asked for of a few; of hundreds the ids must do. */
const mostLookedUp = 10;
const mostFound = 6;

interface FinderProps {
  readonly chosen: readonly ChosenServer[];
  readonly change: (chosen: readonly ChosenServer[]) => void;
}

function Finder({ chosen, change }: FinderProps) {
  const { form: words } = useWords(maintenanceWords);
  const [q, setQ] = useState('');
  const live = useLive(serversResource({ q, limit: mostFound }), 0);
  const { data, error, refresh } = live;
  const isChosen = (id: string) => chosen.some((one) => one.id === id);
  const toggle = ({ id }: ServerSummary) =>
    change(isChosen(id) ? chosen.filter((one) => one.id !== id) : [...chosen, { id, monitors: undefined }]);
  return (
    <div class="finder">
      <SearchField label={words.search} value={q} onSearch={setQ} />
      {data === undefined ? (
        error === undefined ? (
          <Loading />
        ) : (
          <Failure error={error} retry={refresh} />
        )
      ) : (
        <fieldset class="checks">
          <legend class="visually-hidden">{words.found}</legend>
          {data.items.map((server) => (
            <label key={server.id}>
              <input type="checkbox" checked={isChosen(server.id)} onChange={() => toggle(server)} />
              <span class="server-named">
                {server.name}
                {server.name !== server.id && <code class="quiet">{server.id}</code>}
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <p class="quiet" role="status">
        {data?.items.length === 0 ? words.noneFound : data?.next !== undefined ? words.moreFound : ''}
      </p>
    </div>
  );
}

interface ChosenProps {
  readonly chosen: ChosenServer;
  readonly isLookedUp: boolean;
  readonly faults: readonly Told[];
  readonly change: (chosen: ChosenServer) => void;
  readonly remove: () => void;
}

function Chosen({ chosen: { id, monitors }, isLookedUp, faults, change, remove }: ChosenProps) {
  const { form: words } = useWords(maintenanceWords);
  const live = useLive(isLookedUp || monitors !== undefined ? serverResource(id) : undefined, 0);
  const isGone = live.error instanceof ApiError && live.error.status === 404;
  const all = live.data?.monitors ?? [];
  return (
    <li>
      <p class="chosen-head">
        <span class="server-named">
          {live.data?.name ?? id}
          {live.data !== undefined && live.data.name !== id && <code class="quiet">{id}</code>}
        </span>
        <button type="button" class="button button-plain button-small" onClick={remove}>
          {words.remove}
          <span class="visually-hidden"> {id}</span>
        </button>
      </p>
      {isGone ? (
        <p class="field-faults">{words.gone}</p>
      ) : (
        <label class="inline-field">
          <input
            type="checkbox"
            checked={monitors !== undefined}
            onChange={({ currentTarget }) => change({ id, monitors: currentTarget.checked ? [] : undefined })}
          />
          {words.someMonitors}
          <span class="visually-hidden"> ({id})</span>
        </label>
      )}
      {monitors !== undefined && (
        <fieldset class="checks" data-empty={monitors.length === 0}>
          <legend class="visually-hidden">{words.monitorsOf(id)}</legend>
          {/* Some may be gone since; they can be taken off, not chosen again. */}
          {[...new Set([...all.map((one) => one.id), ...monitors])].map((monitor) => (
            <label key={monitor}>
              <input
                type="checkbox"
                checked={monitors.includes(monitor)}
                onChange={({ currentTarget }) =>
                  change({
                    id,
                    monitors: currentTarget.checked
                      ? [...monitors, monitor]
                      : monitors.filter((one) => one !== monitor),
                  })
                }
              />
              {monitor}
            </label>
          ))}
        </fieldset>
      )}
      <Faults id={`maintenance-server-${id}-faults`} faults={faults} />
    </li>
  );
}
