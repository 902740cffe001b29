import { visible } from '../../text.ts';
import { BarButtons, type BarButtonsProps } from './bar_buttons.tsx';
import { BarParameters } from './bar_parameters.tsx';
import { OVERVIEW, type Route, writeRoute } from './route.ts';
import type { TraceOf } from './traces.ts';
import './top_bar.css';

export interface TopBarProps extends BarButtonsProps {
  /** `null`: the overview. */
  readonly of: TraceOf | null;
  /** Of the trace among all, from 1. */
  readonly position: { readonly index: number; readonly of: number } | null;
  readonly before: Route | null;
  readonly after: Route | null;
}

/** Where one is in the report, and the ways to its other parts. */
export function TopBar({ of, position, before, after, ...buttons }: TopBarProps) {
  return (
    <nav class="bar" aria-label="Report">
      {of === null ? (
        <b>upy-check</b>
      ) : (
        <>
          <a href={writeRoute(OVERVIEW)}>‹ All verdicts</a>
          <span class="bar-where">
            <b>{visible(of.result.scenario)}</b> <span class="faint">/</span> {visible(of.result.variant)}
            <BarParameters parameters={of.result.parameters} />
          </span>
        </>
      )}
      <span class="bar-space" />
      {position === null || position.of < 2 ? null : (
        <span class="bar-traces">
          <Neighbour route={before} label="Trace before ([)" glyph="‹" />
          trace {position.index} of {position.of}
          <Neighbour route={after} label="Next trace (])" glyph="›" />
        </span>
      )}
      <BarButtons {...buttons} />
    </nav>
  );
}

function Neighbour({
  route,
  label,
  glyph,
}: {
  readonly route: Route | null;
  readonly label: string;
  readonly glyph: string;
}) {
  return route === null ? (
    <span class="bar-neighbour faint" aria-hidden="true">
      {glyph}
    </span>
  ) : (
    <a class="bar-neighbour" href={writeRoute(route)} aria-label={label} title={label}>
      {glyph}
    </a>
  );
}
