/**
 * Public names of the laws: of reactors, for whoever writes one or wraps one; of behaviors, for whoever invents one. And
 * the models of torrents and peers in which behaviors are judged.
 */
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
export {
  brokenByChoker,
  chokerLaws,
  describeChoker,
  judgeChoker,
} from './behaviors/choker-laws.ts';
export { chokerLawNames } from './behaviors/choker-subject.ts';
export type { ChokerSubject } from './behaviors/choker-subject.ts';
export { Crowd } from './behaviors/crowd.ts';
export {
  brokenByDialing,
  candidateAt,
  describeDialing,
  dialingLawNames,
  dialingLaws,
  judgeDialing,
} from './behaviors/dialing-laws.ts';
export type { DialingSubject, ModelCandidate } from './behaviors/dialing-laws.ts';
export {
  brokenByDisclosure,
  describeDisclosure,
  disclosureLaws,
  judgeDisclosure,
} from './behaviors/disclosure-laws.ts';
export { DisclosurePlay } from './behaviors/disclosure-play.ts';
export type { Manners } from './behaviors/disclosure-play.ts';
export { disclosureLawNames } from './behaviors/disclosure-subject.ts';
export type { DisclosureSubject } from './behaviors/disclosure-subject.ts';
export type { BehaviorLaw, SyncRunner } from './behaviors/law.ts';
export { BLOCK_BYTES, rateSince, runLink } from './behaviors/model-link.ts';
export type { LinkKind, LinkSample } from './behaviors/model-link.ts';
export { ModelPeer, ModelTorrent } from './behaviors/model-torrent.ts';
export type { ModelSize } from './behaviors/model-torrent.ts';
export {
  brokenByPicker,
  describePicker,
  judgePicker,
  pickerLaws,
} from './behaviors/picker-laws.ts';
export { pickerLawNames } from './behaviors/picker-subject.ts';
export type { PickerSubject } from './behaviors/picker-subject.ts';
export {
  brokenByPipelining,
  describePipelining,
  judgePipelining,
  pipeliningLawNames,
  pipeliningLaws,
} from './behaviors/pipelining-laws.ts';
export type { PipeliningSubject } from './behaviors/pipelining-laws.ts';
