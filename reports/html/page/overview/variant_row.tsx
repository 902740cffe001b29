import { useState } from 'preact/hooks';
import type { PropertyVerdict } from '../../../../checker/verdict.ts';
import { askedText } from '../../../asked.ts';
import { reasonText } from '../../../covered.ts';
import { expectationText, mayBeViolated } from '../../../expectation.ts';
import { limitText, sampleText } from '../../../limit.ts';
import { count, plural, seconds, visible } from '../../../text.ts';
import type { ReportResult } from '../../data.ts';
import { Badge } from '../badge.tsx';
import { Prose } from '../prose.tsx';
import { writeRoute } from '../route.ts';
import { routeOf } from '../traces.ts';
import { propertyMark, verdictMark } from '../words.ts';

/** One variant: its verdict and what it is worth, its violations, and all else when it is asked for. */
export function VariantRow({ result }: { readonly result: ReportResult }) {
  const { variant, figures, parameters, wallMs, properties, reason } = result;
  const asStated = reason === undefined ? null : reasonText(reason);
  const mark = verdictMark(result);
  const violated = properties.filter(({ status }) => status === 'violated');
  const worst = properties.filter((each) => each.worst !== undefined);
  const witnesses = properties.filter(
    ({ status, trace, worst: value }) => status === 'holds' && trace !== null && value === undefined,
  );
  return (
    <li class={`variant ${mark.tone}`}>
      <div class="variant-head">
        <Badge mark={mark} />
        <h3>
          {visible(variant)}{' '}
          <span class="faint">
            {Object.entries(parameters)
              .map(([name, value]) => `${visible(name)}=${visible(String(value))}`)
              .join(' ')}
          </span>
        </h3>
        <span class="figures">
          <span>
            {plural(figures.states, 'state')}
            {figures.reduction === 'none' ? '' : ' (reduced)'}
          </span>
          <span>depth {count(figures.depth)}</span>
          <span>{wallMs === null ? '' : seconds(wallMs)}</span>
        </span>
      </div>
      <Reasons result={result} />
      {asStated === null ? null : <p class="faint">{visible(asStated)}</p>}
      <ul class="findings">
        {sameRuns(violated).map((group) => (
          <Violation key={group[0]?.name} result={result} group={group} />
        ))}
        {[...worst, ...witnesses].map((property) => (
          <li key={property.name}>
            {property.worst === undefined ? 'reached' : 'worst case'}: {visible(property.name)}{' '}
            {property.worst === undefined
              ? ''
              : `${count(property.worst.value)} of ${count(property.worst.limit)} ${property.worst.unit} `}
            <TraceLink result={result} property={property} />
          </li>
        ))}
      </ul>
      <More result={result} />
    </li>
  );
}

/** Why the verdict is not as expected, and what ended the search. */
function Reasons({
  result: { because, asExpected, expected, verdict, limit, properties },
}: {
  readonly result: ReportResult;
}) {
  const stated = `the variant states: ${expectationText(expected)}`;
  const reasons = because.length > 0 ? because : [stated];
  const open = properties.filter(({ status }) => status === 'undecided');
  return (
    <>
      {asExpected ? null : (
        <p class={verdict === 'incomplete' ? 'unsure-text' : 'bad-text'}>
          {verdict === 'incomplete' ? 'NOT DECIDED' : 'NOT AS EXPECTED'}: {reasons.map(visible).join('; ')}
        </p>
      )}
      {limit === null ? null : (
        <p class="unsure-text">
          stopped by {limitText(limit.kind, limit.value)}:{' '}
          {verdict === 'incomplete'
            ? 'no violation in what was searched proves nothing about the rest'
            : 'the rest was not searched'}
          {limit.sample === undefined ? '' : `; ${sampleText(limit.sample)}`}
          {limit.growing.length === 0 ? '' : `; still growing: ${limit.growing.map(visible).join(', ')}`}
        </p>
      )}
      {open.length === 0 || verdict !== 'incomplete' ? null : (
        <p class="faint">undecided: {open.map(({ name }) => visible(name)).join(', ')}</p>
      )}
    </>
  );
}

