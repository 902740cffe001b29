import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { UserError } from '../options.ts';

/** A random model, compiled; `null`: the compiler refuses it. Any other error is a fault, and thrown. */
export function randomModel(text: string): BuiltVariant | null {
  try {
    return buildVariant(inlineScenario(text, 'random.ts'), 'only');
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
