import { FORMS, REMOVED_TASKS } from './forms.ts';
import type { Artefact, StepId } from './steps.ts';

/** The form of an artefact in words: its first line and its sections. */
function formOf(name: Artefact): string {
  const { title, sections } = FORMS[name];
  const lines = sections.map((section) => `- \`## ${section.title}\`: ${section.about}`);
  const begins = `\`${name}\` begins with the line \`# ${title}\``;
  if (lines.length === 0) return `${begins}.`;
  return `${begins} and has these sections, each once and none of them empty:\n\n${lines.join('\n')}`;
}

/** An example in a fence, so that nothing in it is read as the step's own. */
function example(...lines: readonly string[]): string {
  return ['````markdown', ...lines, '````'].join('\n');
}

const ROLES = `Choose the roles that this project needs, three to seven of them, such as backend developer, database developer,
test engineer, security reviewer. Each agent is stateless: it knows its prompt and the files it is given, and nothing else.

${formOf('agent_definitions.md')} Behind it each role has one section \`## <role>\` that says what it is responsible for, what it
is given, what it delivers, how its work is judged, and what it must leave alone.

${formOf('agent_prompts.md')} Behind it stand the same roles, with the same headings \`## <role>\` and no others. Each section is
the whole prompt for that agent: who it is, how it works, what it checks before it says that it is done. Write to the agent
("You are …"), in short sentences that can be followed. A prompt may not have headings of the first or second level.`;

const TASK_FORM = `A task is a heading \`### <id>: <title>\` with its fields as a list right under it, an empty line, and then the text
that tells its agent what to do. The id is short, in lower case with hyphens, and unique:`;

const TASK_RULES = `- \`Estimate\` is the time that an agent needs, 15 min to 2 h. Split what takes longer; join what takes less.
- \`Depends on\` names the ids of tasks whose result the task needs, or \`none\`. Only real needs: whatever can be done at once
  is to be done at once. No two tasks may wait for each other.
- \`Requirements\` names the ids of the requirements that the task meets, parted by commas, each spelled out (no ranges). Each
  requirement is met by some task, and each task meets some requirement; what only prepares names those that it makes possible.
- \`Acceptance\` is a list of criteria that can be checked. Where a command decides, write it as a code span followed by
  \`passes\`, and nothing else on the line.
- The text says all that its agent has to know, since it sees no other task: what to make, the names and formats that others
  rely on, the faults to handle, what to test.
- Write no headings inside a task, and no field twice.`;

const EXAMPLE_TASK = [
  '### user-accounts: Sign-up and sign-in',
  '- Estimate: 45 min',
  '- Depends on: database-schema, http-server',
  '- Requirements: FR-1, NFR-2',
  '- Acceptance:',
  '  - [ ] `npm test -- accounts` passes',
  '  - [ ] A wrong password and an unknown name give the same answer',
  '',
  'Write the routes `POST /users` and `POST /sessions`. …',
];

const CODEBASE = `Where the work changes existing code, name its real paths.`;

