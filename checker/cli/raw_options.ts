/** Options as a parser leaves them, before anybody looks at their values. */
export type Raw = Readonly<Record<string, unknown>>;

export function texts(raw: Raw, name: string): string[] {
  const value = raw[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((each) => String(each));
}

/** The last one wins. */
export function text(raw: Raw, name: string): string | null {
  return texts(raw, name).at(-1) ?? null;
}

export function given<T>(raw: Raw, name: string, parse: (option: string, value: string) => T): T | null {
  const value = text(raw, name);
  return value === null ? null : parse(name, value);
}
