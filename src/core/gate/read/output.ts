/** What is printed for a terminal, without its colours and links. */
export function withoutEscapes(text: string): string {
  return text.replace(SEQUENCE, '');
}

const SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?)/gu;
