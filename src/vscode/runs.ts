import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { LineMap } from '../core/plan/diagnostic.ts';
import type { ReportCommand, UserCommand } from '../core/run/command.ts';
import type { Decision } from '../core/run/decide.ts';
import type { RunState } from '../core/run/state.ts';
import { askOwner, askToYield } from '../engine/control.ts';
import type { Engine } from '../engine/engine.ts';
import { follow, type Follower } from '../engine/follow.ts';
import { openRepository } from '../engine/git/preflight.ts';
import { listRuns, openRun, readRun, type Opened } from '../engine/open-run.ts';
import { ownership, type Owner } from '../engine/owner.ts';
import { currentIdentity, monotonicMs } from '../engine/process/identity.ts';
import { journalPath, ownerDir, planPath, runDir } from '../engine/run-files.ts';
import type { RunSession } from '../engine/session.ts';
import type { Engines } from './engines.ts';
import { settingsFor } from './settings.ts';

/** How this window stands to a run. */
type Hold =
  | { readonly kind: 'driving'; readonly session: RunSession }
  /** Another process drives it; we see what it writes down. Which one may change. */
  | { readonly kind: 'watching'; readonly follower: Follower }
  /** Nobody drives it: finished, or paused. */
  | { readonly kind: 'resting' };

/** The run that this window shows. */
export interface ShownRun {
  readonly root: string;
  readonly dir: string;
  readonly state: RunState;
  readonly hold: Hold;
  /** Of the plan as it was when the run began. */
  readonly lines: LineMap;
  /** Opened to be looked at: nothing begins by it. */
  readonly isLookedAt?: true;
}

interface FoundRun {
  readonly root: string;
  readonly state: RunState;
  readonly owner: Owner | undefined;
}

const NEWS_MS = 250;

/** Takes up, starts and lets go of runs for this window. Owns the session; views hear of every change. */
export class Runs implements vscode.Disposable {
  readonly engines: Engines;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  #shown: ShownRun | undefined;
  #told: NodeJS.Timeout | undefined;
  /** Takes, starts and restores come one after another. */
  #turn: Promise<unknown> = Promise.resolve();
  #disposed = false;

  /** What is shown has changed; many changes in a moment are told as one. */
  readonly onDidChange = this.#changed.event;

  constructor(engines: Engines, log: vscode.LogOutputChannel) {
    this.engines = engines;
    this.#log = log;
  }

  get shown(): ShownRun | undefined {
    return this.#shown;
  }

