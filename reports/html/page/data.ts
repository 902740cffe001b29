import { HTML_SCHEMA, type ReportData } from '../data.ts';
import { type Shared, unshare } from '../sharing.ts';

/** Why there is nothing to show. */
export interface Damage {
  readonly damage: string;
}

/** Unpacks what the reporter has put into the document; `null`: there is nothing, the page is live. */
export async function embeddedData(): Promise<ReportData | Damage | null> {
  const element = document.getElementById('report-data');
  if (element === null) return null;
  if (!('DecompressionStream' in globalThis))
    return { damage: 'this browser cannot unpack it (it has no DecompressionStream)' };
  try {
    const stream = new Blob([bytesOf(element.textContent ?? '')])
      .stream()
      .pipeThrough(new DecompressionStream('gzip'));
    const data = unshare((await new Response(stream).json()) as Shared) as ReportData;
    return data.schema === HTML_SCHEMA ? data : { damage: `its data is '${String(data.schema)}'` };
  } catch {
    return { damage: 'its data is incomplete or was changed' };
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
