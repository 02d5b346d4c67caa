import { describe, expect, it } from 'vitest';
import { readJUnit } from '../../../../src/core/gate/read/junit.ts';
import { fixture, showTests } from './reading.ts';

describe('JUnit XML as tools write it', () => {
  it.each<[string, string[]]>([
    [
      'node/junit.xml',
      [
        'passed total › adds up',
        // Node escapes a name twice.
        'failed total › with a discount › rounds &quot;half&quot; <up> & down @ file:///repo/test/cart.test.js:12 – Expected values to be strictly equal:50 !== 49',
        'skipped total › with a discount › refuses more than all',
        'failed a price below zero @ file:///repo/test/cart.test.js:19 – a price below zero: -1',
        'skipped a later one',
      ],
    ],
    [
      'vitest/junit.xml',
      [
        "failed vt/broken.test.js › vt/broken.test.js @ vt/broken.test.js:2 – Cannot find module '../src/none.js' imported from /repo/vt/broken.test.js",
        'passed vt/cart.test.js › total > adds up @ vt/cart.test.js',
        'failed vt/cart.test.js › total > with a discount > rounds "half" <up> & down @ vt/cart.test.js:10 – expected 50 to be 49 // Object.is equality',
        'skipped vt/cart.test.js › total > with a discount > refuses more than all @ vt/cart.test.js',
        'skipped vt/cart.test.js › total > with a discount > takes two @ vt/cart.test.js',
        'failed vt/cart.test.js › total > throws @ vt/cart.test.js:16 – a price below zero: -1',
      ],
    ],
    [
      'jest/junit.xml',
      [
        'passed total › total adds up @ jt/cart.test.js',
        'failed total › total with a discount rounds "half" <up> & down @ /repo/jt/cart.test.js:10 – Error: expect(received).toBe(expected) // Object.is equality',
        'skipped total › total with a discount refuses more than all @ jt/cart.test.js',
        // Jest's reporter has no mark for `todo`.
        'passed total › total with a discount takes two @ jt/cart.test.js',
        'failed total › total throws @ /repo/jt/cart.test.js:16 – RangeError: a price below zero: -1',
      ],
    ],
    [
      'pytest/junit.xml',
      [
        'passed pytest › tests.test_cart › test_adds_up',
        'failed pytest › tests.test_cart.TestDiscount › test_rounds @ tests/test_cart.py:12 – AssertionError: assert 50 == 49',
        'skipped pytest › tests.test_cart.TestDiscount › test_refuses_more_than_all',
        'skipped pytest › tests.test_cart.TestDiscount › test_later',
        'failed pytest › tests.test_cart › test_below_zero[-1] @ tests/test_cart.py:25 – ValueError: a price below zero: -1',
        "failed pytest › tests.test_cart › test_below_zero[a] @ tests/test_cart.py:25 – TypeError: '<' not supported between instances of 'str' and 'int'",
        'failed pytest › tests.test_cart › test_with_database @ tests/test_cart.py:30 – failed on setup with "RuntimeError: no database"',
      ],
    ],
    [
      'pytest/junit-xunit1.xml',
      [
        'passed pytest › tests.test_cart › test_adds_up @ tests/test_cart.py:6',
        'failed pytest › tests.test_cart.TestDiscount › test_rounds @ tests/test_cart.py:12 – AssertionError: assert 50 == 49',
        'skipped pytest › tests.test_cart.TestDiscount › test_refuses_more_than_all @ tests/test_cart.py:14',
        'skipped pytest › tests.test_cart.TestDiscount › test_later @ tests/test_cart.py:18',
        'failed pytest › tests.test_cart › test_below_zero[-1] @ tests/test_cart.py:25 – ValueError: a price below zero: -1',
        "failed pytest › tests.test_cart › test_below_zero[a] @ tests/test_cart.py:25 – TypeError: '<' not supported between instances of 'str' and 'int'",
        'failed pytest › tests.test_cart › test_with_database @ tests/test_cart.py:30 – failed on setup with "RuntimeError: no database"',
      ],
    ],
    [
      'surefire/junit.xml',
      [
        'passed com.acme.shop.CartTest › addsUp',
        'failed com.acme.shop.CartTest › rounds @ com/acme/shop/CartTest.java:20 – half a cent expected:<49> but was:<50>',
        'failed com.acme.shop.CartTest › belowZero @ com/acme/shop/CartTest.java:25 – a price below zero: -1',
        'skipped com.acme.shop.CartTest › refusesMoreThanAll',
      ],
    ],
    [
      'gotestsum/junit.xml',
      [
        // `TestTotal`, which only sums up, is left out.
        'failed example.com/shop/cart › TestTotal/wrong @ example.com/shop/cart/cart_test.go:12 – Total() = 200, want 201',
        'failed example.com/shop/cart › TestPanics @ /repo/cart/cart_test.go:22 – panic: runtime error: index out of range [3] with length 0 [recovered]',
        'skipped example.com/shop/cart › TestLater',
        'passed example.com/shop/cart › TestTotal/two_of_one',
      ],
    ],
  ])('%s', (name, expected) => {
    expect(showTests(readJUnit(fixture(name)))).toEqual(expected);
  });

  it('keeps what a failure says at length, and how long a test took', () => {
    const read = readJUnit(fixture('pytest/junit.xml'));
    const test = read.ok ? read.value.tests[1] : undefined;
    expect(test?.details).toContain("where 50 = total([{'count': 1, 'price': 99}], 0.5)");
    expect(test?.seconds).toBe(0.001);
  });
});

