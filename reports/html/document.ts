/** The page's code, as `npm run build` leaves it. */
export interface PageFiles {
  readonly script: string;
  readonly style: string;
}

/** How a page's text is packed; the caller has the libraries. */
export interface Packing {
  /** gzip, in base64. */
  readonly gzip: (text: string) => string;
  /** SHA-256, in base64. */
  readonly sha256: (text: string) => string;
}

/** What goes into one page. */
export interface DocumentParts {
  readonly title: string;
  readonly page: PageFiles;
  /** JSON; `null`: the page is live and fetches what it shows. */
  readonly data: string | null;
  /** What the page may connect to: nothing, or the server that it comes from. */
  readonly connects: 'nothing' | 'self';
}

/**
 * One self-contained HTML document. Its policy lets in only this script and this style, each by its hash; the data is
 * packed text without any character that HTML knows, so names in a trace stay names.
 */
export function documentOf(parts: DocumentParts, { gzip, sha256 }: Packing): string {
  const { title, page, data, connects } = parts;
  const script = inline(page.script, 'script');
  const style = inline(page.style, 'style');
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${sha256(script)}'`,
    `style-src 'sha256-${sha256(style)}'`,
    'img-src data:',
    `connect-src ${connects === 'self' ? "'self'" : "'none'"}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<div id="app"><noscript>This report needs JavaScript. It loads nothing from anywhere.</noscript></div>',
    ...(data === null ? [] : [`<script type="text/plain" id="report-data">${gzip(data)}</script>`]),
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** Code that cannot end its own element. */
function inline(text: string, element: 'script' | 'style'): string {
  return element === 'script' ? text.replace(/<\/(script)|<!--/giu, (end) => `\\x3c${end.slice(1)}`) : text;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
