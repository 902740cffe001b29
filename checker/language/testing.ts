import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BuiltVariant } from '../build_variant.ts';
import { buildVariant } from '../build_variant.ts';
import { UserError } from '../options.ts';
import { loadScenarios } from './loader.ts';

/** Scenarios from text, for tests: a folder of their own, and a file for each. */
export class Workshop {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'upy-check-')));
  private count = 0;

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  write(name: string, text: string): string {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** Compiles a scenario: `declarations` for its file, `body` for its `build()`, `options` beside it. */
  async compile(body: string, declarations = '', options = ''): Promise<BuiltVariant> {
    const file = this.write(`${this.count++}/model.ts`, scenarioText(body, declarations, options));
    const [loaded] = await loadScenarios(file);
    if (loaded === undefined) throw new Error('no scenario');
    return buildVariant(loaded, 'only');
  }

  /** The whole message of the error that compiling ends with. */
  async refusal(body: string, declarations = '', options = ''): Promise<string> {
    try {
      await this.compile(body, declarations, options);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return error.message.replaceAll(/\S*\/model\.ts/g, 'model.ts');
    }
    return 'compiles';
  }
}

const VOCABULARY =
  'assume, atomic, busy, check, choose, clock, critical, ghost, idiv, int, me, note, pause, process, relaxed, reset, rest, sequence, u16, u32, u8, until';
const PROPERTIES = 'always, alwaysPossible, idle, lostWakeup, sometimes, stuck, within';

/** Declarations begin on line 3; the body of `build()` follows them, after one line. */
function scenarioText(body: string, declarations: string, options: string): string {
  return [
    `import { ${PROPERTIES}, scenario } from 'upy-check';`,
    `import { ${VOCABULARY} } from 'upy-check/model';`,
    ...(declarations === '' ? [] : [declarations]),
    `export default scenario('model', { about: 'a test', ${options} variants: { only: { holds: true } }, build() {`,
    body,
    '} });',
    '',
  ].join('\n');
}
