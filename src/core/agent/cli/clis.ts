import type { Cli, CliId } from '../agent.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { copilot } from './copilot.ts';
import { gemini } from './gemini.ts';
import { opencode } from './opencode.ts';
import { qwen } from './qwen.ts';

/** The agent CLIs that are known. */
export const CLIS: Readonly<Record<CliId, Cli>> = { claude, codex, gemini, opencode, copilot, qwen };
