/** Errors that the caller of a tracker can do something about, with a stable code. */

export type TrackerErrorCode =
  | 'SWARMWRIGHT_BAD_OPTION'
  | 'SWARMWRIGHT_BAD_LIST'
  | 'SWARMWRIGHT_LIST_UNREADABLE'
  | 'SWARMWRIGHT_STORE_PACKAGE'
  | 'SWARMWRIGHT_STORE_UNREACHABLE'
  | 'SWARMWRIGHT_STATE_UNWRITABLE';

export type TrackerError = Error & { readonly code: TrackerErrorCode };

export function trackerError(code: TrackerErrorCode, message: string): TrackerError {
  return Object.assign(new Error(message), { code });
}

/** A wrong argument. */
export function optionError(message: string): TypeError & { readonly code: TrackerErrorCode } {
  return Object.assign(new TypeError(message), { code: 'SWARMWRIGHT_BAD_OPTION' } as const);
}
