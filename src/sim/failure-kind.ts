/**
 * What makes two failures the same one: the law; of a bug of ours also what it said, numbers aside.
 */
import type { RunFailure } from './run-scenario.ts';

export function failureKind({ law, detail }: Pick<RunFailure, 'law' | 'detail'>): string {
  return law === 'bug' ? `bug: ${detail.replace(/\d+(\.\d+)?/g, '#').slice(0, 120)}` : law;
}
