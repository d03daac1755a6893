/**
 * Reactors that are wrong on purpose, in one place each, and the law that each of them breaks. They show that the suite
 * can fail: a law that no wrong reactor breaks might hold nothing.
 */
import type { WrongReactor } from './wrong/row.ts';
import { httpRows, resolverRows } from './wrong/wrong-http.ts';
import { stopRows } from './wrong/wrong-stop.ts';
import { storeRows } from './wrong/wrong-store.ts';
import { tcpRows } from './wrong/wrong-tcp.ts';
import { timeRows } from './wrong/wrong-time.ts';
import { transferRows } from './wrong/wrong-transfer.ts';
import { udpRows } from './wrong/wrong-udp.ts';

export const wrongReactors: readonly WrongReactor[] = [
  ...timeRows,
  ...tcpRows,
  ...udpRows,
  ...storeRows,
  ...httpRows,
  ...resolverRows,
  ...stopRows,
  ...transferRows,
];
