import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { SETTING_KEYS, SETTINGS, type Setting } from '../src/core/settings/settings.ts';
import { COMMANDS, COMMENTS, CONTEXT, PANEL, PARTICIPANT, TOOLS, VIEWS } from '../src/vscode/ids.ts';

const root = join(import.meta.dirname, '..');

interface Manifest {
  readonly main: string;
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string; readonly enablement?: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly when: string; readonly contents: string }[];
    readonly chatParticipants: readonly { readonly id: string }[];
    readonly languageModelTools: readonly { readonly name: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
/** The manifest's words for people, by key. */
const words = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8')) as Readonly<Record<string, string>>;

/** What each room may import: other rooms, and from outside. */
const ROOMS: Readonly<Record<string, { readonly rooms: readonly string[]; readonly outside: RegExp }>> = {
  core: {
    rooms: [],
    outside:
      /^(markdown-it(\/lib\/(parser_block|token)\.mjs)?|yaml|jsonc-parser|fast-xml-parser|@dagrejs\/(graphlib|dagre))$/,
  },
  protocol: { rooms: ['core'], outside: /^$/ },
  engine: {
    rooms: ['core'],
    outside:
      /^(node:|cross-spawn$|which$|@modelcontextprotocol\/sdk\/|@agentclientprotocol\/sdk$|@secretlint\/(core|secretlint-rule-preset-recommend)$|@vscode\/tree-sitter-wasm$)/,
  },
  cli: { rooms: ['core', 'engine'], outside: /^node:/ },
  vscode: { rooms: ['core', 'engine', 'protocol'], outside: /^(node:|vscode$)/ },
  webview: { rooms: ['core', 'protocol'], outside: /^lit(\/|$)/ },
};

describe('the arrows between rooms', () => {
  it.each(Object.keys(ROOMS))('src/%s imports only what it may', (room) => {
    const rule = ROOMS[room];
    const files = sources(join(root, 'src', room));
    expect(files.length).toBeGreaterThan(0);
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => {
          if (!specifier.startsWith('.')) return rule?.outside.test(specifier) !== true;
          const target =
            join(file, '..', specifier)
              .slice(join(root, 'src').length + 1)
              .split(/[\\/]/)[0] ?? '';
          return target !== room && rule?.rooms.includes(target) !== true;
        })
        .map((specifier) => `${file}: ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it('the extension host has nothing that reads what agents print: runners do', () => {
    const host = [...reachedFrom(join(root, 'src/vscode/extension.ts'))];
    expect(host.filter((file) => file.includes('/core/agent/')).length).toBeGreaterThan(0);
    expect(host.filter((file) => /\/agent\/(outputs|cli\/.*-events|acp\/event-reader)\.ts$/.test(file))).toEqual([]);
  });

  it('the core has no clock, no randomness and no process', () => {
    const ambient = /\b(Date\.now|new Date|Math\.random|process\.|setTimeout|performance\.)/;
    const wrong = sources(join(root, 'src/core')).filter((file) => ambient.test(withoutComments(file)));
    expect(wrong).toEqual([]);
  });
});

describe('the manifest', () => {
  const ids = Object.values(COMMANDS);

  it('contributes the commands that the code registers, and no other', () => {
    expect(manifest.contributes.commands.map(({ command }) => command).sort()).toEqual([...ids].sort());
    expect(new Set(manifest.contributes.commands.map(({ category }) => category))).toEqual(new Set(['Orca']));
  });

  it('names only commands, views, context keys and settings that there are', () => {
    const text = JSON.stringify([manifest.contributes, words]);
    const known = new Set<string>([
      ...ids,
      ...Object.values(VIEWS),
      ...Object.values(CONTEXT),
      ...Object.values(COMMENTS),
      ...SETTING_KEYS.map((name) => `orca.${name}`),
      PANEL,
      PARTICIPANT,
    ]);
    const named = [...text.matchAll(/\borca\.[a-zA-Z]+(?:\.[a-zA-Z]+)?/g)].map(([name]) => name);
    const wrong = named.filter((name) => !known.has(name) && !known.has(name.split('.').slice(0, 2).join('.')));
    expect([...new Set(wrong)]).toEqual([]);
  });

  it('has what people read in a file that can be translated, all of it and nothing else', () => {
    const keys = [...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map(([, key = '']) => key);
    expect(keys.toSorted()).toEqual(Object.keys(words).sort());
    expect(bareWords(manifest)).toEqual([]);
  });

  it('has what the extension says in a file that can be translated: npm run l10n', () => {
    const path = join(root, 'l10n/bundle.l10n.json');
    const bundle = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, string>>;
    const said = sources(join(root, 'src/vscode')).flatMap(translatable);
    expect(Object.keys(bundle).sort()).toEqual([...new Set(said)].sort());
  });

  it('has the chat participant and the tools that the code registers', () => {
    const { chatParticipants, languageModelTools } = manifest.contributes;
    expect(chatParticipants.map(({ id }) => id)).toEqual([PARTICIPANT]);
    expect(languageModelTools.map(({ name }) => name)).toEqual(Object.values(TOOLS));
  });

  it('has the settings that the code reads, with the same defaults and bounds', () => {
    const { properties } = manifest.contributes.configuration;
    const said = Object.entries(properties).map(([name, setting]) => {
      const { type, minimum, maximum, enum: among, default: fallback } = setting as Record<string, unknown>;
      return [name, { type, minimum, maximum, enum: among, default: fallback }];
    });
    const read = Object.entries<Setting<unknown>>(SETTINGS).map(([key, { bounds, default: fallback }]) => [
      `orca.${key}`,
      { minimum: undefined, maximum: undefined, enum: undefined, ...bounds, default: fallback },
    ]);
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(read));
  });

  it('has the views that the code makes', () => {
    expect(
      Object.values(manifest.contributes.views)
        .flat()
        .map(({ id }) => id),
    ).toEqual(Object.values(VIEWS));
  });
});

describe('the bundles', () => {
  it.each([
    ['extension.cjs', 500_000],
    ['cli.cjs', 500_000],
    ['runner.cjs', 90_000],
    ['acp.cjs', 180_000],
    ['lm.cjs', 40_000],
    ['language.cjs', 80_000],
    ['layout.cjs', 60_000],
    ['plan.cjs', 150_000],
    ['planning.cjs', 25_000],
    ['review.cjs', 5_000],
    ['summary.cjs', 50_000],
    ['opportunities.cjs', 40_000],
    ['window.cjs', 90_000],
    ['yaml.cjs', 110_000],
    ['jsonc-parser.cjs', 20_000],
    ['panel.js', 150_000],
  ])('dist/%s is built and at most %d bytes', (name, most) => {
    const path = join(root, 'dist', name);
    expect(existsSync(path), `${name} is missing: npm run build`).toBe(true);
    expect(statSync(path).size).toBeLessThanOrEqual(most);
  });
});

/** What is given to `vscode.l10n.t` in a file; a text that is put together there cannot be translated. */
function translatable(file: string): string[] {
  const found: string[] = [];
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText(source) === 'vscode.l10n.t') {
      const [text] = node.arguments;
      if (text === undefined || !ts.isStringLiteralLike(text)) throw new Error(`${file}: a text that is put together`);
      found.push(text.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Where the manifest has words for people in itself. What models read is not translated. */
function bareWords(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value === 'string') {
    const forPeople = /^(title|contents|description|markdownDescription|userDescription|displayName|name)$/;
    const isName = path.length === 1 || /^(chatParticipants|viewsContainers)$/.test(path[1] ?? '');
    const isForModels = path.includes('inputSchema');
    return forPeople.test(path.at(-1) ?? '') && value.includes(' ') && !isName && !isForModels ? [path.join('/')] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => bareWords(one, [...path, key]));
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

function importsOf(file: string): string[] {
  return ts.preProcessFile(readFileSync(file, 'utf8'), true, true).importedFiles.map(({ fileName }) => fileName);
}

/** Files of ours that a file imports, and what these import. */
function reachedFrom(file: string, reached = new Set<string>()): Set<string> {
  if (reached.has(file)) return reached;
  reached.add(file);
  for (const specifier of importsOf(file))
    if (specifier.startsWith('.')) reachedFrom(join(file, '..', specifier), reached);
  return reached;
}

function withoutComments(file: string): string {
  return readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
}
