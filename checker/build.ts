/** Second half of `npm run build`, after `tsc`: model code is emitted again, with its metadata. */
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './language/own.ts';
import { strip, transform } from './language/transform.ts';

for (const path of readdirSync(join(root, 'model'), { recursive: true, encoding: 'utf8' })) {
  const file = path.replaceAll('\\', '/');
  if (!/(?<!\.test|\.d)\.ts$/.test(file) || file.startsWith('intrinsics/')) continue;
  const target = join(root, 'dist/model', file.replace(/ts$/, 'js'));
  // What tests share is no part of the package.
  if (!existsSync(target)) continue;
  const shown = `upy-check/model/${file}`;
  const runtime = `./${relative(dirname(file), 'intrinsics/metadata.js').replaceAll('\\', '/')}`;
  const { code } = transform(readFileSync(join(root, 'model', file), 'utf8'), shown, { runtime });
  writeFileSync(target, strip(code, shown, { rewriteImports: true }));
}

const cli = join(root, 'dist/checker/cli/main.js');
if (existsSync(cli)) chmodSync(cli, 0o755);
