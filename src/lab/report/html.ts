/**
 * A report as one HTML file: no script, no style sheet, no picture from anywhere else, so that it can be mailed, printed
 * and kept. Pure: sections in, text out.
 *
 * Invariant: names that people gave are text, never markup.
 */
import { hues } from './plots.ts';

export interface Section {
  readonly title: string;
  /** One sentence or two. */
  readonly text: string;
  /** SVG or a table, from this room; null: there is nothing to show. */
  readonly figure: string | null;
  /** Names of the series in the order of their hues; absent: no key is needed. */
  readonly key?: readonly string[];
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
td,th{padding:.2rem .7rem;border-bottom:1px solid #ddd;text-align:right}td:first-child,th:first-child{text-align:left}
.key span{display:inline-block;width:.8em;height:.8em;margin:0 .35em 0 1em}svg{max-width:100%;height:auto}p{max-width:45rem}
pre{overflow:auto;background:#f6f6f6;padding:.7rem;font-size:12px}`;

export function page(title: string, sections: readonly Section[]): string {
  const body = sections.filter(({ figure }) => figure !== null).map(sectionHtml);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
${body.join('\n')}
</body></html>
`;
}

export function tableHtml(rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[], tag: string): string =>
    `<tr>${row.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('')}</tr>`;
  return `<table>${rows.map((row, i) => line(row, i === 0 ? 'th' : 'td')).join('\n')}</table>`;
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function sectionHtml({ title, text, figure, key }: Section): string {
  const names = (key ?? []).map(
    (name, i) => `<span style="background:${hues[i % hues.length]!}"></span>${escaped(name)}`,
  );
  const legend = names.length < 2 ? '' : `<p class="key">${names.join(' ')}</p>`;
  return `<section><h2>${escaped(title)}</h2><p>${escaped(text)}</p>${legend}${figure!}</section>`;
}
