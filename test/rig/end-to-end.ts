// What a `*.e2e.ts` imports. Its tests run outside of VS Code and drive it as a user does.
import type { Rig } from './rig.mjs';
import { createTests } from './testing.ts';

export const { test, runTests } = createTests<Rig>(300_000);
