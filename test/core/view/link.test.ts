import { describe, expect, it } from 'vitest';
import { readLink } from '../../../src/core/view/link.ts';

function read(link: string) {
  const { pathname, searchParams } = new URL(link, 'vscode://orca.orca');
  return readLink(pathname, [...searchParams]);
}

describe('links from outside', () => {
  it.each([
    ['/open?plan=docs/plan.md', { kind: 'open', plan: 'docs/plan.md' }],
    ['/open?plan=a%20b/pl%C3%A4n.md', { kind: 'open', plan: 'a b/plän.md' }],
    ['/start?goal=A+shop%2C+with+carts', { kind: 'start', goal: 'A shop, with carts' }],
    ['/run?id=exec-20250101-a-2', { kind: 'run', id: 'exec-20250101-a-2' }],
  ])('%s is %j', (link, expected) => {
    expect(read(link)).toEqual(expected);
  });

  it.each([
    ['/', 'open, start and run'],
    ['/execute?plan=plan.md', 'open, start and run'],
    ['/open', 'has to say plan, once'],
    ['/open?plan=', 'is empty'],
    ['/open?plan=a&plan=b', 'once'],
    ['/open?plan=plan.md&agents=9', '"agents"'],
    ['/open?plan=../plan.md', 'inside the workspace'],
    ['/open?plan=a/../../plan.md', 'inside the workspace'],
    ['/open?plan=./plan.md', 'inside the workspace'],
    ['/open?plan=/etc/plan.md', 'inside the workspace'],
    ['/open?plan=~/plan.md', 'inside the workspace'],
    ['/open?plan=C:/plan.md', 'inside the workspace'],
    ['/open?plan=..%5Cplan.md', 'inside the workspace'],
    ['/open?plan=file:///etc/plan.md', 'inside the workspace'],
    ['/open?plan=//host/plan.md', 'inside the workspace'],
    [`/open?plan=${'a'.repeat(501)}`, 'longer than 500'],
    [`/start?goal=${'a'.repeat(2001)}`, 'longer than 2000'],
    ['/start?goal=a%0Ab', 'one plain line'],
    ['/start?goal=%E2%80%AEtxt', 'one plain line'],
    ['/run?id=../x', 'none of a run'],
    ['/run?id=a;b', 'none of a run'],
  ])('%s is refused: %s', (link, why) => {
    expect(read(link)).toContain(why);
  });
});
