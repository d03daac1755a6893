/**
 * Every adversary kind against an honest session, at both fidelities: it really does its evil (counted), and the
 * session survives: nothing is thrown, the invariants hold after every step, what is verified is true, nobody honest
 * is banned, and it ends as the reference says (reliability 2.2 and 5): banned, disconnected, or ignored.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { pests } from '../../../src/sim/adversaries/index.ts';
import type { AdversaryKind, Pest } from '../../../src/sim/adversaries/index.ts';
import { Duel } from './duel.ts';
import type { DuelOptions, Fidelity } from './duel.ts';

interface Case {
  readonly kind: AdversaryKind;
  /** Leech: wants all and has an honest seed for a friend. Seed: has all, and a leech for a friend. */
  readonly victim: 'leech' | 'seed';
  readonly adversary: 'all' | 'none';
  readonly dials?: 'victim' | 'adversary';
  /** What it must have done. */
  readonly did: readonly string[];
  /** The ends that its connections may have; one of them must have come, unless 'open' is among them. */
  readonly ends: readonly string[];
  readonly banned?: boolean;
  readonly config?: DuelOptions['config'];
  readonly seconds?: number;
  readonly digest?: boolean;
  /** Bytes per millisecond of the honest, and of the adversary. */
  readonly rate?: number;
  readonly adversaryRate?: number;
  readonly fidelities?: readonly Fidelity[];
}

const MILLION = 1_000_000;

const tampers: readonly Case[] = [
  {
    kind: { type: 'corrupt', where: 'any', rate: MILLION },
    victim: 'leech',
    adversary: 'all',
    did: ['bad block'],
    ends: ['banned'],
    banned: true,
  },
  {
    kind: { type: 'corrupt', where: 'any', rate: 50_000 },
    victim: 'leech',
    adversary: 'all',
    did: ['bad block'],
    ends: ['banned', 'both-seeds', 'open'],
  },
  {
    kind: { type: 'corrupt', where: 'last-block', rate: MILLION },
    victim: 'leech',
    adversary: 'all',
    did: ['bad block'],
    ends: ['banned'],
    banned: true,
  },
  {
    kind: { type: 'corrupt', where: 'endgame', rate: MILLION },
    victim: 'leech',
    adversary: 'all',
    did: ['late claim', 'bad block'],
    ends: ['banned'],
    banned: true,
  },
  {
    kind: { type: 'false-availability', claims: 'all' },
    victim: 'leech',
    adversary: 'none',
    did: ['false availability', 'hidden truth'],
    ends: ['both-seeds'],
  },
  {
    kind: { type: 'false-availability', claims: 'none' },
    victim: 'leech',
    adversary: 'all',
    did: ['false availability', 'hidden truth'],
    ends: ['closed'],
  },
  {
    kind: { type: 'stall', rate: MILLION },
    victim: 'leech',
    adversary: 'all',
    did: ['withheld block'],
    ends: ['both-seeds'],
  },
  {
    kind: { type: 'reset', rate: 200_000 },
    victim: 'leech',
    adversary: 'all',
    did: ['reset'],
    ends: ['reset'],
  },
  {
    kind: { type: 'delay', by: { least: 50, most: 3_000 } },
    victim: 'leech',
    adversary: 'all',
    did: ['late message'],
    ends: ['both-seeds'],
  },
  {
    kind: { type: 'freeze', after: 10 },
    victim: 'leech',
    adversary: 'all',
    did: ['withheld message'],
    ends: ['both-seeds', 'idle'],
  },
  {
    kind: { type: 'deaf', after: 8 },
    victim: 'seed',
    adversary: 'none',
    did: ['closed window'],
    ends: ['idle', 'open'],
  },
  {
    kind: { type: 'ignore-choke' },
    victim: 'seed',
    adversary: 'none',
    did: ['ignored choke'],
    ends: ['closed', 'flooding', 'open'],
    config: { uploadSlots: 1 },
    rate: 8,
  },
  {
    kind: { type: 'resize', rate: MILLION },
    victim: 'leech',
    adversary: 'all',
    did: ['long block', 'short block'],
    ends: ['bad-frame', 'both-seeds', 'flooding'],
  },
  {
    kind: { type: 'misplace', rate: 300_000 },
    victim: 'leech',
    adversary: 'all',
    did: ['misplaced piece'],
    ends: ['both-seeds', 'flooding'],
  },
  {
    kind: { type: 'misplace', rate: MILLION },
    victim: 'seed',
    adversary: 'none',
    did: ['misplaced request'],
    ends: ['flooding', 'open'],
  },
  {
    kind: { type: 'repeat', times: 3 },
    victim: 'leech',
    adversary: 'all',
    did: ['repeated block'],
    ends: ['both-seeds', 'flooding'],
  },
];

