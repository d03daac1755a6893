/** Public names of the law of reactors: for whoever writes a reactor, and for whoever wraps one. */
export { describeReactor, skipCapability } from './describe-reactor.ts';
export type { DescribeReactorOptions, SkipList, TestRunner } from './describe-reactor.ts';
export { LawBroken } from './law-broken.ts';
export type {
  AskedRequest,
  KnownNames,
  ReactorBuilder,
  ReactorWorld,
  WebServers,
  WorldHost,
} from './reactor-builder.ts';
export type { LawName } from './law-name.ts';
export type { Capability, ReactorLaw } from './reactor-law.ts';
export { reactorLaws } from './reactor-laws.ts';
export { transferLaws } from './transfer/transfer-laws.ts';
export { Watch } from './watch.ts';
export { watchReactor } from './watch-reactor.ts';
export { webOverTCP } from './web-over-tcp.ts';
