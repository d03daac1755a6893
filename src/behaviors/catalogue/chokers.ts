/** The chokers of the catalogue for leeching. The first is the reference. */
import { bitTyrantLike } from '../chokers/bit-tyrant.ts';
import { blockTitForTat } from '../chokers/block-tit-for-tat.ts';
import { fairTorrentLike } from '../chokers/fair-torrent.ts';
import { groupSuppressionLike } from '../chokers/group-suppression.ts';
import { karmaLike } from '../chokers/karma.ts';
import { lazy } from '../chokers/lazy.ts';
import { propShareLike } from '../chokers/prop-share.ts';
import { roundRobin } from '../chokers/round-robin.ts';
import { tChainLike } from '../chokers/t-chain.ts';
import { titForTat } from '../chokers/tit-for-tat.ts';
import { withOptimistic } from '../chokers/with-optimistic.ts';
import { strategy } from '../strategy-entry.ts';
import type { ChokerEntry } from '../strategy-entry.ts';
import { LIVE, NO_STARVATION } from './law-names.ts';

export const chokerEntries: readonly ChokerEntry[] = [
  strategy({
    name: 'tit-for-tat',
    kind: 'choker',
    claim: 'whoever gives, gets; so giving is what a selfish peer does',
    source: 'Cohen 2003, section 3',
    parameters: {
      interval: ['ms', 1000, 60_000, 10_000],
      turnTime: ['ms', 10_000, 600_000, 30_000],
    },
    make: ({ interval, turnTime }) => withOptimistic(titForTat({ interval }), { turnTime }),
  }),
  strategy({
    name: 'round-robin',
    kind: 'choker',
    seeds: true,
    claim: 'everybody gets the same time, whatever it gives: the control without incentives',
    source: 'common; Adamsky et al. 2014 on why for seeds',
    parameters: {
      interval: ['ms', 1000, 60_000, 10_000],
      turnTime: ['ms', 10_000, 600_000, 30_000],
    },
    make: (numbers) => roundRobin(numbers),
  }),
  strategy({
    name: 'bittyrant-like',
    kind: 'choker',
    claim: 'give each partner just enough to be kept, and the rest to more partners',
    source: 'Piatek et al., NSDI 2007',
    parameters: {
      uplink: ['bytes/s', 1000, 1_000_000_000, 50_000],
      split: ['peers', 1, 100, 4],
      leastYield: ['1', 0, 10, 0],
    },
    breaks: [NO_STARVATION],
    make: (numbers) => bitTyrantLike(numbers),
  }),
  strategy({
    name: 'propshare-like',
    kind: 'choker',
    claim: 'who gives a share of what I get, gets that share of what I give',
    source: 'Levin, LaCurts, Spring, Bhattacharjee, SIGCOMM 2008',
    parameters: { explore: ['1', 0.01, 0.9, 0.15] },
    make: (numbers) => propShareLike(numbers),
  }),
  strategy({
    name: 'block-tit-for-tat',
    kind: 'choker',
    seeds: true,
    claim: 'whoever owes a little gets no more until it has paid',
    source: 'Bharambe, Herley, Padmanabhan, INFOCOM 2006',
    parameters: { delta: ['pieces', 0.25, 100, 2] },
    make: (numbers) => blockTitForTat(numbers),
  }),
  strategy({
    name: 'fairtorrent-like',
    kind: 'choker',
    seeds: true,
    claim: 'the next block goes to whom we owe most; give it as many slots as connections',
    source: 'Sherman, Nieh, Stein, CoNEXT 2009',
    parameters: {},
    breaks: [NO_STARVATION],
    make: () => fairTorrentLike(),
  }),
  strategy({
    name: 'karma-like',
    kind: 'choker',
    claim: 'what a peer gave is remembered beyond its connection',
    source: 'Vishnumurthy et al. 2003; Meulpolder et al. 2009 (BarterCast), without reports',
    parameters: { debtMax: ['bytes', 0, 1_000_000_000, 4_194_304] },
    make: (numbers) => withOptimistic(karmaLike(numbers)),
  }),
  strategy({
    name: 'group-suppression-like',
    kind: 'choker',
    claim: 'a crowd that lacks one piece does not recruit more of its kind',
    source: 'Bilgen and Wagner 2017',
    parameters: { groupMin: ['peers', 2, 1000, 3] },
    make: (numbers) => groupSuppressionLike(withOptimistic(titForTat()), numbers),
  }),
  strategy({
    name: 't-chain-like',
    kind: 'choker',
    seeds: true,
    claim: 'who was served pays whom its giver names, so seeds too serve only those who give',
    source: 'Shin et al., ICDCS 2015 (T-Chain), without encryption',
    parameters: {
      credit: ['pieces', 0.25, 100, 1],
      gift: ['pieces', 0, 1000, 4],
      patience: ['ms', 10_000, 600_000, 60_000],
      interval: ['ms', 1000, 60_000, 5000],
    },
    make: (numbers, oracle) => tChainLike(numbers, oracle?.receipts ?? null),
  }),
  strategy({
    name: 'lazy',
    kind: 'choker',
    seeds: true,
    claim: 'a free rider: who gives nothing gets less',
    source: 'the baseline for harm',
    parameters: {},
    breaks: [LIVE, NO_STARVATION],
    make: () => lazy(),
  }),
];
