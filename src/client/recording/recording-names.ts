/**
 * The names under which this program knows behaviors in traces: those that a user may choose, and `default`.
 */
import { chokers, defaultBehaviors, disclosures, pickers } from '../../behaviors/index.ts';
import { BehaviorNames } from '../../protocol/index.ts';
import type { Behaviors, BehaviorTables } from '../../protocol/index.ts';

/** What nobody chose. */
const DEFAULT = 'default';

const tables: BehaviorTables = {
  picker: new Map([[DEFAULT, defaultBehaviors.picker], ...Object.entries(pickers)]),
  choker: new Map([[DEFAULT, defaultBehaviors.choker], ...Object.entries(chokers)]),
  pipelining: new Map([[DEFAULT, defaultBehaviors.pipelining]]),
  dialing: new Map([[DEFAULT, defaultBehaviors.dialing]]),
  disclosure: new Map(Object.entries(disclosures)),
  bans: new Map([[DEFAULT, defaultBehaviors.bans]]),
};

/** @param custom What stands for `custom`: behaviors that a recorded program brought itself. */
export function recordingNames(custom: Partial<Behaviors> = {}): BehaviorNames {
  return new BehaviorNames(tables, custom);
}
