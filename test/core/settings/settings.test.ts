import { describe, expect, it } from 'vitest';
import { limitsOf, policyOf } from '../../../src/core/settings/run-settings.ts';
import { readSettings, SETTINGS, settingsOf, type SomeSettings } from '../../../src/core/settings/settings.ts';

const claude = { command: ['claude', '-p'] };

describe('what is read', () => {
  it.each<[string, unknown, SomeSettings]>([
    ['nothing', undefined, {}],
    ['no setting', {}, {}],
    ['an agent', { agents: { mine: claude } }, { agents: { mine: claude } }],
    ['a text', { defaultAgent: 'claude' }, { defaultAgent: 'claude' }],
    ['a choice', { permission: 'full', strategy: 'aggressive' }, { permission: 'full', strategy: 'aggressive' }],
    ['numbers at their bounds', { agentCount: 64, 'limits.costUsd': 0 }, { agentCount: 64, 'limits.costUsd': 0 }],
    ['part of a minute', { 'limits.idleMinutes': 1.5 }, { 'limits.idleMinutes': 1.5 }],
    ['lists', { 'worktree.setup': ['npm', 'ci'] }, { 'worktree.setup': ['npm', 'ci'] }],
    ['a list of nothing', { 'worktree.dependencyFolders': [] }, { 'worktree.dependencyFolders': [] }],
    ['a flag', { 'run.resumeAfterQuota': true }, { 'run.resumeAfterQuota': true }],
    ['a pool', { agentPool: { claude: 2 } }, { agentPool: { claude: 2 } }],
    ['fallbacks', { fallbackAgents: { claude: 'codex' } }, { fallbackAgents: { claude: 'codex' } }],
    ['prices', { prices: { 'm*': { input: 1, output: 2 } } }, { prices: { 'm*': { input: 1, output: 2 } } }],
    ['what is not given', { strategy: undefined }, {}],
  ])('%s', (_, value, settings) => {
    expect(readSettings(value)).toEqual({ settings, problems: [] });
  });

  it.each<[string, unknown, string]>([
    ['no object', [], 'Settings are to be an object, not [].'],
    ['null', null, 'Settings are to be an object, not null.'],
    ['an unknown key', { colour: 1 }, 'There is no setting "colour".'],
    ['a key of every object', { toString: 1 }, 'There is no setting "toString".'],
    [
      "the editor's prefix",
      { 'orca.attempts': 1 },
      'There is no setting "orca.attempts". In this file it is "attempts".',
    ],
    [
      'objects in objects',
      { run: { resumeAfterQuota: true } },
      'There is no setting "run". Write it flat: "run.resumeAfterQuota", "run.continueWhenClosed".',
    ],
    [
      'another word',
      { permission: 'yolo' },
      '"permission" is to be one of "ask", "edits", "sandbox", "full", not "yolo".',
    ],
    ['too few', { agentCount: 0 }, '"agentCount" is to be a whole number from 1 to 64, not 0.'],
    ['half an agent', { agentCount: 1.5 }, '"agentCount" is to be a whole number from 1 to 64, not 1.5.'],
    ['a number as text', { attempts: '2' }, '"attempts" is to be a whole number from 1 to 10, not "2".'],
    ['no number', { 'limits.costUsd': NaN }, '"limits.costUsd" is to be a number, 0 or more, not null.'],
    ['one text for a list', { 'worktree.setup': 'npm ci' }, '"worktree.setup" is to be a list of texts, not "npm ci".'],
    ['no text', { defaultAgent: ' ' }, '"defaultAgent" is to be a text that is not empty, not " ".'],
    [
      'a word for a flag',
      { 'run.resumeAfterQuota': 'yes' },
      '"run.resumeAfterQuota" is to be true or false, not "yes".',
    ],
    ['no agents at once', { agentPool: { a: 0 } }, '"agentPool": "a" is to be a whole number, 1 or more, not 0.'],
    [
      'agents in a list',
      { agents: [claude] },
      '"agents" is to be an object: name → agent, not [{"command":["claude","-p"]}].',
    ],
    ['a long value', { strategy: 'x'.repeat(99) }, `not "${'x'.repeat(59)}….`],
  ])('%s is left out and named', (_, value, problem) => {
    const { settings, problems } = readSettings(value);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
    expect(Object.values(settings).every((given) => Object.keys(given as object).length === 0)).toBe(true);
  });

  it('what is wrong does not take what is right with it', () => {
    const { settings, problems } = readSettings({ attempts: 3, agents: { good: claude, bad: {} }, agentCount: -1 });
    expect(settings).toEqual({ attempts: 3, agents: { good: claude } });
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/^"agents": .*bad/);
  });
});

describe('several places', () => {
  const other = { command: ['other'] };

  it('the first goes before the others, key by key, and all before the defaults', () => {
    const settings = settingsOf(
      { attempts: 5 },
      { attempts: 4, agentCount: 7 },
      { agentCount: 8, strategy: 'sequential' },
    );
    expect(settings).toMatchObject({ attempts: 5, agentCount: 7, strategy: 'sequential', permission: 'edits' });
  });

  it('agents and prices come together by name, other objects do not', () => {
    const settings = settingsOf(
      { agents: { a: claude }, agentPool: { a: 1 } },
      { agents: { a: other, b: other }, agentPool: { b: 2 } },
    );
    expect(settings.agents).toEqual({ a: claude, b: other });
    expect(settings.agentPool).toEqual({ a: 1 });
    expect(SETTINGS.agents.default).toEqual({});
  });
});

describe('for a run', () => {
  it('the defaults set time limits and the radar, and nothing else', () => {
    expect(limitsOf(settingsOf())).toEqual({ attempts: 2, idleMs: 900_000, totalMs: 7_200_000, retryMs: 120_000 });
    expect(policyOf(settingsOf(), { named: false })).toEqual({
      permission: 'edits',
      environment: [],
      radar: true,
    });
  });

  it('what is set is kept', () => {
    const settings = settingsOf({
      'limits.costUsd': 1.5,
      'limits.tokens': 1000,
      'limits.runTokens': 9000,
      agentPool: { claude: 2 },
      fallbackAgents: { claude: 'codex' },
      prices: { m: { input: 1, output: 2 } },
      'run.resumeAfterQuota': true,
      'review.mostUnread': 2,
      radar: false,
    });
    expect(limitsOf(settings)).toMatchObject({ costUsd: 1.5, tokens: 1000 });
    expect(policyOf(settings, { named: false })).toEqual({
      permission: 'edits',
      environment: [],
      pool: { claude: 2 },
      fallback: { claude: 'codex' },
      prices: { m: { input: 1, output: 2 } },
      budget: { tokens: 9000 },
      resumeAfterQuota: true,
      mostUnread: 2,
    });
  });
});
