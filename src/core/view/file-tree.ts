import { oneLine } from './print.ts';

interface Folder {
  readonly folders: Map<string, Folder>;
  /** Name of the file and what is said of it. */
  readonly files: Map<string, string>;
}

/** Paths (`/` as separator) drawn as a tree, folders first, each file with its note as a comment. */
export function fileTree(files: ReadonlyMap<string, string>): string[] {
  const root: Folder = { folders: new Map(), files: new Map() };
  for (const [path, note] of files) {
    const parts = oneLine(path).split('/');
    const name = parts.pop() ?? '';
    let folder = root;
    for (const part of parts) {
      const next = folder.folders.get(part) ?? { folders: new Map(), files: new Map() };
      folder.folders.set(part, next);
      folder = next;
    }
    folder.files.set(name, oneLine(note));
  }
  const lines = draw(root, '');
  // A column for the comments, as long as one long path does not push it out of sight.
  const width = Math.min(48, Math.max(0, ...lines.map(({ text, note }) => (note === '' ? 0 : text.length))));
  return lines.map(({ text, note }) => (note === '' ? text : `${text.padEnd(width)}  # ${note}`));
}

function draw(folder: Folder, indent: string): { text: string; note: string }[] {
  const byName = <T>([a]: [string, T], [b]: [string, T]): number => (a < b ? -1 : 1);
  const folders = [...folder.folders].sort(byName);
  const files = [...folder.files].sort(byName);
  const last = folders.length + files.length - 1;
  return [
    ...folders.flatMap(([name, inner], i) => [
      { text: `${indent}${i === last ? '└── ' : '├── '}${name}/`, note: '' },
      ...draw(inner, `${indent}${i === last ? '    ' : '│   '}`),
    ]),
    ...files.map(([name, note], i) => ({
      text: `${indent}${folders.length + i === last ? '└── ' : '├── '}${name}`,
      note,
    })),
  ];
}
