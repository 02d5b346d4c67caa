import { BASELINE_FILE, isAccepted, readBaseline, type Accepted } from '../../core/gate/baseline.ts';
import { changedLines, oldLineOf, type Hunk } from '../../core/gate/changed-lines.ts';
import type { Measured } from '../../core/gate/judge/measured.ts';
import { newFindings } from '../../core/gate/new-findings.ts';
import type { RawFinding } from '../../core/gate/read/report.ts';
import type { ChangedFile } from '../../core/run/event.ts';
import { lineHash } from '../gate/line-hash.ts';
import { blame, originsOf } from '../git/blame.ts';
import { changedHunks, diffFiles, listFiles, showTexts } from '../git/diff.ts';
import type { Repository } from '../git/git.ts';
import type { MeasureRequest } from './request.ts';

type Raw = RawFinding & { /** Instead of the line's text. */ readonly identity?: string };

/** `now`: what is judged. `start`: where the work on it began. `before`: where the run began. */
export type Side = 'now' | 'start' | 'before';

/** Of more lines of a file git is not asked one by one: a command line has an end. */
const MOST_RANGES = 500;

/**
 * The work under judgement, as git has it: its files and those before, which lines it changed, and whose a finding is.
 * Texts come from commits, never from a worktree that a command may have changed.
 */
export class Work {
  /** Paths at the head. */
  readonly files: ReadonlySet<string>;
  /** What the work itself changed, since `from`. */
  readonly changed: readonly ChangedFile[];
  /** What the run changed, since `base`. */
  readonly sinceBase: readonly ChangedFile[];
  readonly #repository: Repository;
  readonly #request: MeasureRequest;
  readonly #accepted: readonly Accepted[];
  readonly #own: ReadonlyMap<string, readonly Hunk[]>;
  readonly #others: ReadonlyMap<string, ReadonlySet<number>>;
  readonly #texts = new Map<string, Promise<string | undefined>>();
  readonly #rows = new Map<string, Promise<readonly string[]>>();
  readonly #lines = new Map<string, ReadonlySet<number>>();

  private constructor(
    repository: Repository,
    request: MeasureRequest,
    known: {
      readonly files: readonly string[];
      readonly changed: readonly ChangedFile[];
      readonly sinceBase: readonly ChangedFile[];
      readonly own: ReadonlyMap<string, readonly Hunk[]>;
      readonly others: ReadonlyMap<string, readonly Hunk[]>;
      readonly accepted: readonly Accepted[];
    },
  ) {
    this.#repository = repository;
    this.#request = request;
    this.files = new Set(known.files);
    this.changed = known.changed;
    this.sinceBase = known.sinceBase;
    this.#own = known.own;
    this.#others = new Map([...known.others].map(([path, hunks]) => [path, changedLines(hunks)]));
    this.#accepted = known.accepted;
  }

  static async open(repository: Repository, request: MeasureRequest): Promise<Work | { readonly problem: string }> {
    const { base, from, head } = request;
    const [text] = await showTexts(repository, [{ commit: base, path: BASELINE_FILE }]);
    const baseline = readBaseline(text);
    if ('problem' in baseline) return baseline;
    const [files, changed, sinceBase, own, others] = await Promise.all([
      listFiles(repository, head),
      diffFiles(repository, from, head),
      diffFiles(repository, base, head),
      changedHunks(repository, from, head),
      changedHunks(repository, base, from),
    ]);
    return new Work(repository, request, { files, changed, sinceBase, own, others, ...baseline });
  }

  /** Lines that the work changed, of a file. */
  linesOf(path: string): ReadonlySet<number> {
    const known = this.#lines.get(path) ?? changedLines(this.#own.get(path) ?? []);
    this.#lines.set(path, known);
    return known;
  }

  /** A file at the head; undefined: not there, or binary. */
  now(path: string): Promise<string | undefined> {
    return this.#text(this.#request.head, path);
  }

  start(path: string): Promise<string | undefined> {
    return this.#text(this.#request.from, path);
  }

  before(path: string): Promise<string | undefined> {
    return this.#text(this.#request.base, path);
  }

  /** Reads many at once, for what asks one by one. */
  load(side: Side, paths: readonly string[]): void {
    const commit = this.#commitOf(side);
    const missing = paths.filter((path) => !this.#texts.has(`${commit}:${path}`));
    const read = showTexts(
      this.#repository,
      missing.map((path) => ({ commit, path })),
    );
    missing.forEach((path, i) =>
      this.#texts.set(
        `${commit}:${path}`,
        read.then((texts) => texts[i]),
      ),
    );
  }

