/** Public names of the node reactor. */
export { createNodeReactor, NodeReactor } from './node-reactor.ts';
export { defaultNodeLimits } from './options.ts';
export type { NodeLimits, NodeReactorOptions } from './options.ts';
