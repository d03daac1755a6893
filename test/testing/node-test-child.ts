/** A process in which `node:test` runs some of the laws: that it fits needs to be shown, not only compiled. */
import { describe, it } from 'node:test';
import { describeReactor, reactorLaws } from '../../src/testing/index.ts';
import { nodeBuilder } from './node-builder.ts';

describeReactor('laws under node:test', nodeBuilder, {
  describe,
  it,
  laws: reactorLaws.filter(({ capability }) => capability === 'resolver'),
  skip: { 'resolver: an unknown name is not-found': 'to be shown as skipped' },
});
