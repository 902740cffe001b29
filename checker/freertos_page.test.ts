import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as freertos from '../model/freertos/index.ts';
import * as hardware from '../model/hardware/index.ts';
import { root } from './language/own.ts';

/** docs/freertos.md is a table of everything that the two folders export, and of what tests it. */
const page = readFileSync(join(root, 'docs/freertos.md'), 'utf8');

/** What is no function of the kernel: constants, and the objects that functions take. */
const KINDS = [
  ...['Kernel', 'Task', 'NotifySlot', 'Cpu', 'Suspension'],
  ...['Queue', 'QueueSet', 'Timer', 'PendedFunction', 'EventGroup', 'StreamBuffer'],
];

const named = (name: string): boolean => new RegExp(`\\b${name}\\b`, 'u').test(page);

describe('docs/freertos.md', () => {
  test('names every function of upy-check/freertos', () => {
    const functions = Object.entries(freertos)
      .filter(([name, value]) => typeof value === 'function' && !KINDS.includes(name))
      .map(([name]) => name);
    expect(functions.length).toBeGreaterThan(100);
    expect(functions.filter((name) => !named(name))).toEqual([]);
  });

  test('names everything of upy-check/hardware', () => {
    expect(Object.keys(hardware).filter((name) => !named(name))).toEqual([]);
  });

  test('refers to files that are there', () => {
    const paths = page.match(/\b(?:model|scenarios|checker)\/[\w/.-]+\.ts\b/gu) ?? [];
    expect(paths.length).toBeGreaterThan(50);
    expect([...new Set(paths)].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('lists every scenario about FreeRTOS', () => {
    const files = readdirSync(join(root, 'scenarios/freertos')).filter((name) =>
      /(?<!\.test)\.ts$/u.test(name),
    );
    expect(files.filter((name) => !page.includes(`../scenarios/freertos/${name}`))).toEqual([]);
  });
});
