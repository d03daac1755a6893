/**
 * `swarmwright lab` as a user has it: in processes of its own, with its exit codes, from the example scenario on.
 */
import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { drawRun, papers, sizes } from '../../src/lab/index.ts';
import { CliProcess, runCli } from '../support/cli-process.ts';
import type { CliEnding } from '../support/cli-process.ts';
import { RedisServer } from '../support/peers/redis.ts';
import { programMissing } from '../support/peers/requirements.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tiny } from '../lab/tiny.ts';

const example = fileURLToPath(new URL('../../../examples/flash-crowd.lab.json', import.meta.url));

function complains(ending: CliEnding, code: number, pattern: RegExp): void {
  assert.equal(ending.code, code, ending.stderr);
  assert.match(ending.stderr.trimEnd().split('\n').at(-1) ?? '', /^swarmwright: .*\(.+\)$/);
  assert.match(ending.stderr, pattern);
  assert.doesNotMatch(ending.stderr, /^\s+at /m);
}

describe('cli lab', function () {
  this.timeout(300_000);
  const folder = tempFolder();

  it('runs the example, finds it again, and refuses what it cannot use', async () => {
    const out = folder('out');
    const first = await runCli('lab', 'run', example, '--seed', '3', '-o', out);
    assert.equal(first.code, EXIT.done, first.stderr);
    assert.match(first.stderr, /1 run, 0 found, 0 left/);
    const before = await readdir(out, { recursive: true });
    const [cell] = await readdir(`${out}/cells`);
    const kept = JSON.parse(await readFile(`${out}/cells/${cell!}`, 'utf8')) as {
      readonly scenario: { readonly tracker: { readonly interval: number } };
    };
    assert.equal(kept.scenario.tracker.interval, 300);
    const again = await runCli('lab', 'run', example, '--seed', '3', '-o', out);
    assert.match(again.stderr, /0 runs, 1 found, 0 left/);

    const set = (what: string): string[] => ['lab', 'run', example, '--set', what, '-o', out];
    const picker = 'population.0.play.picker=best';
    complains(
      await runCli(...set(picker)),
      EXIT.badScenario,
      /no picker "best"; allowed are rarest-first/,
    );
    complains(await runCli(...set('classes.0.share=0.9')), EXIT.badScenario, /add up to 1\.4/);
    complains(await runCli(...set('probes')), EXIT.usage, /probes: this is no setting/);
    assert.deepEqual(await readdir(out, { recursive: true }), before);
    const mine = folder('mine.json');
    await writeFile(mine, JSON.stringify({ ...tiny, seedz: [] }));
    complains(
      await runCli('lab', 'run', mine, '-o', out),
      EXIT.badScenario,
      /mine\.json: .*"seedz"; allowed are .*seeds/,
    );
    const missing = await runCli('lab', 'run', folder('no.json'), '-o', out);
    complains(missing, EXIT.read, /no\.json: no such file/);
    complains(await runCli('lab', 'run', example, '-o', folder()), EXIT.write, /other things/);
    complains(await runCli('lab', 'report', folder('x')), EXIT.write, /not a results folder/);
    complains(await runCli('lab', 'reproduce', 'p9'), EXIT.usage, /allowed are all, fluid/);
  });

  it('plans commands that do what a sweep does', async () => {
    const mine = folder('mine.json');
    await writeFile(mine, JSON.stringify(tiny));
    const words = [mine, '--seeds', '1,4', '--grid', 'population.0.play.picker=random,sequential'];
    const plan = await runCli('lab', 'plan', ...words, '-o', folder('a'));
    const commands = plan.stdout.trimEnd().split('\n');
    assert.equal(commands.length, 4);
    for (const command of commands) {
      const parts = command.replaceAll("'", '').split(' ').slice(1);
      assert.equal((await runCli(...parts)).code, EXIT.done, command);
    }
    const collected = await runCli('lab', 'collect', folder('a'));
    assert.match(collected.stdout, /^4 runs in /);
    const swept = await runCli('lab', 'sweep', ...words, '-o', folder('b'), '--jobs', '2');
    assert.equal(swept.code, EXIT.done, swept.stderr);
    const runs = async (name: string): Promise<string[]> => {
      const names = (await readdir(folder(name, 'runs'))).sort();
      return Promise.all(names.map((each) => readFile(folder(name, 'runs', each), 'utf8')));
    };
    assert.deepEqual(await runs('a'), await runs('b'));
    const [a, b] = [`${folder('b')}#picker=random`, `${folder('b')}#picker=sequential`];
    const compared = await runCli('lab', 'compare', a, b, '--json');
    assert.equal(compared.code, EXIT.done, compared.stderr);
    assert.match(compared.stdout, /^\{"type":"comparison","seeds":\[1,4\],.*"meanTime"/);
    const report = await runCli('lab', 'report', folder('b'));
    assert.match(report.stdout, /report\.html\n$/);
  });

  it('a queue that cannot be used is one line, and nothing is written', async () => {
    const mine = folder('mine.json');
    await writeFile(mine, JSON.stringify(tiny));
    const sweep = (...more: string[]): Promise<CliEnding> =>
      runCli('lab', 'sweep', mine, '--seeds', '1', '-o', folder('out'), ...more);
    complains(
      await sweep('--queue', 'here:1'),
      EXIT.usage,
      /no address of a Redis; allowed is redis/,
    );
    complains(await sweep('--queue', 'redis://here', '--jobs', '1'), EXIT.usage, /lab worker/);
    const silent = await sweep('--queue', 'redis://:secret@127.0.0.1:1');
    complains(silent, EXIT.noRedis, /no Redis answers at 127\.0\.0\.1:1 \(ECONNREFUSED\)/);
    assert.doesNotMatch(silent.stderr, /secret/);
    const nothing = (): Promise<void> =>
      readdir(folder()).then((names) => assert.deepEqual(names, ['mine.json']));
    await nothing();
    if (programMissing('redis-server') === null) {
      const redis = await RedisServer.start(folder(), ['--requirepass', 'secret']);
      const { url } = redis;
      const known = url.replace('//', '//:secret@');
      complains(await sweep('--queue', url), EXIT.noRedis, /it wants a password \(.*REDISCLI_AUTH/);
      const wrong = await runCli('lab', 'worker', '--queue', url.replace('//', '//:guess@'));
      complains(wrong, EXIT.noRedis, /it refuses this user or password/);
      assert.doesNotMatch(wrong.stderr, /guess/);
      await nothing();
      const worker = new CliProcess('src/cli/main.js', ['lab', 'worker', '--queue', known]);
      await worker.says(/working for lab-.* at 127\.0\.0\.1:\d+ with \d+ threads?/);
      const swept = await sweep('--queue', known);
      assert.equal(swept.code, EXIT.done, swept.stderr);
      assert.match(swept.stderr, /1 run, 0 found, 0 left/);
      worker.kill('SIGINT');
      const ended = await worker.ended;
      assert.equal(ended.code, EXIT.done, ended.stderr);
      assert.match(ended.stderr, /1 run done\n$/);
      await redis.stop();
    }
  });

  it('Ctrl-C keeps what is done, and the same command goes on', async () => {
    const mine = folder('mine.json');
    await writeFile(mine, JSON.stringify(tiny));
    const words = ['lab', 'sweep', mine, '--seeds', '1..60', '-o', folder('out'), '--jobs', '1'];
    const sweep = new CliProcess('src/cli/main.js', words);
    const life = { over: false };
    void sweep.ended.then(() => (life.over = true));
    // One that is being written has another name, and counts for nothing yet.
    const whole = async (): Promise<string[]> =>
      (await readdir(folder('out', 'runs')).catch(() => [])).filter((name) =>
        name.endsWith('.json'),
      );
    while (!life.over && (await whole()).length < 2) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    sweep.kill('SIGINT');
    const ended = await sweep.ended;
    assert.equal(ended.code, EXIT.interrupted, ended.stderr);
    assert.match(ended.stderr, /stopping: what is done is kept/);
    const kept = await whole();
    assert(kept.length >= 2 && kept.length < 60, `${kept.length} are kept`);
    const rest = await runCli(...words.slice(0, 3), '--seeds', '1..3', '-o', folder('out'));
    assert.equal(rest.code, EXIT.done, rest.stderr);
    assert.match(rest.stderr, /[23] found, 0 left/);
  });

  // A cut of `reproduce all --quick`: what is judged there, of the papers that take a few seconds.
  for (const [name, passes] of [
    ['fluid', 4],
    ['h2', 2],
  ] as const) {
    it(`reproduces ${name} in the small, and prints the verdicts`, async () => {
      const ending = await runCli('lab', 'reproduce', name, '--quick');
      assert.equal(ending.code, EXIT.done, ending.stdout + ending.stderr);
      assert.equal(ending.stdout.match(/ {2}pass$/gm)?.length, passes, ending.stdout);
      assert.match(ending.stdout, /H4: the same run twice/);
      assert.match(ending.stdout, /H1 and H3 held in each/);
    });
  }

  it('has a plan for every paper and size that can be run', () => {
    for (const paper of papers) {
      for (const size of sizes) {
        const plan = paper.plan(size);
        assert(plan.length > 0, paper.name);
        for (const { label, scenario, seeds, change } of plan) {
          assert(seeds.length >= 1 && label !== '', `${paper.name} ${label}`);
          const first = seeds[0]!;
          const drawn = drawRun(scenario, first, change?.(first));
          assert(drawn.peers.length > 1, `${paper.name} ${label}`);
        }
      }
    }
    assert.equal(new Set(papers.map(({ name }) => name)).size, papers.length);
  });
});
