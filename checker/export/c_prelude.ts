/**
 * What the C code of every exported model begins with. The language's integers are exact between two assignments, so they
 * have 128 bits here; bit operators work on 32 bits, as in JavaScript.
 */
export const TYPES = `typedef long long wide;
\\#ifdef __TINYC__ /* it has no 128 bits; a sum beyond 64 is an error that only it sees */
typedef long long huge;
\\#else
typedef __int128 huge;
\\#endif
enum { ARRIVED = -1, NOT_ENABLED = -2, CUT_OFF = -3, TRUE = -4, FALSE = -5, FIRST_FAILURE = -10 };
enum { SYSTEM = 1, BACKGROUND = 2, OUTSIDE = 4, TIME = 8, BUSY = 16, BLOCKED = 32, CLOCK = 64, PROMPT = 128, MAY_PASS = 256 };
\\#define FAILURE(n) (FIRST_FAILURE - (n))
\\#define KEEP(v) if ((wide)(now.v = X[v]) != X[v]) misfit(#v)`;

/** Functions over an array of values, and the enumeration of the outcomes of `choose`. */
export const PRELUDE: readonly string[] = [
  `static huge remainder_of(huge a, huge b) { return b == 0 ? 0 : a % b; }
static huge quotient_of(huge a, huge b) { return b == 0 ? 0 : a / b; }
static int to32(huge a) { return (int)(unsigned)a; }
static wide bits_and(huge a, huge b) { return to32(a) & to32(b); }
static wide bits_or(huge a, huge b) { return to32(a) | to32(b); }
static wide bits_xor(huge a, huge b) { return to32(a) ^ to32(b); }
static wide bits_not(huge a) { return ~to32(a); }
static wide shift_left(huge a, huge b) { return (int)((unsigned)to32(a) << (to32(b) & 31)); }
static wide shift_right(huge a, huge b) { return to32(a) >> (to32(b) & 31); }
static wide shift_right_unsigned(huge a, huge b) { return (unsigned)to32(a) >> (to32(b) & 31); }`,
  `static wide element(wide *X, const int *of, int count, huge i) {
  return i >= 0 && i < count && of[i] >= 0 ? X[of[i]] : 0;
}
static wide table_entry(const wide *of, int count, huge i) {
  return i >= 0 && i < count ? of[i] : 0;
}
static void store(wide *X, const int *of, int count, huge i, wide value) {
  if (i >= 0 && i < count && of[i] >= 0) X[of[i]] = value;
}
static void remove_at(wide *X, const int *of, int count, huge i) {
  int k;
  for (k = (int)i; k + 1 < count; k++) X[of[k]] = X[of[k + 1]];
  X[of[count - 1]] = 0;
}
static void insert_at(wide *X, const int *of, int count, huge i, wide value) {
  int k;
  for (k = count - 1; k > i; k--) X[of[k]] = X[of[k - 1]];
  if (i < count) X[of[(int)i]] = value;
}
static void keep_only(wide *X, const int *locals, const int *live) {
  static wide kept[CELLS + TEMPORARIES];
  int k;
  for (k = 0; live[k] >= 0; k++) kept[k] = X[live[k]];
  for (k = 0; locals[k] >= 0; k++) X[locals[k]] = 0;
  for (k = 0; live[k] >= 0; k++) X[live[k]] = kept[k];
}
static void misfit(const char *name) {
  printf("upy-check: error: the value of %s does not fit in its cell%c", name, 10);
  exit(4);
}`,
  `static int chosen[256], choices[256], used, made;
static wide pick(huge count) {
  if (used == made) { chosen[made] = 0; choices[made] = (int)count; made++; }
  else choices[used] = (int)count;
  return chosen[used++];
}
static int another_outcome(void) {
  used = 0;
  while (made > 0) {
    if (++chosen[made - 1] < choices[made - 1]) return 1;
    made--;
  }
  return 0;
}
static void first_outcome(void) { used = 0; made = 0; }`,
];

/** The text of a C string literal; SPIN copies code into strings and counts braces, so only plain characters stand for themselves. */
export function stringText(text: string): string {
  let literal = '';
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    literal += /[A-Za-z0-9 ,.:;<>=()_-]/.test(character)
      ? character
      : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `"${literal}"`;
}

/** Text that may stand in a comment. */
export function commentText(text: string): string {
  return text
    .replace(/\*\//g, '* /')
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/["'\\]/g, ' ')
    .trim();
}
