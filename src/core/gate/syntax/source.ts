import { bindingsOf, type Bindings } from './bindings.ts';
import { importsOf, type Imports } from './imports.ts';
import { holesOf, piecesOf, textOf, type Piece } from './pieces.ts';
import type { Language, SyntaxNode, SyntaxTree } from './tree.ts';

/** A file as the rules see it. */
export interface Source {
  readonly root: SyntaxNode;
  readonly language: Language;
  readonly bindings: Bindings;
  readonly imports: Imports;
}

export function sourceOf(tree: SyntaxTree, language: Language): Source {
  const imports = importsOf(tree, language);
  return { root: tree.root, language, bindings: bindingsOf(tree, language, imports), imports };
}

/** A text that a program builds. */
export interface Built {
  /** With NUL for each part that cannot be read ahead. */
  readonly text: string;
  readonly constant: boolean;
  /** What is written in the program and what is not are put together; or all of it comes from outside as it is. */
  readonly injected: boolean;
}

export function builtOf(node: SyntaxNode, { bindings }: Source): Built {
  const pieces = piecesOf(node, bindings);
  const holes = holesOf(pieces);
  return {
    text: textOf(pieces),
    constant: holes.length === 0,
    injected: holes.length > 0 && (pieces.some(isWritten) || holes.some(({ text }) => FROM_OUTSIDE.test(text))),
  };
}

function isWritten(piece: Piece): boolean {
  return typeof piece === 'string' && piece.trim() !== '' && piece !== '0';
}

/** What a request, a command line or a person gives. */
const FROM_OUTSIDE =
  /\b(req|request|ctx)\.(query|body|params|form|args|GET|POST|json|values|URL|data|request)\b|\bprocess\.argv\b|\bsys\.argv\b|\binput\(|\bos\.Args\b|FormValue\(|\.Query\(\)\.Get|\bevent\.(queryStringParameters|body)\b|\blocation\.(hash|search)\b/;
