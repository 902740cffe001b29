import type { ReportData } from '../data.ts';

/** Unpacks what the reporter has put into the document; `null`: there is nothing, the page is live. */
export async function embeddedData(): Promise<ReportData | null> {
  const element = document.getElementById('report-data');
  if (element === null) return null;
  const packed = Uint8Array.from(atob(element.textContent ?? ''), (char) => char.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(stream).json()) as ReportData;
}
