/**
 * The law of reactors can fail: each reactor that is wrong on purpose breaks its law, and is told so by that name. And no
 * law is without a reactor that breaks it.
 */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { LawBroken, reactorLaws, transferLaws } from '../../src/testing/index.ts';
import type { Capability, ReactorBuilder } from '../../src/testing/index.ts';
import { nodeBuilder, turnsOfLoop } from './node-builder.ts';
import type { Wrong } from './wrong/twist.ts';
import { leftBehind } from './wrong/wrong-stop.ts';
import { wrongReactors } from './wrong-reactors.ts';

/** Milliseconds that a law waits in vain on a wrong reactor. Too short a patience would fail no test here. */
const PATIENCE: Readonly<Partial<Record<Capability, number>>> = { store: 2000, transfer: 1000 };
const PATIENCE_DEFAULT = 400;

const laws = [...reactorLaws, ...transferLaws];

function wrongBuilder(wrong: Wrong, patience: number): ReactorBuilder {
  return {
    async build() {
      const world = await nodeBuilder.build();
      return {
        ...world,
        turn: turnsOfLoop(patience),
        newHost: () => {
          const { reactor, host } = world.newHost();
          return { reactor: wrong(reactor), host };
        },
      };
    },
  };
}

describe('a reactor that is wrong on purpose', () => {
  afterEach(() => {
    for (const timer of leftBehind.splice(0)) clearTimeout(timer); // intervals too
  });

  for (const { what, law: name, wrong } of wrongReactors) {
    it(`${what}: breaks "${name}"`, async () => {
      const law = laws.find((each) => each.name === name)!;
      const builder = wrongBuilder(wrong, PATIENCE[law.capability] ?? PATIENCE_DEFAULT);
      await assert.rejects(law.run(builder), (error) => {
        assert.ok(error instanceof LawBroken, String(error));
        assert.equal(error.law, name, error.message);
        return true;
      });
    });
  }

  it('exists for every law', () => {
    const broken = new Set(wrongReactors.map(({ law }) => law));
    const unproven = laws.map(({ name }) => name).filter((name) => !broken.has(name));
    assert.deepEqual(unproven, []);
  });
});
