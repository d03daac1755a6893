/**
 * The numbers of the peer wire: the id byte of each message and the length prefix of those whose length is fixed.
 * Sources: BEP 3 (0 to 8), BEP 5 (9), BEP 6 (13 to 17), BEP 10 (20).
 */

export const CHOKE_ID = 0;
export const UNCHOKE_ID = 1;
export const INTERESTED_ID = 2;
export const NOT_INTERESTED_ID = 3;
export const HAVE_ID = 4;
export const BITFIELD_ID = 5;
export const REQUEST_ID = 6;
export const PIECE_ID = 7;
export const CANCEL_ID = 8;
export const PORT_ID = 9;
export const SUGGEST_ID = 13;
export const HAVE_ALL_ID = 14;
export const HAVE_NONE_ID = 15;
export const REJECT_ID = 16;
export const ALLOWED_FAST_ID = 17;
export const EXTENDED_ID = 20;

/** Length prefixes, which count the id and what follows it. */
export const BARE_LENGTH = 1;
export const INDEX_LENGTH = 5;
export const RANGE_LENGTH = 13;
export const PORT_LENGTH = 3;
/** Of a `piece`, its block not counted: id, index, begin. */
export const PIECE_LENGTH_MIN = 9;
/** Of an `extended`, its payload not counted: id, extended id. */
export const EXTENDED_LENGTH_MIN = 2;
