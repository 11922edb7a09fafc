/** `aperiodic resolve` against dnf's own and apt's own command line, on repositories of 60,000 packages served on loopback. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareAptState } from '../../scripts/adapters/deb/apt-state.ts';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { startChildServer } from '../support/child-server.ts';
import { createGpg } from '../support/gpg.ts';
import type { Ending } from '../support/temporary-folder.ts';
import { comparePrograms, type ProgramContender, showProgram } from './compare-programs.ts';
import { askedNames, catalogSize, makeCatalog } from './large-catalog.ts';
import { largeSuite, writeDebRepository } from './large-deb.ts';
import { writeRpmRepository } from './large-rpm.ts';

type Kind = 'deb' | 'rpm';

const user = 'Fixture <fixture@example.org>';
const dnfAlone = fileURLToPath(new URL('./dnf-alone.py', import.meta.url));

interface Large {
  folder: string;
  /** Of the repository. */
  address: string;
  keyring: string;
}

export async function benchResolveLarge(folder: string, kind: Kind, rounds: number): Promise<void> {
  const endings: (() => unknown)[] = [];
  const ending: Ending = { after: (work) => void endings.unshift(work) };
  try {
    const gpg = await createGpg(ending);
    await gpg.addKey(user);
    const place = path.join(folder, `large-${kind}`);
    const repository = path.join(place, 'repository');
    await mkdir(repository, { recursive: true });
    const write = kind === 'rpm' ? writeRpmRepository : writeDebRepository;
    await write(repository, makeCatalog(), { gpg, user });
    const keyring = path.join(place, 'key.asc');
    await writeFile(keyring, await gpg.publicKey(user));
    const server = ['-m', 'http.server', '--bind', '127.0.0.1', '--directory', repository, '0'];
    const { endpoint, stop } = await startChildServer('/usr/bin/python3', server);
    ending.after(stop);
    const large: Large = { folder: place, address: endpoint, keyring };
    const ours = await prepareOurs(large, kind);
    const theirs = kind === 'rpm' ? await prepareDnf(large) : await prepareApt(large);
    const title = `resolve ${kind}, ${catalogSize} packages`;
    await comparePrograms(`${title}, nothing read before`, theirs.cold, ours.cold, rounds);
    await comparePrograms(`${title}, read before`, theirs.warm, ours.warm, rounds);
    const { program } = ours.warm;
    const [entry = ''] = program.args;
    const start = { ...program, args: [entry, 'kickstart', 'kickstarts/large.ks'] };
    await showProgram('of it: start and kickstart, asking no solver', start, rounds);
  } finally {
    for (const end of endings) await end();
  }
}

interface Contenders {
  cold: ProgramContender;
  warm: ProgramContender;
}

