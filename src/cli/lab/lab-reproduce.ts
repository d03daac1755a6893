/** stub */
import type { Streams } from '../report.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { ReproduceWords } from './lab-words.ts';
export async function labReproduce(_s: string, _w: ReproduceWords, _t: Streams): Promise<ExitCode> { return Promise.resolve(0); }
