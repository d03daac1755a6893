/**
 * URLs as people may see them: in messages, logs and on screens. A private tracker's URL holds a passkey, and whoever
 * has it can act as its owner (S-43); so of a URL that is not shown to its own program only scheme and host are left.
 *
 * Events and figures of the library keep whole URLs: the application owns them. Judges nothing and never throws.
 */

/** The shortest part of a URL that is taken for a secret when others repeat it. */
const SECRET_LENGTH_MIN = 6;

/** Scheme and host of a tracker. */
export function trackerName(url: string): string {
  if (!URL.canParse(url)) return 'a tracker';
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** A URL without credentials, path and query; what is no URL stays. A magnet link keeps nothing but its scheme. */
export function redactUrl(text: string): string {
  if (/^magnet:/i.test(text)) return 'magnet:\u2026';
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || !URL.canParse(text)) return text;
  const { protocol, host, pathname, search } = new URL(text);
  return `${protocol}//${host}${pathname === '/' && search === '' ? '' : '/\u2026'}`;
}

/** What a tracker said, without the secrets of its own URL, which some repeat in their failures. */
export function withoutSecrets(text: string, url: string): string {
  if (!URL.canParse(url)) return text;
  const { pathname, searchParams } = new URL(url);
  let clean = text;
  for (const part of [...pathname.split('/'), ...searchParams.values()]) {
    const known = /^(?:announce|scrape)/i.test(part);
    if (part.length >= SECRET_LENGTH_MIN && !known) clean = clean.split(part).join('\u2026');
  }
  return clean;
}
