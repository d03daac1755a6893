/** All lies, one row each. */
import { connectionLies } from './connections.ts';
import { conformanceLies } from './conformance.ts';
import { dataIntegrityLies } from './data-integrity.ts';
import { lifecycleLies } from './lifecycle.ts';
import { outcomeLies } from './outcomes.ts';
import { rateLies } from './rates.ts';
import { requestLies } from './requests.ts';
import { servingLies } from './serving.ts';
import { trackerLies } from './trackers.ts';
import type { Tampering } from './lies.ts';

export const tamperings: readonly Tampering[] = [
  ...connectionLies,
  ...conformanceLies,
  ...dataIntegrityLies,
  ...lifecycleLies,
  ...outcomeLies,
  ...rateLies,
  ...requestLies,
  ...servingLies,
  ...trackerLies,
];
