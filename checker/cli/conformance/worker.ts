import { parentPort } from 'node:worker_threads';
import { runCase } from '../../conformance/run_case.ts';

/** A thread that runs one program after the other. */
parentPort?.on('message', (text: string) => {
  parentPort?.postMessage(runCase(text));
});
