import type { Artefact } from './steps.ts';

/** What an artefact has to have: what agents are told and what checks ask for are one table. */
export interface Form {
  /** Its first line: `# Discovery: <project>`. */
  readonly title: string;
  /** Headings of the second level that it has, each once. */
  readonly sections: readonly FormSection[];
}

export interface FormSection {
  readonly title: string;
  /** What stands there, for who writes it. */
  readonly about: string;
}

const section = (title: string, about: string): FormSection => ({ title, about });

export const FORMS: Readonly<Record<Artefact, Form>> = {
  'startup.md': { title: 'Start-up check', sections: [] },
  'repository_map.md': { title: 'Repository map', sections: [] },
  'agent_definitions.md': { title: 'Agent definitions', sections: [] },
  'agent_prompts.md': { title: 'Agent prompts', sections: [] },
  'discovery.md': {
    title: 'Discovery: <project>',
    sections: [
      section('Goal', 'what is to be there in the end, for whom, and why, in a few sentences'),
      section('Users', 'who uses it, and what each of them wants to do with it'),
      section(
        'Starting point',
        'what of the repository the work builds on, with paths; or that it starts from nothing',
      ),
      section('Scope', 'what is made, as a list of capabilities'),
      section('Out of scope', 'what is not made, so that nobody builds it by mistake'),
      section('Constraints', 'technology, people, money, time, law: what the work has to keep to'),
      section('Assumptions', 'each decision that nobody made and that you took, with its reason'),
      section('Risks', 'what may go wrong, and what is done against it'),
    ],
  },
  'research.md': {
    title: 'Research: <project>',
    sections: [
      section('Findings', 'what is known about such systems that matters here: standards, protocols, common faults'),
      section('Options', 'for each open choice the candidates with what speaks for and against them'),
      section('Recommendations', 'one choice each, with the reason, within the constraints'),
      section('Risks', 'technical risks, and how each is found out early'),
    ],
  },
  'requirements.md': {
    title: 'Requirements: <project>',
    sections: [
      section('Functional requirements', 'what it does'),
      section('Non-functional requirements', 'how well it does it: security, speed, operation, maintenance'),
      section('Assumptions', 'what was taken for granted where the input leaves it open'),
    ],
  },
  'tasks.md': { title: 'Tasks: <project>', sections: [] },
  'architecture.md': {
    title: 'Architecture: <project>',
    sections: [
      section('Overview', 'the system in a paragraph, and the way of a request or a command through it'),
      section('Components', 'each part, what it does, what it depends on, and what it does not know'),
      section('Data', 'what is kept: entities, fields, relations, where and how'),
      section('Interfaces', 'what parts offer each other and the outside: endpoints, functions, formats, errors'),
      section('Layout', 'folders and files with what each is for; parts that are built at once share no file'),
      section('Testing', 'how each part and the whole are tested, and with what command'),
      section('Security', 'who may do what, what is validated where, how secrets are kept'),
    ],
  },
  'tech_stack.md': {
    title: 'Tech stack: <project>',
    sections: [
      section('Stack', 'a table of language, frameworks, storage and tools with versions and purposes'),
      section('Reasons', 'why each of them, held against the constraints'),
      section('Alternatives', 'what else was looked at, and why not'),
    ],
  },
  'task_review.md': {
    title: 'Task review: <project>',
    sections: [
      section('Findings', 'what was wrong with the tasks and what you changed, as a list; or that all were sound'),
    ],
  },
  'plan.md': { title: '<project>', sections: [] },
};

/** Where task_review.md accounts for tasks that are in it no longer. */
export const REMOVED_TASKS = 'Removed tasks';
