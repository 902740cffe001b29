/**
 * Zephyr's doubly linked list (include/zephyr/sys/dlist.h), pointer by pointer: a list is a node that is its own
 * neighbour while it is empty; a node that is in no list has no neighbours. What a node becomes that is appended twice
 * is part of the model.
 */
export class DNode {
  next: DNode | null = null;
  prev: DNode | null = null;
}

/** `sys_dlist_t`: `next` is its head and `prev` its tail. */
export class DList extends DNode {
  constructor() {
    super();
    this.next = this;
    this.prev = this;
  }
}

export function sys_dnode_is_linked(node: DNode): boolean {
  return node.next !== null;
}

export function sys_dlist_append(list: DList, node: DNode): void {
  const tail = list.prev!;
  node.next = list;
  node.prev = tail;
  tail.next = node;
  list.prev = node;
}

/** Of a node that is in no list: the processor writes at address 0, and the model reports a null dereference. */
export function sys_dlist_remove(node: DNode): void {
  const { prev, next } = node;
  prev!.next = next;
  next!.prev = prev;
  node.next = null;
  node.prev = null;
}

/** The head, taken out; `null` of an empty list. */
export function sys_dlist_get(list: DList): DNode | null {
  const node = list.next;
  if (node === list) return null;
  sys_dlist_remove(node!);
  return node;
}
