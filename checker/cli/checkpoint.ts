import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Tape } from '../machine/tape.ts';
import { type Checkpoints, UserError } from '../options.ts';

/** First line of the file; its number changes with the format. */
const MAGIC = 'upy-check checkpoint 2\n';
const CHUNK = 1 << 26;
const DIGEST_BYTES = 32;

interface Header {
  readonly version: string;
  /** Digest of what is searched. */
  readonly identity: string;
  readonly lists: readonly (readonly number[])[];
  /** Words of 4 bytes, or bytes. */
  readonly arrays: readonly { readonly words: boolean; readonly length: number }[];
}

/**
 * A checkpoint in a file: first line, header in JSON with its length before it, arrays in the byte order of the machine, SHA-256 of
 * all that. It is written beside, forced to the disk and renamed, so that a complete one is always there.
 */
export class CheckpointFile implements Checkpoints {
  readonly #path: string;
  readonly #shown: string;
  readonly #version: string;
  readonly #every: number;
  readonly #now: () => number;
  #last: number;

  constructor(path: string, shown: string, version: string, every: number, now: () => number) {
    this.#path = path;
    this.#shown = shown;
    this.#version = version;
    this.#every = every;
    this.#now = now;
    this.#last = now();
  }

  readonly due = (): boolean => this.#now() - this.#last >= this.#every;

  readonly save = (identity: string, { lists, arrays }: Tape): void => {
    const header: Header = {
      version: this.#version,
      identity: digest(identity),
      lists,
      arrays: arrays.map((each) => ({ words: each instanceof Int32Array, length: each.length })),
    };
    const beside = `${this.#path}.part`;
    try {
      const file = openSync(beside, 'w');
      const hash = createHash('sha256');
      const write = (bytes: Uint8Array): void => {
        hash.update(bytes);
        writeAll(file, bytes);
      };
      const json = Buffer.from(JSON.stringify(header));
      write(Buffer.from(`${MAGIC}${json.length}\n`));
      write(json);
      for (const each of arrays)
        for (let at = 0; at < each.byteLength; at += CHUNK)
          write(new Uint8Array(each.buffer, each.byteOffset + at, Math.min(CHUNK, each.byteLength - at)));
      writeAll(file, hash.digest());
      fsyncSync(file);
      closeSync(file);
      renameSync(beside, this.#path);
      syncFolder(dirname(this.#path));
    } catch (error) {
      throw new UserError(
        'UPY309',
        `${this.#shown} cannot be written: ${error instanceof Error ? error.message : error}`,
        null,
        'the disk is full, or nothing may be written there',
        'give another file to --checkpoint',
      );
    }
    this.#last = this.#now();
  };

  readonly load = (identity: string): Tape | null => {
    if (!existsSync(this.#path)) return null;
    const { header, arrays } = this.#read();
    if (header.version !== this.#version)
      throw this.#refuse(`it was written by version ${header.version}, and this is ${this.#version}`);
    if (header.identity !== digest(identity))
      throw this.#refuse('the scenario, the variant, a parameter or an option has changed since');
    return new Tape([...header.lists], arrays);
  };

  /** The search has come to its end. */
  remove(): void {
    rmSync(this.#path, { force: true });
  }

  #refuse(likely: string): UserError {
    return new UserError(
      'UPY341',
      `${this.#shown} is the checkpoint of another search`,
      null,
      likely,
      'delete it to begin anew, or give the command line that wrote it',
    );
  }

  #damaged(likely: string): UserError {
    return new UserError(
      'UPY342',
      `${this.#shown} is no whole checkpoint`,
      null,
      likely,
      'delete it to begin anew',
    );
  }

  #read(): { header: Header; arrays: (Int32Array | Uint8Array)[] } {
    const file = openSync(this.#path, 'r');
    try {
      const { size } = fstatSync(file);
      const reader = new Reader(file, size - DIGEST_BYTES);
      if (reader.text(MAGIC.length) !== MAGIC)
        throw this.#damaged('it is another file, or of another version of upy-check');
      const header = headerOf(reader);
      if (header === null) throw this.#damaged('it was cut off or changed');
      const arrays: (Int32Array | Uint8Array)[] = [];
      for (const { words, length } of header.arrays) {
        const array = reader.has(words ? 4 * length : length)
          ? words
            ? new Int32Array(length)
            : new Uint8Array(length)
          : null;
        if (array === null) throw this.#damaged('it was cut off');
        reader.into(new Uint8Array(array.buffer));
        arrays.push(array);
      }
      if (!reader.ends()) throw this.#damaged('its checksum does not fit what is in it');
      return { header, arrays };
    } finally {
      closeSync(file);
    }
  }
}

/** Reads a file from front to end and computes its checksum. */
class Reader {
  readonly #hash = createHash('sha256');
  #left: number;

  constructor(
    private readonly file: number,
    left: number,
  ) {
    this.#left = left;
  }

  has(bytes: number): boolean {
    return bytes <= this.#left;
  }

  into(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(this.file, bytes, at, Math.min(CHUNK, bytes.length - at), null);
      if (read === 0) break;
      this.#hash.update(bytes.subarray(at, at + read));
      at += read;
    }
    this.#left -= bytes.length;
  }

  text(bytes: number): string {
    const buffer = Buffer.alloc(Math.max(0, Math.min(bytes, this.#left)));
    this.into(buffer);
    return buffer.toString();
  }

  /** Nothing is left but the checksum, and it is right. */
  ends(): boolean {
    const stored = Buffer.alloc(DIGEST_BYTES);
    const read = readSync(this.file, stored, 0, DIGEST_BYTES, null);
    return this.#left === 0 && read === DIGEST_BYTES && this.#hash.digest().equals(stored);
  }
}

function headerOf(reader: Reader): Header | null {
  let digits = '';
  for (let next = reader.text(1); next !== '\n'; next = reader.text(1)) {
    if (!/^\d$/u.test(next) || digits.length > 15) return null;
    digits += next;
  }
  if (!reader.has(Number(digits))) return null;
  try {
    return JSON.parse(reader.text(Number(digits))) as Header;
  } catch {
    return null;
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at);
}

/** The new name must be on the disk, too. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
