/**
 * The law of resolvers: a name gives literal addresses or a fault, once.
 */
import type { ResolveFault } from '../../core/index.ts';
import type { KnownNames, WorldHost } from '../reactor-builder.ts';
import type { ResolverLawName } from '../law-name.ts';
import type { LawTable } from '../law-table.ts';
import type { Stand } from '../stand.ts';

type Answer = readonly [readonly string[], ResolveFault | null];

function namesOf(stand: Stand): KnownNames {
  const { names } = stand.world;
  stand.require(names !== null, 'the world has no names: put this law in the skip list');
  return names;
}

function ask(stand: Stand, { reactor }: WorldHost, name: string): Promise<Answer> {
  return stand.answer(
    (done) => reactor.resolve(name, (hosts, fault) => done([hosts, fault])),
    `the addresses of ${name}`,
  );
}

export const resolverLaws: LawTable<ResolverLawName> = {
  'resolver: a known name gives its addresses': async (stand: Stand) => {
    const { known, hosts } = namesOf(stand);
    const [found, fault] = await ask(stand, stand.newHost(), known);
    stand.require(fault === null && found.length > 0, `no address: ${fault}`);
    stand.equal(new Set(found).size, found.length, 'distinct addresses');
    const foreign = found.find((host) => !hosts.includes(host));
    stand.require(foreign === undefined, `not an address of it: ${foreign ?? ''}`);
  },

  'resolver: an unknown name is not-found': async (stand: Stand) => {
    const answer = await ask(stand, stand.newHost(), namesOf(stand).unknown);
    stand.equal(answer, [[], 'not-found'], 'answer');
  },

  'resolver: a literal address is its own answer': async (stand: Stand) => {
    const from = stand.newHost();
    for (const host of ['192.0.2.7', '2001:db8::7', from.host]) {
      stand.equal(await ask(stand, from, host), [[host], null], host);
    }
  },

  'resolver: a name is answered once, from a later turn': async (stand: Stand) => {
    const from = stand.newHost();
    const answers = ['192.0.2.1', '192.0.2.2', '192.0.2.1'].map((name) => ask(stand, from, name));
    stand.equal((await Promise.all(answers)).length, 3, 'answers');
    await stand.calm();
  },
};
