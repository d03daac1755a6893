/**
 * Headers under which nothing that a stranger has put into a torrent can act in a browser (rows S-60, S-63, S-64).
 *
 * Invariant: content is for saving or playing, never a page: sandboxed, of a type that is not guessed, offered as a file.
 * The one page is ours and loads nothing.
 */

/** On every answer. */
const EVERYWHERE: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** For a page or a line of our own. */
export const ownHeaders: Readonly<Record<string, string>> = {
  ...EVERYWHERE,
  'Content-Security-Policy': NOTHING,
};

/** For bytes of a torrent's file of this name. */
export function contentHeaders(name: string): Readonly<Record<string, string>> {
  return {
    ...EVERYWHERE,
    'Content-Security-Policy': `${NOTHING}; sandbox`,
    'Content-Type': mediaType(name),
    'Content-Disposition': disposition(name),
    'Accept-Ranges': 'bytes',
  };
}

/** What players ask for; all else, and whatever could hold a script, is mere bytes. */
const MEDIA: Readonly<Record<string, string>> = {
  aac: 'audio/aac',
  avi: 'video/x-msvideo',
  flac: 'audio/flac',
  gif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  m4a: 'audio/mp4',
  m4v: 'video/mp4',
  mkv: 'video/x-matroska',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  mpeg: 'video/mpeg',
  mpg: 'video/mpeg',
  ogg: 'audio/ogg',
  ogv: 'video/ogg',
  opus: 'audio/ogg',
  png: 'image/png',
  ts: 'video/mp2t',
  wav: 'audio/wav',
  webm: 'video/webm',
  webp: 'image/webp',
};

function mediaType(name: string): string {
  const extension = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(MEDIA, extension) ? MEDIA[extension]! : 'application/octet-stream';
}

/** RFC 6266: a plain name for old clients, the true one for the others. */
function disposition(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9 ._-]/g, '_');
  const exact = encodeURIComponent(name.replace(/\p{Cs}/gu, '\ufffd')).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}

/** Whether a `Host` header names this machine alone: a page of a stranger whose name resolves to us does not (S-60). */
export function isOwnHost(host: string, port: number): boolean {
  const [, name, given] = /^(localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?$/i.exec(host) ?? [];
  return name !== undefined && (given === undefined || Number(given) === port);
}
