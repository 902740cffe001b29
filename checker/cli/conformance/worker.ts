import { parentPort } from 'node:worker_threads';
import { type Question, runCase } from '../../conformance/run_case.ts';

export interface Message {
  readonly text: string;
  readonly question: Question;
}

/** A thread that runs one program after the other. */
parentPort?.on('message', ({ text, question }: Message) => {
  parentPort?.postMessage(runCase(text, question));
});
