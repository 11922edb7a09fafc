/** A small rpm repository in a folder: real packages made by rpmbuild, signed, with metadata by createrepo_c. */
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exec } from '../../scripts/adapters/host/exec.ts';
import { createGpg } from './gpg.ts';
import type { Ending } from './temporary-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Seconds since 1970 that packages are dated. */
export const rpmDate = 1_700_000_000;

/** A package: a line of its spec file each. */
export interface RpmFixture {
  name: string;
  /** [epoch:]version[-release]; default 1.0-1. */
  version?: string;
  /** Default noarch. */
  architecture?: string;
  requires?: readonly string[];
  provides?: readonly string[];
  conflicts?: readonly string[];
  recommends?: readonly string[];
  /** Content by absolute path. `%doc` files go below /usr/share/doc. */
  files?: Readonly<Record<string, string>>;
  /** Files of this machine, by the absolute path that they get. */
  copies?: Readonly<Record<string, string>>;
  /** Files of a language: the path has /locale/LANGUAGE/. */
  languages?: readonly string[];
  /** Folders that it owns. */
  folders?: readonly string[];
  post?: string;
  /** Interpreter of post; default /bin/sh. <lua> is rpm's own. */
  interpreter?: string;
}

export interface RepositoryFixture {
  packages: readonly RpmFixture[];
  /** comps.xml, such as `comps` makes. */
  comps?: string;
  /** updateinfo.xml. */
  updates?: string;
  /** Names of packages that are not signed. */
  unsigned?: readonly string[];
  /** Puts further packages into the folder, which are then signed too. */
  more?(packages: string): Promise<void>;
  /** Whether repomd.xml is signed. Default true. */
  signedMetadata?: boolean;
}

export interface Vendor {
  /** Path of the armored public key. */
  keyring: string;
  /** Makes or replaces the repository in a folder. */
  publish(folder: string, content: RepositoryFixture): Promise<void>;
}

/** Somebody with a key who makes repositories. */
export async function createVendor(t: Ending, user = 'Fixture <fixture@example.org>'): Promise<Vendor> {
  const folder = await temporaryFolder(t);
  const gpg = await createGpg(t);
  await gpg.addKey(user);
  const keyring = path.join(folder, 'RPM-GPG-KEY-fixture');
  await writeFile(keyring, await gpg.publicKey(user));
  const env = { HOME: folder, GNUPGHOME: gpg.home, SOURCE_DATE_EPOCH: String(rpmDate) };
  // Debian has no gpg2, which its rpm looks for.
  const signing = ['--define', `_gpg_name ${user}`, '--define', '__gpg /usr/bin/gpg'];
  return {
    keyring,
    publish: async (place, content) => {
      const packages = path.join(place, 'Packages');
      await rm(place, { recursive: true, force: true });
      await mkdir(packages, { recursive: true });
      await buildRpms(content.packages, packages, path.join(folder, 'top'), env);
      await content.more?.(packages);
      const unsigned = content.packages
        .filter(({ name }) => content.unsigned?.includes(name) === true)
        .map(rpmName);
      const files = (await readdir(packages))
        .filter((name) => !unsigned.includes(name))
        .map((name) => path.join(packages, name));
      if (files.length > 0) await exec('rpmsign', [...signing, '--addsign', ...files], { env });
      await writeMetadata(place, content, env);
      if (content.signedMetadata === false) return;
      const repomd = path.join(place, 'repodata/repomd.xml');
      await writeFile(`${repomd}.asc`, await gpg.detach(user, repomd));
    },
  };
}

function partsOf({ version = '1.0-1' }: RpmFixture): { epoch: string; version: string; release: string } {
  const [, epoch = '', plain = '', release = '1'] = /^(?:(\d+):)?([^-]+)(?:-(.+))?$/.exec(version) ?? [];
  return { epoch, version: plain, release };
}

/** Name of the file below Packages. */
export function rpmName(fixture: RpmFixture): string {
  const { version, release } = partsOf(fixture);
  return `${fixture.name}-${version}-${release}.${fixture.architecture ?? 'noarch'}.rpm`;
}

/** Settings of rpmbuild by which the same files give the same packages. */
export const rpmDefines: Record<string, string> = {
  _buildhost: 'localhost',
  use_source_date_epoch_as_buildtime: '1',
  clamp_mtime_to_source_date_epoch: '1',
  source_date_epoch_from_changelog: '0',
  _build_id_links: 'none',
  debug_package: '%{nil}',
  __os_install_post: '%{nil}',
  _binary_payload: 'w3.zstdio',
  _rpmfilename: '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm',
};

async function buildRpms(
  fixtures: readonly RpmFixture[],
  target: string,
  top: string,
  env: Record<string, string>,
): Promise<void> {
  await rm(top, { recursive: true, force: true });
  await mkdir(top, { recursive: true });
  const specs = new Map<string, string[]>();
  for (const [index, fixture] of fixtures.entries()) {
    const spec = path.join(top, `${index}-${fixture.name}.spec`);
    await writeFile(spec, await specText(fixture, path.join(top, `tree-${index}`)));
    const { architecture = 'noarch' } = fixture;
    const target = architecture === 'noarch' ? 'own' : architecture;
    specs.set(target, [...(specs.get(target) ?? []), spec]);
  }
  const settings = { ...rpmDefines, _topdir: top, _rpmdir: target };
  const options = Object.entries(settings).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  for (const [word, files] of specs) {
    const machine = word === 'own' ? [] : ['--target', word];
    await exec('rpmbuild', ['-bb', '--quiet', ...machine, ...options, ...files], { env });
  }
}

