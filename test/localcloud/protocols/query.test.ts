import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseQuery } from '../../../scripts/localcloud/protocols/query.ts';

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,11}$/);
const value = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !/\p{Surrogate}/u.test(text));

describe('query protocol', () => {
  test('lists, structures and values come back from form fields', () => {
    fc.assert(
      fc.property(
        name,
        fc.array(
          fc.record({ key: value, values: fc.array(value, { maxLength: 4 }) }, { noNullPrototype: true }),
          { maxLength: 5 },
        ),
        (list, items) => {
          const form = new URLSearchParams();
          items.forEach((item, at) => {
            form.set(`${list}.${at + 1}.Name`, item.key);
            item.values.forEach((one, index) => {
              form.set(`${list}.${at + 1}.Value.${index + 1}`, one);
            });
          });
          const parsed = parseQuery(form.toString()).items(list);
          assert.deepEqual(
            parsed.map((item) => ({ key: item.text('Name'), values: item.texts('Value') })),
            items,
          );
        },
      ),
    );
  });

  test('the order of fields makes no difference to the canonical form, a value does', () => {
    const fields = fc.uniqueArray(fc.tuple(name, value), {
      selector: ([key]) => key,
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(fields, (pairs) => {
        const there = parseQuery(new URLSearchParams(pairs).toString()).canonical();
        const back = parseQuery(new URLSearchParams([...pairs].reverse()).toString()).canonical();
        assert.equal(there, back);
        const [[key, text] = ['', ''], ...rest] = pairs;
        const changed = parseQuery(new URLSearchParams([[key, `${text}x`], ...rest]).toString()).canonical();
        assert.notEqual(there, changed);
      }),
    );
  });

  test('names that mean something in JavaScript are only names', () => {
    const fields = parseQuery('__proto__.x=1&constructor=2&toString=3');
    assert.equal(fields.field('__proto__')?.text('x'), '1');
    assert.equal(fields.text('constructor'), '2');
    assert.equal(fields.text('hasOwnProperty'), undefined);
  });

  test('members are in the order of their numbers, holes and other names left out', () => {
    assert.deepEqual(parseQuery('A.10=j&A.2=b&A.1=a&A.0=z&A.x=y').texts('A'), ['a', 'b', 'j']);
  });

  test('numbers and flags are checked', () => {
    const fields = parseQuery('N=12&M=1x&F=true&G=yes&E=');
    assert.equal(fields.integer('N'), 12);
    assert.equal(fields.flag('F'), true);
    assert.equal(fields.integer('E'), undefined);
    assert.throws(() => fields.integer('M'), { code: 'InvalidParameterValue' });
    assert.throws(() => fields.flag('G'), { code: 'InvalidParameterValue' });
  });

  test('too much is refused', () => {
    const many = Array.from({ length: 2001 }, (_, at) => `A.${at + 1}=x`).join('&');
    assert.throws(() => parseQuery(many), { code: 'MalformedQueryString' });
    assert.throws(() => parseQuery('a.a.a.a.a.a.a.a.a=1'), { code: 'MalformedQueryString' });
    assert.throws(() => parseQuery('A=1&A=2'), { code: 'InvalidParameter' });
  });
});
