/** The law of reactors over injected duplexes and a virtual scheduler: nothing real below, so nothing to hide behind. */
import { describe, it } from 'mocha';
import { describeReactor, skipCapability } from '../../../src/testing/index.ts';
import { virtualBuilder } from './virtual-world.ts';

describeReactor('the law of reactors: rx, loopback in virtual time', virtualBuilder, {
  describe,
  it,
  skip: {
    ...skipCapability('udp', 'the loopback has none'),
    ...skipCapability('http', 'the loopback has none'),
    ...skipCapability('resolver', 'the loopback has none'),
    'reactor: after stop no handle is left open': 'virtual time holds nothing open',
  },
});
