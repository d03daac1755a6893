/**
 * The one page of `serve`: the files of the torrent with links. No script, no style, nothing loaded; every text that a
 * stranger chose is escaped (S-63).
 */
import { bytes, percent } from '../output/figures.ts';
import { printable } from '../output/printable.ts';

/** What the page tells of a torrent. */
export interface Listed {
  readonly name: string;
  readonly files: readonly {
    readonly index: number;
    readonly pathInside: string;
    readonly length: number;
    readonly priority: number;
    readonly progress: number;
  }[];
}

export function listPage({ name, files }: Listed): string {
  const rows = files.map((file) => {
    const number = file.index + 1;
    const state = file.priority === 0 ? 'not selected' : percent(file.progress);
    const link = `<a href="/files/${number}">${escaped(file.pathInside)}</a>`;
    return `<tr><td>${number}</td><td>${link}</td><td>${bytes(file.length)}</td><td>${state}</td></tr>`;
  });
  const title = escaped(name);
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>`,
    `<body><h1>${title}</h1><table>`,
    ...rows,
    '</table></body></html>',
    '',
  ].join('\n');
}

const SIGNS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (sign) => SIGNS[sign]!);
}
