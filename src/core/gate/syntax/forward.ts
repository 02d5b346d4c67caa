import { callOf, type Call } from './call.ts';
import { CONTROL_FLOW, functionName, isFunction } from './grammar.ts';
import type { Source } from './source.ts';
import { around, bare, descendants, field, parts, type SyntaxNode } from './tree.ts';

/** The arguments of a call that something reads as a program. */
export type Reads = (call: Call, source: Source) => readonly SyntaxNode[];

/**
 * Adds the calls of functions of the same file that give a parameter on to what reads it, as a wrapper does:
 * `const sh = (line) => execSync(line)`. One wrapper deep.
 */
export function withForwarders(reads: Reads): Reads {
  const known = new WeakMap<Source, Forwarders>();
  return (call, source) => {
    const direct = reads(call, source);
    const own = call.object === undefined || /^(this|self)$/.test(call.object.text);
    if (!own) return direct;
    const forwarders = known.get(source) ?? forwardersOf(reads, source);
    known.set(source, forwarders);
    return [...direct, ...(forwarders.get(call.name) ?? []).flatMap((at) => call.args[at] ?? [])];
  };
}

/** Positions of arguments by the function's name. */
type Forwarders = ReadonlyMap<string, readonly number[]>;

function forwardersOf(reads: Reads, source: Source): Forwarders {
  const flow = CONTROL_FLOW[source.language];
  const forwarders = new Map<string, readonly number[]>();
  for (const node of descendants(source.root)) {
    const call = callOf(node);
    for (const argument of call === undefined ? [] : reads(call, source)) {
      const inner = bare(argument);
      const [binding] = inner.type === 'identifier' ? source.bindings.of(inner.text, inner) : [];
      if (binding?.kind !== 'parameter') continue;
      const definition = around(binding.node, (outer) => isFunction(outer, flow));
      if (definition === undefined || functionName(definition) === '(anonymous)') continue;
      const name = functionName(definition);
      forwarders.set(name, [...(forwarders.get(name) ?? []), positionOf(binding.node, definition)]);
    }
  }
  return forwarders;
}

/** Among the arguments of a call, where `self` is none. */
function positionOf(parameter: SyntaxNode, definition: SyntaxNode): number {
  const all = parts(field(definition, 'parameters')).filter(({ text }) => text !== 'self' && text !== 'cls');
  return Math.max(0, all.indexOf(parameter));
}
