/** What a law is to whoever runs it: its name, the capability that it binds, and a check that rejects where it is broken. */
import type { LawName } from './law-name.ts';
import type { ReactorBuilder } from './reactor-builder.ts';

/** The part of a reactor that a law binds; `transfer`: whole transfers over TCP and stores together. */
export type Capability =
  'time' | 'tcp' | 'udp' | 'store' | 'http' | 'resolver' | 'reactor' | 'transfer';

/** One law. */
export interface ReactorLaw {
  readonly name: LawName;
  readonly capability: Capability;
  /** Builds a world, acts the scenario in it and disposes of it. Rejects with `LawBroken` where a law is broken. */
  run(builder: ReactorBuilder): Promise<void>;
}
