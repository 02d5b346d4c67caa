import { EventReader } from './acp/event-reader.ts';
import type { AgentOutput, OutputId } from './agent.ts';
import { claudeOutput } from './cli/claude-events.ts';
import { codexOutput } from './cli/codex-events.ts';
import { copilotOutput } from './cli/copilot-events.ts';
import { geminiOutput } from './cli/gemini-events.ts';
import { opencodeOutput } from './cli/opencode-events.ts';
import { qwenOutput } from './cli/qwen-events.ts';

/** Of Orca's own programs, which print events as they are. */
const events: AgentOutput = { reader: () => new EventReader() };

/** What understands what agents print. Apart from what starts them, since only what runs them reads it. */
export const OUTPUTS: Readonly<Record<OutputId, AgentOutput>> = {
  claude: claudeOutput,
  codex: codexOutput,
  gemini: geminiOutput,
  opencode: opencodeOutput,
  copilot: copilotOutput,
  qwen: qwenOutput,
  acp: events,
  lm: events,
};

/** Undefined for an output of another version. */
export function outputOf(id: OutputId): AgentOutput | undefined {
  return (OUTPUTS as Readonly<Partial<Record<OutputId, AgentOutput>>>)[id];
}
