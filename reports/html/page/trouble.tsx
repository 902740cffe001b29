import type { ComponentChildren } from 'preact';
import { useErrorBoundary } from 'preact/hooks';

/** Instead of the report: what happened, the likeliest cause, what to do. */
export function Damaged({ what }: { readonly what: string }) {
  return (
    <main class="trouble">
      <h1>This report cannot be shown</h1>
      <p>{what}.</p>
      <p>
        Likely: the file was cut off or altered while it was copied or uploaded, or the browser is an old one.
      </p>
      <p>
        Instead: download it once more, open it in a browser of this year, or make it anew with{' '}
        <code>npx upy-check … --reporter html=report.html</code>.
      </p>
    </main>
  );
}

/** A fault of the page itself is a message, not an empty page. */
export function Guard({ children }: { readonly children: ComponentChildren }) {
  const [error] = useErrorBoundary();
  if (error === undefined) return <>{children}</>;
  const what = error instanceof Error ? error.message : String(error);
  return <Damaged what={`The page failed at what it holds: ${what}`} />;
}
