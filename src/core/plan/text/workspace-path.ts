import type { Report } from '../dialect/dialect.ts';
import type { Span } from '../diagnostic.ts';

/** A file or glob relative to the workspace; nothing where it names none, or is told to be outside. */
export function workspacePath(written: string, span: Span, report: Report): string[] {
  const path = written.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  if (/^(?:\/|~|[\p{L}][\p{L}\d+.-]*:)|(?:^|[/{,])\.\.(?=$|[/},])/u.test(path)) {
    const message = `\`${written}\` is outside the workspace: name files relative to its folder, without \`..\`.`;
    report({ code: 'path-outside-workspace', severity: 'error', message, span });
    return [];
  }
  return path === '' || path === '.' ? [] : [path];
}
