import { describe, expect, it } from 'vitest';
import {
  requirementId,
  requirementsIn,
  traceability,
  traceabilityTable,
} from '../../../src/core/planning/traceability.ts';
import { soundArtefact } from './sound.ts';

describe('requirements', () => {
  it('are read with where they stand and how they are tested', () => {
    const text =
      '# R\n\n### FR-1: Sign up\n\nText.\n\nAcceptance:\n\n- One\n  or so.\n- [ ] Two\n\nNot this.\n\n- Nor this\n### NFR-02 – Fast\n';
    expect(requirementsIn(text)).toEqual([
      { id: 'FR-1', title: 'Sign up', line: 3, acceptance: ['One', 'Two'] },
      { id: 'NFR-2', title: 'Fast', line: 16, acceptance: [] },
    ]);
    expect(
      requirementsIn(soundArtefact('requirements.md')).map(({ id, acceptance }) => `${id} ${acceptance.length}`),
    ).toEqual([...['FR-1 2', 'FR-2 1', 'FR-3 1'], ...['NFR-1 1', 'NFR-2 1', 'NFR-3 1']]);
    expect(requirementsIn('```\n### FR-1: a\n```\n> ### FR-2: b\n\n## FR-3: c\n### FR: d\n### XFR-1: e\n')).toEqual([]);
  });

  it('are the same however their ids are spelled', () => {
    for (const written of ['FR-1', 'fr-1', 'FR1', 'FR 01', ' fr-001 ']) expect(requirementId(written)).toBe('FR-1');
    expect(requirementId('req-7a')).toBe('REQ-7A');
  });
});

describe('traceability', () => {
  const requirements = '### FR-1: Sign | up\n### FR-2: List\n### FR-2: Again\n### NFR-1: Fast';
  const task = (id: string, ids: string) => `### ${id}: T\n- Requirements: ${ids}\n- Estimate: 5 min\n`;
  const plan = task('b', 'fr-1, NFR-1, FR1') + task('a', 'FR-1') + task('c', 'none') + task('d', 'FR-9');

  it('is which tasks meet what', () => {
    expect(traceability(requirements, plan)).toEqual({
      rows: [
        { id: 'FR-1', title: 'Sign | up', tasks: ['b', 'a'] },
        { id: 'FR-2', title: 'List', tasks: [] },
        { id: 'NFR-1', title: 'Fast', tasks: ['b'] },
      ],
      orphans: ['c', 'd'],
    });
    expect(traceability(soundArtefact('requirements.md'), soundArtefact('plan.md')).orphans).toEqual([]);
    expect(traceability('', '')).toEqual({ rows: [], orphans: [] });
  });

  it('is shown as a table', () => {
    expect(traceabilityTable(traceability(requirements, plan)).split('\n')).toEqual([
      '| Requirement | | Tasks |',
      '| --- | --- | --- |',
      '| FR-1 | Sign \\| up | b, a |',
      '| FR-2 | List | **none** |',
      '| NFR-1 | Fast | b |',
      '| **none** | | c, d |',
    ]);
  });
});
