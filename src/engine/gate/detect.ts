import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFESTS, suggestedGates, type Suggestion } from '../../core/gate/detect.ts';
import { git, nulList, type Repository } from '../git/git.ts';

/** Gates that fit a checkout, by what is tracked in it or could be. */
export async function detectGates(repository: Repository): Promise<Suggestion[]> {
  const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = nulList(await git(repository, listing));
  const texts = new Map<string, string>();
  for (const name of MANIFESTS)
    if (files.includes(name)) texts.set(name, await readFile(join(repository.root, name), 'utf8').catch(() => ''));
  return suggestedGates({ files, texts });
}
