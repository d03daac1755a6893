/** Public names of the load generator. */
export { httpLoad } from './http-load.ts';
export { loadInfoHash, loadLimits } from './load.ts';
export type { LoadPlan, LoadResult } from './load.ts';
export { udpLoad } from './udp-load.ts';
