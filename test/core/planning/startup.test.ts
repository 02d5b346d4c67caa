import { describe, expect, it } from 'vitest';
import { startupAccount, startupText, type StartupFacts } from '../../../src/core/planning/startup.ts';

const FACTS: StartupFacts = {
  machine: { os: 'Linux 6.1 (x64)', cores: 8, memoryBytes: 16 * 2 ** 30, node: '20.1.0' },
  git: { kind: 'repository', version: 'git version 2.45.0', branch: 'main', head: 'abc123', changed: 0 },
  agents: [
    { id: 'claude', label: 'Claude Code', state: 'found', version: '1.2.3', signedIn: true },
    { id: 'codex', label: 'Codex', state: 'missing', advice: 'Install it: npm i codex.' },
    { id: 'mine', label: 'mine', state: 'broken', advice: 'It does not say its version.' },
  ],
  tools: [
    { name: 'node', found: true, version: 'v20.1.0' },
    { name: 'mvn', found: true },
    { name: 'docker', found: false },
  ],
  repository: { files: 3, hasCode: true, house: ['AGENTS.md'] },
  languages: [
    { language: 'Python', files: 2, share: 0.75 },
    { language: 'Shell', files: 1, share: 0.25 },
  ],
  tests: [{ name: 'tests', why: 'pytest.', commands: ['python -m pytest'] }],
};

describe('the start-up check', () => {
  it.each([
    ['# Start-up check\n'],
    ['- An existing code base: a plan names the files that are there.\n- 3 tracked files\n'],
    ['- Python: 75% of the code, 2 files\n- Shell: 25% of the code, 1 file\n'],
    ['## Tests\n\n- tests: pytest. Run as `python -m pytest`.\n'],
    ['## House files\n\n- `AGENTS.md`\n'],
    ['- git version 2.45.0\n- On branch `main`\n- At commit `abc123`\n- Nothing uncommitted\n'],
    ['- `claude` (Claude Code): found, 1.2.3, signed in, by the signs of it.\n'],
    ['- `codex` (Codex): missing. Install it: npm i codex.\n'],
    ['- `mine`: broken. It does not say its version.\n'],
    ['- node: v20.1.0\n- mvn: found\n- docker: not on the PATH\n'],
    ['- Linux 6.1 (x64)\n- 8 cores, 16 GiB of memory\n- Node.js 20.1.0\n'],
  ])('says %j', (text) => {
    expect(startupText(FACTS)).toContain(text);
  });

  it.each<[string, Partial<StartupFacts>, string]>([
    [
      'a new project',
      { repository: { files: 1, hasCode: false, house: [] } },
      '- A new project (greenfield): there is no code yet.\n- 1 tracked file\n',
    ],
    ['no code', { languages: [] }, '## Languages\n\nNo code.\n'],
    ['no tests', { tests: [] }, '## Tests\n\nNo way of running tests was found.\n'],
    ['no git', { git: { kind: 'none', why: 'Git was not found.' } }, '## Git\n\n- Git was not found.\n'],
    [
      'a detached head with changes, before the first commit',
      { git: { kind: 'repository', version: 'git version 2', changed: 2 } },
      '- Detached: on no branch\n- No commit yet\n- 2 files with uncommitted changes\n',
    ],
    [
      'nobody signed in',
      { agents: [{ id: 'a', label: 'a', state: 'found', signedIn: false, advice: 'Sign\nin.' }] },
      '- `a`: found, not signed in, by the signs of it. Sign in.\n',
    ],
  ])('tells of %s', (_, changes, text) => {
    expect(startupText({ ...FACTS, ...changes })).toContain(text);
  });

  it('is told in a few lines to whoever looks on', () => {
    expect(startupAccount(FACTS)).toBe(
      'An existing code base: 3 tracked files, mostly Python (75%).\nAgents found: claude.\nNot on the PATH: docker.',
    );
    const empty = { files: 0, hasCode: false, house: [] };
    expect(startupAccount({ ...FACTS, repository: empty, languages: [], agents: [], tools: [] })).toBe(
      'A new project: 0 tracked files.\nAgents found: none.',
    );
  });
});
