import type { HealthView } from '../../core/api/operators.ts';
import type { Standing } from '../../core/standing.ts';
import { useNow } from '../clock.ts';
import { numberText, roughDuration, secondsBetween, shortTime } from '../format.ts';
import { useLive } from '../live.ts';
import { Loaded } from '../parts/loaded.tsx';
import { StandingMark } from '../parts/mark.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Table } from '../parts/table.tsx';
import { Ago } from '../parts/time.tsx';
import { usePortal } from '../portal.ts';
import { health } from '../resources.ts';
import { operatorWords } from '../words/operator-words.ts';
import { useWords } from '../words/words.ts';

/** `/operator/health`: whether the watcher itself is well. */
export function HealthPage() {
  const { health: words } = useWords(operatorWords);
  const live = useLive(health);
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <Loaded live={live}>{(data) => <Shown data={data} />}</Loaded>
    </>
  );
}

/** A mail that waits longer than this does not leave by itself. */
const longWaitSeconds = 600;

function Shown({ data }: { data: HealthView }) {
  const { health: words, workflows: workflowWords } = useWords(operatorWords);
  const portal = usePortal();
  const now = useNow();
  const { mails } = data;
  const waitSeconds = mails.oldestWaiting === undefined ? 0 : secondsBetween(mails.oldestWaiting, now);
  const isWell =
    data.shards.every(({ isLate, wayOutDownSince }) => !isLate && wayOutDownSince === undefined) &&
    waitSeconds < longWaitSeconds &&
    mails.failedLastDay === 0 &&
    data.workflows.every(({ failedLastDay }) => failedLastDay === 0);
  const standing: Standing = isWell ? 'ok' : 'critical';
  const figure = (value: number) => (value >= 1000 ? words.thousandAndMore : numberText(value, portal));
  return (
    <>
      <section class={`verdict tone-${standing}`} aria-label={words.title}>
        <StandingMark standing={standing} />
        <div class="verdict-said">
          <p class="verdict-sentence">{isWell ? words.well : words.notWell}</p>
        </div>
      </section>
      <section aria-labelledby="figures">
        <h2 id="figures">{words.figures}</h2>
        <dl class="figures">
          <Figure name={words.openIncidents} value={figure(data.openIncidents)} href="/operator" />
          <Figure
            name={words.unknownMonitors}
            value={figure(data.unknownMonitors)}
            href="/operator/unknowns"
          />
          <Figure
            name={words.mailsWaiting}
            value={figure(mails.waiting)}
            {...(mails.oldestWaiting === undefined
              ? {}
              : { note: words.oldestWaiting(roughDuration(Math.max(0, waitSeconds), portal)) })}
          />
          <Figure name={words.mailsFailed} value={figure(mails.failedLastDay)} />
        </dl>
      </section>
      <section aria-labelledby="sweeps">
        <h2 id="sweeps">{words.sweeps}</h2>
        <Table
          label={words.sweeps}
          items={data.shards}
          keyOf={({ shard }) => String(shard)}
          columns={[
            { head: words.shard, cell: ({ shard }) => numberText(shard, portal) },
            {
              head: words.lastSweep,
              cell: ({ lastSweep }) => (lastSweep === undefined ? words.neverSwept : <Ago at={lastSweep} />),
            },
            {
              head: workflowWords.status,
              cell: ({ isLate }) => (
                <Said standing={isLate ? 'critical' : 'ok'} word={isLate ? words.late : words.onTime} />
              ),
            },
            {
              head: words.waysOut,
              cell: ({ wayOutDownSince }) =>
                wayOutDownSince === undefined ? (
                  <Said standing="ok" word={words.good} />
                ) : (
                  <Said
                    standing="critical"
                    word={words.wayOutDown(shortTime(wayOutDownSince, portal, now))}
                  />
                ),
            },
          ]}
        />
      </section>
      <section aria-labelledby="workflows">
        <h2 id="workflows">{words.workflows}</h2>
        <Table
          label={words.workflows}
          items={data.workflows}
          keyOf={({ machine }) => machine}
          columns={[
            {
              head: words.workflow,
              cell: ({ machine, url }) => <a href={url}>{workflowWords.machines[machine] ?? machine}</a>,
            },
            { head: words.running, isNumber: true, cell: ({ running }) => figure(running) },
            {
              head: words.failed,
              isNumber: true,
              cell: ({ machine, failedLastDay }) =>
                failedLastDay === 0 ? (
                  '0'
                ) : (
                  <a
                    class="tone-critical toned"
                    href={`/operator/workflows?status=FAILED&machine=${machine}`}
                  >
                    {figure(failedLastDay)}
                  </a>
                ),
            },
          ]}
        />
      </section>
    </>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
  readonly href?: string;
}

const Figure = ({ name, value, note, href }: FigureProps) => (
  <div class="figure">
    <dt>{href === undefined ? name : <a href={href}>{name}</a>}</dt>
    <dd>
      {value}
      {note !== undefined && <span class="quiet"> {note}</span>}
    </dd>
  </div>
);

const Said = ({ standing, word }: { standing: Standing; word: string }) => (
  <span class={`standing tone-${standing}`}>
    <StandingMark standing={standing} />
    {word}
  </span>
);
