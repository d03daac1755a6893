/** Public names of the hostile peers: kinds as data, the machines they become, and the codec that sends raw bytes. */
export type {
  AdversaryKind,
  MessageClass,
  Pest,
  ScriptKind,
  Span,
  TamperKind,
} from './adversary-kind.ts';
export { adversaryKindSchema, pests, spanSchema } from './adversary-kind-schema.ts';
export type { Adversary, AdversaryOptions, Poison } from './adversary.ts';
export { createAdversary, isTamper } from './create-adversary.ts';
export { HostileCodec, isRaw, rawMessage } from './hostile-codec.ts';
