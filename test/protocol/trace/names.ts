/**
 * The behaviors that traces of tests know by name.
 */
import { chokers, defaultBehaviors, disclosures, pickers } from '../../../src/behaviors/index.ts';
import { BehaviorNames } from '../../../src/protocol/index.ts';
import type { Behaviors, BehaviorTables } from '../../../src/protocol/index.ts';

const tables: BehaviorTables = {
  picker: new Map([['default', defaultBehaviors.picker], ...Object.entries(pickers)]),
  choker: new Map([['default', defaultBehaviors.choker], ...Object.entries(chokers)]),
  pipelining: new Map([['default', defaultBehaviors.pipelining]]),
  dialing: new Map([['default', defaultBehaviors.dialing]]),
  disclosure: new Map(Object.entries(disclosures)),
  bans: new Map([['default', defaultBehaviors.bans]]),
};

export function namesWith(custom: Partial<Behaviors> = {}): BehaviorNames {
  return new BehaviorNames(tables, custom);
}
