/**
 * Whole transfers: TCP, stores and time of a reactor together, under core's own driver, with everything that goes wrong
 * in a day. What a machine may rely on follows from the laws of the capabilities; here it is relied on.
 */
import { lawsOf } from '../act-out.ts';
import type { TransferLawName } from '../law-name.ts';
import type { LawTable } from '../law-table.ts';
import type { ReactorLaw } from '../reactor-law.ts';
import type { Stand } from '../stand.ts';
import { CHUNKS, Depot } from './depot.ts';

/** Times that a sink asks for everything, so that no buffer on the way can take it all: about 100 MB. */
const OFTEN = 150;

const scenarios: LawTable<TransferLawName> = {
  'transfer: one source fills three sinks': async (stand: Stand) => {
    const depot = await Depot.open(stand);
    const sinks = [1, 8, Infinity].map((window) => depot.customer({ window }));
    await depot.complete(...sinks);
    stand.equal(depot.source.sent, 3 * CHUNKS, 'chunks sent');
    stand.equal(
      sinks.map(({ machine }) => machine.dials),
      [1, 1, 1],
      'dials',
    );
  },

  'transfer: sinks that leave and return lose nothing': async (stand: Stand) => {
    const depot = await Depot.open(stand);
    let left = 0;
    const sinks = [5, 7, 11].map((every) => {
      const sink = depot.customer();
      sink.onHeld = (held) => {
        if (held % every !== 0) return;
        sink.tell({ type: 'leave', flush: left % 2 === 0 });
        left++;
      };
      return sink;
    });
    await depot.complete(...sinks);
    stand.require(left > 10, `only ${left} sinks left`);
    const dials = sinks.reduce((sum, { machine }) => sum + machine.dials, 0);
    stand.require(dials > 10, `only ${dials} dials`);
    for (const sink of sinks) sink.tell({ type: 'give-up' });
    await depot.idle();
  },

  'transfer: a sink that gives up leaves the others whole': async (stand: Stand) => {
    const depot = await Depot.open(stand);
    const sinks = [depot.customer({ window: Infinity }), depot.customer(), depot.customer()];
    const [quitter] = sinks;
    quitter!.onHeld = (held) => {
      if (held === 10) quitter!.tell({ type: 'give-up' });
    };
    await depot.complete(sinks[1]!, sinks[2]!);
    await stand.until(() => quitter!.held >= 10, 'the quitter to hold ten chunks');
    await stand.calm();
    stand.require(!quitter!.complete, 'it did not give up');
    for (const sink of sinks) sink.tell({ type: 'give-up' });
    await depot.idle();
  },

  'transfer: a sink that reads nothing holds back its source, and no other sink': async (
    stand: Stand,
  ) => {
    const depot = await Depot.open(stand);
    const slow = depot.customer({ window: Infinity, times: OFTEN });
    slow.onHeld = (held) => {
      if (held === 3) slow.tell({ type: 'pause' });
    };
    await stand.until(() => depot.events.at(-1)?.type === 'paused', 'back-pressure at the source');
    await stand.calm();
    const before = depot.source.sent;
    await stand.calm();
    stand.equal(depot.source.sent, before, 'chunks sent while nobody reads');
    const quick = [depot.customer(), depot.customer()];
    await depot.complete(...quick);
    stand.require(!slow.complete, 'the paused sink was served all the same');
    slow.onHeld = () => undefined;
    slow.tell({ type: 'resume' });
    await depot.complete(slow);
    slow.tell({ type: 'give-up' });
    for (const sink of quick) sink.tell({ type: 'give-up' });
    await depot.idle();
    stand.require(depot.source.sent < OFTEN * CHUNKS, 'what was cancelled was sent');
  },

  'transfer: a source that closes after its last chunk has delivered it': async (stand: Stand) => {
    const depot = await Depot.open(stand, true);
    const sinks = [0, 1, 2].map(() => depot.customer({ window: Infinity }));
    await depot.complete(...sinks);
    await depot.idle();
    stand.equal(
      sinks.map(({ machine }) => machine.dials),
      [1, 1, 1],
      'dials',
    );
  },
};

/** Every law of whole transfers. */
export const transferLaws: readonly ReactorLaw[] = lawsOf('transfer', scenarios);
