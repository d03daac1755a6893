/**
 * An input with all that is private in it masked, such that the machine, made with masked facts too, makes the same
 * choices.
 */
import type { SessionInput } from '../../session/session.ts';
import type { Masks } from './masks.ts';
import { scrubCommand } from './scrub-command.ts';
import { scrubDatagram } from './scrub-datagram.ts';
import { scrubHttpReply } from './scrub-http-reply.ts';
import { scrubMessage } from './scrub-message.ts';

/** `numbered`: a block of this length that stands for no other. */
export function scrubInput(
  input: SessionInput,
  masks: Masks,
  numbered: (length: number) => Uint8Array,
): SessionInput {
  switch (input.type) {
    case 'connected':
      return { ...input, address: masks.addresses.address(input.address) };
    case 'disconnected':
      return { ...input, detail: input.detail === null ? null : 'scrubbed' };
    case 'message':
      return { ...input, message: scrubMessage(input.message, masks, numbered) };
    case 'datagram':
      return {
        type: 'datagram',
        address: masks.addresses.address(input.address),
        data: scrubDatagram(input.address, input.data, masks),
      };
    case 'command':
      return { type: 'command', command: scrubCommand(input.command, masks) };
    case 'read-done':
      return { ...input, data: input.data === null ? null : numbered(input.data.length) };
    case 'hash-done':
      return {
        ...input,
        digest: input.digest === null ? null : masks.ids.pieceHash(input.digest),
      };
    case 'http-done': {
      const { reply } = input;
      if (reply === null) return input;
      const body = scrubHttpReply(reply.body, masks);
      return { ...input, reply: { status: reply.status, body } };
    }
    case 'resolve-done':
      return { ...input, hosts: input.hosts.map((host) => masks.addresses.host(host)) };
    default:
      return input;
  }
}
