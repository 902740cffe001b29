/** What the drawings mean. */
export function Legend() {
  const entries: readonly (readonly [className: string, text: string])[] = [
    ['run task', 'runs: a task’s steps'],
    ['run isr', 'runs: an interrupt’s steps'],
    ['run soft', 'in a soft callback'],
    ['run outside', 'an event from outside'],
    ['ready', 'could step: another does'],
    ['off', 'not its turn: another has the core'],
    ['busy', 'busy until a time'],
    ['waits', 'waits: its condition is false'],
    ['asleep', 'asleep: nothing has made it run again'],
    ['rests', 'rests: nothing for it to do'],
    ['wake', 'wakes'],
    ['interrupt', 'interrupts'],
    ['switch', 'context switch'],
    ['block', '■ blocks'],
    ['decisive', '◆ decisive step'],
    ['gap', 'time passes; torn: more than drawn'],
  ];
  return (
    <ul class="lanes-legend" aria-label="Legend of the lanes">
      {entries.map(([className, text]) => (
        <li key={text}>
          <span class={`lanes-key ${className}`} aria-hidden="true" />
          {text}
        </li>
      ))}
    </ul>
  );
}