const quiet: readonly Case[] = [
  {
    kind: { type: 'mute' },
    victim: 'leech',
    adversary: 'none',
    did: ['mute connection'],
    ends: ['handshake-timed-out'],
  },
  {
    kind: { type: 'slow-loris', stage: 'handshake', every: 500 },
    victim: 'leech',
    adversary: 'none',
    did: ['slow byte'],
    ends: ['handshake-timed-out'],
    fidelities: ['bytes'],
  },
  {
    kind: { type: 'slow-loris', stage: 'message', every: 500 },
    victim: 'leech',
    adversary: 'none',
    did: ['slow byte'],
    ends: ['idle'],
    fidelities: ['bytes'],
  },
  {
    kind: { type: 'wrong-info-hash' },
    victim: 'leech',
    adversary: 'none',
    did: ['wrong info-hash'],
    ends: ['unknown-torrent'],
  },
  {
    kind: { type: 'self-id' },
    victim: 'leech',
    adversary: 'none',
    did: ['mirrored id'],
    ends: ['self-connection'],
  },
  {
    kind: { type: 'silent' },
    victim: 'leech',
    adversary: 'none',
    did: ['silence'],
    ends: ['idle'],
  },
  {
    kind: { type: 'hoarder' },
    victim: 'leech',
    adversary: 'none',
    did: ['ignored request'],
    ends: ['both-seeds'],
  },
  {
    kind: { type: 'many-connections', count: 250 },
    victim: 'leech',
    adversary: 'none',
    dials: 'adversary',
    did: ['connection'],
    ends: ['too-many-connections', 'idle'],
  },
];

/** What becomes of a flood of each pest at a leech, on a connection that does nothing else. */
const floodEnds: Readonly<Record<Pest, readonly string[]>> = {
  requests: ['flooding'],
  'bad-requests': ['flooding'],
  cancels: ['open', 'idle'],
  rejects: ['flooding'],
  haves: ['both-seeds', 'open'],
  suggests: ['open', 'idle'],
  'allowed-fast': ['open', 'idle'],
  chokes: ['open', 'idle'],
  interest: ['open', 'idle'],
  availability: ['both-seeds', 'open', 'idle'],
  blocks: ['flooding'],
  'keep-alives': ['open', 'idle'],
  extended: ['open', 'idle', 'flooding'], // after ten introductions each one too many is an offense (S-36)
  'long-extended': ['flooding'],
  handshakes: ['message-out-of-order', 'bad-frame'],
};

function play(each: Case, fidelity: Fidelity, dials: 'victim' | 'adversary', seed = 1): Duel {
  const duel = new Duel({
    kind: each.kind,
    fidelity,
    victim: each.victim === 'seed' ? 'all' : 'none',
    adversary: each.adversary,
    friend: each.victim === 'seed' ? 'none' : 'all',
    dials,
    seed,
    config: each.config ?? {},
    rate: each.rate ?? 100,
    adversaryRate: each.adversaryRate ?? 1000,
    digest: each.digest ?? false,
  });
  return duel.run((each.seconds ?? 200) * 1000);
}

/** What is true of every honest session, whoever it met. */
function assertSurvived(duel: Duel): void {
  duel.assertTruth();
  assert(duel.complete, 'the honest session has everything in the end');
  assert(!duel.bans.includes('10.0.0.2'), 'the friend is never banned');
  const proofs = duel.victim.events.filter(({ type }) => type === 'piece-failed');
  assert(duel.bans.length <= proofs.length, 'nobody is banned but for a piece that failed');
  assert(duel.connectionsMost <= 200, 'connections stay within their limit');
}

