/** An address that no host has: kept for documentation (RFC 5737). */
export const FOREIGN_HOST = '203.0.113.7';
