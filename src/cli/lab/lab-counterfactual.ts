/** stub */
import type { Streams } from '../report.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { LabWords } from './lab-words.ts';
export async function labCounterfactual(_s: string, _w: LabWords, _t: Streams): Promise<ExitCode> { return Promise.resolve(0); }
