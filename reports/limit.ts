import { bytes, count, visible } from './text.ts';

/** `--max-states 1,000,000` and the like, in words. */
export function limitText(kind: string, value: string): string {
  if (kind === 'interrupted') return 'an interrupt';
  if (kind === 're-entry') return `the re-entry bound (${visible(value)})`;
  if (kind === 'unsupported') return `what is not supported yet (${visible(value)})`;
  if (kind === 'max-memory' && /^\d+$/u.test(value)) return `--${kind} (${bytes(Number(value))})`;
  return `--${kind} ${/^\d+$/u.test(value) ? count(Number(value)) : visible(value)}`;
}
