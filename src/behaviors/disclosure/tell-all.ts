/**
 * Claim: who tells everybody of everything is asked for whatever is rarest: the reference, and what nobody chose.
 * BEP 3.
 *
 * Makes null, which is the machine's word for it: nothing is kept per peer, and `set-behaviors` with it ends any other.
 */
import type { Behavior, Disclosure } from '../../protocol/index.ts';

export const tellAll: Behavior<Disclosure | null> = () => null;
