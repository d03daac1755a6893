/**
 * A command with names, hashes, URLs and addresses masked. Sizes, flags and the names of behaviors stay.
 */
import type { Metainfo } from '../../metainfo/types.ts';
import type { Command } from '../../session/command.ts';
import type { Masks } from './masks.ts';

export function scrubCommand(command: Command, masks: Masks): Command {
  switch (command.type) {
    case 'add-torrent':
      return {
        ...command,
        metainfo: scrubMetainfo(command.metainfo, masks),
        tiers: command.tiers === null ? null : masks.urls.tiers(command.tiers),
      };
    case 'set-trackers':
      return { ...command, tiers: masks.urls.tiers(command.tiers) };
    case 'fetch-metadata':
      return {
        ...command,
        infoHash: masks.ids.infoHash(command.infoHash),
        tiers: masks.urls.tiers(command.tiers),
      };
    case 'announce-to':
      return { ...command, url: masks.urls.url(command.url) };
    case 'listening-at':
    case 'add-peers':
      return {
        ...command,
        addresses: command.addresses.map((address) => masks.addresses.address(address)),
      };
    case 'ban-host':
      return {
        ...command,
        host: masks.addresses.host(command.host),
        reason: masks.words.word('text', command.reason),
      };
    case 'set-ip-filter':
      return { ...command, ranges: masks.addresses.filter(command.ranges) };
    case 'set-anonymous':
      return {
        ...command,
        peerId: command.peerId === null ? null : masks.ids.ownId(command.peerId),
      };
    case 'unban-host':
      return { ...command, host: masks.addresses.host(command.host) };
    default:
      return command;
  }
}

/** `info` holds the names once more and becomes zeros: no machine reads it while it transfers. */
function scrubMetainfo(metainfo: Metainfo, masks: Masks): Metainfo {
  const { name, files, comment, createdBy, creationDate } = metainfo;
  return {
    ...metainfo,
    infoHash: masks.ids.infoHash(metainfo.infoHash),
    name: masks.words.word('name', name),
    pieces: masks.ids.pieceHashes(metainfo.pieces),
    files: files.map((file) => ({
      ...file,
      path: file.path.map((element) => masks.words.word('name', element)),
    })),
    tiers: masks.urls.tiers(metainfo.tiers),
    comment: comment === null ? null : masks.words.word('text', comment),
    createdBy: createdBy === null ? null : masks.words.word('text', createdBy),
    creationDate: creationDate === null ? null : 0,
    info: new Uint8Array(metainfo.info.length),
  };
}
