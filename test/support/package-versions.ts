/** Made-up package versions: edge cases, and pairs that nearly are the same. */
import fc from 'fast-check';

const atom = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[0-9]{1,3}$/) },
  { weight: 4, arbitrary: fc.stringMatching(/^[a-zA-Z]{1,3}$/) },
  { weight: 4, arbitrary: fc.constantFrom('.', '.', '+', '~', '0', '00', '01', 'rc', 'el9') },
  { weight: 1, arbitrary: fc.constantFrom('~~', '..', '+b1', '18446744073709551616', '~bpo12+1') },
);

const tail = (extra: readonly string[]) =>
  fc
    .array(fc.oneof({ weight: 8, arbitrary: atom }, { weight: 1, arbitrary: fc.constantFrom(...extra) }), {
      maxLength: 5,
    })
    .map((parts) => parts.join(''));

const epoch = fc.constantFrom('', '', '', '', '0:', '1:', '01:', '2:', '10:');

function versions(extra: readonly string[], release: readonly string[]): fc.Arbitrary<string> {
  const upstream = fc
    .tuple(fc.stringMatching(/^[0-9]{1,2}$/), tail([...extra, '.']))
    .map((parts) => parts.join(''));
  const revision = fc.option(
    fc.tuple(fc.stringMatching(/^[0-9a-z]$/), tail(release)).map((parts) => `-${parts.join('')}`),
    { nil: '' },
  );
  return fc.tuple(epoch, upstream, revision).map((parts) => parts.join(''));
}

/** One of the two is often the other with one character more, less or changed. */
function pairs(one: fc.Arbitrary<string>, valid: RegExp): fc.Arbitrary<[string, string]> {
  const near = fc
    .tuple(one, fc.nat(40), fc.constantFrom('', '0', '1', 'a', 'Z', '~', '.', '+'), fc.boolean())
    .map(([text, at, put, replace]): [string, string] => {
      const place = at % (text.length + 1);
      const changed = text.slice(0, place) + put + text.slice(place + (replace ? 1 : 0));
      return [text, at === 0 ? changed.replace(/([0-9]+)/g, '0$1') : changed];
    });
  return fc
    .oneof({ weight: 1, arbitrary: fc.tuple(one, one) }, { weight: 2, arbitrary: near })
    .filter((pair) => pair.every((text) => valid.test(text)));
}

export const debPairs = pairs(
  versions(['-', '-1'], ['~deb12u1']),
  /^(\d{1,9}:)?[0-9][A-Za-z0-9.+~-]*(?<!-)$/,
);
export const rpmPairs = pairs(
  versions(['^', '^20240101git', '_', '^~'], ['^1', '.fc43', '_1']),
  /^(\d{1,9}:)?[0-9][A-Za-z0-9.+~^_]*(-[A-Za-z0-9.+~^_]+)?$/,
);
