/**
 * Sockets that receive into one reused buffer, for dials and for accepted connections.
 *
 * `onread` halves the receiver's CPU against `data` events. Node offers it for dials only; an accepted handle is
 * taken out of the server's socket and wrapped again. That leans on one private field, so where the field is not
 * what we know, the socket stays as it is and receives through `data` events.
 *
 * Invariant: on POSIX all sockets of a reactor share one buffer, since a read fills it and hands it over within
 * one call. On Windows a read in flight owns its buffer, so there each socket has its own.
 */
import { Socket } from 'node:net';
import type { OnReadOpts, SocketConstructorOpts } from 'node:net';
import { plainBytes } from '../plain-bytes.ts';

/** Where a socket's bytes go; set right after the socket is made. */
export interface Receiver {
  received(data: Uint8Array): void;
}

/** The constructor takes more than its published type says. */
interface SocketOptions extends SocketConstructorOpts {
  readonly handle?: object;
  readonly noDelay?: boolean;
  readonly onread: OnReadOpts;
  readonly writableHighWaterMark: number;
}

/** Makes the sockets of one reactor. */
export class ReceivingSockets {
  readonly #bufferBytes: number;
  readonly #writeBufferBytesMax: number;
  readonly #shared: Uint8Array | null;

  constructor(bufferBytes: number, writeBufferBytesMax: number) {
    this.#bufferBytes = bufferBytes;
    this.#writeBufferBytesMax = writeBufferBytesMax;
    this.#shared = process.platform === 'win32' ? null : new Uint8Array(bufferBytes);
  }

  /** An unconnected socket. */
  dial(receiver: () => Receiver): Socket {
    const options: SocketOptions = { ...this.#options(receiver), noDelay: true };
    return new Socket(options);
  }

  /** Takes the connection over from the socket of a server that pauses on connect. */
  accept(accepted: Socket, receiver: () => Receiver): Socket {
    const handle = handleOf(accepted);
    if (handle === null) {
      accepted.on('data', (data: Uint8Array) => receiver().received(plainBytes(data)));
      accepted.setNoDelay(true);
      return accepted;
    }
    Object.assign(accepted, { _handle: null });
    accepted.destroy();
    const options: SocketOptions = { ...this.#options(receiver), handle };
    const socket = new Socket(options);
    socket.setNoDelay(true);
    return socket;
  }

  #options(receiver: () => Receiver): SocketOptions {
    const onread: OnReadOpts = {
      buffer: this.#shared ?? new Uint8Array(this.#bufferBytes),
      callback: (length, buffer) => {
        receiver().received(buffer.subarray(0, length));
        return true;
      },
    };
    return {
      onread,
      allowHalfOpen: true,
      readable: true,
      writable: true,
      writableHighWaterMark: this.#writeBufferBytesMax,
    };
  }
}

/** The socket's handle, if it is of the kind that can be wrapped again. */
function handleOf(socket: Socket): object | null {
  const handle = '_handle' in socket ? socket._handle : null;
  if (typeof handle !== 'object' || handle === null) return null;
  return 'useUserBuffer' in handle && typeof handle.useUserBuffer === 'function' ? handle : null;
}
