const WORD_MAX = 60;

/** Names for the files of one folder: words in letters that every file system takes, and never the same twice. */
export class FileNames {
  readonly #taken = new Set<string>();

  /** `extension` without the dot. */
  nameOf(words: readonly string[], extension: string): string {
    const stem = words.map(plain).join('.');
    let name = `${stem}.${extension}`;
    for (let i = 2; this.#taken.has(name.toLowerCase()); i++) name = `${stem}-${i}.${extension}`;
    this.#taken.add(name.toLowerCase());
    return name;
  }
}

function plain(text: string): string {
  const word = text
    .replace(/[^A-Za-z0-9_-]+/gu, '-')
    .slice(0, WORD_MAX)
    .replace(/^-+|-+$/gu, '');
  return word === '' ? '_' : word;
}
