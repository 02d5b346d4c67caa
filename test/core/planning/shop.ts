import type { Artefact } from '../../../src/core/planning/steps.ts';

type Row = readonly [
  id: string,
  title: string,
  minutes: number,
  layer: number,
  dependsOn: readonly string[],
  files: readonly string[],
  requirements: readonly string[],
];

const LAYERS = ['Foundation', 'Data models', 'Endpoints', 'Hardening', 'Integration', 'Delivery'];

/** The tasks of the shop, as its preview names them. */
const TASKS: readonly Row[] = [
  ['setup-project-structure', 'FastAPI project', 25, 1, [], ['pyproject.toml', 'src/main.py'], ['NFR-2']],
  ['configure-development-environment', 'Linting and tests', 30, 1, [], ['ruff.toml', 'tests/conftest.py'], ['NFR-2']],
  ['setup-database-schema', 'PostgreSQL schema', 35, 1, [], ['migrations/0001.sql', 'src/core/database.py'], ['NFR-1']],
  [
    'implement-user-models',
    'Users',
    40,
    2,
    ['setup-project-structure', 'setup-database-schema'],
    ['src/models/user.py'],
    ['FR-1'],
  ],
  [
    'implement-product-models',
    'Product catalogue',
    35,
    2,
    ['setup-project-structure', 'setup-database-schema'],
    ['src/models/product.py'],
    ['FR-2'],
  ],
  ['implement-cart-models', 'Carts', 30, 2, ['setup-database-schema'], ['src/models/cart.py'], ['FR-3']],
  [
    'implement-order-models',
    'Orders',
    45,
    2,
    ['setup-project-structure', 'setup-database-schema'],
    ['src/models/order.py'],
    ['FR-4'],
  ],
  ['create-user-endpoints', 'User management API', 50, 3, ['implement-user-models'], ['src/api/users.py'], ['FR-1']],
  [
    'create-product-endpoints',
    'Product catalogue API',
    45,
    3,
    ['implement-product-models'],
    ['src/api/products.py'],
    ['FR-2'],
  ],
  ['create-cart-endpoints', 'Cart API', 40, 3, ['implement-cart-models'], ['src/api/cart.py'], ['FR-3']],
  ['create-order-endpoints', 'Order API', 55, 3, ['implement-order-models'], ['src/api/orders.py'], ['FR-4']],
  [
    'implement-authentication',
    'Sign-in by JWT',
    35,
    4,
    ['create-user-endpoints'],
    ['src/api/auth.py', 'src/core/security.py'],
    ['FR-5'],
  ],
  [
    'add-input-validation',
    'Validation of requests',
    40,
    4,
    ['create-product-endpoints', 'create-cart-endpoints', 'create-order-endpoints'],
    ['src/core/validation.py'],
    ['NFR-3'],
  ],
  [
    'create-error-handling',
    'Error handling',
    30,
    4,
    ['create-user-endpoints', 'create-order-endpoints'],
    ['src/core/errors.py'],
    ['NFR-3'],
  ],
  [
    'integration-testing',
    'End-to-end tests',
    35,
    5,
    ['implement-authentication', 'add-input-validation', 'create-error-handling'],
    ['tests/integration/test_shop.py'],
    ['FR-3', 'FR-4'],
  ],
  ['api-documentation', 'OpenAPI documents', 25, 5, ['add-input-validation'], ['docs/api.md'], ['NFR-2']],
  [
    'docker-configuration',
    'Container',
    20,
    6,
    ['integration-testing'],
    ['docker/Dockerfile', 'docker/docker-compose.yml'],
    ['NFR-4'],
  ],
  [
    'deployment-validation',
    'Check of the deployment',
    25,
    6,
    ['docker-configuration'],
    ['scripts/check-deployment.sh'],
    ['NFR-4'],
  ],
];

const REQUIREMENTS: readonly (readonly [id: string, title: string, acceptance: string])[] = [
  [
    'FR-1',
    'Users are managed',
    '`POST /users` with an address and a password answers 201; a taken address answers 409.',
  ],
  ['FR-2', 'Products are listed', '`GET /products` answers 200 and at most 50 products, by name.'],
  [
    'FR-3',
    'A cart is filled',
    '`POST /cart/items` answers 201, and `GET /cart` then has the item and the sum in cents.',
  ],
  ['FR-4', 'A cart is ordered', '`POST /orders` answers 201 with the items of the cart, and the cart is empty.'],
  [
    'FR-5',
    'Users sign in',
    '`POST /auth/token` answers 200 with a token that expires after 60 minutes; a wrong password answers 401.',
  ],
  ['NFR-1', 'Data outlives the process', 'After a restart of the server, an order that was made is still listed.'],
  ['NFR-2', 'A new developer starts in minutes', '`pytest` passes on a fresh clone after one documented command.'],
  ['NFR-3', 'Bad requests are answered', 'A body that breaks the schema answers 422 and names the field.'],
  ['NFR-4', 'It is deployed as a container', '`docker compose up` answers `GET /health` with 200 within 60 seconds.'],
];

