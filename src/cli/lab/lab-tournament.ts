/** stub */
import type { Streams } from '../report.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { TournamentWords } from './lab-words.ts';
export async function labTournament(_s: string, _w: TournamentWords, _t: Streams): Promise<ExitCode> { return Promise.resolve(0); }
