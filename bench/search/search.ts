/**
 * Times the search on uevent-wake, one configuration per process so that the peak memory is its own:
 * `node search.js K N M fixed|buggy [inline|indexed|fingerprint] [words to spread over]`.
 * Built with `npx rolldown bench/search/search.ts -o search.js -p node`.
 */
import { BreadthFirst } from '../../checker/search/breadth_first.ts';
import type { SearchOptions } from '../../checker/search/search.ts';
import { ueventWake } from '../../checker/search/subjects.ts';

const [K = '3', N = '2', M = '2', variant = 'fixed', store = 'exact', spread] = process.argv.slice(2);
const generated = ueventWake({
  K: Number(K),
  N: Number(N),
  M: Number(M),
  fixed: variant === 'fixed',
  ...(spread === undefined ? {} : { spread: Number(spread) }),
});
const begin = performance.now();
const search = new BreadthFirst(generated, {
  store: store as NonNullable<SearchOptions['store']>,
  properties: 1,
});
const outcome = search.run();
const seconds = (performance.now() - begin) / 1000;
console.log(
  `${outcome} ${search.store.kind} words ${generated.words} bits ${generated.bits}: ${search.states} states, ` +
    `${search.transitions} edges, depth ${search.depth}; ${seconds.toFixed(2)} s, ` +
    `${((seconds * 1e9) / search.transitions).toFixed(0)} ns/edge, ${(search.states / seconds / 1e6).toFixed(2)} Mst/s; ` +
    `store ${(search.storeBytes / search.states).toFixed(1)} B/state now, ${(search.peakBytes / search.states).toFixed(1)} at peak; ` +
    `rss ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
);
