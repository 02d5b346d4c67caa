/** Everything that package.json contributes by name. A test holds the manifest against it. */
export const COMMANDS = {
  start: 'orca.start',
  replan: 'orca.replan',
  preview: 'orca.previewPlan',
  validate: 'orca.validatePlan',
  execute: 'orca.executePlan',
  treatAsPlan: 'orca.treatAsPlan',
  treatAsNoPlan: 'orca.treatAsNoPlan',
  runTask: 'orca.runTask',
  pause: 'orca.pauseRun',
  resume: 'orca.resumeRun',
  cancel: 'orca.cancelRun',
  retry: 'orca.retryTask',
  skip: 'orca.skipTask',
  accept: 'orca.acceptTask',
  answer: 'orca.answerAgent',
  takeOver: 'orca.takeOverTask',
  handBack: 'orca.handBackTask',
  markRead: 'orca.markRead',
  sendBack: 'orca.sendBackTask',
  rollBack: 'orca.rollBackTask',
  hold: 'orca.holdTask',
  checkAgents: 'orca.checkAgents',
  prompt: 'orca.showPrompt',
  retryGate: 'orca.retryGate',
  waiveGate: 'orca.waiveGate',
  mendGate: 'orca.mendGate',
  gateReport: 'orca.showGateReport',
  setUpGates: 'orca.setUpGates',
  ignoreFinding: 'orca.ignoreFinding',
  terminal: 'orca.showTaskTerminal',
  log: 'orca.openTaskLog',
  changes: 'orca.showChanges',
  apply: 'orca.applyRun',
  summary: 'orca.showSummary',
  openRun: 'orca.openRun',
  runSummary: 'orca.showRunSummary',
  runChanges: 'orca.showRunChanges',
  compareRuns: 'orca.compareRuns',
  deleteRun: 'orca.deleteRun',
  moreRuns: 'orca.showMoreRuns',
  openSample: 'orca.openSample',
  filter: 'orca.filterTasks',
  clearFilter: 'orca.clearTaskFilter',
  openTask: 'orca.openTask',
  showOutput: 'orca.showOutput',
  criticalPath: 'orca.showCriticalPath',
  changeOrder: 'orca.changeOrder',
  convert: 'orca.convertPlan',
  formatEstimates: 'orca.formatEstimates',
  addReviewComment: 'orca.addReviewComment',
  deleteReviewComment: 'orca.deleteReviewComment',
  sendReview: 'orca.sendReview',
} as const;

export const VIEWS = { tasks: 'orca.tasks', history: 'orca.history' } as const;

/** Of tasks in tasks.json that run gates. */
export const TASK_TYPE = 'orca';

/** Of the documents that have two runs beside each other. */
export const COMPARISON_SCHEME = 'orca-comparison';

export const PANEL = 'orca.panel';

/** What a person says at the lines of results: the controller and its threads, and each comment. */
export const COMMENTS = { review: 'orca.review', comment: 'orca.comment' } as const;

/** `@orca` in the Chat view. */
export const PARTICIPANT = 'orca.chat';

/** What models of the editor can use. */
export const TOOLS = {
  preview: 'orca_preview_plan',
  validate: 'orca_validate_plan',
  status: 'orca_run_status',
  execute: 'orca_execute_plan',
} as const;

/** Context keys that menus and welcome views are decided by. */
export const CONTEXT = {
  /** none, running, paused, cancelling, succeeded, failed, cancelled */
  run: 'orca.run',
  /** The run can be acted upon from this window. */
  ours: 'orca.ours',
  plan: 'orca.hasPlan',
  /** yes, no; absent: not known yet */
  repository: 'orca.hasRepository',
  /** The tree shows some of the tasks. */
  filtered: 'orca.filtered',
  /** Paths of the files that the user said to be plans. */
  declaredPlans: 'orca.declaredPlans',
  /** The active editor shows a plan. */
  planEditor: 'orca.planEditor',
  /** There are comments on results that were not sent. */
  reviewComments: 'orca.reviewComments',
} as const;
