/** A task of the sound plan. */
export interface SoundTask {
  readonly id: string;
  readonly title: string;
  readonly minutes: number;
  readonly dependsOn: readonly string[];
  readonly files: readonly string[];
  readonly requirements: readonly string[];
  readonly acceptance: readonly string[];
  readonly text: string;
  /** What the shell agent runs. */
  readonly script: string;
}

export const TASKS: readonly SoundTask[] = [
  {
    id: 'project-setup',
    title: 'Project structure',
    minutes: 15,
    dependsOn: [],
    files: ['package.json'],
    requirements: ['NFR-3'],
    acceptance: ['`node -e "JSON.parse(fs.readFileSync(\'package.json\'))"` passes', '`npm start` runs `src/main.js`'],
    text: 'Write `package.json` of an ES module package with the scripts `start` and `test`, and no dependency.',
    script: `
cat > package.json <<'EOF'
{
  "name": "todo-api",
  "private": true,
  "type": "module",
  "scripts": { "start": "node src/main.js", "test": "node --test tests/" }
}
EOF`,
  },
  {
    id: 'todo-store',
    title: 'Store of todos in a file',
    minutes: 40,
    dependsOn: ['project-setup'],
    files: ['src/store.js', 'tests/store.test.js'],
    requirements: ['FR-1', 'NFR-1'],
    acceptance: ['`node --test tests/store.test.js` passes'],
    text: 'Write `openStore(file)` with `add(title)`, `list()` and `finish(id)`. The file is written beside and renamed.',
    script: `
mkdir -p src tests
cat > tests/store.test.js <<'EOF'
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { openStore } from '../src/store.js';

test('todos outlive the store', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'todos-')), 'todos.json');
  openStore(file).add('Buy milk');
  const store = openStore(file);
  assert.deepEqual(store.list(), [{ id: 1, title: 'Buy milk', done: false }]);
  assert.equal(store.finish(1).done, true);
  assert.equal(store.finish(2), undefined);
});
EOF
cat > src/store.js <<'EOF'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

export function openStore(file) {
  const todos = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  const save = () => {
    writeFileSync(file + '.new', JSON.stringify(todos));
    renameSync(file + '.new', file);
  };
  return {
    list: () => todos,
    add(title) {
      const todo = { id: todos.length + 1, title, done: false };
      todos.push(todo);
      save();
      return todo;
    },
    finish(id) {
      const todo = todos.find((one) => one.id === id);
      if (todo === undefined) return undefined;
      todo.done = true;
      save();
      return todo;
    },
  };
}
EOF`,
  },
  {
    id: 'http-routing',
    title: 'Routing of requests',
    minutes: 35,
    dependsOn: ['project-setup'],
    files: ['src/router.js', 'tests/router.test.js'],
    requirements: ['NFR-2'],
    acceptance: ['`node --test tests/router.test.js` passes'],
    text: 'Write `createRouter(routes)`: a table of `METHOD /path/:parameter` to handlers becomes a request listener.',
    script: `
mkdir -p src tests
cat > tests/router.test.js <<'EOF'
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import test from 'node:test';
import { createRouter } from '../src/router.js';

test('requests find their handlers, and bad ones an answer', async (t) => {
  const router = createRouter({ 'POST /echo/:name': ({ params, body }) => ({ status: 200, body: { ...params, ...body } }) });
  const server = createServer(router).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const post = (path, body) => fetch('http://127.0.0.1:' + server.address().port + path, { method: 'POST', body });
  assert.deepEqual(await (await post('/echo/a', '{"b":1}')).json(), { name: 'a', b: 1 });
  assert.equal((await post('/nowhere', '{}')).status, 404);
  assert.equal((await post('/echo/a', '{')).status, 400);
});
EOF
cat > src/router.js <<'EOF'
const MOST = 100_000;

export function createRouter(routes) {
  const table = Object.entries(routes).map(([route, handle]) => {
    const [method, path] = route.split(' ');
    const pattern = new RegExp('^' + path.replace(/:(\\w+)/g, '(?<$1>[^/]+)') + '$');
    return { method, pattern, handle };
  });
  return async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const found = table.find(({ method, pattern }) => method === request.method && pattern.test(pathname));
    const { status, body } = found === undefined ? fault(404, 'no such path') : await answer(found, pathname, request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

async function answer({ pattern, handle }, pathname, request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > MOST) return fault(413, 'the body is too large');
  }
  try {
    const body = text === '' ? {} : JSON.parse(text);
    return handle({ params: { ...pattern.exec(pathname).groups }, body });
  } catch {
    return fault(400, 'the body is no JSON');
  }
}

export function fault(status, error) {
  return { status, body: { error } };
}
EOF`,
  },
  {
    id: 'todo-routes',
    title: 'Routes of the API',
    minutes: 45,
    dependsOn: ['todo-store', 'http-routing'],
    files: ['src/todos.js', 'tests/todos.test.js'],
    requirements: ['FR-1', 'FR-2', 'FR-3'],
    acceptance: ['`node --test tests/todos.test.js` passes', 'A todo without a title is answered with 400'],
    text: 'Write `todoRoutes(store)`: `POST /todos`, `GET /todos` and `POST /todos/:id/done`, as the table for the router.',
    script: `
cat > tests/todos.test.js <<'EOF'
import assert from 'node:assert/strict';
import test from 'node:test';
import { todoRoutes } from '../src/todos.js';

test('todos are added, listed and finished', () => {
  const todos = [];
  const store = {
    list: () => todos,
    add: (title) => todos[todos.push({ id: 1, title, done: false }) - 1],
    finish: (id) => todos.find((one) => one.id === id),
  };
  const routes = todoRoutes(store);
  assert.equal(routes['POST /todos']({ body: { title: 'Buy milk' } }).status, 201);
  assert.equal(routes['POST /todos']({ body: {} }).status, 400);
  assert.deepEqual(routes['GET /todos']({}).body, todos);
  assert.equal(routes['POST /todos/:id/done']({ params: { id: '1' } }).status, 200);
  assert.equal(routes['POST /todos/:id/done']({ params: { id: '2' } }).status, 404);
});
EOF
cat > src/todos.js <<'EOF'
import { fault } from './router.js';

export function todoRoutes(store) {
  return {
    'GET /todos': () => ({ status: 200, body: store.list() }),
    'POST /todos': ({ body: { title } }) =>
      typeof title === 'string' && title.trim() !== ''
        ? { status: 201, body: store.add(title.trim()) }
        : fault(400, 'a todo has a title'),
    'POST /todos/:id/done': ({ params }) => {
      const todo = store.finish(Number(params.id));
      return todo === undefined ? fault(404, 'no such todo') : { status: 200, body: todo };
    },
  };
}
EOF`,
  },
  {
    id: 'server-entry',
    title: 'The server that listens',
    minutes: 20,
    dependsOn: ['todo-routes'],
    files: ['src/main.js'],
    requirements: ['NFR-3'],
    acceptance: ['`node --check src/main.js` passes'],
    text: 'Write `src/main.js`: it serves the routes on 127.0.0.1 at `PORT` or a free port, and prints the address.',
    script: `
cat > src/main.js <<'EOF'
import { createServer } from 'node:http';
import { createRouter } from './router.js';
import { openStore } from './store.js';
import { todoRoutes } from './todos.js';

const server = createServer(createRouter(todoRoutes(openStore(process.env.TODOS ?? 'todos.json'))));
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log('http://127.0.0.1:' + server.address().port);
});
EOF`,
  },
  {
    id: 'usage-notes',
    title: 'How it is used',
    minutes: 15,
    dependsOn: ['todo-routes'],
    files: ['USAGE.md'],
    requirements: ['FR-1', 'FR-2', 'FR-3'],
    acceptance: ['`grep -q "POST /todos" USAGE.md` passes'],
    text: 'Write `USAGE.md`: how the server is started, and one `curl` call for each route.',
    script: `
cat > USAGE.md <<'EOF'
# Todo API

Start it with \`PORT=3000 npm start\`. Routes: \`POST /todos\`, \`GET /todos\`, \`POST /todos/:id/done\`.
EOF`,
  },
];
