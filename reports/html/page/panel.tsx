import type { ComponentChildren } from 'preact';

/** One part of a trace's view: a heading with its tools, and what is below it. */
export function Panel({
  id,
  title,
  tools,
  children,
}: {
  /** Of the element: `panel-` and this. */
  readonly id: string;
  readonly title: ComponentChildren;
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <section class="panel" id={`panel-${id}`} aria-labelledby={`panel-${id}-title`}>
      <header class="panel-head">
        <h2 id={`panel-${id}-title`}>{title}</h2>
        {tools === undefined ? null : <div class="panel-tools">{tools}</div>}
      </header>
      <div class="panel-body">{children}</div>
    </section>
  );
}
