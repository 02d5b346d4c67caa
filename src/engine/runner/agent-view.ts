import { stripVTControlCharacters } from 'node:util';
import type { AgentEvent } from '../../core/agent/agent-event.ts';
import { plainText } from './words.ts';

/** Draws what an agent does as lines for a terminal that a person watches. Outside text loses its control characters. */
export class AgentView {
  readonly #colours: boolean;
  /** A message is being continued: its last line is still open. */
  #open = false;

  constructor(colours: boolean) {
    this.#colours = colours;
  }

  /** Empty for what is not to be seen. */
  draw(event: AgentEvent): string {
    switch (event.type) {
      case 'message': {
        const text = severalLines(event.text);
        if (event.partial === true) {
          this.#open = text !== '' ? !text.endsWith('\n') : this.#open;
          return text;
        }
        return this.#line(text.trimEnd());
      }
      case 'tool':
        return this.#line(this.#in(CYAN, `● ${plainText(event.name)} `) + this.#in(DIM, plainText(event.input)));
      case 'edit':
        return this.#line(this.#in(CYAN, '✎ ') + plainText(event.path));
      case 'command':
        return this.#line(this.#in(CYAN, '$ ') + plainText(event.command));
      case 'tool-ended': {
        const output = event.output === undefined ? '' : lastLines(severalLines(event.output));
        if (event.ok) return output === '' ? '' : this.#line(this.#in(DIM, output));
        return this.#line(this.#in(RED, `✗ ${output === '' ? 'failed' : output}`));
      }
      case 'denied':
        return this.#line(this.#in(YELLOW, `⊘ not allowed: ${plainText(event.what)}`));
      case 'error':
        return this.#line(
          this.#in(
            event.retrying ? YELLOW : RED,
            `! ${plainText(event.message)}${event.retrying ? ', trying again' : ''}`,
          ),
        );
      case 'session':
        return this.#line(
          this.#in(
            DIM,
            `session ${plainText(event.id)}${event.model === undefined ? '' : `, ${plainText(event.model)}`}`,
          ),
        );
      case 'model':
        return this.#line(this.#in(DIM, `model ${plainText(event.name)}`));
      case 'usage':
      case 'cost':
      case 'end':
        return '';
    }
  }

  #line(text: string): string {
    if (text === '') return '';
    const before = this.#open ? '\n' : '';
    this.#open = false;
    return `${before}${text}\n`;
  }

  #in(code: string, text: string): string {
    return this.#colours ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}

const DIM = '2';
const RED = '31';
const YELLOW = '33';
const CYAN = '36';

const SHOWN_LINES = 4;

function lastLines(text: string): string {
  const lines = text.trimEnd().split('\n');
  const left = lines.length - SHOWN_LINES;
  const shown = lines.slice(-SHOWN_LINES).map((line) => `  ${line.slice(0, 200)}`);
  return [...(left > 0 ? [`  … ${left} more lines`] : []), ...shown].join('\n');
}

/** Line ends and tabs stay; what else could move a cursor or turn a direction goes. */
function severalLines(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])[\p{Cc}\u2028-\u202E\u2066-\u2069]+/gu, ' ');
}
