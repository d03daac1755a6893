/**
 * The schema of what a peer plays: a strategy by its name, with or without parameters, for each kind of choice.
 *
 * A name that is none and a parameter that is out of range are refused with those that are allowed; parameters that are
 * left out are filled in.
 */
import { z } from 'zod';
import { findStrategy, strategyNames } from './known-strategies.ts';
import type { StrategyKind } from './known-strategies.ts';
import { playKinds } from './strategies.ts';
import type { Play, StrategyChoice } from './strategies.ts';

const given = z.union([
  z.string(),
  z.strictObject({
    name: z.string(),
    parameters: z.record(z.string(), z.number()).default({}),
    code: z.string().optional().describe('of a strategy that a file brought; filled in'),
  }),
]);

function choice(kind: StrategyKind): z.ZodType<StrategyChoice | null> {
  return given
    .nullable()
    .default(null)
    .transform((value, context): StrategyChoice | null => {
      if (value === null) return null;
      const { name, parameters, code }: StrategyChoice =
        typeof value === 'string' ? { name: value, parameters: {} } : (value as StrategyChoice);
      const refuse = (path: string[], message: string): null => {
        context.addIssue({ code: 'custom', path, message });
        return null;
      };
      const found = findStrategy(kind, name);
      if (found === null) {
        const allowed = `allowed are ${strategyNames(kind).join(', ')}, and those of --strategies`;
        return refuse([], `there is no ${kind} "${name}"; ${allowed}`);
      }
      if (code !== undefined && code !== found.code) {
        const ours = found.code === null ? 'is our own' : `has the code ${found.code}`;
        return refuse(['code'], `${name} ${ours} here, not ${code}; take the same file`);
      }
      const { entry } = found;
      const known = entry.parameters.map((each) => each.name);
      const odd = Object.keys(parameters).find((each) => !known.includes(each));
      if (odd !== undefined) {
        const allowed = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
        return refuse(['parameters', odd], `${name} has no parameter "${odd}"; ${allowed}`);
      }
      const filled: Record<string, number> = {};
      for (const each of entry.parameters) {
        const wanted = parameters[each.name] ?? each.default;
        if (!(wanted >= each.min && wanted <= each.max)) {
          const range = `${each.min} to ${each.max} ${each.unit}`;
          return refuse(['parameters', each.name], `${wanted} is not allowed; it is ${range}`);
        }
        filled[each.name] = wanted;
      }
      return { name, parameters: filled, ...(found.code === null ? {} : { code: found.code }) };
    });
}

const shape = Object.fromEntries(
  Object.entries(playKinds).map(([field, kind]) => [field, choice(kind)]),
);

/** Absent: as the reference plays. The shape is made from the table of kinds: the compiler cannot follow. */
export const playSchema: z.ZodType<Play> = z
  .strictObject(shape)
  .prefault({}) as unknown as z.ZodType<Play>;
