/** The law of reactors, for the RxJS reactor: over node's sockets in real time, and over the memory network. */
import { describe, it } from 'mocha';
import { asyncScheduler } from 'rxjs';
import { createRxReactor, duplexesOf, rxReactorOver } from '../../../src/reactors/rx/index.ts';
import { describeReactor } from '../../../src/testing/index.ts';
import { memoryBuilder } from '../../testing/memory-builder.ts';
import { nodeBuilderOf } from '../../testing/node-builder.ts';
import { describeTransfers } from '../../testing/transfers.ts';

const overNode = nodeBuilderOf((base) =>
  createRxReactor({ scheduler: asyncScheduler, tcp: duplexesOf(base), base }),
);
const overMemory = memoryBuilder(rxReactorOver);

describeReactor('the law of reactors: rx over node', overNode, { describe, it });
describeReactor('the law of reactors: rx over memory', overMemory, { describe, it });
describeTransfers('whole transfers: rx over node', overNode);
describeTransfers('whole transfers: rx over memory', overMemory);
