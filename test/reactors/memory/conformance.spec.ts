/** The law of reactors, for the memory reactor: every law, on virtual time. */
import { describe, it } from 'mocha';
import { describeReactor } from '../../../src/testing/index.ts';
import { memoryBuilder } from '../../testing/memory-builder.ts';
import { describeTransfers } from '../../testing/transfers.ts';

describeReactor('the law of reactors: memory', memoryBuilder(), { describe, it });
describeTransfers('whole transfers: memory', memoryBuilder());