  /** Run time now, ms. */
  now(): number {
    if (this.#shown === undefined) return 0;
    const { state, hold } = this.#shown;
    const going = hold.kind !== 'resting' && state.session.live && state.status.kind !== 'finished';
    const comparable = state.session.boot === currentIdentity().boot;
    return going && comparable ? state.time + Math.max(0, monotonicMs() - state.mono) : state.time;
  }

  /** The newest run of the workspace, taken up where it was this window's to drive. */
  restore(): Promise<void> {
    return this.#inTurn(() => this.#restore());
  }

  /** Where the run that is shown is not there any more, removed or with its folder, the newest of the others is shown. */
  lookAgain(): Promise<void> {
    return this.#inTurn(async () => {
      const shown = this.#shown;
      if (shown !== undefined) {
        if (shown.hold.kind === 'driving' || (await this.#isThere(shown))) return;
        if (shown.hold.kind === 'watching') shown.hold.follower.dispose();
        this.#shown = undefined;
        this.#tell();
      }
      // Nothing begins by it that nobody asked for.
      const newest = await this.#newestOfAll();
      if (newest !== undefined) await this.#rest(newest.root, newest.state, newest.owner, { isLookedAt: true });
    });
  }

  /** Shows a run of the past; false: one goes on in this window, and stays. */
  look(root: string, id: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const shown = this.#shown;
      if (shown?.root === root && shown.state.spec.id === id) return true;
      if (shown?.hold.kind === 'driving' && shown.state.status.kind !== 'finished') return false;
      const dir = runDir(root, id);
      const [read, owner] = await Promise.all([readRun(dir), ownership(ownerDir(dir))]);
      if (read.kind === 'refused') throw new Error(`${id}: ${read.message}`);
      await this.#letGo();
      await this.#rest(root, read.state, owner.kind === 'owned' ? owner.owner : undefined, { isLookedAt: true });
      return true;
    });
  }

  /** Starts a run; what stands against it is shown. */
  start(folder: string, begin: (engine: Engine) => Promise<Opened>): Promise<boolean> {
    return this.#inTurn(async () => {
      const { hold, state } = this.#shown ?? {};
      // One may have begun, or been taken up, since it was asked whether there is one.
      if (hold?.kind === 'driving' && state !== undefined && state.status.kind !== 'finished') {
        void vscode.window.showInformationMessage(beforeAnother(state));
        return false;
      }
      const engine = this.engines.of(folder);
      if (engine === undefined) return false;
      await this.#letGo();
      return this.#accept(await begin(engine));
    });
  }

  /** Asks the run for something, wherever it is driven; one that rests is taken up for it. `of`: the run that is meant. */
  dispatch(command: UserCommand, of: ShownRun | undefined): Promise<Decision> {
    return this.#inTurn(async () => {
      const shown = this.#shown;
      if (shown === undefined) return { rejected: vscode.l10n.t('There is no run.') };
      // A question stays open while another run is opened.
      if (shown.dir !== of?.dir) return { rejected: vscode.l10n.t('Another run is shown by now. Nothing was done.') };
      if (shown.hold.kind !== 'driving') {
        const driver = await ownership(ownerDir(shown.dir));
        if (driver.kind === 'owned') {
          // Somebody has taken up what rested here.
          if (shown.hold.kind === 'resting') await this.#rest(shown.root, shown.state, driver.owner, shown);
          return askOwner(driver.owner, command);
        }
        await this.#take(shown.root, shown.state.spec.id);
      }
      const now = this.#shown?.hold;
      if (now?.kind !== 'driving') return { rejected: vscode.l10n.t('The run could not be taken up.') };
      const decision = await now.session.dispatch(command);
      await this.#restFinished(now.session);
      return decision;
    });
  }

  /** Notes in the run's journal what became of its result. */
  note(
    { root, dir, state }: ShownRun,
    command: Extract<ReportCommand, { type: 'applied' | 'delivered' }>,
  ): Promise<void> {
    return this.#inTurn(async () => {
      const { id } = state.spec;
      if (this.#shown?.dir === dir) {
        await this.#take(root, id);
        const { hold } = this.#shown;
        if (hold.kind !== 'driving') return;
        await hold.session.submit(command);
        await this.#restFinished(hold.session);
        return;
      }
      // Another run has been opened meanwhile, and stays.
      const engine = this.engines.of(root);
      const opened = engine && (await openRun(engine, id));
      if (opened?.kind !== 'opened') {
        this.#log.warn(`${id}: it is not noted that it was ${command.type}.`);
        return;
      }
      await opened.session.submit(command);
      await opened.session.close();
    });
  }

  /** Lets go of the run; with the setting, a detached engine goes on with it. */
  async close(): Promise<void> {
    this.#disposed = true;
    const shown = this.#shown;
    if (shown?.hold.kind === 'watching') shown.hold.follower.dispose();
    if (shown?.hold.kind !== 'driving') return;
    const goesOn =
      settingsFor(vscode.Uri.file(shown.root)).settings['run.continueWhenClosed'] &&
      shown.state.status.kind === 'running';
    // Before letting go, as a window that closes may not come to the next line; it waits until the run is free.
    if (goesOn) this.engines.goOn(shown.root, shown.state.spec.id);
    await shown.hold.session.close();
  }

  dispose(): void {
    clearTimeout(this.#told);
    this.#changed.dispose();
  }

  async #restore(): Promise<void> {
    // What goes on in this window stays.
    if (this.#shown?.hold.kind === 'driving') return;
    const newest = await this.#newestOfAll();
    if (newest !== undefined) await this.#takeUp(newest.root, newest.state, newest.owner);
  }

  /** Nobody drives the run any more that this window has watched. */
  #takeUpFree({ root, dir, isLookedAt }: Pick<ShownRun, 'root' | 'dir' | 'isLookedAt'>): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#disposed || this.#shown?.dir !== dir || this.#shown.hold.kind !== 'watching') return;
      const [read, owner] = await Promise.all([readRun(dir), ownership(ownerDir(dir))]);
      // One that is being removed is noticed by its folder.
      if (read.kind === 'refused') return;
      const by = owner.kind === 'owned' ? owner.owner : undefined;
      if (isLookedAt === true) await this.#rest(root, read.state, by, { isLookedAt });
      else await this.#takeUp(root, read.state, by);
    });
  }

  async #takeUp(root: string, state: RunState, owner: Owner | undefined): Promise<void> {
    const driverless = state.status.kind === 'running' || state.status.kind === 'cancelling';
    const back = owner?.driver === 'detached' || (owner === undefined && driverless && state.session.driver !== 'cli');
    if (back) await this.#take(root, state.spec.id);
    else await this.#rest(root, state, owner);
  }

  async #isThere({ root, dir }: ShownRun): Promise<boolean> {
    if (!existsSync(journalPath(dir))) return false;
    const opened = await Promise.all(workspaceFolders().map((folder) => openRepository(folder)));
    return opened.some((one) => one.ok && one.repository.root === root);
  }

  async #newestOfAll(): Promise<FoundRun | undefined> {
    // To look for it, git is started.
    if (!vscode.workspace.isTrusted) return undefined;
    const found = await Promise.all(workspaceFolders().map((folder) => this.#newest(folder)));
    return found.flatMap((run) => run ?? []).sort((a, b) => b.state.startedAt - a.state.startedAt)[0];
  }

  async #newest(folder: string): Promise<FoundRun | undefined> {
    const repository = await openRepository(folder);
    if (!repository.ok) return undefined;
    const { root } = repository.repository;
    for (const { id, state, owner, problem } of await listRuns(root)) {
      if (state !== undefined) return { root, state, owner };
      this.#log.warn(`${id}: ${problem ?? ''}`);
    }
    return undefined;
  }

  async #take(root: string, id: string): Promise<void> {
    if (this.#shown?.hold.kind === 'driving' && this.#shown.state.spec.id === id) return;
    const engine = this.engines.of(root);
    if (engine === undefined) return;
    let opened = await openRun(engine, id);
    if (opened.kind === 'owned' && opened.owner.driver === 'detached' && (await askToYield(opened.owner)))
      opened = await openRun(engine, id);
    await this.#accept(opened, root);
  }

  async #accept(opened: Opened, root?: string): Promise<boolean> {
    switch (opened.kind) {
      case 'refused': {
        const [first, ...rest] = opened.problems;
        for (const problem of opened.problems) this.#log.error(problem);
        const more = rest.length > 0 ? vscode.l10n.t(' (and {0} more: see the output)', rest.length) : '';
        void vscode.window.showErrorMessage(`Orca: ${first ?? ''}${more}`);
        return false;
      }
      case 'owned':
        await this.#rest(root ?? '', opened.state, opened.owner);
        return false;
      case 'opened':
        await this.#drive(opened.session, opened.notice);
        return true;
    }
  }

  async #drive(session: RunSession, notice: string | undefined): Promise<void> {
    const { root, dir, state } = session;
    if (notice !== undefined) this.#log.warn(notice);
    this.#show({ root, dir, state, hold: { kind: 'driving', session }, lines: await linesOf(dir) });
    session.onNews((news) => {
      if (news.kind === 'events')
        for (const { seq, event } of news.records) {
          this.#log.info(`${seq} ${JSON.stringify(event).slice(0, 500)}`);
          if (event.type === 'run.finished') void this.#inTurn(() => this.#restFinished(session));
        }
      if (news.kind === 'left') {
        this.#log.warn(news.message);
        void vscode.window.showWarningMessage(`Orca: ${news.message}`);
      }
      if (news.kind === 'fault' && news.message !== undefined) {
        this.#log.error(news.message);
        void vscode.window.showErrorMessage(
          vscode.l10n.t('Orca: {0} It is tried again until it can be.', news.message),
        );
      }
      this.#tell();
    });
  }

  /** A finished run is nobody's to drive, unless it was taken up again meanwhile. */
  async #restFinished(session: RunSession): Promise<void> {
    const { hold } = this.#shown ?? {};
    const ours = !this.#disposed && hold?.kind === 'driving' && hold.session === session;
    if (!ours || session.state.status.kind !== 'finished') return;
    await session.finished();
    const shown = this.#shown;
    if (shown !== undefined && (await session.closeFinished())) this.#show({ ...shown, hold: { kind: 'resting' } });
  }

  async #letGo(): Promise<void> {
    const shown = this.#shown;
    if (shown?.hold.kind !== 'driving') return;
    await shown.hold.session.close();
    this.#show({ ...shown, hold: { kind: 'resting' } });
  }

  /** Shows a run that this window does not drive. */
  async #rest(
    root: string,
    state: RunState,
    owner: Owner | undefined,
    { isLookedAt }: Pick<ShownRun, 'isLookedAt'> = {},
  ): Promise<void> {
    const more = isLookedAt === true ? { isLookedAt } : {};
    const dir = runDir(root, state.spec.id);
    const follower =
      owner === undefined
        ? undefined
        : await follow(dir, {
            onChange: () => this.#tell(),
            onFree: () => void this.#takeUpFree({ root, dir, ...more }).catch(() => undefined),
          });
    const lines = await linesOf(dir);
    this.#show(
      follower === undefined
        ? { ...more, root, dir, state, lines, hold: { kind: 'resting' } }
        : { ...more, root, dir, state: follower.state, lines, hold: { kind: 'watching', follower } },
    );
  }

  #show(run: ShownRun): void {
    if (this.#shown?.hold.kind === 'watching') this.#shown.hold.follower.dispose();
    this.#shown = run;
    this.#tell();
  }

  #tell(): void {
    this.#told ??= setTimeout(() => {
      this.#told = undefined;
      this.#changed.fire();
    }, NEWS_MS);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch((error: unknown) => this.#log.error(error as Error));
    return turn;
  }
}

/** Tells one run from all others: an id is of one repository, and may come again where a run was removed. */
export function keyOf({ dir, state }: ShownRun): string {
  return `${dir} ${state.startedAt}`;
}

/** Why no other run begins beside one that is not finished, with the way out. */
export function beforeAnother({ spec, status }: RunState): string {
  return vscode.l10n.t('{0} is {1}. Finish or cancel it before you start another run.', spec.id, status.kind);
}

async function linesOf(dir: string): Promise<LineMap> {
  return new LineMap(await readFile(planPath(dir), 'utf8').catch(() => ''));
}

/** The workspace's folders on this machine's disk. */
export function workspaceFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? []).filter((f) => f.uri.scheme === 'file').map((f) => f.uri.fsPath);
}
