import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Short files whose tests take long: the scenarios of a folder, and all searches on random models. */
const LONG = /\/scenarios\/|opinions\.oracle\.ts$/u;

/**
 * Vitest runs large files first where it has measured nothing yet, as on a fresh clone. These would come last, one after the other, while
 * the other processors have nothing to do.
 */
export default class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