/** What each step's agent is told, its goal and inputs aside. Bare paragraphs, lists and fences: no headings. */
export const INSTRUCTIONS: Readonly<Record<StepId, string>> = {
  startup: 'Looks at the machine and at the repository, and writes down what is there.',
  agents: `Define the agents that will build this project, and write their prompts.

${ROLES}`,
  discovery: `Find out what is really wanted, and write it down so that somebody who has not read the goal can go on from it. Read the
goal for what it says and for what it leaves open. Stay within what was asked; do not design yet. ${CODEBASE}

${formOf('discovery.md')}

Write no section \`## Decisions\`: Orca adds what was asked and answered there.`,
  research: `Work out what has to be known before this can be specified and built: the proven ways, the candidates for each open choice,
the traps. Say what you know and how sure you are; invent no sources, versions or figures. Keep to the scope.

${formOf('research.md')}`,
  requirements: `Turn what was found into requirements that can be built and tested. One requirement says one thing, in terms of what can be
observed from outside, with numbers where it is about how much or how fast. Cover the whole scope and nothing outside of it.

${formOf('requirements.md')}

Each requirement in the first two sections is a heading of the third level with its id, \`FR-<n>\` or \`NFR-<n>\`, numbered
from 1 and each used once; under it a sentence or two, and then a list under the line \`Acceptance:\` with at least one criterion
that a test can decide:

${example(
  '### FR-1: Sign up',
  '',
  'A visitor makes an account with an e-mail address and a password.',
  '',
  'Acceptance:',
  '',
  '- `POST /users` with a new address answers 201 and an id.',
  '- The same address again answers 409.',
)}`,
  'agents-improved': `The requirements are there now. Improve the definitions and prompts of the agents so that together they meet every
requirement: make responsibilities precise, name the requirements that each role answers for, remove what nothing asks for,
add a role only where a requirement has nobody. Write both files anew and whole.

${ROLES}`,
  breakdown: `Break the work down into tasks for coding agents that work in parallel, each in a worktree of its own. A task leaves the
whole working: it comes with its tests. Begin with the little that all others stand on, then go wide.

${formOf('tasks.md')} Behind it stands a short paragraph on what all tasks keep to (conventions, commands), then the tasks in
Orca's own format, grouped by headings such as \`## Layer 1: Foundation\`. ${TASK_FORM}

${example(...EXAMPLE_TASK)}

${TASK_RULES}`,
  architecture: `Design the system that meets the requirements by the tasks that are planned. As simple as the requirements allow: no part
without a requirement that needs it. Decide; a reader has no questions left on where something goes, what it is called, or
what it answers. Lay files out so that tasks that run at the same time write different ones. ${CODEBASE}

${formOf('architecture.md')}

${formOf('tech_stack.md')}`,
  review: `Review the tasks against the architecture as the engineer who answers for the result. Look for work that is missing, done
twice, too large, in the wrong order, or waiting without need; for criteria that cannot be checked; for tasks that would write
the same file at the same time. Mend what you find.

${formOf('task_review.md')} Behind it stand all tasks as they are to be, those you did not change too and whole, grouped by
headings such as \`## Layer 1: Foundation\`. Keep the id of a task that stays the same work. A task of \`tasks.md\` that is there
no longer is listed in a last section \`## ${REMOVED_TASKS}\`, with the reason:

${example(`## ${REMOVED_TASKS}`, '', '- `old-task`: merged into `new-task`, which writes the same file.')}

Without such tasks there is no such section. ${TASK_FORM}

${example(...EXAMPLE_TASK)}

${TASK_RULES}`,
  plan: `Write the plan that Orca will execute: every task of the review, with the files that it writes, in layers.

\`plan.md\` may begin with front matter between \`---\` lines (\`title\`, \`strategy\`: sequential, conservative, hybrid or aggressive,
\`agents\`: how many work at once); then comes the line \`# <project>\`, a paragraph or list on what every task keeps to, and the
tasks, grouped by headings such as \`## Layer 1: Foundation\`. Keep the ids and requirements of the tasks. ${TASK_FORM}

${example(
  ...EXAMPLE_TASK.flatMap((line) =>
    line.startsWith('- Requirements') ? ['- Files: `src/routes/users.ts` (new), `src/app.ts`', line] : [line],
  ),
)}

${TASK_RULES}
- \`Files\` names every file that the task writes, tests too, each in backticks, relative to the repository; globs such as
  \`src/users/**\` where there are many. In a repository with code, a file that is not there yet is followed by \`(new)\`; every
  other one is a file that exists.
- Two tasks of one layer write different files, unless one of them depends on the other.
- Take the text of each task from the review, and add what the architecture says on it: paths, names, formats.
- Where a \`plan.md\` is there already, it is the plan before this one: keep its tasks that are ticked off (\`### [x] …\`) as they are.
- Name gates and agents only where you were told which there are.`,
};
