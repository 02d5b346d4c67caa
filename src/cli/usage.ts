export const USAGE = `Orca runs a plan's tasks with parallel agents, each in its own git worktree.

Usage: orca <command> [options]

  start    <goal> [constraints] [true|false] [plan|validate|preview|execute]
                                       make a plan: steps 0-9, to discovery.md ... plan.md, asking
                                       back (true) where something is unclear; then what is named
  replan                               plan anew what depends on the artefacts you edited
  preview  [plan]                      layers, critical path, and the time for each strategy;
                                       a plan is plan.md, tasks.md, tasks.json, a folder of tasks
  validate [plan]                      what is wrong with the plan, and what its tasks lack for an agent
  execute  [plan] [strategy] [agents]  run it, to a branch orca/<run>/integration
  resume   [run]                       go on with a run whose window or command line is gone
  status   [run]                       where a run stands
  list                                 the runs of this repository
  compare [run] [run]                  two runs beside each other; the newest two
  apply    [run]                       merge a run's result into your branch
  remove   <run>                       take a run away, with its branch and its logs; --force: also
                                       what would be lost with it
  pause | cancel [run]                 no new starts | stop everything
  retry | skip <task> [run]            another attempt | go on without it
  read [task] [run]                    what is merged and unread | you have looked at a task
  send-back <task> [run]               its agent changes what you say; with --note TEXT
                                       and --comment PATH:LINE:TEXT, as often as you like
  roll-back <task> [run]               take back what was merged of it and of its dependents
  hold <task> [run]                    wait for what it would conflict with, and begin anew
  accept <task> [run]                  merge its result though its gates did not pass
  answer [task] [run]                  what agents ask; with --allow, --allow-task,
                                       --deny REASON, --reply TEXT or, for the questions
                                       of planning, --give ID=TEXT: your answer
  take-over | hand-back <task> [run]   work on a task yourself | give it back to be checked
  agents [name]                        which agents there are, and what they may do;
                                       with --try: asks one for a word (a few tokens)
  gates [name ...]                     run the quality gates on the checkout as it is;
                                       --base REV: only what is new since then (HEAD);
                                       --init: write .orca/gates.yaml for this repository
  blame <file>                         which task, attempt and agent wrote its lines, and what
                                       its gates said; --line N: only that line
  prompt <task> [plan.md]              what a task's agent is told

Options:
  --strategy sequential|conservative|hybrid|aggressive   (plan's, else the settings')
  --agents N            agents at once (plan's, else the settings')
  --agent NAME          agent of the tasks that name none (plan's, else the settings')
  --mode M, --no-clarify  start: what follows the plan (preview); take defaults, ask nothing
  --replace             start, resume: replace files of yours that differ, and keep them aside
  --yes, -y             start: execute without asking once more
  --uncommitted         execute: start from your uncommitted work, not from the last commit
  --attempts N          execute: attempts of a task before it is given up
  --idle-minutes N      execute: end an attempt that prints nothing for so long
  --limit-minutes N     execute: end an attempt after so long
  --set KEY=VALUE       a setting, as in .orca/settings.json; as often as you like
  --folder DIR          the repository (the current folder)
  --format text|json    gates, validate: sarif, too

Run: an id of \`orca list\`; without one, the newest that fits.
Exit codes: 0 done, 1 finished with failures, 2 bad input, 130 interrupted.
`;
