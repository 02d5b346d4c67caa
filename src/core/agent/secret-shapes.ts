/**
 * How a secret looks that is known by its form. Its length is bounded, so that the reader of a stream knows when it need
 * not wait for more.
 */
export interface Shape {
  /** How it begins. */
  readonly begin: string;
  /** Source of a regular expression for the rest. */
  readonly rest: string;
  /** The same for any beginning of the rest, the whole of it included. */
  readonly part: string;
}

const WORD = '[A-Za-z0-9_-]';
const PLAIN = '[A-Za-z0-9]';

/** These begin where a word does, hyphens included: so a long word is looked through once, not from each of them. */
export const SHAPES: readonly Shape[] = [
  // Anthropic, OpenAI, OpenRouter, …; Stripe.
  token('sk-', WORD, 20, 400),
  ...['sk_live_', 'rk_live_'].map((begin) => token(begin, PLAIN, 20, 200)),
  // GitHub, GitLab, npm, Hugging Face, Groq, xAI.
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'].map((begin) => token(begin, '[A-Za-z0-9_]', 20, 300)),
  token('glpat-', WORD, 20, 200),
  ...['npm_', 'hf_', 'gsk_', 'xai-'].map((begin) => token(begin, PLAIN, 30, 200)),
  // Amazon, Google, Slack.
  ...['AKIA', 'ASIA'].map((begin) => ({ begin, rest: '[A-Z0-9]{16}(?![A-Za-z0-9])', part: '[A-Z0-9]{0,16}' })),
  token('AIza', WORD, 35, 35),
  token('ya29.', WORD, 20, 400),
  ...['xoxb-', 'xoxp-', 'xoxa-', 'xoxr-', 'xoxs-', 'xoxe-', 'xapp-'].map((begin) => token(begin, WORD, 10, 300)),
  // JSON web tokens: two objects and a signature.
  {
    begin: 'eyJ',
    rest: `${WORD}{10,1000}\\.eyJ${WORD}{10,8000}\\.${WORD}{10,1000}`,
    part: `${WORD}{0,1000}(?:\\.${WORD}{0,8003}(?:\\.${WORD}{0,1000})?)?`,
  },
  // Headers of HTTP.
  ...['Bearer ', 'bearer '].map((begin) => token(begin, '[A-Za-z0-9._~+/=-]', 16, 8000)),
];

/** What a private key's text is made of, also with its line ends as JSON writes them. */
const KEY_TEXT = String.raw`(?:[A-Za-z0-9+/=\s\\:,]|-(?!-)){0,16000}`;
const KEY_NAME = String.raw`(?:[A-Z]{1,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----`;

/** These begin anywhere. */
export const SHAPES_ANYWHERE: readonly Shape[] = [
  {
    begin: '-----BEGIN ',
    rest: `${KEY_NAME}${KEY_TEXT}-----END [A-Z ]{0,40}-----`,
    part: `(?:[A-Z ]{0,50}-{0,4}|${KEY_NAME}${KEY_TEXT}(?:-{0,5}|-----E|-----EN|-----END|-----END [A-Z ]{0,40}-{0,4}))`,
  },
];

/** A digit is asked for: words that are put together with hyphens begin like some of them. */
function token(begin: string, of: string, least: number, most: number): Shape {
  return { begin, rest: `(?=${of}{0,${most - 1}}[0-9])${of}{${least},${most}}`, part: `${of}{0,${most}}` };
}
