/** Public names of the node reactor. */
export { createNodeReactor, NodeReactor } from './node-reactor.ts';
export { syncFolder } from './files/confined-entry.ts';
export { removeConfined } from './files/confined-remove.ts';
export type { Removal } from './files/confined-remove.ts';
export { FileMove } from './files/file-move.ts';
export type { FileMoveOptions, MovedFile } from './files/file-move.ts';
export { isPartFile, partFileName } from './files/part-file-mark.ts';
export { defaultNodeLimits } from './options.ts';
export type { NodeLimits, NodeReactorOptions } from './options.ts';
export { ThreadPool } from './hashing/thread-pool.ts';
export type { Numbered } from './hashing/thread-pool.ts';
export { storeFaultOf } from './faults.ts';
