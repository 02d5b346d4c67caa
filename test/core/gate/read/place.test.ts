import { describe, expect, it } from 'vitest';
import { fileIndex, placeIn } from '../../../../src/core/gate/read/place.ts';

const INDEX = fileIndex([
  'setup.py',
  'index.js',
  'src/a.ts',
  'src/b.ts',
  'src/my shop/é.ts',
  'packages/p/src/a.ts',
  'packages/p/src/only.ts',
  'packages/q/src/index.ts',
  'packages/r/src/index.ts',
  'backend/cart/cart.go',
  'backend/cart/cart_test.go',
  'app/src/main/java/com/acme/Cart.java',
  'node_modules/kept/x.js',
]);

describe('a path that a tool wrote', () => {
  it.each<[string, string, string | undefined]>([
    ['below the root', '/repo/src/a.ts', 'src/a.ts'],
    ['below the root, as a URI', 'file:///repo/src/my%20shop/%C3%A9.ts', 'src/my shop/é.ts'],
    ['below the root, with dots', '/repo/packages/../src/./a.ts', 'src/a.ts'],
    ['below the root, of no file', '/repo/dist/src/b.ts', undefined],
    ['below the root, of a package', '/repo/node_modules/x/src/b.ts', undefined],
    ['below the root, of a package that is kept', '/repo/node_modules/kept/x.js', 'node_modules/kept/x.js'],
    ['relative to the root', 'src/a.ts', 'src/a.ts'],
    ['relative to the root, with dots', './src/a.ts', 'src/a.ts'],
    ['relative to the root, with backslashes', 'src\\a.ts', 'src/a.ts'],
    ['relative to a folder', 'src/only.ts', 'packages/p/src/only.ts'],
    ['relative to a folder, of several files', 'src/index.ts', undefined],
    ['relative to a source folder', 'com/acme/Cart.java', 'app/src/main/java/com/acme/Cart.java'],
    ['relative to a folder beside', '../cart/cart.go', 'backend/cart/cart.go'],
    ['relative to a folder beside, of several files', '../src/a.ts', undefined],
    ['of a name alone', 'only.ts', 'packages/p/src/only.ts'],
    ['of a name of several files', 'a.ts', undefined],
    ['behind a spelling of the root', '/private/repo/packages/p/src/a.ts', 'packages/p/src/a.ts'],
    ['behind a spelling of the root, the longest end', '/private/repo/p/src/a.ts', 'src/a.ts'],
    ['in a container', '/app/setup.py', 'setup.py'],
    ['of Windows', 'c:\\Repo\\src\\b.ts', 'src/b.ts'],
    ['of Windows, as a URI', 'file:///c%3A/Repo/src/b.ts', 'src/b.ts'],
    ['behind the name of a Go module', 'example.com/shop/backend/cart/cart.go', 'backend/cart/cart.go'],
    ['behind the name of a Go module in a folder', 'example.com/shop/cart/cart.go', 'backend/cart/cart.go'],
    ['behind the name of a Go module, of another folder', 'example.com/shop/other/cart.go', undefined],
    ['of another folder', 'frontend/cart/cart.go', undefined],
    ['absolute, of another folder', '/other/cart/cart.go', undefined],
    ['of a package elsewhere', '/private/repo/node_modules/x/index.js', undefined],
    ['of Python’s packages', '/opt/venv/lib/python3/site-packages/setup.py', undefined],
    ['of the system', '/usr/lib/python3/setup.py', undefined],
    ['of nothing', 'none.ts', undefined],
    ['of the root itself', '/repo', undefined],
    ['empty', '', undefined],
    ['of a folder', 'src', undefined],
    ['with a broken escape', 'file:///repo/src/100%.ts', undefined],
  ])('%s: %s', (_, path, expected) => {
    expect(placeIn(INDEX, '/repo', path)).toBe(expected);
  });

  it.each<[string, string]>([
    ['/tmp/repo', '/private/tmp/repo/dist/src/b.ts'],
    ['C:\\repo', 'c:\\repo\\dist\\src\\b.ts'],
  ])('below %s, by another spelling, of no file: %s', (root, path) => {
    expect(placeIn(INDEX, root, path)).toBeUndefined();
  });

  it.each<[string, string, string]>([
    ['a slash at its end', '/repo/', '/repo/src/a.ts'],
    ['backslashes', 'C:\\repo', 'C:\\repo\\src\\a.ts'],
    ['the whole disk', '/', '/src/a.ts'],
    ['a longer name beside it', '/rep', '/repo/src/a.ts'],
    ['the real folder of macOS', '/private/var/repo', '/var/repo/src/a.ts'],
    ['the link of macOS', '/tmp/repo', '/private/tmp/repo/src/a.ts'],
    ['another case of the drive', 'C:\\repo', 'c:\\repo\\src\\a.ts'],
  ])('with a root of %s', (_, root, path) => {
    expect(placeIn(INDEX, root, path)).toBe('src/a.ts');
  });
});
