/** What `upy-check init` writes: as small as it can be, and all of it runs. */

const CONFIG = `import { defineConfig } from 'upy-check';

// What \`npx upy-check\` checks, and how; options on the command line win.
export default defineConfig({
  scenarios: 'scenarios',
  maxTime: '5m',
});
`;

const SCENARIO = `import { idle, scenario, sometimes } from 'upy-check';
import { atomic, process, rest } from 'upy-check/model';

// The question: can the main loop go to sleep although an event has come?
export default scenario('sleep-until-pin', {
  about: 'the main loop sleeps until a pin interrupt wakes it, and must not leave an event behind',
  variants: {
    'clear-late': { violates: 'no event is left behind' }, // known: kept, so that it is noticed if it ever holds
    'clear-first': { holds: true },
  },
  build({ variant }) {
    const pin = { event: false, wake: false };
    const seen = { handled: false };
    process('main', () => {
      while (true) {
        if (variant === 'clear-first') pin.wake = false;
        if (pin.event) {
          pin.event = false;
          seen.handled = true;
        }
        if (variant === 'clear-late') pin.wake = false; // forget old wake-ups, then sleep
        rest(() => pin.wake);
      }
    });
    const interrupt = () => {
      pin.event = true;
      pin.wake = true;
    };
    process('pin interrupt', () => atomic(interrupt), { outside: true });
    return [
      idle('no event is left behind', () => !pin.event),
      sometimes('the event is handled', () => seen.handled),
    ];
  },
});
`;

const TEST = `import 'upy-check/vitest';
import { expect, test } from 'vitest';
import sleepUntilPin from './sleep-until-pin.ts';

test('the main loop never sleeps over an event', async () => {
  await expect(sleepUntilPin).toMeetItsVerdicts();
});
`;

const VITEST = `import upyCheck from 'upy-check/vite';

export default { plugins: [upyCheck()] };
`;

const WORKFLOW = `name: design
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      - run: npm install
      - run: npx upy-check --reporter github --reporter junit=design.xml --reporter html=design.html
      - uses: actions/upload-artifact@v4
        if: always()
        with: { name: design, path: design.* }
`;

const TSCONFIG = `{
  "compilerOptions": {
    "target": "ES2022",
    "module": "NodeNext",
    "strict": true,
    "noEmit": true,
    "skipLibCheck": true,
    "allowImportingTsExtensions": true
  },
  "include": ["**/*.ts"]
}
`;

/** Name and version range of what the folder needs. */
export interface Needed {
  readonly upyCheck: string;
  readonly vitest: string;
  readonly typescript: string;
}

function manifest(name: string, { upyCheck, vitest, typescript }: Needed): string {
  const content = {
    name,
    private: true,
    type: 'module',
    scripts: { check: 'upy-check', watch: 'upy-check --watch', test: 'vitest run', typecheck: 'tsc' },
    devDependencies: { typescript, 'upy-check': upyCheck, vitest },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

export interface InitFile {
  readonly path: string;
  readonly text: string;
  /** A project may have it already, and then keeps it. */
  readonly shared: boolean;
}

export function initFiles(name: string, needed: Needed): InitFile[] {
  const own = (path: string, text: string): InitFile => ({ path, text, shared: false });
  return [
    { path: 'package.json', text: manifest(name, needed), shared: true },
    { path: 'tsconfig.json', text: TSCONFIG, shared: true },
    { path: 'vitest.config.ts', text: VITEST, shared: true },
    own('upy-check.config.ts', CONFIG),
    own('scenarios/sleep-until-pin.ts', SCENARIO),
    own('scenarios/sleep-until-pin.test.ts', TEST),
    own('.github/workflows/design.yml', WORKFLOW),
  ];
}
