/** The law of reactors, for the node reactor: every law, on real sockets and files. */
import { describe, it } from 'mocha';
import { describeReactor } from '../../../src/testing/index.ts';
import { nodeBuilder } from '../../testing/node-builder.ts';
import { describeTransfers } from '../../testing/transfers.ts';

describeReactor('the law of reactors: node', nodeBuilder, { describe, it });
describeTransfers('whole transfers: node', nodeBuilder);