async function prepareOurs({ folder, address, keyring }: Large, kind: Kind): Promise<Contenders> {
  const root = path.join(folder, 'ours');
  const work = path.join(root, '.aperiodic/work');
  const architecture = kind === 'rpm' ? 'x86_64' : 'amd64';
  const stream = 'fixture-1/large';
  // Metadata of rpms is not signed: dnf's command line would stop to ask whether the key is right.
  const suites = kind === 'rpm' ? ', signedMetadata: false' : `, suites: [${largeSuite}], components: [main]`;
  const files: Record<string, string> = {
    'releases/repositories.yaml': `repositories:\n  - { id: large, type: ${kind}, keyring: large.asc${suites} }\n`,
    [`releases/${stream}/stream.yaml`]: [
      'name: Fixture-Large-1',
      'title: A stream of a measurement',
      `payload: ${kind}`,
      'kickstart: kickstarts/large.ks',
      'repositories: [large]',
      `architectures: [${architecture}]`,
      'formats: [qcow2]',
      'limits: { downloadMiB: 400, usedMiB: 1200 }',
      '',
    ].join('\n'),
    'kickstarts/large.ks': kickstart(kind),
    '.aperiodic/config.yaml': `repositories:\n  large: { uri: '${address}', keyring: '${keyring}' }\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.join(root, path.dirname(name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  const pins = path.join(root, `releases/${stream}/pins.${architecture}.yaml`);
  const warm: ProgramContender = {
    name: 'aperiodic resolve',
    program: {
      command: process.execPath,
      args: [path.join(toolRoot, 'scripts/aperiodic.mjs'), '--quiet', 'resolve', stream],
      cwd: root,
      env: { APERIODIC_WORK: work, APERIODIC_STORE: path.join(root, '.aperiodic/store') },
    },
    answer: async () => (await readFile(pins, 'utf8')).match(/^ {2}- \{/gm)?.length ?? 0,
  };
  return { warm, cold: { ...warm, before: () => rm(work, { recursive: true, force: true }) } };
}

function kickstart(kind: Kind): string {
  const lines = [
    'bootloader --location=mbr --timeout=0',
    'part biosboot --fstype=biosboot --size=1',
    'part /boot/efi --fstype=efi --size=33',
    'part / --fstype=ext4 --size=500 --grow',
    'rootpw --lock',
    `%packages --exclude-weakdeps${kind === 'deb' ? ' --nocore' : ''}`,
    ...askedNames(),
    '%end',
  ];
  return `${lines.join('\n')}\n`;
}

async function prepareDnf({ folder, address, keyring }: Large): Promise<Contenders> {
  const state = path.join(folder, 'dnf');
  const file = path.join(folder, 'dnf.conf');
  const settings = [
    '[main]',
    ...['cachedir', 'persistdir', 'logdir', 'reposdir', 'varsdir', 'pluginpath'].map(
      (name) => `${name}=${state}/${name}`,
    ),
    ...['plugins=0', 'gpgcheck=1', 'install_weak_deps=0', 'best=1', 'zchunk=0', 'ignorearch=1'],
    `[large]\nbaseurl=${address}\ngpgkey=file://${keyring}`,
  ];
  await writeFile(file, `${settings.join('\n')}\n`);
  const before = async () => {
    await rm(state, { recursive: true, force: true });
    for (const name of ['reposdir', 'varsdir', 'pluginpath', 'home'])
      await mkdir(path.join(state, name), { recursive: true });
  };
  const options = [`--config=${file}`, `--installroot=${state}/root`, '--releasever=1', '--refresh'];
  const warm: ProgramContender = {
    name: 'dnf --refresh --assumeno install',
    program: {
      command: '/usr/bin/python3',
      args: ['-I', dnfAlone, ...options, '--assumeno', 'install', '@core', ...askedNames()],
      env: { HOME: path.join(state, 'home') },
      accept: [0, 1],
    },
    answer: async (stdout) => Number(/^Install\s+(\d+) Package/m.exec(stdout)?.[1] ?? 0),
  };
  return { warm, cold: { ...warm, before } };
}

async function prepareApt({ folder, address, keyring }: Large): Promise<Contenders> {
  const repository = {
    ...{ id: 'large', type: 'deb', suites: [largeSuite], components: ['main'], keyring: 'large.asc' },
    type: 'deb' as const,
  };
  const state = path.join(folder, 'apt');
  const sources = [{ repository, uri: address, keyring, from: 'configuration' as const }];
  const prepare = () => prepareAptState(state, sources, 'amd64');
  const { env } = await prepare();
  const words = ['-qq -y --print-uris -o Acquire::ForceHash=SHA256 --no-install-recommends install'];
  const question = `apt-get ${words.join(' ')} '?essential' apt ${askedNames().join(' ')}`;
  const warm: ProgramContender = {
    name: 'apt-get update, apt-get --print-uris',
    program: { command: 'sh', args: ['-c', `apt-get -q update >&2 && ${question}`], env },
    answer: async (stdout) => stdout.match(/^'/gm)?.length ?? 0,
  };
  const before = async () => {
    await rm(state, { recursive: true, force: true });
    await prepare();
  };
  return { warm, cold: { ...warm, before } };
}
