/** Reactors that fail whole transfers. */
import { forgetful } from './wrong-tcp.ts';
import { row } from './row.ts';
import type { WrongReactor } from './row.ts';
import { twist, twistTCP } from './twist.ts';
import type { Wrong } from './twist.ts';

/** A second dial is never answered. */
const tired: Wrong = twist((right) => {
  let dials = 0;
  return {
    connectTCP: (address, protocol) => {
      if (dials++ === 0) right.connectTCP(address, protocol);
    },
  };
});

/** Who says goodbye silences all the others of its reactor. */
const silencing: Wrong = (reactor) => {
  const all: (() => void)[] = [];
  return twistTCP({
    transport: (right) => {
      all.push(() => right.pauseReading());
      return {
        close: () => {
          for (const silence of all) silence();
          right.close();
        },
      };
    },
    protocol: (user) => ({
      connectionLost: (reason, detail) => {
        for (const silence of all) silence();
        user.connectionLost(reason, detail);
      },
    }),
  })(reactor);
};

export const transferRows: readonly WrongReactor[] = [
  row(
    'bytes in another order',
    'transfer: one source fills three sinks',
    twistTCP({
      protocol: (user) => ({ dataReceived: (data) => user.dataReceived(data.toReversed()) }),
    }),
  ),
  row('dials that tire', 'transfer: sinks that leave and return lose nothing', tired),
  row(
    'an end that silences the others',
    'transfer: a sink that gives up leaves the others whole',
    silencing,
  ),
  row(
    'no back-pressure',
    'transfer: a sink that reads nothing holds back its source, and no other sink',
    twistTCP({
      protocol: () => ({ pauseWriting: () => undefined, resumeWriting: () => undefined }),
    }),
  ),
  row(
    'a close that forgets',
    'transfer: a source that closes after its last chunk has delivered it',
    forgetful,
  ),
];
