/**
 * What a schema has against a value, one line for each mistake: `peers.2.up: Too small`.
 *
 * Of a choice between shapes only the one that came nearest is spoken of: the one whose mistakes lie deepest.
 */
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** `root` names the value itself. */
export function issueLines(error: z.ZodError, root: string): string[] {
  return error.issues.flatMap((issue) => linesOf(issue, [], root));
}

function linesOf(issue: Issue, above: readonly PropertyKey[], root: string): string[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = issue.errors.reduce((best, each) => (depth(each) > depth(best) ? each : best));
    return nearest.flatMap((each) => linesOf(each, path, root));
  }
  return [`${path.map(String).join('.') || root}: ${issue.message}`];
}

/** How near a shape came: a value of another type altogether is the furthest. */
function depth(issues: readonly Issue[]): number {
  return Math.max(
    ...issues.map(({ code, path }) => 2 * path.length + (code === 'invalid_type' ? 0 : 1)),
  );
}
