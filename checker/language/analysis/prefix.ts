import { metadataOf } from '../../../model/intrinsics/metadata.ts';
import type { ProcessHandle } from '../../../model/intrinsics/process.ts';
import type { Block, ProcessCode, Site } from '../ir.ts';
import { successorsOf } from './graph.ts';

/**
 * A process is put at its first visible operation when it is made or started, which must succeed. Where the code before
 * that operation can fail, choose or go round, beginning is a step of its own.
 */
export function guardPrefix(process: ProcessCode, handle: ProcessHandle): boolean {
  const { entry } = process;
  if (entry.cut !== null || isHarmless(entry)) return false;
  const site = siteOf(handle);
  if (site === null) return false;
  const begin: Block = {
    id: -2,
    cut: { operation: 'begin', site, access: null, wait: null },
    code: [],
    end: { kind: 'goto', to: entry },
    location: 0,
  };
  (process as { entry: Block }).entry = {
    id: -1,
    cut: null,
    code: [],
    end: { kind: 'goto', to: begin },
    location: 0,
  };
  return true;
}

/** Whether every path from `entry` comes to a cut or an end by assignments alone. */
function isHarmless(entry: Block): boolean {
  const state = new Map<Block, 'open' | 'done'>();
  const harmless = (block: Block): boolean => {
    if (block.cut !== null || state.get(block) === 'done') return true;
    if (state.get(block) === 'open') return false;
    state.set(block, 'open');
    if (
      block.code.some(
        ({ kind }) => kind === 'assert' || kind === 'choose' || kind === 'start' || kind === 'kill',
      )
    )
      return false;
    if (block.end.kind === 'fail' || block.end.kind === 'abort' || block.end.kind === 'cutoff') return false;
    const result = successorsOf(block.end).every(harmless);
    state.set(block, 'done');
    return result;
  };
  return harmless(entry);
}

function siteOf(handle: ProcessHandle): Site | null {
  const metadata = metadataOf(handle.body);
  if (metadata === undefined) return null;
  const { source, start } = metadata;
  return { source, start, end: start, frame: { name: handle.name, caller: null, shared: null, hook: false } };
}