const suite = (inside: string, attributes = 'name="s"'): string => `<testsuite ${attributes}>${inside}</testsuite>`;
const failing = (body: string, attributes = ''): string =>
  suite(`<testcase name="t" ${attributes}><failure message="m"><![CDATA[${body}]]></failure></testcase>`);

describe('JUnit XML', () => {
  it.each<[string, string, string[]]>([
    ['without a suite', '<testsuites/>', []],
    ['of suites within suites', suite(suite('<testcase name="t"/>', 'name="b"')), ['passed s › b › t']],
    ['of a suite without a name', suite('<testcase name="t"/>', ''), ['passed t']],
    ['of a class that is no suite', suite('<testcase name="t" classname="c"/>'), ['passed s › c › t']],
    ['whose suite has the file', suite('<testcase name="t"/>', 'name="s" file="a.js"'), ['passed s › t @ a.js']],
    ['with a place of a test', suite('<testcase name="t" file="a.php" line="7"/>'), ['passed s › t @ a.php:7']],
    [
      'whose test has another file than its suite',
      suite('<testcase name="t" file="b.js"/>', 'name="s" file="a.js"'),
      ['passed s › t @ b.js'],
    ],
    ['with white space in a name', suite('<testcase name=" t "/>'), ['passed s ›  t ']],
    [
      'of a failure that is a number',
      suite('<testcase name="t"><failure>42</failure></testcase>'),
      ['failed s › t – 42'],
    ],
    [
      'of GoogleTest',
      suite('<testcase name="t"><failure message="a_test.cc:12&#x0A;Expected: 1&#x0A;Actual: 2"/></testcase>'),
      ['failed s › t @ a_test.cc:12 – a_test.cc:12 Expected: 1'],
    ],
    ['of a suite that failed as a whole', suite('<error message="no build"/>'), ['failed s – no build']],
    ['of a disabled test', suite('<testcase name="t" status="notrun" result="suppressed"/>'), ['skipped s › t']],
    [
      'of a todo that fails',
      suite('<testcase name="t"><skipped type="todo"/><failure/></testcase>'),
      ['skipped s › t'],
    ],
    ['of a skipped test that failed', suite('<testcase name="t"><skipped/><failure/></testcase>'), ['failed s › t']],
    ['of a failure without a word', suite('<testcase name="t"><failure/></testcase>'), ['failed s › t']],
    [
      'of a parent in Go that failed by itself',
      suite('<testcase name="A"><failure>a.go:3: no</failure></testcase><testcase name="A/b"><failure/></testcase>'),
      ['failed s › A @ a.go:3 – no', 'failed s › A/b'],
    ],
    [
      'of a parent in Go whose subtests passed',
      suite('<testcase name="A"><failure>--- FAIL: A</failure></testcase><testcase name="A/b"/>'),
      ['failed s › A', 'passed s › A/b'],
    ],
    [
      'with a mark of byte order',
      `\ufeff<?xml version="1.0"?>\n${suite('<testcase name="1e3"/>')}`,
      ['passed s › 1e3'],
    ],
    [
      'with entities of its own',
      '<!DOCTYPE x [<!ENTITY y "z">]><testsuite name="&y;"><testcase name="&lt;"/></testsuite>',
      ['passed z › <'],
    ],
  ])('%s', (_, text, expected) => {
    expect(showTests(readJUnit(text))).toEqual(expected);
  });

  it.each<[string, string, string]>([
    ['V8, in brackets', failing('Error: m\n    at f (/repo/my shop/a.js:6:13)'), '/repo/my shop/a.js:6'],
    ['V8, bare', failing('Error: m\n    at file:///repo/a.mjs:6:13'), 'file:///repo/a.mjs:6'],
    ['V8, with a library first', failing('at x (/r/node_modules/chai/i.js:1:2)\nat f (/r/a.js:6:13)'), '/r/a.js:6'],
    [
      'V8, with the runtime first',
      failing('at node:internal/test:1:2\nat internal/x.js:3:4\nat /r/a.js:6:13'),
      '/r/a.js:6',
    ],
    [
      'of a test rather than of what it calls',
      failing('at total (/r/src/a.js:3:4)\nat /r/src/a.test.js:6:13'),
      '/r/src/a.test.js:6',
    ],
    [
      'the test’s own file',
      failing('at h (/r/test/h.js:3:4)\nat /r/test/a.js:6:13', 'file="test/a.js"'),
      '/r/test/a.js:6',
    ],
    ['Python', failing('  File "/r/pkg/a.py", line 3, in f\n  File "/r/pkg/b.py", line 9, in g'), '/r/pkg/b.py:9'],
    [
      'Go, by its package',
      failing('    a_test.go:12: no', 'classname="example.com/m/p"'),
      'example.com/m/p/a_test.go:12',
    ],
    ['Java', failing('\tat org.junit.Assert.fail(Assert.java:89)\n\tat com.acme.A$B.c(A.java:7)'), 'com/acme/A.java:7'],
    ['Java, with its module', failing('\tat app//com.acme.A.c(A.java:7)'), 'com/acme/A.java:7'],
    ['Kotlin', failing('\tat com.acme.AKt.c(A.kt:7)'), 'com/acme/A.kt:7'],
    ['C#', failing('   at Shop.Cart.Add() in /repo/Cart.cs:line 12'), '/repo/Cart.cs:12'],
    ['Rust', failing("thread 't' panicked at src/lib.rs:10:5:\nno"), 'src/lib.rs:10'],
    ['Ruby', failing("spec/a_spec.rb:4:in `block'"), 'spec/a_spec.rb:4'],
    ['PHP', failing('/repo/tests/ATest.php:14'), '/repo/tests/ATest.php:14'],
    ['Windows', failing('    at f (C:\\repo\\a.js:6:13)'), 'C:\\repo\\a.js:6'],
    ['none: a port', failing('connect ECONNREFUSED db.local:5432'), ''],
    ['none: only a runtime', failing('at x (node:fs:1:2)\nat /usr/lib/go/a.go:3:4'), ''],
    ['none: long lines', failing(`${'a('.repeat(5000)}a.js:1:1`), ''],
  ])('a failure’s place: %s', (_, text, expected) => {
    const read = readJUnit(text);
    const test = read.ok ? read.value.tests[0] : undefined;
    expect([test?.path, test?.line].filter((part) => part !== undefined).join(':')).toBe(expected);
  });

  it.each<[string, string, RegExp]>([
    ['empty', '', /^it is empty$/],
    ['white', ' \n', /^it is empty$/],
    ['words', 'Tests: 3 passed', /no XML/],
    ['JSON', '{"tests":[]}', /no XML/],
    ['another report', fixture('c8/cobertura.xml'), /its root is <coverage>/],
    ['two documents', `${suite('')}${suite('<oops')}`, /line 1/],
    ['a tag that is open', suite('<testcase name="t">'), /testcase/],
    ['attributes without quotes', '<testsuite name=s/>', /line 1/],
    ['a reserved name', '<testsuite __proto__="1"/>', /cannot be read/],
    ['very deep', `${'<testsuite>'.repeat(5000)}${'</testsuite>'.repeat(5000)}`, /cannot be read/],
  ])('is a problem: %s', (_, text, expected) => {
    const read = readJUnit(text);
    expect(read.ok ? 'read' : read.problem).toMatch(expected);
  });
});
