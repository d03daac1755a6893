/**
 * Which paths a pattern of a user means: `*` and `?` inside one name, `**` over any number of them.
 *
 * A pattern without a slash is compared with the name of the file alone. The time is at most the product of the two
 * lengths, whatever they contain: names come from strangers.
 */

/** Whether the pattern means the path (elements with `/` between them). */
export function matchesPath(pattern: string, path: string): boolean {
  const text = pattern.includes('/') ? path : path.slice(path.lastIndexOf('/') + 1);
  return matches(tokensOf(pattern), text);
}

/** `folders`: nothing, or whole names with their slashes. */
type Token = '*' | '**' | 'folders' | '?' | { readonly character: string };

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i]!;
    if (character === '*' && pattern[i + 1] === '*') {
      const begins = i === 0 || pattern[i - 1] === '/';
      const folders = begins && pattern[i + 2] === '/';
      tokens.push(folders ? 'folders' : '**');
      i += folders ? 2 : 1;
    } else if (character === '*' || character === '?') tokens.push(character);
    else tokens.push({ character });
  }
  return tokens;
}

function matches(tokens: readonly Token[], text: string): boolean {
  // reached[at]: the tokens so far can mean the first `at` characters.
  let reached = new Uint8Array(text.length + 1);
  reached[0] = 1;
  for (const token of tokens) {
    const next = new Uint8Array(text.length + 1);
    let before = false;
    for (let at = 0; at <= text.length; at++) {
      if (token === 'folders') {
        // From any place that was reached before, on behind any slash.
        if (reached[at] === 1 || (before && text[at - 1] === '/')) next[at] = 1;
        before ||= reached[at] === 1;
      } else if (token === '*' || token === '**') {
        if (reached[at] === 1) next[at] = 1;
        const goesOn = at > 0 && next[at - 1] === 1;
        if (goesOn && (token === '**' || text[at - 1] !== '/')) next[at] = 1;
      } else if (at > 0 && reached[at - 1] === 1) {
        const character = text[at - 1]!;
        const fits = token === '?' ? character !== '/' : character === token.character;
        if (fits) next[at] = 1;
      }
    }
    reached = next;
  }
  return reached[text.length] === 1;
}
