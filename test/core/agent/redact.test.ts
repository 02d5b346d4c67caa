import { describe, expect, it } from 'vitest';
import { redact, secretsOf } from '../../../src/core/agent/redact.ts';

/** Put together here, so that no scanner takes this file for a leak. */
const of = (begin: string, length: number): string => begin + 'a1B2c3D4e5'.repeat(40).slice(0, length);
const upper = (begin: string): string => `${begin}Q7RS2TUVWXYZ3456`;
const key = (name: string, end = '\n'): string =>
  [`-----BEGIN ${name}-----`, of('MIIE', 60), `${of('', 20)}+/==`, `-----END ${name}-----`].join(end);
const jwt = [of('eyJ', 20), of('eyJ', 60), of('', 43)].join('.');

describe('secrets of an environment', () => {
  it.each<[string, string, string[]]>([
    ['ANTHROPIC_API_KEY', 'sk-ant-whatever', ['sk-ant-whatever']],
    ['GITHUB_TOKEN', 'ghp_whatever', ['ghp_whatever']],
    ['TOKEN_OF_GITHUB', 'whatever1', ['whatever1']],
    ['npm_token', 'whatever1', ['whatever1']],
    ['AWS_SECRET_ACCESS_KEY', 'abc/def+ghi=', ['abc/def+ghi=']],
    ['PGPASSWORD', 'correct horse', ['correct horse']],
    ['MYSQL_PWD', 'whatever1', ['whatever1']],
    ['DJANGO_SECRET', ' padded-secret\n', ['padded-secret']],
    ['SECRET_KEY_BASE', 'whatever1', ['whatever1']],
    ['STRIPEKEY', 'whatever1', ['whatever1']],
    ['DATABASE_URL', 'postgres://ada:pass-of-ada@db/x', ['pass-of-ada']],
    ['TOKEN', 'short', []],
    ['TOKEN', '', []],
    ['PWD', '/home/ada/project', []],
    ['OLDPWD', '/home/ada/project', []],
    ['SSH_AUTH_SOCK', '/run/user/1000/keyring', []],
    ['GOOGLE_APPLICATION_CREDENTIALS', '/home/ada/key.json', []],
    ['SSH_KEY', 'C:\\Users\\ada\\key', []],
    ['PASSWORD_FILE', 'relative/file', []],
    ['AUTH_URL', 'https://login.example.org', []],
    ['AWS_ACCESS_KEY_ID', 'whatever-it-is', []],
    ['NEXT_PUBLIC_KEY', 'everybody-may-see', []],
    ['MAX_TOKENS', '100000000', []],
    ['MONKEYS', 'in the middle', []],
    ['AUTHOR', 'Ada Lovelace', []],
    ['COMPATIBLE', 'with everything', []],
    ['DATABASE_URL', 'postgres://db.example.org:5432/x', []],
  ])('%s=%j', (name, value, secrets) => {
    expect(secretsOf({ [name]: value })).toEqual(secrets);
  });

  it('each once, the longest first', () => {
    expect(secretsOf({ A_KEY: '12345678', B_KEY: '123456789', C_KEY: '12345678', D_KEY: undefined })).toEqual([
      '123456789',
      '12345678',
    ]);
  });
});

describe('what goes', () => {
  it.each<[string, string, string]>([
    ['Anthropic', `key ${of('sk-ant-api03-', 95)}!`, 'key [redacted]!'],
    ['OpenAI', of('sk-proj-', 40), '[redacted]'],
    ['GitHub', `${of('ghp_', 36)} ${of('github_pat_', 82)}`, '[redacted] [redacted]'],
    ['in a URL', `https://x:${of('ghs_', 36)}@github.com/a/b`, 'https://x:[redacted]@github.com/a/b'],
    ['Amazon', `"${upper('AKIA')}"`, '"[redacted]"'],
    ['Slack', of('xoxb-', 50), '[redacted]'],
    ['Google', of('AIza', 35), '[redacted]'],
    ['a web token', `token=${jwt}; path=/`, 'token=[redacted]; path=/'],
    ['a header', `Authorization: Bearer ${of('', 30)}\n`, 'Authorization: Bearer [redacted]\n'],
    ['a private key', `a\n${key('RSA PRIVATE KEY')}\nb`, 'a\n[redacted]\nb'],
    ['a private key in JSON', `{"k":"${key('PRIVATE KEY', '\\n')}\\n"}`, '{"k":"[redacted]\\n"}'],
    [
      'two keys, and what is between',
      `${key('EC PRIVATE KEY')}\nx\n${key('PRIVATE KEY')}`,
      '[redacted]\nx\n[redacted]',
    ],
  ])('%s', (_, text, redacted) => {
    expect(redact(text, [])).toBe(redacted);
  });

  it.each<[string, string[], string, string]>([
    ['a known one', ['hunter22'], 'pass hunter22, hunter22hunter22', 'pass [redacted], [redacted][redacted]'],
    ['the longer of two', ['hunter22', 'hunter22more'], 'hunter22more hunter22mor', '[redacted] [redacted]mor'],
    ['one with signs', ['a.b*c(d)[e]$^|\\/{}+?-'], 'x a.b*c(d)[e]$^|\\/{}+?- axb', 'x [redacted] axb'],
    [
      'as JSON writes it',
      ['say "hi"\nthere'],
      '{"k":"say \\"hi\\"\\nthere"} say "hi"\nthere',
      '{"k":"[redacted]"} [redacted]',
    ],
    ['of other letters', ['pässwörd-😀'], '«pässwörd-😀»', '«[redacted]»'],
  ])('%s', (_, secrets, text, redacted) => {
    expect(redact(text, secrets)).toBe(redacted);
  });
});

describe('what stays', () => {
  it.each([
    [
      'words with a hyphen',
      'ask-somebody-who-knows-it-all-0 task-12345678901234567890 sk-loading-indicator-of-the-page',
    ],
    ['a short one', of('sk-', 10)],
    ['in a longer word', `${of('disk-', 30)} ${of('x_sk-', 0)}`],
    ["an environment variable's name", 'npm_config_registry_of_the_company_2 hf_hub_download_of_the_model_2'],
    ['Amazon, too long', `${upper('AKIA')}A`],
    ['a web token without its signature', `${of('eyJ', 20)}.${of('eyJ', 60)}`],
    ['a header in prose', 'The bearer authentication-of-requests is described in RFC 6750.'],
    ['a certificate', key('CERTIFICATE')],
    ['a public key', key('PUBLIC KEY')],
    ['half a key', '-----BEGIN PRIVATE KEY-----\nMIIE (rest left out)\n-----END PRIVATE KEY-----'],
    ['hashes and ids', 'e83c5163316f89bfbde7d9ab23ca2e25604af290 123e4567-e89b-12d3-a456-426614174000'],
  ])('%s', (_, text) => {
    expect(redact(text, [])).toBe(text);
  });
});