async function specText(fixture: RpmFixture, tree: string): Promise<string> {
  const { epoch, version, release } = partsOf(fixture);
  const files = { ...fixture.files };
  const owned: string[] = (fixture.folders ?? []).map((folder) => `%dir ${folder}`);
  for (const language of fixture.languages ?? []) {
    const file = `/usr/share/locale/${language}/LC_MESSAGES/${fixture.name}.mo`;
    files[file] = `${language}\n`;
  }
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.join(tree, path.dirname(file)), { recursive: true });
    await writeFile(path.join(tree, file), content, { mode: file.includes('/bin/') ? 0o755 : 0o644 });
    const [, language] = /^\/usr\/share\/locale\/([^/]+)\//.exec(file) ?? [];
    const mark = file.startsWith('/usr/share/doc/')
      ? '%doc '
      : language === undefined
        ? ''
        : `%lang(${language}) `;
    owned.push(`${mark}${file}`);
  }
  for (const [file, source] of Object.entries(fixture.copies ?? {})) {
    await mkdir(path.join(tree, path.dirname(file)), { recursive: true });
    await cp(source, path.join(tree, file), { dereference: true });
    owned.push(file);
  }
  for (const folder of fixture.folders ?? []) await mkdir(path.join(tree, folder), { recursive: true });
  await mkdir(tree, { recursive: true });
  const list = (tag: string, values: readonly string[] = []) => values.map((value) => `${tag}: ${value}`);
  const { post, interpreter } = fixture;
  return [
    `Name: ${fixture.name}`,
    ...(epoch === '' ? [] : [`Epoch: ${epoch}`]),
    `Version: ${version}`,
    `Release: ${release}`,
    'Summary: fixture of a test',
    'License: MIT',
    `${(fixture.architecture ?? 'noarch') === 'noarch' ? 'BuildArch: noarch' : 'AutoProv: no'}`,
    'AutoReq: no',
    ...list('Requires', fixture.requires),
    ...list('Provides', fixture.provides),
    ...list('Conflicts', fixture.conflicts),
    ...list('Recommends', fixture.recommends),
    '%description\nfixture of a test',
    `%install\nmkdir -p %{buildroot}\ncp -a '${tree}/.' %{buildroot}/`,
    ...(post === undefined ? [] : [`%post${interpreter === undefined ? '' : ` -p ${interpreter}`}\n${post}`]),
    `%files\n${owned.join('\n')}\n`,
  ].join('\n');
}

/** Revision and dates are fixed, so that the same packages give the same metadata. */
async function writeMetadata(
  place: string,
  { comps: groups, updates }: RepositoryFixture,
  env: Record<string, string>,
): Promise<void> {
  const file = path.join(path.dirname(place), `${path.basename(place)}-comps.xml`);
  if (groups !== undefined) await writeFile(file, groups);
  const always = ['--quiet', '--revision=1', '--set-timestamp-to-revision', '--no-database', '--workers=1'];
  const options = groups === undefined ? [] : ['--groupfile', file];
  await exec('createrepo_c', [...always, ...options, place], { env });
  if (updates === undefined) return;
  const update = path.join(path.dirname(place), 'updateinfo.xml');
  await writeFile(update, updates);
  await exec('modifyrepo_c', ['--mdtype=updateinfo', update, path.join(place, 'repodata')], { env });
}

export interface CompsFixture {
  /** Packages by id of the group: a name is mandatory, `?name` optional, `+name` default. */
  groups: Readonly<Record<string, readonly string[]>>;
  /** Groups by id of the environment. */
  environments?: Readonly<Record<string, readonly string[]>>;
}

/** comps.xml; names for people are the ids with a capital and "fixture" behind. */
export function comps({ groups, environments = {} }: CompsFixture): string {
  const named = (id: string) => `<id>${id}</id><name>${title(id)}</name><description/>`;
  const requirement = (entry: string) => {
    const type = entry.startsWith('?') ? 'optional' : entry.startsWith('+') ? 'default' : 'mandatory';
    return `<packagereq type="${type}">${entry.replace(/^[?+]/, '')}</packagereq>`;
  };
  const all = [
    ...Object.entries(groups).map(
      ([id, packages]) =>
        `<group>${named(id)}<default>false</default><uservisible>true</uservisible>` +
        `<packagelist>${packages.map(requirement).join('')}</packagelist></group>`,
    ),
    ...Object.entries(environments).map(
      ([id, members]) =>
        `<environment>${named(id)}<grouplist>${members.map((member) => `<groupid>${member}</groupid>`).join('')}` +
        '</grouplist><optionlist/></environment>',
    ),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<comps>${all.join('\n')}</comps>\n`;
}

function title(id: string): string {
  return `${id.charAt(0).toUpperCase()}${id.slice(1)} Fixture`;
}
