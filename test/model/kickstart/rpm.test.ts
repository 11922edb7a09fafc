/** What kickstarts of rpm streams ask the solver for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reviewKickstart } from '../../../scripts/model/kickstart/interpret.ts';
import { describeRequestChange } from '../../../scripts/model/pins.ts';
import type { PackageRequest } from '../../../scripts/model/types.generated.ts';
import { parseYaml } from '../../../scripts/model/yaml.ts';
import { renderPins } from '../../../scripts/render/pins.ts';
import { command, disk, type Line, parsedOf } from './commands.ts';

function review(extra: readonly Line[], repositories = ['base', 'updates']) {
  const { parsed, lines } = parsedOf([...disk, ...extra]);
  return reviewKickstart(parsed, lines, { payload: 'rpm', repositories, entry: 'k.ks' });
}

function requestOf(extra: readonly Line[]): PackageRequest {
  const { spec, findings } = review(extra);
  assert.ok(spec, JSON.stringify(findings.filter(({ standing }) => standing === 'refused')));
  return spec.request;
}

const packages: Line = {
  packages: [
    '@core',
    '@web server --optional',
    '-@dial-up',
    '@^cloud-server',
    'kernel',
    'lib*',
    'glibc.i686',
    '-plymouth*',
  ],
  options: { '--exclude-weakdeps': true },
};
const url = command('url', { '--metalink': 'https://m.example/l?repo=$releasever&arch=$basearch' });
const repo = command('repo', {
  '--name': 'updates',
  '--baseurl': 'https://m.example/updates/',
  '--cost': 50,
  '--includepkgs': ['kernel*,glibc', 'bash'],
  '--excludepkgs': 'java-*',
});
const request: PackageRequest = {
  repositories: ['base', 'updates'],
  core: true,
  weakDependencies: false,
  packages: ['glibc.i686', 'kernel', 'lib*'],
  excluded: ['plymouth*'],
  environment: 'cloud-server',
  groups: [{ name: 'web server', optional: true }],
  excludedGroups: ['dial-up'],
  sources: [
    { repository: 'base', kind: 'metalink', uri: 'https://m.example/l?repo=$releasever&arch=$basearch' },
    {
      repository: 'updates',
      kind: 'baseurl',
      uri: 'https://m.example/updates/',
      cost: 50,
      includePackages: ['kernel*', 'glibc', 'bash'],
      excludePackages: ['java-*'],
    },
  ],
};

test('groups, patterns, exclusions and repositories become a request, which pins keep', () => {
  assert.deepEqual(requestOf([packages, url, repo]), request);
  const pin = {
    name: 'kernel',
    version: '2:6.1-1',
    architecture: 'x86_64',
    size: 1,
    sha256: 'a'.repeat(64),
    repository: 'base',
    path: 'Packages/k/kernel^1.rpm',
  };
  const pins = { architecture: 'x86_64' as const, request, packages: [pin] };
  assert.deepEqual(parseYaml('Pins', renderPins(pins), 'pins.x86_64.yaml'), pins);
});

test('what changed of a request is told', () => {
  const { environment: _, ...without } = request;
  assert.equal(describeRequestChange(request, request), undefined);
  assert.equal(
    describeRequestChange(request, { ...without, groups: [{ name: 'web server' }], excludedGroups: [] }),
    'now asks for the group web server; no longer asks for the group web server --optional; ' +
      'no longer excludes the group dial-up; no longer asks for the environment cloud-server',
  );
  assert.match(
    describeRequestChange(request, { ...request, sources: [] }) ?? '',
    /^no longer reads base from the metalink .*, updates from the baseurl .* at cost 50 only kernel\*/,
  );
});

test('addresses that cannot be used are refused, and never shown where they may hold a password', () => {
  const refusals = (line: Line) =>
    review([{ packages: ['kernel'] }, line])
      .findings.filter(({ standing }) => standing === 'refused')
      .map(({ what, reason }) => `${what} ${reason}`)
      .join();
  const cases: [Line, RegExp][] = [
    [command('url', {}), /^url needs exactly one of --url, --mirrorlist, --metalink$/],
    [command('url', { '--url': 'ftp://m.example/' }), /^url uri does not look right/],
    [command('url', { '--url': 'https://user:secret@m.example/' }), /^url address does not look right/],
    [command('url', { '--url': 'https://m.example', '--noverifyssl': true }), /always checked/],
    [
      command('repo', { '--name': 'other', '--baseurl': 'https://m.example' }),
      /'other' is not one of the stream/,
    ],
    [
      command('repo', { '--name': 'base', '--baseurl': 'https://m.example', '--install': true }),
      /no repository file/,
    ],
  ];
  for (const [line, expected] of cases) {
    assert.match(refusals(line), expected);
    assert.doesNotMatch(refusals(line), /secret/);
  }
  const twice = [url, command('repo', { '--name': 'base', '--baseurl': 'https://m.example' }), packages];
  assert.match(JSON.stringify(review(twice).findings), /has an address already/);
});

test('entries that are no packages, and groups that contradict themselves, are refused', () => {
  for (const entry of [
    'a b',
    '--root',
    '@',
    '@a --optional --nodefaults',
    '-@^cloud',
    '/etc/passwd',
    '@^a\n@^b',
  ])
    assert.equal(review([{ packages: entry.split('\n') }]).spec, undefined, entry);
});