function tasks(withFiles: boolean): string {
  return LAYERS.map((name, i) => {
    const own = TASKS.filter(([, , , layer]) => layer === i + 1).map(
      ([id, title, minutes, , dependsOn, files, requirements]) =>
        [
          `### ${id}: ${title}`,
          `- Estimate: ${minutes} min`,
          `- Depends on: ${dependsOn.join(', ') || 'none'}`,
          ...(withFiles ? [`- Files: ${files.map((file) => `\`${file}\` (new)`).join(', ')}`] : []),
          `- Requirements: ${requirements.join(', ')}`,
          '- Acceptance:',
          `  - [ ] The tests of ${title} pass and cover ${requirements.join(' and ')}`,
          '',
          `Write ${title} with tests that come first. Keep to the layout and the interfaces of the architecture.`,
          '',
        ].join('\n'),
    );
    return `## Layer ${i + 1}: ${name}\n\n${own.join('\n')}`;
  }).join('\n');
}

const requirements = (kind: 'FR' | 'NFR'): string =>
  REQUIREMENTS.filter(([id]) => id.startsWith(`${kind}-`))
    .map(([id, title, acceptance]) => `### ${id}: ${title}\n\nAcceptance:\n\n- ${acceptance}\n`)
    .join('\n');

const sections = (title: string, parts: Readonly<Record<string, string>>): string =>
  [`# ${title}`, ...Object.entries(parts).flatMap(([heading, text]) => [`## ${heading}`, text])].join('\n\n') + '\n';

const SHOP: Readonly<Partial<Record<Artefact, string>>> = {
  'agent_definitions.md': sections('Agent definitions', {
    'Backend developer':
      'Writes models and endpoints with their tests. Is given a task and the architecture; leaves the deployment alone.',
    'Test engineer': 'Writes the end-to-end tests, and looks for cases that are missing.',
    'Operations engineer': 'Writes the container and the check of the deployment.',
  }),
  'agent_prompts.md': sections('Agent prompts', {
    'Backend developer': 'You are a backend developer who knows FastAPI and PostgreSQL. Write the test first.',
    'Test engineer': 'You are a test engineer. For each criterion, write the test that fails without the code.',
    'Operations engineer': 'You are an operations engineer. Keep images small, and secrets out of them.',
  }),
  'discovery.md': sections('Discovery: E-commerce REST API', {
    Goal: 'A REST API for a shop, so that a front end can manage users, show products, fill a cart and order it.',
    Users: 'Shoppers, by a front end; and the one developer who runs the shop.',
    'Starting point': 'The repository has no code: it starts from nothing.',
    Scope: '- User management, product catalogue, cart and orders.\n- Sign-in by token.',
    'Out of scope': '- A front end; payment; shipping.',
    Constraints: '- Python, FastAPI, PostgreSQL, Docker, solo developer.',
    Assumptions: '- Prices are in one currency, since nothing else was said.',
    Risks: '- Two orders of the last item: the stock is locked while an order is written.',
  }),
  'research.md': sections('Research: E-commerce REST API', {
    Findings: 'FastAPI validates requests by types and writes the OpenAPI document by itself.',
    Options: '- Access to the database: SQLAlchemy, or SQL by hand with psycopg.',
    Recommendations: '- SQL by hand: five tables need no mapper, and the queries stay readable.',
    Risks: '- Passwords: hashed by argon2, never logged; a test shows it.',
  }),
  'requirements.md': sections('Requirements: E-commerce REST API', {
    'Functional requirements': requirements('FR').trimEnd(),
    'Non-functional requirements': requirements('NFR').trimEnd(),
    Assumptions: '- A shopper has one cart.',
  }),
  'tasks.md': `# Tasks: E-commerce REST API\n\nPython 3.11 and FastAPI. The test is written first.\n\n${tasks(false)}`,
  'architecture.md': sections('Architecture: E-commerce REST API', {
    Overview: 'An endpoint reads the request, a model does the work in one transaction, and the answer is JSON.',
    Components:
      '- Models: what the shop does, over SQL.\n- API: one module a resource.\n- Core: database, security, errors.',
    Data: 'Users, products, cart items, orders and order items; money in whole cents.',
    Interfaces:
      '- Each module of `src/api` exports a `router`; each of `src/models` plain functions over a connection.',
    Layout: '- `src/core`, `src/models`, `src/api`, `tests`, `migrations`, `docker`.',
    Testing: '`pytest` against a PostgreSQL that the tests start.',
    Security: 'Passwords by argon2, tokens that expire, SQL with parameters only.',
  }),
  'tech_stack.md': sections('Tech stack: E-commerce REST API', {
    Stack:
      '| What | With | For |\n| --- | --- | --- |\n| Language | Python 3.11 | all code |\n| Framework | FastAPI | the API |\n| Database | PostgreSQL 16 | all data |',
    Reasons: 'They were asked for, and fit a solo developer.',
    Alternatives: 'SQLAlchemy: more than five tables need.',
  }),
  'task_review.md':
    sections('Task review: E-commerce REST API', {
      Findings: '- Cart and orders share no file, so they can be written side by side.',
    }) + `\n${tasks(false)}`,
  'plan.md': `---\ntitle: E-commerce REST API\nstrategy: hybrid\nagents: 3\n---\n# E-commerce REST API\n\nPython 3.11, FastAPI, PostgreSQL. The test is written first. Money is in whole cents.\n\n${tasks(true)}`,
};

/** What each step of planning writes for a shop of eighteen tasks: all of it together passes every check. */
export function shopArtefact(name: Artefact): string {
  return SHOP[name] ?? '';
}
