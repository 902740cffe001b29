import './badge.css';
import type { Mark } from './words.ts';

export function Badge({ mark }: { readonly mark: Mark }) {
  return (
    <span class={`badge ${mark.tone}`}>
      <span aria-hidden="true">{mark.sign}</span> {mark.word}
    </span>
  );
}
