/**
 * The system's error codes, translated into the closed unions of core.
 *
 * Invariant: every code has a translation; what is not named here falls to the most general one. Nothing throws.
 */
import type { HttpFault, ListenFault, LostReason, StoreFault } from '../../core/index.ts';

/** A store job that failed for a reason that no system call gave. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
  readonly fault: StoreFault;
  constructor(fault: StoreFault) {
    super(fault);
    this.fault = fault;
  }
}

/** The `code` of a system error, or an empty string. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** One line about an error, for people. */
export function detailOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Why a file operation failed. */
export function storeFaultOf(error: unknown): StoreFault {
  if (error instanceof StoreFailure) return error.fault;
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return 'full';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ELOOP': // a symbolic link where none may be
    case 'ENOTDIR': // the same in the middle of a path, or a file there
    case 'EISDIR':
    case 'ENXIO': // a socket or a pipe
      return 'denied';
    case 'ENOENT':
      return 'missing';
    default:
      return 'io';
  }
}

/** Why a connection was lost; `made` tells whether it had been made. */
export function lostReasonOf(error: unknown, made: boolean): LostReason {
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'ETIMEDOUT':
      return 'timed-out';
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNABORTED':
      return 'reset';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
      return 'unreachable';
    default:
      return made ? 'reset' : 'unreachable';
  }
}

/** Why a port could not be opened. */
export function listenFaultOf(error: unknown): ListenFault {
  const code = codeOf(error);
  const detail = detailOf(error);
  if (code === 'EADDRINUSE') return { code: 'in-use', detail };
  if (code === 'EACCES' || code === 'EPERM') return { code: 'denied', detail };
  return { code: 'unavailable', detail };
}

/** The code of our own refusal to connect to an address that the request does not allow (`HttpRequest.localPath`). */
export const LOCAL_FORBIDDEN = 'LOCAL_FORBIDDEN';

/** Why an exchange over HTTP brought no reply. */
export function httpFaultOf(error: unknown): HttpFault {
  const code = codeOf(error);
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_ADDRFAMILY': // no address of the family that was asked for
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'EAI_NODATA':
      return 'unresolved';
    case LOCAL_FORBIDDEN:
      return 'forbidden';
    case 'ETIMEDOUT':
      return 'timed-out';
    case 'ERR_BUFFER_TOO_LARGE':
      return 'too-large';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'bad-reply';
    default:
      return code.startsWith('HPE_') || code.startsWith('Z_') ? 'bad-reply' : 'refused';
  }
}
