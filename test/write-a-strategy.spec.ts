/**
 * docs/write-a-strategy.md is done as it stands: its files are written and its commands run, in a folder where the package is
 * installed. Fewer seeds and peers than there, or it would take a minute.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { tempFolder } from './support/temp-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Fenced blocks: what stands behind the fence, and the text. */
function blocksOf(text: string): { readonly info: string; readonly body: string }[] {
  return [...text.matchAll(/^```(.+)\n([^]*?)^```$/gm)].map(([, info, body]) => ({
    info: info!,
    body: body!,
  }));
}

describe('docs: write a strategy', function () {
  this.timeout(300_000);
  const folder = tempFolder();

  it('does what it says, from an empty file to a tournament', async () => {
    await mkdir(folder('node_modules'));
    await symlink(root, folder('node_modules', 'swarmwright'));
    await writeFile(folder('package.json'), '{ "type": "module" }');
    await mkdir(folder('bin'));
    const program = `#!/bin/sh\nexec "${process.execPath}" "${root}/dist/src/cli/main.js" "$@"\n`;
    await writeFile(folder('bin', 'swarmwright'), program, { mode: 0o755 });
    const path = `${folder('bin')}:${process.env['PATH'] ?? ''}`;
    const said: string[] = [];
    let lines = 0;
    for (const { info, body } of blocksOf(
      await readFile(`${root}/docs/write-a-strategy.md`, 'utf8'),
    )) {
      const [language, name] = info.split(' ');
      if (name !== undefined) {
        if (name === 'neediest-first.js') lines = body.trimEnd().split('\n').length;
        await writeFile(
          folder(name),
          body.replace('"count": 20', '"count": 5').replace('2097152', '524288'),
        );
      } else if (language === 'sh') {
        const short = body.replace(/--seeds 1\.\.\d+/g, '--seeds 1..2');
        assert(!short.includes('\\\n'));
        const { stdout } = await promisify(execFile)('sh', ['-ec', short], {
          cwd: folder(),
          env: { ...process.env, PATH: path },
        });
        said.push(stdout);
      }
    }
    assert.equal(said.length, 3);
    assert(lines > 10 && lines < 40, `the strategy has ${lines} lines`);
    const [checked, swept, cup] = said;
    assert.match(checked!, /^every law held$/m);
    assert.match(swept!, /^mean time, s .*\n[^]*2 pairs of equal seeds/m);
    assert.match(cup!, /choker=neediest-first in choker=tit-for-tat +invasion/);
    const report = await readFile(folder('cup', 'report.html'), 'utf8');
    for (const meeting of ['all play the same', 'robustness', 'aggressiveness', 'invasion']) {
      assert(report.includes(`<h2>Tournament: ${meeting}</h2>`), meeting);
    }
    assert.match(report, /choker=neediest-first/);
  });
});
