import * as vscode from 'vscode';

/** The person went back to the question before. */
export const BACK = Symbol('back');

/** Where a question stands among those of one dialogue. */
export interface Place {
  readonly title: string;
  readonly step: number;
  readonly total: number;
}

/** Asks one question after another, each with the way back; false where the person left. */
export async function askAll(
  title: string,
  questions: readonly ((place: Place) => Promise<typeof BACK | true | undefined>)[],
): Promise<boolean> {
  for (let at = 0; at < questions.length;) {
    const answer = await questions[at]?.({ title, step: at + 1, total: questions.length });
    if (answer === undefined) return false;
    at += answer === BACK ? -1 : 1;
  }
  return true;
}

/** A line of text. `check`: what is wrong with it, if anything. */
export function askText(
  { title, step, total }: Place,
  { value, prompt, check }: { value: string; prompt: string; check: (text: string) => string | undefined },
): Promise<string | typeof BACK | undefined> {
  const input = vscode.window.createInputBox();
  Object.assign(input, { title, step, totalSteps: total, value, prompt, ignoreFocusOut: true });
  return asked(input, step, (accept) => {
    input.onDidChangeValue(() => (input.validationMessage = undefined));
    input.onDidAccept(() => {
      const problem = check(input.value);
      input.validationMessage = problem;
      if (problem === undefined) accept(input.value.trim());
    });
  });
}

/** One of several. */
export function askChoice<T extends vscode.QuickPickItem>(
  { title, step, total }: Place,
  { items, active, placeholder }: { items: readonly T[]; active?: T | undefined; placeholder: string },
): Promise<T | typeof BACK | undefined> {
  const input = vscode.window.createQuickPick<T>();
  Object.assign(input, { title, step, totalSteps: total, placeholder, ignoreFocusOut: true, matchOnDetail: true });
  input.items = items;
  if (active !== undefined) input.activeItems = [active];
  return asked(input, step, (accept) => {
    input.onDidAccept(() => {
      const [picked] = input.selectedItems;
      if (picked !== undefined) accept(picked);
    });
  });
}

function asked<T>(
  input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
  step: number,
  listen: (accept: (value: T) => void) => void,
): Promise<T | typeof BACK | undefined> {
  return new Promise((resolve) => {
    const done = (value: T | typeof BACK | undefined): void => {
      resolve(value);
      input.dispose();
    };
    if (step > 1) input.buttons = [vscode.QuickInputButtons.Back];
    input.onDidTriggerButton(() => done(BACK));
    input.onDidHide(() => done(undefined));
    listen(done);
    input.show();
  });
}
