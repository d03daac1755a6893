/** Public names of the behaviors: strategies, the ways to compose them, the catalogue, and the defaults. */
export { banPolicy } from './bans/ban-policy.ts';
export type { BanPolicyOptions } from './bans/ban-policy.ts';
export { strategyCatalogue, strategyNamed } from './catalogue.ts';
export { antiLeech } from './chokers/anti-leech.ts';
export { bitTyrantLike } from './chokers/bit-tyrant.ts';
export type { BitTyrantOptions } from './chokers/bit-tyrant.ts';
export { blockTitForTat } from './chokers/block-tit-for-tat.ts';
export type { BlockTitForTatOptions } from './chokers/block-tit-for-tat.ts';
export { byState } from './chokers/by-state.ts';
export type { ByStateOptions } from './chokers/by-state.ts';
export { fairTorrentLike } from './chokers/fair-torrent.ts';
export { fastestUpload } from './chokers/fastest-upload.ts';
export { groupSuppressionLike } from './chokers/group-suppression.ts';
export type { GroupSuppressionOptions } from './chokers/group-suppression.ts';
export { karmaLike } from './chokers/karma.ts';
export type { KarmaOptions } from './chokers/karma.ts';
export { lazy } from './chokers/lazy.ts';
export { mainlineFour } from './chokers/mainline-four.ts';
export { propShareLike } from './chokers/prop-share.ts';
export type { PropShareOptions } from './chokers/prop-share.ts';
export { quotaRoundRobin } from './chokers/quota-round-robin.ts';
export type { QuotaRoundRobinOptions } from './chokers/quota-round-robin.ts';
export { rateBasedSlots } from './chokers/rate-based-slots.ts';
export type { RateBasedSlotsOptions } from './chokers/rate-based-slots.ts';
export { roundRobin } from './chokers/round-robin.ts';
export type { RoundRobinOptions } from './chokers/round-robin.ts';
export { steady } from './chokers/steady.ts';
export type { SteadyOptions } from './chokers/steady.ts';
export { ReceiptBook } from './chokers/receipt-book.ts';
export type { Receipts } from './chokers/receipt-book.ts';
export { tChainLike } from './chokers/t-chain.ts';
export type { TChainOptions } from './chokers/t-chain.ts';
export { titForTat } from './chokers/tit-for-tat.ts';
export type { TitForTatOptions } from './chokers/tit-for-tat.ts';
export { withOptimistic } from './chokers/with-optimistic.ts';
export type { OptimisticOptions } from './chokers/with-optimistic.ts';
export {
  chokers,
  defaultBehaviors,
  defaultChoker,
  defaultPicker,
  disclosures,
  pickers,
} from './defaults.ts';
export type { ChokerName, DisclosureName, PickerName } from './defaults.ts';
export { dialing } from './dialing/dialing.ts';
export type { DialingOptions } from './dialing/dialing.ts';
export { silent } from './disclosure/silent.ts';
export { smartSeedLike } from './disclosure/smart-seed.ts';
export type { SmartSeedOptions } from './disclosure/smart-seed.ts';
export { superSeeding } from './disclosure/super-seeding.ts';
export type { SuperSeedingOptions } from './disclosure/super-seeding.ts';
export { tellAll } from './disclosure/tell-all.ts';
export { underReporterLike } from './disclosure/under-reporter.ts';
export type { UnderReporterOptions } from './disclosure/under-reporter.ts';
export { adaptiveWindow } from './pickers/adaptive-window.ts';
export type { AdaptiveWindowOptions } from './pickers/adaptive-window.ts';
export { bitosLike } from './pickers/bitos.ts';
export type { BitosOptions } from './pickers/bitos.ts';
export { chain } from './pickers/chain.ts';
export { deadlines, deadlinesFirst } from './pickers/deadlines.ts';
export type { DeadlinesOptions } from './pickers/deadlines.ts';
export { endgame } from './pickers/endgame.ts';
export type { EndgameOptions } from './pickers/endgame.ts';
export { finishPartial } from './pickers/finish-partial.ts';
export { neighboursFirst } from './pickers/neighbours-first.ts';
export type { NeighboursFirstOptions } from './pickers/neighbours-first.ts';
export { oracleRarest } from './pickers/oracle-rarest.ts';
export type { Oracle } from './pickers/oracle-rarest.ts';
export { randomFirst } from './pickers/random-first.ts';
export type { RandomFirstOptions } from './pickers/random-first.ts';
export { rarestFirst } from './pickers/rarest-first.ts';
export { sequential } from './pickers/sequential.ts';
export { slidingWindow } from './pickers/sliding-window.ts';
export type { SlidingWindowOptions } from './pickers/sliding-window.ts';
export { suggested } from './pickers/suggested.ts';
export { zipfLike } from './pickers/zipf.ts';
export type { ZipfOptions } from './pickers/zipf.ts';
export { adaptivePipelining } from './pipelining/adaptive-pipelining.ts';
export type { AdaptivePipeliningOptions } from './pipelining/adaptive-pipelining.ts';
export { fixedPipelining } from './pipelining/fixed-pipelining.ts';
export { strategy } from './strategy-entry.ts';
export type {
  ChokerEntry,
  DialingEntry,
  DisclosureEntry,
  PickerEntry,
  PipeliningEntry,
  SeedChokerEntry,
  StrategyEntry,
  StrategyNumbers,
  StrategyParameter,
  WholeEntry,
} from './strategy-entry.ts';
