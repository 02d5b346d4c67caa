import { fields, list, number, text as textIn, type Fields } from '../../agent/cli/json.ts';
import type { RelatedPlace } from '../gate.ts';
import { readJson } from './document.ts';
import { pathOfUri } from './place.ts';
import type { RawFinding, Read } from './report.ts';

/** What a SARIF log says, in all its runs. */
export interface SarifReport {
  /** Names of the tools. */
  readonly tool: string;
  readonly findings: readonly RawFinding[];
}

/**
 * Reads SARIF 2.1.0. Results that are suppressed, passed, or of before are no findings. A run without results, one that
 * says that it failed, and one that could not read a file are problems: what it would have found is not known.
 */
export function readSarif(text: string): Read<SarifReport> {
  const root = readJson(text);
  if (!root.ok) return root;
  const { runs } = root.value;
  const version = textIn(root.value.version);
  if (version === undefined || !Array.isArray(runs)) return { ok: false, problem: 'it is no SARIF' };
  if (!version.startsWith('2.1')) return { ok: false, problem: `it is SARIF ${version}; 2.1.0 is read` };
  if (runs.length === 0) return { ok: false, problem: 'it has no run' };
  const read = list(runs).map(readRun);
  const broken = read.find((one) => !one.ok);
  if (broken !== undefined) return broken;
  if (read.length < runs.length) return { ok: false, problem: 'it has a run that is no object' };
  const reports = read.flatMap((one) => (one.ok ? [one.value] : []));
  return {
    ok: true,
    value: {
      tool: [...new Set(reports.map(({ tool }) => tool))].join(', '),
      findings: reports.flatMap(({ findings }) => findings),
    },
  };
}

function readRun(run: Fields): Read<SarifReport> {
  const driver = fields(fields(run.tool)?.driver) ?? {};
  const tool = textIn(driver.name);
  if (tool === undefined) return { ok: false, problem: 'it has a run without the name of its tool' };
  const failure = failureOf(run);
  if (failure !== undefined) return { ok: false, problem: `${tool} failed: ${failure}` };
  if (!Array.isArray(run.results)) return { ok: false, problem: `the run of ${tool} has no results` };
  const results = list(run.results);
  if (results.length < run.results.length) return { ok: false, problem: `${tool} has a result that is no object` };
  const findings = results.filter(isOpen).map((result) => findingOf(result, run, driver, tool));
  return { ok: true, value: { tool, findings } };
}

/** Of its invocations; undefined: all went well. */
function failureOf(run: Fields): string | undefined {
  for (const invocation of list(run.invocations)) {
    const notes = ['toolExecutionNotifications', 'toolConfigurationNotifications'].flatMap((key) =>
      list(invocation[key]),
    );
    const error = notes.find((note) => note.level === 'error');
    const hasFailed = invocation.executionSuccessful === false;
    if (error === undefined && !hasFailed) continue;
    const told = error ?? notes[0] ?? {};
    const said = textIn(fields(told.message)?.text) ?? textIn(invocation.exitCodeDescription) ?? 'it does not say why';
    const place = physicalPlace(list(told.locations)[0], run);
    return place === undefined ? said : `${said} (${place.path})`;
  }
  return undefined;
}

/** Whether it stands against the code. */
function isOpen(result: Fields): boolean {
  const suppressions = list(result.suppressions);
  const isSuppressed =
    suppressions.length > 0 && !suppressions.some(({ status }) => status === 'underReview' || status === 'rejected');
  const isPassed = result.kind === 'pass' || result.kind === 'notApplicable';
  return !isSuppressed && !isPassed && result.baselineState !== 'absent';
}

function findingOf(result: Fields, run: Fields, driver: Fields, tool: string): RawFinding {
  const { id, descriptor } = ruleOf(result, run, driver);
  const rule = id ?? tool;
  const locations = list(result.locations);
  const place = physicalPlace(locations[0], run);
  const helpUri = webAddress(descriptor.helpUri);
  const related = [...locations.slice(1), ...list(result.relatedLocations)].flatMap((one): RelatedPlace[] => {
    const other = physicalPlace(one, run);
    if (other === undefined) return [];
    const message = messageOf(one.message, descriptor, driver) ?? 'also here';
    return [{ message, path: other.path, ...(other.region.line !== undefined && { line: other.region.line }) }];
  });
  return {
    rule,
    severity: severityOf(result, descriptor),
    message:
      messageOf(result.message, descriptor, driver) ??
      textIn(fields(descriptor.shortDescription)?.text) ??
      textIn(descriptor.name) ??
      rule,
    ...(place !== undefined && { path: place.path, ...place.region }),
    ...(helpUri !== undefined && { helpUri }),
    ...(related.length > 0 && { related }),
  };
}

