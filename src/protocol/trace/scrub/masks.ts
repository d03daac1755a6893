/**
 * All that is replaced in one trace, each consistently: see the mask of each kind.
 */
import { AddressMask } from './address-mask.ts';
import { IdMask } from './id-mask.ts';
import { UrlMask } from './url-mask.ts';
import { WordMask } from './word-mask.ts';

export class Masks {
  readonly addresses: AddressMask = new AddressMask();
  readonly words: WordMask = new WordMask();
  readonly urls: UrlMask = new UrlMask(this.addresses, this.words);
  readonly ids: IdMask;

  /** `ownId`: our peer id, as it was. */
  constructor(ownId: Uint8Array) {
    this.ids = new IdMask(ownId);
  }
}