  /**
   * Those of the work's own, of what was found at the head: not there at the base of the run, not in a line that another
   * task wrote, and not accepted. Each gets its fingerprint, and the task that wrote its line. `before` undefined: it is
   * not known, and what stands in a line that was not changed, or in another file, does not count.
   */
  async fresh(now: readonly Raw[], before: readonly Raw[] | undefined): Promise<Measured['findings']> {
    const found = await this.#known('now', now);
    const left =
      before === undefined
        ? found.filter(({ path, line }) => this.#isChanged(path, line))
        : newFindings(found, await this.#known('before', before));
    const own = left.filter(({ path, line }) => this.#isOwn(path, line));
    return this.#attributed(own);
  }

  async #known(side: Side, findings: readonly Raw[]): Promise<Measured['findings'][number][]> {
    this.load(side, [...new Set(findings.flatMap(({ path }) => path ?? []))]);
    return Promise.all(
      findings.map(async ({ identity, ...finding }) => {
        const { path, line, rule, message } = finding;
        const at = path === undefined || line === undefined ? undefined : (await this.#rowsOf(side, path))[line - 1];
        return {
          ...finding,
          fingerprint: fingerprint(rule, identity ?? at ?? message),
          ...(at !== undefined && { anchor: lineHash(at) }),
        };
      }),
    );
  }

  /** What is in no line may be new, and no more can be told of it: it counts. */
  #isChanged(path: string | undefined, line: number | undefined): boolean {
    if (path === undefined) return true;
    return line === undefined ? this.changed.some((file) => file.path === path) : this.linesOf(path).has(line);
  }

  #rowsOf(side: Side, path: string): Promise<readonly string[]> {
    const key = `${this.#commitOf(side)}:${path}`;
    const rows = this.#rows.get(key) ?? this[side](path).then((text) => text?.replace(/\n$/, '').split('\n') ?? []);
    this.#rows.set(key, rows);
    return rows;
  }

  #commitOf(side: Side): string {
    const { head, from, base } = this.#request;
    return { now: head, start: from, before: base }[side];
  }

  #isOwn(path: string | undefined, line: number | undefined): boolean {
    if (path === undefined) return true;
    const others = this.#others.get(path);
    if (others === undefined) return true;
    const hunks = this.#own.get(path);
    if (line === undefined) return hunks !== undefined;
    const old = oldLineOf(hunks ?? [], line);
    return old === undefined || !others.has(old);
  }

  /** As `fresh`, of what is the work's own by its nature; less what was found where it began. */
  async own(found: readonly Raw[], atStart: readonly Raw[] = []): Promise<Measured['findings']> {
    return this.#attributed(newFindings(await this.#known('now', found), await this.#known('start', atStart)));
  }

  /** Each with the task that wrote its line, where that is known; those that are accepted are left out. */
  async #attributed(all: Measured['findings']): Promise<Measured['findings']> {
    const { task, head, gate } = this.#request;
    const findings = all.filter((finding) => !isAccepted({ gate: gate.name, ...finding }, this.#accepted));
    if (task !== undefined) return findings.map((finding) => ({ ...finding, task }));
    const lines = new Map<string, Set<number>>();
    for (const { path, line } of findings)
      // Git says nothing of a file that it is asked for one line too many of.
      if (
        path !== undefined &&
        line !== undefined &&
        this.files.has(path) &&
        line <= (await this.#rowsOf('now', path)).length
      )
        lines.set(path, (lines.get(path) ?? new Set()).add(line));
    const commits = new Map<string, string>();
    for (const [path, wanted] of lines) {
      const asked = wanted.size > MOST_RANGES ? {} : { lines: [...wanted] };
      for (const { line, commit } of (await blame(this.#repository, path, { commit: head, ...asked })) ?? [])
        if (commit !== undefined && wanted.has(line)) commits.set(`${path}:${line}`, commit);
    }
    const origins = await originsOf(this.#repository, [...commits.values()]);
    return findings.map((finding) => {
      const origin = origins.get(commits.get(`${finding.path ?? ''}:${finding.line ?? ''}`) ?? '');
      return origin === undefined ? finding : { ...finding, task: origin.task };
    });
  }

  #text(commit: string, path: string): Promise<string | undefined> {
    const key = `${commit}:${path}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const read = showTexts(this.#repository, [{ commit, path }]).then(([text]) => text);
    this.#texts.set(key, read);
    return read;
  }
}

/** Of a rule and the text that it is about. */
function fingerprint(rule: string, text: string): string {
  return `${lineHash(rule)}${lineHash(text)}`;
}
