import type { PropertyVerdict } from '../../../checker/verdict.ts';
import type { ReportResult } from '../data.ts';

/** How something is marked: by a sign, a word and a colour, each of which is enough. */
export interface Mark {
  readonly sign: string;
  readonly word: string;
  readonly tone: 'good' | 'bad' | 'unsure' | 'plain';
}

/** A variant's verdict. What is violated as expected is no alarm. */
export function verdictMark({ verdict, asExpected }: ReportResult): Mark {
  if (verdict === 'incomplete') return { sign: '?', word: 'incomplete', tone: 'unsure' };
  if (!asExpected) return { sign: '✗', word: `${verdict}, NOT AS EXPECTED`, tone: 'bad' };
  return { sign: '✓', word: verdict === 'violated' ? 'violated as expected' : 'holds', tone: 'good' };
}

/** A property's status; `stated`: that its variant says it is, or may be, violated. */
export function propertyMark({ kind, status }: PropertyVerdict, stated: boolean): Mark {
  if (status === 'undecided') return { sign: '?', word: 'undecided', tone: 'unsure' };
  if (status === 'holds')
    return { sign: '✓', word: kind === 'sometimes' ? 'reached' : 'holds', tone: 'good' };
  const word = kind === 'sometimes' ? 'never reached' : 'violated';
  return stated ? { sign: '✗', word: `${word}, as stated`, tone: 'plain' } : { sign: '✗', word, tone: 'bad' };
}
