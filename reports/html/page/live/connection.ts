import { type LiveReply, type LiveRequest, TOKEN_HEADER } from '../../protocol.ts';

/** The token in the fragment of the address: browsers send that to nobody. */
export function tokenIn(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/u, '')).get('token');
}

/** One question to the server that this page came from; `null`: there is none any more. */
export async function ask(request: LiveRequest, token: string): Promise<LiveReply | null> {
  try {
    const response = await fetch('/live', {
      method: 'POST',
      headers: { 'content-type': 'application/json', [TOKEN_HEADER]: token },
      body: JSON.stringify(request),
    });
    if (response.ok) return (await response.json()) as LiveReply;
    const what = (await response.text()).trim();
    return {
      ok: false,
      problem: {
        code: null,
        what,
        place: null,
        likely: 'the page is of another session',
        remedy: 'open the address that upy-check explore has printed',
      },
    };
  } catch {
    return null;
  }
}
