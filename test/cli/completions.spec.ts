/** Completions and manual pages say what `--help` says: all come from the same objects. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'mocha';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { runHere } from '../support/run-here.ts';

const verbs = ['create', 'info', 'verify', 'edit', 'magnet', 'dump', 'announce', 'scrape'];

async function optionsOfHelp(verb: string): Promise<string[]> {
  const { stdout } = await runHere(verb, '--help');
  return [...stdout.toString().matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map((found) => found[1]!);
}

describe('cli completions and manual', () => {
  it('every option of every tool is in its manual page and in each completion', async () => {
    const scripts = await Promise.all(
      ['bash', 'zsh', 'fish'].map(async (shell) =>
        (await runHere('completions', shell)).stdout.toString(),
      ),
    );
    let seen = 0;
    for (const verb of verbs) {
      const page = (await runHere('man', verb)).stdout.toString();
      assert.match(page, new RegExp(`^\\.TH "SWARMWRIGHT\\\\-${verb.toUpperCase()}" 1`));
      for (const option of await optionsOfHelp(verb)) {
        assert.ok(page.includes(option.replaceAll('-', '\\-')), `${verb} ${option}`);
        const [bash, zsh, fish] = scripts as [string, string, string];
        assert.ok(bash.includes(option) && zsh.includes(option));
        assert.ok(fish.includes(`-l ${option.slice(2)}`), option);
        seen++;
      }
    }
    assert.ok(seen > 60, String(seen));
  });

  it('bash takes the script, and completes commands, options and choices', async function () {
    if (spawnSync('bash', ['--version']).status !== 0) this.skip();
    const script = (await runHere('completions', 'bash')).stdout.toString();
    const complete = (...words: string[]): string => {
      const line = words.map((word) => `'${word}'`).join(' ');
      const call = `COMP_WORDS=(swarmwright ${line}); COMP_CWORD=${words.length}; _swarmwright; echo "\${COMPREPLY[*]}"`;
      const { stdout, stderr } = spawnSync('bash', ['-c', `${script}\n${call}`], {
        encoding: 'utf8',
        cwd: '/',
      });
      assert.equal(stderr, '');
      return stdout.trim();
    };
    assert.equal(complete('verif'), 'verify');
    assert.equal(complete('create', '--format', 'h'), 'hybrid');
    assert.equal(complete('create', '--dry'), '--dry-run');
    assert.equal(complete('lab', 'tourn'), 'tournament');
  });

  it('the manual has lints, exit codes and no line that roff would take for its own', async () => {
    const page = (await runHere('man', 'create')).stdout.toString();
    assert.match(page, /^\.SH LINTS$/m);
    assert.match(page, /^\.B 6\nthe data does not match the torrent$/m);
    for (const line of page.split('\n')) {
      if (/^['.]/.test(line)) assert.match(line, /^\.(TH|SH|TP|B)\b/);
    }
    const whole = await runHere('man');
    assert.match(whole.stdout.toString(), /^\.B verify$/m);
    assert.equal((await runHere('man', 'nonsense')).code, EXIT.usage);
    assert.equal((await runHere('completions', 'cmd')).code, EXIT.usage);
  });
});
