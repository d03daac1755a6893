/**
 * `npm start`: the demo without arguments, the command line with some.
 */
import process from 'node:process';
import { run } from './run.ts';

const words = process.argv.slice(2);
process.exitCode = await run(words.length === 0 ? ['demo'] : words, process);
