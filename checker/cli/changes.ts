import { createHash } from 'node:crypto';
import { existsSync, type FSWatcher, readFileSync, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';

/** Editors write a file in several steps. */
const SETTLED_MS = 100;
/** Where no events come: shared folders, containers. */
const POLL_MS = 1000;

interface Seen {
  readonly stamp: string;
  readonly content: string;
}

/**
 * Tells when the content of files changes, whichever way it is written: in place, or by putting another file in its
 * place. Folders are watched rather than files, and what counts is the content.
 */
export class Changes {
  readonly #listener: (changed: ReadonlySet<string>) => void;
  readonly #seen = new Map<string, Seen>();
  readonly #folders = new Map<string, FSWatcher>();
  readonly #poll: NodeJS.Timeout;
  readonly #more: () => readonly string[];
  #settling: NodeJS.Timeout | null = null;

  /** @param more files that have come since; looked at whenever something happens */
  constructor(more: () => readonly string[], listener: (changed: ReadonlySet<string>) => void) {
    this.#more = more;
    this.#listener = listener;
    this.#poll = setInterval(() => this.#look(), POLL_MS);
  }

  /** Watches these files, and no others, from what they are now. */
  watch(files: Iterable<string>): void {
    const wanted = new Set(files);
    for (const file of this.#seen.keys()) if (!wanted.has(file)) this.#seen.delete(file);
    for (const file of wanted) if (!this.#seen.has(file)) this.#seen.set(file, see(file, null));
    const folders = new Set([...wanted].map((file) => dirname(file)));
    for (const [folder, watcher] of this.#folders) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#folders.delete(folder);
    }
    for (const folder of folders) this.#watchFolder(folder);
  }

  /** How many there are. */
  get count(): number {
    return [...this.#seen.values()].filter(({ stamp }) => stamp !== '').length;
  }

  close(): void {
    clearInterval(this.#poll);
    if (this.#settling !== null) clearTimeout(this.#settling);
    for (const watcher of this.#folders.values()) watcher.close();
  }

  #watchFolder(folder: string): void {
    if (this.#folders.has(folder) || !existsSync(folder)) return;
    try {
      const watcher = watch(folder, () => this.#settle());
      watcher.on('error', () => watcher.close());
      this.#folders.set(folder, watcher);
    } catch {
      // The system has no more watches: looking from time to time will do.
    }
  }

  #settle(): void {
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#look(), SETTLED_MS);
  }

  #look(): void {
    this.#settling = null;
    const changed = new Set<string>();
    for (const file of this.#more()) {
      if (this.#seen.has(file)) continue;
      this.#seen.set(file, see(file, null));
      changed.add(file);
    }
    for (const [file, before] of this.#seen) {
      const now = see(file, before);
      this.#seen.set(file, now);
      if (now.content !== before.content) changed.add(file);
    }
    if (changed.size > 0) this.#listener(changed);
  }
}

/** What a file is now; read only if its stamp is another one than before. */
function see(file: string, before: Seen | null): Seen {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    const stamp = `${mtimeMs} ${size} ${ino}`;
    if (stamp === before?.stamp) return before;
    return { stamp, content: createHash('sha256').update(readFileSync(file)).digest('hex') };
  } catch {
    return { stamp: '', content: '' };
  }
}
