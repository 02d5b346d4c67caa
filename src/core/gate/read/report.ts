import type { Finding } from '../gate.ts';

/** What a reader of a tool's report gives: never an exception, and never an empty success for a text that is damaged. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** A finding as a tool reports it, before it is known which gate asked. `path` as the tool wrote it. */
export type RawFinding = Omit<Finding, 'gate' | 'fingerprint' | 'task'>;

export interface TestResults {
  readonly tests: readonly TestCase[];
}

export interface TestCase {
  readonly name: string;
  /** Of the suites around it, the outermost first. */
  readonly suites: readonly string[];
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** As the tool wrote it; absent where it does not say. */
  readonly path?: string;
  /** 1-based; of the failure where it failed and that is known. */
  readonly line?: number;
  /** Of a failure: the first line in short, then the rest (expected and actual, the stack). */
  readonly message?: string;
  readonly details?: string;
  readonly seconds?: number;
}

/** By path as the tool wrote it. */
export type Coverage = ReadonlyMap<string, FileCoverage>;

/** Hits by 1-based line, of the lines that can be run and no others. */
export type FileCoverage = ReadonlyMap<number, number>;
