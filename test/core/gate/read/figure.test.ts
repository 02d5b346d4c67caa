import { describe, expect, it } from 'vitest';
import { figuresByPath, figuresByPattern } from '../../../../src/core/gate/read/figure.ts';

const HYPERFINE =
  '{"results":[{"command":"a","mean":0.0125,"times":[0.012,0.013]},{"command":"b","mean":0.5}],"p 99":7,"n":"1e3"}';

describe('a figure by its path', () => {
  it.each<[string, string, string, number[] | RegExp]>([
    ['a member', '{"a":{"b":1.5}}', '$.a.b', [1.5]],
    ['without the root', '{"a":{"b":1.5}}', 'a.b', [1.5]],
    ['an element', HYPERFINE, '$.results[0].mean', [0.0125]],
    ['all elements', HYPERFINE, '$.results[*].mean', [0.0125, 0.5]],
    ['a list', HYPERFINE, 'results[0].times', [0.012, 0.013]],
    ['in quotes', HYPERFINE, '$["p 99"]', [7]],
    ['in single quotes', HYPERFINE, "$['p 99']", [7]],
    ['of text that is a number', HYPERFINE, 'n', [1000]],
    ['of a list as root', '[{"ms":3}]', '$[0].ms', [3]],
    ['of a number as root', '3', '$', [3]],
    ['with words around', '> shop@1.0.0 bench\n> node bench.js\n\n{"ms": 3}\nDone in 2 s.', 'ms', [3]],
    ['with words behind it', '{"ms": 3}\nDone in 2 s.', 'ms', [3]],
    ['with a bracket in the words before', '[bench] go\n{"ms": 3}\n', 'ms', [3]],
    ['with colours', '\u001b[32m{"ms": 3}\u001b[0m', 'ms', [3]],
    ['that is not there', HYPERFINE, '$.results[2].mean', /nothing at \$\.results\[2\]\.mean/],
    ['of a prototype', '{}', 'constructor', /nothing at/],
    ['that is no number', HYPERFINE, '$.results[0].command', /no number/],
    ['some of which are no number', '{"a":[1,null]}', 'a', /no number/],
    ['that is an object', HYPERFINE, '$.results[0]', /no number/],
    ['of no document', 'fast enough', 'a', /no JSON document/],
    ['of a document that is cut off', HYPERFINE.slice(0, -5), 'n', /no JSON document/],
    ['of nothing', '', 'a', /no JSON document/],
    ['by a path that is none', '{}', '$..a', /no path/],
    ['by a path that is open', '{}', 'a[0', /no path/],
  ])('%s', (_, text, path, expected) => {
    const read = figuresByPath(text, path);
    if (expected instanceof RegExp) expect(read.ok ? 'read' : read.problem).toMatch(expected);
    else expect(read).toEqual({ ok: true, value: expected });
  });
});

describe('a figure by an expression', () => {
  it.each<[string, string, string, number[] | RegExp]>([
    [
      'of Go',
      'BenchmarkTotal-2   	 1000000	      1042 ns/op\nBenchmarkTotal-2   	 1000000	      1.1e3 ns/op\n',
      '^BenchmarkTotal\\S*\\s+\\d+\\s+(\\S+) ns/op',
      [1042, 1100],
    ],
    ['twice in a line', 'a 1 ms, b 2 ms', '(\\d+) ms', [1, 2]],
    ['with thousands', '12,345.6 req/s', '(\\S+) req/s', [12345.6]],
    ['below zero', 'drift -0.5', 'drift (\\S+)', [-0.5]],
    ['with colours', '\u001b[1m7\u001b[0m ms', '^(\\d+) ms$', [7]],
    ['that is not there', 'slow', '(\\d+) ms', /nothing that was printed fits/],
    ['of nothing', '', '(\\d+) ms', /nothing that was printed fits/],
    ['beyond the length of a line', `${'x'.repeat(1000)} 7 ms`, '(\\d+) ms', /nothing that was printed fits/],
    ['that is no number', 'took long ms', 'took (\\w+) ms', /"took long ms" has no number/],
    ['without a group', '7 ms', '\\d+ ms', /no group/],
    ['whose group is left out', 'ms', '(\\d+ )?ms', /no group/],
    ['by an expression that is none', '7 ms', '(', /no regular expression/],
  ])('%s', (_, text, pattern, expected) => {
    const read = figuresByPattern(text, pattern);
    if (expected instanceof RegExp) expect(read.ok ? 'read' : read.problem).toMatch(expected);
    else expect(read).toEqual({ ok: true, value: expected });
  });
});
