/**
 * The errors that the library gives to its caller: plain `Error`s (a `TypeError` for a wrong option) with a stable
 * `code`. No class tree: compare codes, messages are for people and may change.
 *
 * Nothing here is for what a remote does: that is a value of a closed union, told by events.
 */
import type { ListenFault, StoreFault } from '../core/index.ts';

/** Stable names; new ones may be added, none changes its meaning. */
export type ErrorCode =
  | 'SWARMWRIGHT_BAD_OPTION'
  | 'SWARMWRIGHT_BAD_TORRENT'
  | 'SWARMWRIGHT_DUPLICATE_TORRENT'
  | 'SWARMWRIGHT_FILE_MISSING'
  | 'SWARMWRIGHT_FILE_UNREADABLE'
  | 'SWARMWRIGHT_FETCH_FAILED'
  | 'SWARMWRIGHT_UNRESOLVED'
  | 'SWARMWRIGHT_PORT_IN_USE'
  | 'SWARMWRIGHT_PORT_DENIED'
  | 'SWARMWRIGHT_PORT_UNAVAILABLE'
  | 'SWARMWRIGHT_NO_SPACE'
  | 'SWARMWRIGHT_NO_PERMISSION'
  | 'SWARMWRIGHT_STORE_IO'
  | 'SWARMWRIGHT_STORE_MISSING'
  | 'SWARMWRIGHT_STORE_CLOSED'
  | 'SWARMWRIGHT_TRACKER_FAILED'
  | 'SWARMWRIGHT_TRACKER_WARNING'
  | 'SWARMWRIGHT_TORRENT_REMOVED'
  | 'SWARMWRIGHT_TORRENT_STOPPED'
  | 'SWARMWRIGHT_RECORD_FAILED'
  | 'SWARMWRIGHT_RESUME_FAILED'
  | 'SWARMWRIGHT_REMOVE_FAILED'
  | 'SWARMWRIGHT_MOVE_FAILED'
  | 'SWARMWRIGHT_CLIENT_CLOSED'
  | 'SWARMWRIGHT_LINT'
  | 'SWARMWRIGHT_FILE_CHANGED'
  | 'SWARMWRIGHT_FILE_EXISTS'
  | 'SWARMWRIGHT_BUG';

export interface CodedError extends Error {
  readonly code: ErrorCode;
}

/** An `Error` with a code; `cause` is the error that led to it, if any. */
export function codedError(code: ErrorCode, message: string, cause?: unknown): CodedError {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  return Object.assign(error, { code });
}

/** A caller's mistake: a `TypeError` with code `SWARMWRIGHT_BAD_OPTION`. */
export function optionError(message: string): TypeError & CodedError {
  return Object.assign(new TypeError(message), { code: 'SWARMWRIGHT_BAD_OPTION' as const });
}

/** Whether `error` carries this code. */
export function hasCode(error: unknown, code: ErrorCode): error is CodedError {
  return error instanceof Error && (error as Partial<CodedError>).code === code;
}

const STORE_FAULTS: Readonly<Record<StoreFault, readonly [ErrorCode, string]>> = {
  full: ['SWARMWRIGHT_NO_SPACE', 'no space left on the device'],
  denied: ['SWARMWRIGHT_NO_PERMISSION', 'no permission to write the files, or they are read-only'],
  io: ['SWARMWRIGHT_STORE_IO', 'the device failed while reading or writing'],
  missing: ['SWARMWRIGHT_STORE_MISSING', 'a file is missing or shorter than it should be'],
  closed: ['SWARMWRIGHT_STORE_CLOSED', 'the store was closed'],
};

/** Why a torrent stopped by itself. `where` is the folder that it lives in. */
export function storeError(fault: StoreFault, where: string): CodedError {
  const [code, text] = STORE_FAULTS[fault];
  return codedError(code, `${text}: ${where}`);
}

const LISTEN_FAULTS: Readonly<Record<ListenFault['code'], readonly [ErrorCode, string]>> = {
  'in-use': ['SWARMWRIGHT_PORT_IN_USE', 'the port is in use'],
  denied: ['SWARMWRIGHT_PORT_DENIED', 'no permission to listen on the port'],
  unavailable: ['SWARMWRIGHT_PORT_UNAVAILABLE', 'the address cannot be listened on'],
};

export function listenError(fault: ListenFault, host: string, port: number): CodedError {
  const [code, text] = LISTEN_FAULTS[fault.code];
  return codedError(code, `${text}: ${host === '' ? '' : `${host} `}port ${port}`);
}
