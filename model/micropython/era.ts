/**
 * The two MicroPython revisions that the models follow. `E1`: 28370c0450 (2020-06-10, before v1.13), the time of the
 * uevent pull requests. `E2`: 1c3c201149 (v1.28.0-732). Where they agree, a model does not ask.
 */
export type Era = 'E1' | 'E2';
