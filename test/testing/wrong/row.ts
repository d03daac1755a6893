/** A reactor that is wrong on purpose, and the law that it breaks. */
import type { LawName } from '../../../src/testing/index.ts';
import type { Wrong } from './twist.ts';

export interface WrongReactor {
  readonly what: string;
  readonly law: LawName;
  readonly wrong: Wrong;
}

export const row = (what: string, law: LawName, wrong: Wrong): WrongReactor => ({
  what,
  law,
  wrong,
});