interface OfProperty {
  readonly result: ReportResult;
  readonly property: PropertyVerdict;
}

/** The violated properties, those together that the same run violates. */
function sameRuns(properties: readonly PropertyVerdict[]): PropertyVerdict[][] {
  const groups = new Map<string, PropertyVerdict[]>();
  for (const property of properties) {
    const key = property.trace === null ? `no trace: ${property.name}` : property.trace.schedule;
    groups.set(key, [...(groups.get(key) ?? []), property]);
  }
  return [...groups.values()];
}

function Violation({
  result,
  group,
}: {
  readonly result: ReportResult;
  readonly group: readonly PropertyVerdict[];
}) {
  const texts = group.flatMap(({ kind, name, trace, detail }) => [
    trace?.explanation ?? '',
    kind === 'sometimes' && trace === null
      ? `the model never comes to '${name}': either the design cannot do this or the model does nothing`
      : '',
    detail ?? '',
  ]);
  return (
    <li>
      {group.map((property, i) => (
        <div key={property.name}>
          <Badge mark={propertyMark(property, mayBeViolated(result.expected, property))} />{' '}
          <b>{visible(property.name)}</b> {i === 0 ? <TraceLink result={result} property={property} /> : null}{' '}
          {property.place === null ? null : (
            <span class="faint">
              {visible(property.place.file)}:{property.place.line}
            </span>
          )}
        </div>
      ))}
      {[...new Set(texts)]
        .filter((text) => text !== '')
        .map((text) => (
          <p key={text}>
            <Prose text={text} />
          </p>
        ))}
    </li>
  );
}

function TraceLink(of: OfProperty) {
  const { trace } = of.property;
  if (trace === null) return null;
  return (
    <a class="trace-link" href={writeRoute(routeOf(of))}>
      {plural(trace.steps.length, 'step')}: explore ›
    </a>
  );
}

/** Properties, assumptions and figures; made when they are opened. */
function More({ result }: { readonly result: ReportResult }) {
  const [open, setOpen] = useState(false);
  const { properties, assumptions, figures, expected } = result;
  const parts = [
    plural(properties.length, 'property', 'properties'),
    ...(assumptions.length === 0 ? [] : [plural(assumptions.length, 'assumption')]),
  ];
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{parts.join(', ')}</summary>
      {open ? (
        <>
          <p class="faint">
            The scenario states: {visible(expectationText(expected))}.{' '}
            {plural(figures.transitions, 'transition')}, {plural(figures.processes, 'process', 'processes')},{' '}
            {figures.bitsPerState} bits per state
            {figures.reduction === 'none' ? '' : `, reduced by ${figures.reduction}`}
            {figures.omissionProbability === 0
              ? ''
              : `; a state was missed with probability ${figures.omissionProbability.toExponential(1)}`}
            .
          </p>
          {assumptions.length === 0 ? null : (
            <>
              <p>Under these assumptions:</p>
              <ul class="bullets">
                {assumptions.map((text) => (
                  <li key={text}>{visible(text)}</li>
                ))}
              </ul>
            </>
          )}
          <Properties result={result} />
        </>
      ) : null}
    </details>
  );
}

function Properties({ result }: { readonly result: ReportResult }) {
  return (
    <table class="properties">
      <thead>
        <tr>
          <th scope="col">status</th>
          <th scope="col">property</th>
          <th scope="col">asks</th>
          <th scope="col">stated at</th>
        </tr>
      </thead>
      <tbody>
        {result.properties.map((property, i) => (
          <tr key={i}>
            <td>
              <Badge mark={propertyMark(property, mayBeViolated(result.expected, property))} />
            </td>
            <td>
              {visible(property.name)} <TraceLink result={result} property={property} />
              {property.trace !== null || property.steps === undefined ? null : (
                <span class="faint">{plural(property.steps, 'step')} from the start</span>
              )}
            </td>
            <td class="faint">{askedText(property)}</td>
            <td class="faint">
              {property.place === null ? '' : `${visible(property.place.file)}:${property.place.line}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
