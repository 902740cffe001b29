import { useEffect, useRef, useState } from 'preact/hooks';
import type { LiveView, Target } from '../../../../checker/live/view.ts';
import type { LiveAbout, LiveReply, LiveRequest } from '../../protocol.ts';
import { Help } from '../help.tsx';
import { useKeys } from '../keys.ts';
import { useTheme } from '../theme.ts';
import { Commands } from '../trace_header.tsx';
import { TraceView } from '../trace_view.tsx';
import { reachText, runText } from './answer_text.ts';
import { AskPanel } from './ask_panel.tsx';
import { ask } from './connection.ts';
import { Held } from './held.tsx';
import { LiveBar } from './live_bar.tsx';
import { DIGITS, LIVE_KEY_HELP, RUNS } from './live_keys.ts';
import { NextSteps } from './next_steps.tsx';
import { asReport } from './report_data.ts';
import { RunBar } from './run_bar.tsx';
import { Visited } from './visited.tsx';
import './live.css';

interface Opened {
  readonly about: LiveAbout;
  readonly view: LiveView;
  readonly sources: Readonly<Record<string, string>>;
}

/** Explores a model: what can happen next and why the rest cannot, beside the trace of how one came here. */
export function LiveApp({ token }: { readonly token: string }) {
  const [opened, setOpened] = useState<Opened | null>(null);
  const [busy, setBusy] = useState(true);
  const [message, setMessage] = useState('');
  const [point, setPoint] = useState(0);
  const [theme, toggleTheme] = useTheme();
  const [help, setHelp] = useState(false);
  const searched = useRef<Target | null>(null);

  const send = async (request: LiveRequest): Promise<void> => {
    if (request.do !== 'stop') setBusy(true);
    if (request.do === 'reach') searched.current = request.target;
    const reply = await ask(request, token);
    if (request.do === 'stop') return;
    setBusy(false);
    setMessage(messageOf(reply, searched.current));
    if (reply === null || !reply.ok) return;
    setOpened((before) => merged(before, reply));
    setPoint(reply.view.trace.steps.length);
  };
  useEffect(() => {
    void send({ do: 'open' });
  }, []);

  const node = opened?.view.node ?? 0;
  const choices = opened?.view.choices ?? [];
  const take = (step: number) => void send({ do: 'take', node, step });
  const go = (to: number) => void send({ do: 'go', node: to });
  const run = (to: Extract<LiveRequest, { do: 'run' }>['to']) => void send({ do: 'run', node, to });
  const parent = opened?.view.tree[node]?.parent ?? null;
  const back = () => (parent === null ? undefined : go(parent));
  /** Not while the session is asked something. */
  const when = (act: () => void) => () => {
    if (!busy) act();
  };
  useKeys({
    '?': () => setHelp(true),
    'Shift+?': () => setHelp(true),
    t: toggleTheme,
    b: when(back),
    ...Object.fromEntries(RUNS.map(([to, key]) => [key, when(() => choices.length > 0 && run(to))])),
    ...Object.fromEntries(
      choices.slice(0, DIGITS).map(({ number }) => [String(number + 1), when(() => take(number))]),
    ),
  });
  if (opened === null) return <p class="live-note">{message || 'Building the model …'}</p>;
  const { about, view, sources } = opened;
  const { data, result, property } = asReport(about, view, sources);
  return (
    <div class="live">
      <LiveBar
        about={about}
        parameters={view.trace.parameters}
        theme={theme}
        toggleTheme={toggleTheme}
        openHelp={() => setHelp(true)}
      />
      <div class="live-side">
        <RunBar
          view={view}
          point={point}
          busy={busy}
          message={message}
          back={back}
          goOn={() => go(nodeAt(view, point))}
          run={run}
        />
        <NextSteps choices={view.choices} disabled={busy} take={take} />
        <Held held={view.held} />
        <AskPanel
          properties={about.properties}
          processes={view.trace.start.processes.map(({ name }) => name)}
          variable={view.trace.start.variables[0]?.name ?? 'pin.event'}
          busy={busy}
          ask={(target) => void send({ do: 'reach', node, target, maxStates: null })}
          stop={() => void send({ do: 'stop' })}
        />
        <Visited tree={view.tree} node={node} disabled={busy} go={go} />
      </div>
      <TraceView
        data={data}
        of={{ result, property, trace: view.trace }}
        step={Math.min(point, view.trace.steps.length)}
        theme={theme}
        go={setPoint}
        header={
          <header class="trace-header">
            <div class="replay">
              <Commands trace={view.trace} alone={about.alone} />
            </div>
          </header>
        }
      />
      {help ? <Help more={LIVE_KEY_HELP} close={() => setHelp(false)} /> : null}
    </div>
  );
}

/** The place of the path after so many steps. */
function nodeAt({ tree, node }: LiveView, point: number): number {
  let at = tree[node];
  while (at !== undefined && at.depth > point && at.parent !== null) at = tree[at.parent];
  return at?.number ?? 0;
}

function merged(before: Opened | null, reply: Extract<LiveReply, { ok: true }>): Opened | null {
  const about = reply.about ?? before?.about ?? null;
  if (about === null) return null;
  return { about, view: reply.view, sources: { ...before?.sources, ...reply.sources } };
}

function messageOf(reply: LiveReply | null, target: Target | null): string {
  if (reply === null) return 'upy-check explore has ended. Start it again, and open its new address.';
  if (!reply.ok) {
    const { code, what, likely, remedy } = reply.problem;
    return `${code === null ? '' : `${code}: `}${what}. Likely: ${likely}. Instead: ${remedy}.`;
  }
  if (reply.ran !== null) return runText(reply.ran);
  return reply.reached === null || target === null ? '' : reachText(reply.reached, target);
}
