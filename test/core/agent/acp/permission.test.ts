import { describe, expect, it } from 'vitest';
import { askingIn, decide, modelOf, optionFor, type Decision } from '../../../../src/core/agent/acp/permission.ts';
import { wishOf, type ToolCall } from '../../../../src/core/agent/acp/tool-call.ts';
import type { PermissionMode } from '../../../../src/core/agent/agent.ts';
import type { Answer } from '../../../../src/core/agent/ask.ts';

const isInside = (path: string): boolean => path.startsWith('/w/');

function tool(kind: string | undefined, more: Partial<ToolCall> = {}): ToolCall {
  return { id: 'c', input: {}, paths: [], ...(kind !== undefined && { kind }), ...more };
}

describe('what a mode says', () => {
  it.each<[string, ToolCall, Record<'ask' | 'edits' | 'full', Decision>]>([
    ['an edit inside', tool('edit', { paths: ['/w/a'] }), { ask: 'ask', edits: 'allow', full: 'allow' }],
    ['an edit in part outside', tool('edit', { paths: ['/w/a', '/b'] }), { ask: 'ask', edits: 'ask', full: 'allow' }],
    ['an edit of nothing', tool('edit'), { ask: 'ask', edits: 'ask', full: 'allow' }],
    ['a removal inside', tool('delete', { paths: ['/w/a'] }), { ask: 'ask', edits: 'allow', full: 'allow' }],
    ['a move outside', tool('move', { paths: ['/w/a', '/x/a'] }), { ask: 'ask', edits: 'ask', full: 'allow' }],
    ['a command', tool('execute', { paths: ['/w/'] }), { ask: 'ask', edits: 'ask', full: 'allow' }],
    ['a command named so', tool('execute', { title: 'orca_read_plan' }), { ask: 'ask', edits: 'ask', full: 'allow' }],
    ['a reading inside', tool('read', { paths: ['/w/a'] }), { ask: 'allow', edits: 'allow', full: 'allow' }],
    ['a reading outside', tool('read', { paths: ['/etc'] }), { ask: 'ask', edits: 'ask', full: 'allow' }],
    ['a search somewhere', tool('search'), { ask: 'ask', edits: 'ask', full: 'allow' }],
    ['a thought', tool('think'), { ask: 'allow', edits: 'allow', full: 'allow' }],
    ['the network', tool('fetch'), { ask: 'ask', edits: 'ask', full: 'allow' }],
    ['anything', tool(undefined), { ask: 'ask', edits: 'ask', full: 'allow' }],
  ])('%s', (_, call, expected) => {
    const modes: readonly PermissionMode[] = ['ask', 'edits', 'full'];
    expect(Object.fromEntries(modes.map((mode) => [mode, decide(mode, call, isInside)]))).toEqual(expected);
  });

  it.each([
    ['report_progress (orca MCP Server)', 'allow'],
    ['orca_report_progress', 'allow'],
    ['orca-ask_question', 'allow'],
    ['mcp__orca__read_plan', 'allow'],
    ['report_progress', 'ask'],
    ['report_progress (other MCP Server)', 'ask'],
    ['orca_approve', 'ask'],
    ['orca_report_progress; rm -rf /', 'ask'],
  ])('to the tool "%s": %s', (title, decision) => {
    expect(decide('ask', tool('other', { title }), isInside)).toBe(decision);
    expect(decide('ask', tool('other', { name: title }), isInside)).toBe(decision);
  });
});

describe('the option that says an answer', () => {
  const of = (...kinds: readonly string[]) => ({ options: kinds.map((kind) => ({ optionId: `id ${kind}`, kind })) });
  const all = of('allow_always', 'allow_once', 'reject_always', 'reject_once');
  const yes: Answer = { kind: 'allow', scope: 'once' };
  const always: Answer = { kind: 'allow', scope: 'task' };
  const no: Answer = { kind: 'deny', reason: '' };
  it.each<[string, Answer, unknown, string | undefined]>([
    ['once', yes, all, 'id allow_once'],
    ['for the task: once, as Orca remembers it', always, all, 'id allow_once'],
    ['for the task, where nothing less is offered', always, of('allow_always'), 'id allow_always'],
    ['once, where only more is offered', yes, of('allow_always', 'reject_once'), undefined],
    ['no', no, all, 'id reject_once'],
    ['no, where only ever is offered', no, of('allow_once', 'reject_always'), 'id reject_always'],
    ['no, where it is not offered', no, of('allow_once'), undefined],
    ['words', { kind: 'reply', text: 'yes' }, all, 'id reject_once'],
    ['anything, of nothing', yes, null, undefined],
  ])('%s', (_, answer, params, option) => {
    expect(optionFor(answer, params)).toBe(option);
  });
});

describe('a session is made to ask', () => {
  const modes = (currentModeId: string, ...ids: readonly string[]) => ({
    modes: { currentModeId, availableModes: ids.map((id) => ({ id, name: id })) },
  });
  const allowAll = (currentValue: string) => ({ configOptions: [{ id: 'allow_all', currentValue }] });
  it.each([
    ['gemini', modes('default', 'default', 'autoEdit', 'yolo', 'plan'), { options: [] }],
    ['qwen', modes('auto', 'plan', 'default', 'auto', 'yolo'), { mode: 'default', options: [] }],
    ['codex', modes('auto', 'read-only', 'auto', 'full-access'), { mode: 'read-only', options: [] }],
    ['copilot', allowAll('off'), { options: [] }],
    ['copilot that was told to allow all', allowAll('on'), { options: [{ id: 'allow_all', value: 'off' }] }],
    ['one without modes', {}, { options: [] }],
    ['nothing', undefined, { options: [] }],
  ])('%s', (_, session, wanted) => {
    expect(askingIn(session)).toEqual(wanted);
  });
});

it.each([
  ['gemini', { models: { currentModelId: 'm' } }, 'm'],
  ['opencode', { configOptions: [{ id: 'model', category: 'model', currentValue: 'a/b' }] }, 'a/b'],
  ['none', {}, undefined],
])('the model of %s', (_, session, model) => {
  expect(modelOf(session)).toBe(model);
});

describe('what is asked of a person', () => {
  it.each<[ToolCall, { readonly tool: string; readonly input: string }]>([
    [tool('execute', { title: 'Build', input: { command: 'make' } }), { tool: 'execute', input: 'make' }],
    [tool('execute', { title: 'make' }), { tool: 'execute', input: 'make' }],
    [tool('edit', { title: 'Writing', paths: ['/w/a', '/w/b'] }), { tool: 'edit', input: '/w/a, /w/b' }],
    [tool('fetch', { input: { url: 'https://x' } }), { tool: 'fetch', input: '{"url":"https://x"}' }],
    [tool('other', { title: 'its_tool' }), { tool: 'its_tool', input: 'its_tool' }],
    [tool('other', { title: 'It does', name: 'its_tool' }), { tool: 'its_tool', input: 'It does' }],
  ])('%j', (call, wish) => {
    expect(wishOf(call)).toEqual(wish);
  });
});
