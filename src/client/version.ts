/** The version that peers, trackers and people are told; a test holds it to package.json. */
export const VERSION = '0.1.0';
