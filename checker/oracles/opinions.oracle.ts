import { test } from 'vitest';
import { askEverybody } from './ask_everybody.ts';

/** More for a longer run: `npm run nightly`. */
const MODELS = Number(process.env.UPY_CHECK_RANDOM_MODELS ?? 600);

test('no search and no store contradicts plain search about random models', (context) =>
  askEverybody(context, 'whole', MODELS));