function assertEnded(duel: Duel, each: Case): void {
  const ends = [...new Set(duel.endings)];
  const met = ends.some((end) => each.ends.includes(end));
  const story = `ended ${ends.join(', ') || 'never'}, ${duel.open} open`;
  assert(met || (each.ends.includes('open') && duel.open > 0), story);
  if (each.banned === true) assert(duel.bans.includes('10.0.0.3'), `not banned: ${story}`);
}

function describeCases(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    for (const each of cases) {
      const { type, ...parameters } = each.kind;
      it(`${type} ${JSON.stringify(parameters)}, a ${each.victim}`, () => {
        let played = 0;
        for (const [fidelity, side] of [
          ['bytes', 'victim'],
          ['messages', 'adversary'],
        ] as const) {
          if (each.fidelities?.includes(fidelity) === false) continue;
          const dials = each.dials ?? side;
          const duel = play(each, fidelity, dials);
          for (const what of each.did) {
            const times = duel.adversary.done.get(what) ?? 0;
            assert(times > 0, `${fidelity}, ${dials} dials: never did "${what}"`);
          }
          assertSurvived(duel);
          assertEnded(duel, each);
          played++;
        }
        assert(played > 0);
      });
    }
  });
}

describe('sim: adversaries', () => {
  describeCases('sessions with one thing wrong', tampers);
  describeCases('peers that do too little', quiet);
  describeCases(
    'floods',
    pests.map((pest) => ({
      kind: { type: 'flood', pest, burst: 50, every: 50, most: 1_000 },
      victim: 'leech',
      adversary: 'none',
      did: [pest],
      ends: floodEnds[pest],
    })),
  );
  describeCases(
    'true words between floods',
    pests.map((pest) => ({
      kind: { type: 'pester', pest, burst: 3, every: 200 },
      victim: 'leech',
      adversary: 'all',
      did: [pest],
      // A block that nobody asked for is poison: where it was asked for just then, it is a lie.
      ends: [
        ...floodEnds[pest],
        'both-seeds',
        'flooding',
        ...(pest === 'blocks' ? ['banned'] : []),
      ],
    })),
  );
  it('flood of good requests, a seed: the queue keeps its bound, and everybody is served', () => {
    for (const fidelity of ['bytes', 'messages'] as const) {
      const duel = new Duel({
        kind: { type: 'flood', pest: 'requests', burst: 500, every: 20, most: 20_000 },
        fidelity,
        victim: 'all',
        adversary: 'none',
        friend: 'none',
        dials: 'adversary',
        config: { requestQueueMax: 20, offensesMax: 1_000_000 },
      }).run(60_000);
      assert(duel.adversary.done.get('requests')! > 10_000);
      assert(duel.requestsMost > 0 && duel.requestsMost <= 20, String(duel.requestsMost));
      assert.deepEqual(duel.endings, []);
      assert.equal(duel.friendComplete, true, 'the friend got nothing');
    }
  });

  it('cannot hide from the truth: a duel that ended with a false piece fails', () => {
    const duel = play(quiet[0]!, 'messages', 'victim');
    duel.assertTruth();
    duel.victim.disk[100_000]! ^= 1;
    assert.throws(() => duel.assertTruth(), /I-01: piece 3/);
  });

  it('are the same run for the same seed', () => {
    for (const { kind, victim, adversary } of [tampers[1]!, tampers[7]!, quiet[6]!]) {
      const each: Case = { kind, victim, adversary, did: [], ends: [], seconds: 30, digest: true };
      const digests = [7, 7, 8].map((seed) => play(each, 'messages', 'victim', seed).digest);
      assert.equal(digests[0], digests[1]);
      assert.notEqual(digests[0], digests[2]);
    }
  });

  it('close in good order when they are told to', () => {
    for (const each of [...tampers, ...quiet]) {
      const duel = new Duel({
        kind: each.kind,
        fidelity: 'messages',
        victim: 'none',
        adversary: 'none',
        friend: null,
        dials: 'adversary',
      }).run(5_000);
      duel.shutDownAdversary();
      duel.run(20_000);
      const held = each.kind.type === 'freeze' ? duel.open : 0;
      assert.equal(duel.open, held, each.kind.type);
      assert(duel.adversaryClosed, `${each.kind.type} never said that it is closed`);
    }
  });
});
