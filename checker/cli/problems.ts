import { ElaborationError } from '../../model/intrinsics/elaboration.ts';
import type { Problem } from '../../reports/events.ts';
import { UserError } from '../options.ts';

/** Any thrown value as an error for people; what is not the user's to mend has no code. */
export function asProblem(error: unknown): Problem {
  if (error instanceof UserError) {
    const { code, what, place, likely, remedy } = error;
    return { code, what, place, likely, remedy };
  }
  if (error instanceof ElaborationError) {
    const [first = ''] = error.message.split('\n');
    const what = first.startsWith(`${error.code}: `) ? first.slice(error.code.length + 2) : first;
    return { code: error.code, what, place: null, likely: error.likely, remedy: error.remedy };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: null,
    what: `internal error, please report: ${message}`,
    place: null,
    likely: 'a fault in upy-check itself',
    remedy: 'report it with the scenario; UPY_CHECK_DEBUG=1 shows where it arises',
  };
}

/** The stack, for those who debug upy-check. */
export function debugText(error: unknown, environment: Readonly<Record<string, string | undefined>>): string {
  const wanted =
    environment.UPY_CHECK_DEBUG !== undefined &&
    environment.UPY_CHECK_DEBUG !== '' &&
    environment.UPY_CHECK_DEBUG !== '0';
  return wanted && error instanceof Error && error.stack !== undefined ? `${error.stack}\n` : '';
}