/** By index, else by id; an id may go on in parts that the rule's own has not: `CA1000/1`. */
function ruleOf(result: Fields, run: Fields, driver: Fields): { id: string | undefined; descriptor: Fields } {
  const reference = fields(result.rule);
  const id = textIn(result.ruleId) ?? textIn(reference?.id);
  const extension = number(fields(reference?.toolComponent)?.index);
  const component = extension === undefined ? driver : (list(fields(run.tool)?.extensions)[extension] ?? driver);
  const rules = list(component.rules);
  const index = number(result.ruleIndex) ?? number(reference?.index);
  const descriptor =
    (index === undefined ? undefined : rules[index]) ??
    rules.find((rule) => id !== undefined && rule.id === id) ??
    rules.find((rule) => id?.startsWith(`${textIn(rule.id) ?? ''}/`)) ??
    {};
  return { id: id ?? textIn(descriptor.id), descriptor };
}

const SEVERITIES = { error: 'error', warning: 'warning', note: 'information', none: 'information' } as const;
type Level = keyof typeof SEVERITIES;

/** Its own level, else (for a failure) the rule's; what a person has to look at is a warning. */
function severityOf(result: Fields, descriptor: Fields): RawFinding['severity'] {
  if (isLevel(result.level)) return SEVERITIES[result.level];
  const kind = textIn(result.kind) ?? 'fail';
  if (kind === 'open' || kind === 'review') return 'warning';
  if (kind !== 'fail') return 'information';
  const level = fields(descriptor.defaultConfiguration)?.level;
  return isLevel(level) ? SEVERITIES[level] : 'warning';
}

function isLevel(value: unknown): value is Level {
  return typeof value === 'string' && Object.hasOwn(SEVERITIES, value);
}

/** Its text, or that of the rule which it names, with its arguments. Links within it are left as their words. */
function messageOf(value: unknown, descriptor: Fields, driver: Fields): string | undefined {
  const message = fields(value);
  if (message === undefined) return undefined;
  const id = textIn(message.id) ?? '';
  const named = [descriptor.messageStrings, driver.globalMessageStrings].map((all) => fields(fields(all)?.[id]));
  const template = [message, ...named].map((one) => textIn(one?.text) ?? textIn(one?.markdown)).find(Boolean);
  const values = Array.isArray(message.arguments) ? message.arguments.map((one) => textIn(one) ?? '') : [];
  return template
    ?.slice(0, LONGEST)
    .replace(/\{\{|\}\}|\{(\d+)\}/g, (found, index?: string) =>
      values.length === 0 ? found : index === undefined ? found.charAt(0) : (values[Number(index)] ?? found),
    )
    .replace(/(?<!\\)\[((?:\\.|[^\\\]])+)\]\((?:\d+|\w+:[^)\s]*)\)/g, '$1')
    .replace(/\\([[\]\\])/g, '$1')
    .trim();
}

/** Of a message, in characters. */
const LONGEST = 2000;

interface PhysicalPlace {
  readonly path: string;
  readonly region: Pick<RawFinding, 'line' | 'column' | 'endLine' | 'endColumn'>;
}

function physicalPlace(location: Fields | undefined, run: Fields): PhysicalPlace | undefined {
  const physical = fields(location?.physicalLocation);
  const own = fields(physical?.artifactLocation);
  const index = number(own?.index);
  const listed = index === undefined ? undefined : fields(list(run.artifacts)[index]?.location);
  const artifact = textIn(own?.uri) === undefined ? (listed ?? own) : own;
  const uri = textIn(artifact?.uri);
  if (uri === undefined) return undefined;
  const base = baseOf(textIn(artifact?.uriBaseId), fields(run.originalUriBaseIds) ?? {});
  return { path: pathOfUri(isWhole(uri) ? uri : base + uri), region: regionOf(fields(physical?.region)) };
}

/** The folder that a base id stands for, which may itself be below another; empty where it is not told. */
function baseOf(id: string | undefined, bases: Fields, seen: readonly string[] = []): string {
  const base = id === undefined || seen.includes(id) ? undefined : fields(bases[id]);
  if (id === undefined || base === undefined) return '';
  const uri = textIn(base.uri) ?? '';
  const whole = isWhole(uri) ? uri : baseOf(textIn(base.uriBaseId), bases, [...seen, id]) + uri;
  return whole === '' || whole.endsWith('/') ? whole : `${whole}/`;
}

function isWhole(uri: string): boolean {
  return /^(?:[a-z][a-z\d+.-]*:|[\\/])/i.test(uri);
}

/** SARIF's columns are 1-based, and its end is behind the last character, as here. */
function regionOf(region: Fields | undefined): PhysicalPlace['region'] {
  const [line, column, endLine, endColumn] = ['startLine', 'startColumn', 'endLine', 'endColumn'].map((key) => {
    const value = number(region?.[key]);
    return value !== undefined && Number.isInteger(value) && value > 0 ? value : undefined;
  });
  if (line === undefined) return {};
  return {
    line,
    ...(column !== undefined && { column }),
    ...(endLine !== undefined && endLine >= line && { endLine }),
    ...(endColumn !== undefined && { endColumn }),
  };
}

function webAddress(value: unknown): string | undefined {
  const uri = textIn(value);
  return uri !== undefined && /^https?:\/\//.test(uri) ? uri : undefined;
}
