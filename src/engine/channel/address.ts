import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Unix sockets allow 104 bytes on macOS, the end included. */
const MAX_BYTES = 100;

/**
 * Where a channel of this name listens: a socket in a folder that is the user's alone (made if need be), or a named
 * pipe on Windows. The temporary folder differs between processes, so keep the address and do not derive it again.
 * Throws where the folder exists and is not the user's alone: someone laid it there.
 */
export function address(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 20);
  const user = userInfo();
  if (process.platform === 'win32') return `\\\\.\\pipe\\orca-${user.username.replace(/[^\w.-]/g, '_')}-${hash}`;
  const path = join(tmpdir(), `orca-${user.uid}`, `${hash}.sock`);
  const short = Buffer.byteLength(path) < MAX_BYTES ? path : join('/tmp', `orca-${user.uid}`, `${hash}.sock`);
  ensurePrivate(join(short, '..'), user.uid);
  return short;
}

function ensurePrivate(folder: string, uid: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Not followed: a link that another user laid would pass for the folder it points to.
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0)
    throw new Error(`${folder} must be a folder that belongs to you alone (mode 0700). Remove it and try again.`);
}
