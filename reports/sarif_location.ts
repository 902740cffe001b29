import type { Place } from '../checker/trace.ts';

/** The part of SARIF's `location` that is written here. */
export interface SarifLocation {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: '%SRCROOT%' };
    readonly region: {
      readonly startLine: number;
      readonly startColumn: number;
      readonly snippet?: { readonly text: string };
    };
  };
  readonly message?: { readonly text: string };
}

/** A place, its file as a URI relative to the root of the sources. */
export function location({ file, line, column, text }: Place, message?: string): SarifLocation {
  return {
    physicalLocation: {
      artifactLocation: artifact(file),
      region: {
        startLine: line,
        startColumn: column,
        ...(text === '' ? {} : { snippet: { text } }),
      },
    },
    ...(message === undefined ? {} : { message: messageText(message) }),
  };
}

function artifact(file: string): SarifLocation['physicalLocation']['artifactLocation'] {
  const uri = file.replaceAll('\\', '/').split('/').map(segment).join('/');
  if (/^[A-Za-z]%3A\//u.test(uri)) return { uri: `file:///${uri.replace('%3A', ':')}` };
  return uri.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: '%SRCROOT%' };
}

/** Half of a surrogate pair is no text, and `encodeURIComponent` throws at it. */
const segment = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));

/** In a message `[text](link)` is a link, and `{0}` a placeholder. */
export function messageText(text: string): { readonly text: string } {
  return { text: text.replace(/\[(?=[^\]]*\]\()/gu, '\\[').replace(/\{\d+\}/gu, '{$&}') };
}
