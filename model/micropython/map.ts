import { atomic, check, int } from '../index.ts';

/** MP_OBJ_NULL, as a key and as a value. */
export const MP_OBJ_NULL = 0;
/** Model bound: keys and values are 1 … this. */
const OBJ_MAX = 7;
/** The first of `hash_allocation_sizes` (py/map.c) but 0. */
const SIZES = [2, 4, 6];

/** mp_map_elem_t */
class MapElem {
  key = int(MP_OBJ_NULL, OBJ_MAX);
  value = int(MP_OBJ_NULL, OBJ_MAX);

  constructor(readonly table: Table) {}
}

/** A table in the heap. */
class Table {
  readonly elems: MapElem[] = [];
  /** For properties: m_del has given it back, so that it is somebody else's memory. */
  freed = false;

  constructor(readonly alloc: number) {
    for (let n = 0; n < alloc; n++) this.elems.push(new MapElem(this));
  }
}

/**
 * mp_map_t, a hash table, as `py/map.c` has it, access by access (1c3c201149, and alike in June 2020): what a dict does when
 * nothing keeps other threads out. Keys are qstrs, and a key is its own hash. Not modelled: removing, the
 * cache of lookups, and `used`, the length.
 */
export class MpMap {
  alloc = int(0, SIZES.at(-1)!);
  table: Table | null = null;
  private readonly heap: Table[] = [];
  private allocated: number;

  /** @param tables most tables of each size that are ever made. */
  constructor(tables: number) {
    for (const size of SIZES) for (let n = 0; n < tables; n++) this.heap.push(new Table(size));
    this.allocated = int(0, (1 << this.heap.length) - 1);
  }

  /** A dict with room for `items` and with these keys, all of which have the value `value`. While the scenario is built. */
  init(items: number, keys: readonly number[], value: number): void {
    const table = this.m_new0(items - 1);
    this.alloc = table.alloc;
    this.table = table;
    const taken = new Set<number>();
    for (const key of keys) {
      let pos = key % table.alloc;
      while (taken.has(pos)) pos = (pos + 1) % table.alloc;
      taken.add(pos);
      const elem = table.elems[pos]!;
      elem.key = int(MP_OBJ_NULL, OBJ_MAX, key);
      elem.value = int(MP_OBJ_NULL, OBJ_MAX, value);
    }
  }

  /** `d[key] = value` (mp_obj_dict_store): finds or makes the slot, and then writes the value. */
  store(key: number, value: number): void {
    const elem = this.mp_map_lookup(key);
    atomic(() => {
      check(!elem.table.freed, 'no value is written to a table that is freed');
      elem.value = value;
    });
  }

  /** For properties: whether a search finds `value` under `key`. */
  has(key: number, value: number): boolean {
    if (this.table === null) return false;
    for (const elem of this.table.elems) if (elem.key === key && elem.value === value) return true;
    return false;
  }

  /** mp_map_lookup(MP_MAP_LOOKUP_ADD_IF_NOT_FOUND) */
  private mp_map_lookup(key: number): MapElem {
    if (this.alloc === 0) this.mp_map_rehash();
    while (true) {
      const elem = this.probe(key);
      if (elem !== null) return elem;
      this.mp_map_rehash();
    }
  }

  /** The loop of mp_map_lookup: the slot of this key, a new one, or `null` when it came round to where it began. */
  private probe(key: number): MapElem | null {
    let pos = key % this.alloc;
    const start = pos;
    while (true) {
      const elem = this.table!.elems[pos]!;
      const found = elem.key;
      if (found === MP_OBJ_NULL) {
        elem.key = key;
        elem.value = MP_OBJ_NULL;
        return elem;
      }
      if (found === key) return elem;
      pos = (pos + 1) % this.alloc;
      if (pos === start) return null;
    }
  }

  /** mp_map_rehash: the map has its new size and its new, empty table, and then the items are moved. */
  private mp_map_rehash(): void {
    const oldAlloc = this.alloc;
    const oldTable = this.table;
    const newTable = this.m_new0(oldAlloc);
    this.alloc = newTable.alloc;
    this.table = newTable;
    if (oldTable === null) return;
    for (let n = 0; n < oldAlloc; n++) {
      const elem = oldTable.elems[n]!;
      const key = elem.key;
      if (key === MP_OBJ_NULL) continue;
      const moved = this.probe(key);
      check(moved !== null, 'what is moved has room in the new table');
      moved.value = elem.value;
    }
    oldTable.freed = true;
  }

  /** get_hash_alloc_greater_or_equal_to(alloc + 1), and the memory, under the collector's mutex. */
  private m_new0(alloc: number): Table {
    return atomic(() => {
      for (let n = 0; n < this.heap.length; n++)
        if (this.heap[n]!.alloc > alloc && (this.allocated & (1 << n)) === 0) {
          this.allocated |= 1 << n;
          return this.heap[n]!;
        }
      check(false, 'model bound: no table is left');
      return this.heap[0]!;
    });
  }
}
