import type { Artefact } from '../../../src/core/planning/steps.ts';
import { TASKS, type SoundTask } from './sound-tasks.ts';

/**
 * An artefact of one small project, a todo API, as a good agent writes it: all of them together pass every check. The plan's
 * tasks have run blocks, so that the shell agent can build the project.
 */
export function soundArtefact(name: Artefact): string {
  return SOUND[name];
}

const HTTP = 'Node 20 alone: `node:http`, `node:test`, ES modules, no dependency.';

/** In tasks.md only: the review joins it with the routing. */
const ROUTER_TESTS: SoundTask = {
  id: 'router-tests',
  title: 'Tests of the routing',
  minutes: 20,
  dependsOn: ['http-routing'],
  files: [],
  requirements: ['NFR-2'],
  acceptance: ['`node --test tests/router.test.js` passes'],
  text: 'Test that unknown paths answer 404, and bodies that are no JSON 400.',
  script: '',
};

function written(task: SoundTask, withFiles: boolean): string {
  const { id, title, minutes, dependsOn, files, requirements, acceptance, text, script } = task;
  return [
    `### ${id}: ${title}`,
    `- Estimate: ${minutes} min`,
    `- Depends on: ${dependsOn.join(', ') || 'none'}`,
    ...(withFiles ? [`- Files: ${files.map((file) => `\`${file}\` (new)`).join(', ')}`] : []),
    `- Requirements: ${requirements.join(', ')}`,
    '- Acceptance:',
    ...acceptance.map((criterion) => `  - [ ] ${criterion}`),
    '',
    text,
    '',
    ...(withFiles ? ['```sh run', script.trim(), '```', ''] : []),
  ].join('\n');
}

function layers(tasks: readonly SoundTask[], withFiles: boolean): string {
  const [setup, ...others] = tasks;
  const groups: [string, readonly SoundTask[]][] = [
    ['Layer 1: Foundation', setup === undefined ? [] : [setup]],
    ['Layer 2: Parts', others.filter(({ dependsOn }) => dependsOn.every((id) => id === 'project-setup'))],
    ['Layer 3: API', others.filter(({ dependsOn }) => dependsOn.some((id) => id === 'http-routing'))],
    ['Layer 4: Delivery', others.filter(({ dependsOn }) => dependsOn.includes('todo-routes'))],
  ];
  return groups
    .map(([heading, own]) => [`## ${heading}`, '', ...own.map((task) => written(task, withFiles))].join('\n'))
    .join('\n');
}

const SOUND: Readonly<Record<Artefact, string>> = {
  'startup.md': `# Start-up check

Linux, 2 cores, Node 20. The repository is empty. Agents: claude.
`,
  'repository_map.md': `# Repository map

No file is tracked yet.
`,
  'agent_definitions.md': `# Agent definitions

## Backend developer

Writes the store and the routes with their tests. Is given the task and the architecture; delivers code whose tests pass.
Leaves the deployment alone.

## Test engineer

Reviews the tests for cases that are missing: empty input, unknown ids, damaged files. Delivers tests that fail first.
`,
  'agent_prompts.md': `# Agent prompts

## Backend developer

You are a backend developer. Write the test first. Keep to the module boundaries of the architecture.

### Before you say that you are done

Run the tests of your task.

## Test engineer

You are a test engineer. For each criterion, write the test that fails without the code.
`,
  'discovery.md': `# Discovery: Todo API

## Goal

A small HTTP API that keeps one person's todos, so that other programs can add, list and finish them.

## Users

One developer, whose scripts call the API on the same machine.

## Starting point

The repository is empty: it starts from nothing.

## Scope

- Add, list, finish and remove todos.
- Todos outlive the process.

## Out of scope

- Accounts and sign-in; a user interface.

## Constraints

- Solo developer, free tools. ${HTTP}

## Assumptions

- One JSON file is enough storage, since there is one user and few todos.

## Risks

- A crash while the file is written loses todos: it is written beside and renamed.
`,
  'research.md': `# Research: Todo API

## Findings

Node's own \`http\` module serves a handful of routes well. Renaming a file is atomic on one file system.

## Options

- Storage: a JSON file (no dependency), or SQLite (needs a package on Node 20).
- Routing: a table of patterns, or a framework.

## Recommendations

- A JSON file and a table of patterns: both keep to the constraint of no dependency.

## Risks

- Large bodies exhaust memory: they are cut off at 100 kB, and a test shows it.
`,
  'requirements.md': `# Requirements: Todo API

## Functional requirements

### FR-1: Add a todo

A client adds a todo with a title.

Acceptance:

- \`POST /todos\` with a title answers 201 and the todo with an id.
- Without a title it answers 400.

### FR-2: List todos

Acceptance:

- \`GET /todos\` answers 200 and all todos in the order in which they were added.

### FR-3: Finish a todo

Acceptance:

- \`POST /todos/:id/done\` answers 200 and the todo as done; an unknown id answers 404.

## Non-functional requirements

### NFR-1: Todos outlive the process

Acceptance:

- A store that is opened again on the same file has the same todos.

### NFR-2: Bad requests are answered

Acceptance:

- An unknown path answers 404, and a body that is no JSON 400; the server goes on.

### NFR-3: Starts with one command

Acceptance:

- \`npm start\` prints the address at which it listens.

## Assumptions

- The API is reached from the same machine only.
`,
  'tasks.md': `# Tasks: Todo API

${HTTP} The test is written first.

${layers([...TASKS, ROUTER_TESTS], false)}`,
  'architecture.md': `# Architecture: Todo API

## Overview

A request comes to the server, the router finds its handler, the handler asks the store, and the answer is JSON.

## Components

- Store: keeps todos in a file; knows nothing of HTTP.
- Router: a table of patterns; knows nothing of todos.
- Routes: what the API offers, by store and router.

## Data

A todo has \`id\` (a number from 1), \`title\` (text) and \`done\` (true or false).

## Interfaces

- \`openStore(file)\` gives \`{ add, list, finish }\`.
- \`createRouter(routes)\` gives a request listener.
- \`todoRoutes(store)\` gives the table of routes.

## Layout

- \`src/store.js\`, \`src/router.js\`, \`src/todos.js\`, \`src/main.js\`; tests of the same names in \`tests/\`.

## Testing

\`npm test\` runs \`node --test tests/\`. Tests of routes make real requests.

## Security

The server listens on 127.0.0.1. Bodies are limited to 100 kB. There are no secrets.
`,
  'tech_stack.md': `# Tech stack: Todo API

## Stack

| What | With | For |
| --- | --- | --- |
| Language | JavaScript, ES modules | all code |
| Runtime | Node 20 | server and tests |

## Reasons

Nothing has to be installed, which a solo developer with free tools likes.

## Alternatives

Express and SQLite: each would be a dependency that so small an API does not need.
`,
  'task_review.md': `# Task review: Todo API

## Findings

- The routing and its tests were two tasks that would write one file: they are one now.

${layers(TASKS, false)}
## Removed tasks

- \`router-tests\`: joined with \`http-routing\`, which comes with its tests.
`,
  'plan.md': `---
title: Todo API
strategy: hybrid
agents: 2
---
# Todo API

${HTTP} The test is written first. Errors are answered as \`{ "error": "…" }\`.

${layers(TASKS, true)}`,
};
