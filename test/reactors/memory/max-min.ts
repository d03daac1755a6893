/**
 * The exact max-min fair rates of flows over access links, by progressive filling: all rates grow together until a link
 * is full, its flows stand still, the others go on.
 */
export interface MaxMinLink {
  readonly up: number;
  readonly down: number;
}

/** From the uplink of one host to the downlink of another, by their numbers. */
export interface MaxMinFlow {
  readonly from: number;
  readonly to: number;
}

/** Bytes per second of each flow. */
export function maxMinRates(hosts: readonly MaxMinLink[], flows: readonly MaxMinFlow[]): number[] {
  // The uplink of host i is link 2i, its downlink the one behind it.
  const links = hosts
    .flatMap(({ up, down }) => [up, down])
    .map((room) => ({ room, flows: [] as number[], growing: 0 }));
  const uplink = flows.map(({ from }) => links[2 * from]!);
  const downlink = flows.map(({ to }) => links[2 * to + 1]!);
  for (let flow = 0; flow < flows.length; flow++) {
    for (const link of [uplink[flow]!, downlink[flow]!]) {
      link.flows.push(flow);
      link.growing++;
    }
  }
  const rates = new Array<number>(flows.length).fill(-1);
  let level = 0;
  for (let left = flows.length; left > 0;) {
    let step = Infinity;
    for (const link of links) {
      if (link.growing > 0) step = Math.min(step, link.room / link.growing);
    }
    level += step;
    for (const link of links) link.room -= step * link.growing;
    for (const link of links) {
      if (link.growing === 0 || link.room > 1e-9 * level) continue;
      for (const flow of link.flows) {
        if (rates[flow]! >= 0) continue;
        rates[flow] = level;
        uplink[flow]!.growing--;
        downlink[flow]!.growing--;
        left--;
      }
    }
  }
  return rates;
}
