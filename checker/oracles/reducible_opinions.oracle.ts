import { test } from 'vitest';
import { askEverybody } from './ask_everybody.ts';

/** More for a longer run: `npm run nightly`. */
const MODELS = Number(process.env.UPY_CHECK_RANDOM_MODELS ?? 2300);

/** In a file of its own: it runs beside the other. */
test('no search, store or reduction contradicts plain search about models with something to reduce', (context) =>
  askEverybody(context, 'reducible', MODELS));
