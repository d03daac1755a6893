/**
 * From a kind to the machine that is it.
 */
import type { AdversaryKind, ScriptKind, TamperKind } from './adversary-kind.ts';
import type { Adversary, AdversaryOptions } from './adversary.ts';
import { Corrupt, CorruptEndgame, Misplace, Repeat, Resize, Stall } from './block-tampers.ts';
import {
  Deaf,
  Delay,
  FalseAvailability,
  Freeze,
  IgnoreChoke,
  Pester,
  Reset,
} from './link-tampers.ts';
import { Flood, Malformed } from './loud-scripts.ts';
import {
  Hoarder,
  ManyConnections,
  Mute,
  SelfId,
  Silent,
  SlowLoris,
  WrongInfoHash,
} from './quiet-scripts.ts';
import type { Script } from './script.ts';
import { ScriptedPeer } from './scripted-peer.ts';
import type { Tamper } from './tamper.ts';
import { TamperedSession } from './tampered-session.ts';

/** Makes the adversary. Same kind, options and inputs: the same effects. */
export function createAdversary(kind: AdversaryKind, options: AdversaryOptions): Adversary {
  return isTamper(kind)
    ? new TamperedSession(tamperOf(kind), options)
    : new ScriptedPeer(scriptOf(kind), options);
}

/** Whether the kind is a real session underneath, which wants a torrent and a store. */
export function isTamper(kind: AdversaryKind): kind is TamperKind {
  switch (kind.type) {
    case 'corrupt':
    case 'false-availability':
    case 'stall':
    case 'reset':
    case 'delay':
    case 'freeze':
    case 'deaf':
    case 'ignore-choke':
    case 'resize':
    case 'misplace':
    case 'repeat':
    case 'pester':
      return true;
    default:
      return false;
  }
}

function tamperOf(kind: TamperKind): Tamper {
  switch (kind.type) {
    case 'corrupt':
      return kind.where === 'endgame' ? new CorruptEndgame(kind) : new Corrupt(kind);
    case 'false-availability':
      return new FalseAvailability(kind);
    case 'stall':
      return new Stall(kind);
    case 'reset':
      return new Reset(kind);
    case 'delay':
      return new Delay(kind);
    case 'freeze':
      return new Freeze(kind);
    case 'deaf':
      return new Deaf(kind);
    case 'ignore-choke':
      return new IgnoreChoke();
    case 'resize':
      return new Resize(kind);
    case 'misplace':
      return new Misplace(kind);
    case 'repeat':
      return new Repeat(kind);
    case 'pester':
      return new Pester(kind);
  }
}

function scriptOf(kind: ScriptKind): Script {
  switch (kind.type) {
    case 'mute':
      return new Mute();
    case 'slow-loris':
      return new SlowLoris(kind);
    case 'wrong-info-hash':
      return new WrongInfoHash();
    case 'self-id':
      return new SelfId();
    case 'silent':
      return new Silent();
    case 'hoarder':
      return new Hoarder();
    case 'flood':
      return new Flood(kind);
    case 'malformed':
      return new Malformed(kind);
    case 'many-connections':
      return new ManyConnections(kind);
  }
}
