/**
 * Names to numbered ones of the same kind: `name-1`, `client-2`. Empty stays empty.
 */

export class WordMask {
  readonly #known = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  word(kind: string, text: string): string {
    if (text === '') return '';
    const key = `${kind} ${text}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const masked = `${kind}-${count}`;
    this.#known.set(key, masked);
    return masked;
  }
}
