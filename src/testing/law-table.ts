/** The shape of a file of laws: one scenario for each of its names. */
import type { LawName } from './law-name.ts';
import type { Stand } from './stand.ts';

/** Acts the scenario of one law. */
export type Scenario = (stand: Stand) => Promise<void>;

/** The scenarios of a file of laws. */
export type LawTable<Name extends LawName> = Readonly<Record<Name, Scenario>>;
