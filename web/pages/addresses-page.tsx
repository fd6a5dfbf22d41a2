import { firewallExamples } from '../firewall-rules.ts';
import { useLive } from '../live.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Empty, Loaded } from '../parts/loaded.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Table } from '../parts/table.tsx';
import { monitoringAddresses } from '../resources.ts';
import { addressesWords } from '../words/addresses-words.ts';
import { useWords } from '../words/words.ts';

const everyMs = 300_000;

/** `/monitoring-addresses`: where our checks come from, to be let in. */
export function AddressesPage() {
  const words = useWords(addressesWords);
  const live = useLive(monitoringAddresses, everyMs);
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      <Loaded live={live}>
        {({ addresses }) =>
          addresses.length === 0 ? (
            <Empty title={words.none}>
              <p>{words.noneBody}</p>
            </Empty>
          ) : (
            <Shown addresses={addresses} />
          )
        }
      </Loaded>
    </>
  );
}

function Shown({ addresses }: { addresses: readonly string[] }) {
  const words = useWords(addressesWords);
  return (
    <>
      <section class="stack" aria-labelledby="addresses">
        <h2 id="addresses">{words.addresses}</h2>
        <ul class="addresses">
          {addresses.map((address) => (
            <li key={address}>
              <code>{address}</code>
              <CopyButton text={address} />
            </li>
          ))}
        </ul>
        {addresses.length > 1 && (
          <p>
            <CopyButton text={addresses.join('\n')} label={words.copyAll} />
          </p>
        )}
        <p class="quiet">{words.change}</p>
      </section>
      <section class="stack" aria-labelledby="ports">
        <h2 id="ports">{words.ports}</h2>
        <Table
          label={words.ports}
          items={words.portRows}
          keyOf={([what]) => what}
          columns={[
            { head: words.what, cell: ([what]) => what },
            { head: words.port, cell: ([, port]) => <code>{port}</code> },
            { head: words.purpose, cell: ([, , purpose]) => purpose },
          ]}
        />
      </section>
      <section class="stack" aria-labelledby="rules">
        <h2 id="rules">{words.rules}</h2>
        <p class="quiet">{words.rulesLead}</p>
        {firewallExamples(addresses).map(({ name, lines }, place) => (
          <details class="output" key={name} open={place === 0}>
            <summary>
              <span class="output-title">{name}</span>
            </summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, and the keyboard must reach it */}
            <pre tabIndex={0}>{lines}</pre>
            <p>
              <CopyButton text={lines} />
            </p>
          </details>
        ))}
      </section>
    </>
  );
}
