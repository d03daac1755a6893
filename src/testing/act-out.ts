/**
 * One law, acted out: a fresh world, the scenario, a calm in which nothing more may happen, and the end of the world.
 */
import { LawBroken } from './law-broken.ts';
import type { ReactorBuilder } from './reactor-builder.ts';
import type { LawName } from './law-name.ts';
import type { LawTable, Scenario } from './law-table.ts';
import type { Capability, ReactorLaw } from './reactor-law.ts';
import { Stand } from './stand.ts';

async function actOut(name: LawName, scenario: Scenario, builder: ReactorBuilder): Promise<void> {
  const world = await builder.build();
  const stand = new Stand(name, world);
  try {
    await scenario(stand);
    await stand.calm();
  } catch (error) {
    if (error instanceof LawBroken) throw error;
    stand.watch.verify();
    throw new LawBroken(name, `something threw: ${String(error)}`, { cause: error });
  } finally {
    await world.dispose();
  }
}

/** The laws of one table. */
export function lawsOf<Name extends LawName>(
  capability: Capability,
  table: LawTable<Name>,
): readonly ReactorLaw[] {
  return Object.entries<Scenario>(table).map(([key, scenario]) => {
    const name = key as Name; // what a table of `Name` has for keys
    return { name, capability, run: (builder) => actOut(name, scenario, builder) };
  });
}
