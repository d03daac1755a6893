/**
 * Scenario files as text: read with every mistake told, written as short as the schema allows.
 *
 * Invariant: what is written reads back as the very same scenario. Reads and writes no files itself.
 */
import type { Fault, FaultPlan } from './faults/index.ts';
import { parseScenario, peerDefaults, scenarioDefaults } from './scenario-schema.ts';
import type { ScenarioFile } from './scenario-schema.ts';
import type { PeerPlan } from './scenario.ts';

type Plain = Record<string, unknown>;

/** What the schema of fault plans fills in. */
const faultDefaults: Plain = { promised: true, target: 'all', times: 1, oneWay: false };

/** The file; or why it is refused, one line for each mistake. */
export function readScenario(text: string): ReturnType<typeof parseScenario> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { file: null, fault: `not JSON: ${error instanceof Error ? error.message : ''}` };
  }
  return parseScenario(value);
}

/** JSON text with a line end. */
export function writeScenario({ scenario, seed, law }: ScenarioFile): string {
  const { version, name, peers, faults, ...rest } = scenario;
  const { content, latency, ...plain } = rest;
  const short: Plain = {
    version,
    name,
    ...without({ seed, law }, { seed: null, law: null }),
    ...without({ ...plain }, scenarioDefaults),
    ...nested('content', without({ ...content }, scenarioDefaults.content)),
    ...nested('latency', without({ ...latency }, scenarioDefaults.latency)),
    peers: kindsOf(peers),
    ...(isSame(faults, scenarioDefaults.faults) ? {} : { faults: shortPlan(faults) }),
  };
  return `${JSON.stringify(short, null, 2)}\n`;
}

/** Equal neighbours as one kind with a count. */
function kindsOf(peers: readonly PeerPlan[]): Plain[] {
  const kinds: { plan: PeerPlan; count: number }[] = [];
  for (const plan of peers) {
    const last = kinds.at(-1);
    if (last !== undefined && isSame(last.plan, plan)) last.count++;
    else kinds.push({ plan, count: 1 });
  }
  return kinds.map(({ plan, count }) => ({
    ...(count === 1 ? {} : { count }),
    ...without({ ...plan }, peerDefaults),
  }));
}

function shortPlan({ version, name, until, faults }: FaultPlan): Plain {
  return { version, name, until, faults: faults.map(shortFault) };
}

function shortFault(fault: Fault): Plain {
  const { kind, name, ...rest } = fault;
  const short = without({ ...rest }, faultDefaults);
  if (!('trigger' in fault)) return { kind, name, ...short };
  const trigger = without({ ...fault.trigger }, { most: null, sticky: false });
  return { kind, name, ...short, trigger };
}

/** The fields that are not as the defaults have them. */
function without(fields: Plain, defaults: object): Plain {
  const known = new Map(Object.entries(defaults));
  const left = Object.entries(fields).filter(
    ([name, value]) => !(known.has(name) && isSame(value, known.get(name))),
  );
  return Object.fromEntries(left);
}

function nested(name: string, fields: Plain): Plain {
  return Object.keys(fields).length === 0 ? {} : { [name]: fields };
}

/** Plain data only. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
