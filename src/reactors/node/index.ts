/** Public names of the node reactor. */
export { createNodeReactor, NodeReactor } from './node-reactor.ts';
export { syncFolder } from './confined-entry.ts';
export { removeConfined } from './confined-remove.ts';
export type { Removal } from './confined-remove.ts';
export { FileMove } from './file-move.ts';
export type { FileMoveOptions, MovedFile } from './file-move.ts';
export { isPartFile, partFileName } from './part-file-mark.ts';
export { defaultNodeLimits } from './options.ts';
export type { NodeLimits, NodeReactorOptions } from './options.ts';
export { ThreadPool } from './thread-pool.ts';
export type { Numbered } from './thread-pool.ts';
export { storeFaultOf } from './faults.ts';
