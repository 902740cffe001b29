import type { LiveRequest } from '../../reports/html/protocol.ts';
import type { RunTo, Target } from '../live/view.ts';

type Json = Readonly<Record<string, unknown>>;

const RUN_TO: readonly RunTo[] = ['switch', 'interrupt', 'block', 'end'];
/** Longer texts are no questions. */
const TEXT_MAX = 2_000;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= TEXT_MAX;

/** A request of the page; `null`: it is none. Whatever else is in it is left out. */
export function readRequest(text: string): LiveRequest | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value)) return null;
  const { do: what, node, step, to, target, maxStates = null } = value;
  if (what === 'open' || what === 'stop') return { do: what };
  if (!isCount(node)) return null;
  if (what === 'go') return { do: 'go', node };
  if (what === 'take') return isCount(step) ? { do: 'take', node, step } : null;
  if (what === 'run') {
    const known = RUN_TO.find((each) => each === to);
    return known === undefined ? null : { do: 'run', node, to: known };
  }
  const asked = what === 'reach' ? readTarget(target) : null;
  if (asked === null || (maxStates !== null && !isCount(maxStates))) return null;
  return { do: 'reach', node, target: asked, maxStates };
}

function readTarget(value: unknown): Target | null {
  if (!isRecord(value)) return null;
  const { kind, name, text, process, file, line } = value;
  if (kind === 'property') return isText(name) ? { kind, name } : null;
  if (kind === 'condition') return isText(text) ? { kind, text } : null;
  const named = process === null || isText(process);
  return kind === 'line' && named && isText(file) && isCount(line) ? { kind, process, file, line } : null;
}
