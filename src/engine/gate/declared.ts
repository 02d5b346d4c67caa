import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GATES_FILE, readGateConfig, type GateConfig } from '../../core/gate/config.ts';
import { topOf } from '../settings.ts';

/** The gates that a checkout declares now, for a preview; a run takes those of the commit that it starts from. */
export function gatesIn(folder: string): GateConfig {
  try {
    return readGateConfig(readFileSync(join(topOf(folder), GATES_FILE), 'utf8'));
  } catch {
    return { gates: [], problems: [] };
  }
}
