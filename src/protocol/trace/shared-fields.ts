/**
 * Fields that inputs and effects share: addresses, files and the closed unions of faults.
 */
import type { Address, LostReason, StoreFault, StoreFile } from '../../core/index.ts';
import { flag, list, number, record, text, words } from './field.ts';
import type { Field } from './field.ts';

export const address: Field<Address> = record<Address>({ host: text, port: number });

export const storeFault: Field<StoreFault> = words<StoreFault>({
  full: true,
  io: true,
  missing: true,
  denied: true,
  closed: true,
});

export const lostReason: Field<LostReason> = words<LostReason>({
  closed: true,
  reset: true,
  refused: true,
  unreachable: true,
  'timed-out': true,
  'bad-frame': true,
});

export const storeFile: Field<StoreFile> = record<StoreFile>({
  path: list(text),
  length: number,
  padding: flag,
});
