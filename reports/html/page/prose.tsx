import { visible } from '../../text.ts';

/** A sentence of the checker: what stands between backquotes is code. */
export function Prose({ text }: { readonly text: string }) {
  return (
    <>
      {visible(text)
        .split('`')
        .map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}
    </>
  );
}
