import { expect } from 'vitest';
import type { ArtefactSite } from '../../../src/core/planning/check.ts';
import { checkStep } from '../../../src/core/planning/check.ts';
import type { Artefact } from '../../../src/core/planning/steps.ts';
import { artefactPath, STEPS } from '../../../src/core/planning/steps.ts';
import { soundArtefact } from './sound.ts';

export type Change = (text: string) => string | undefined;

/** Replaces a text that is there, once. */
export function swap(from: string, to: string): Change {
  return (text) => {
    expect(text).toContain(from);
    return text.replace(from, () => to);
  };
}

/** Where the artefacts are sound but for one of them. */
export function siteWith(name: Artefact, change: Change, more: Partial<ArtefactSite> = {}): ArtefactSite {
  const changed = change(soundArtefact(name));
  return {
    text: (other) => (other === name ? changed : soundArtefact(other)),
    paths: new Set(),
    folder: '',
    gates: [],
    ...more,
  };
}

/** What the step that writes an artefact last says of it, as `rule @ the line's text`. */
export function told(name: Artefact, site: ArtefactSite): string[] {
  const step = STEPS.find(({ writes }) => writes.includes(name));
  if (step === undefined) throw new Error(`nobody writes ${name}`);
  return checkStep(step.id, site).flatMap(({ findings }) =>
    findings.map(({ rule, severity, path, line = 0, message }) => {
      expect(severity).toBe('error');
      expect(message).toMatch(/^\S.{10,}/s);
      const written = STEPS.flatMap(({ writes }) => writes).find((one) => artefactPath(site.folder, one) === path);
      const text = (written && site.text(written)) ?? '';
      return `${rule} @ ${text.split(/\r\n|\n|\r/)[line - 1] ?? 'nowhere'}`;
    }),
  );
}
