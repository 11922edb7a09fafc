/** What doctor looks at in the repository that is worked on. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { locateRepositories } from '../../adapters/deb/sources.ts';
import { configFile } from '../../adapters/host/config.ts';
import { exec } from '../../adapters/host/exec.ts';
import { toAperiodicError } from '../../model/errors.ts';
import type { Kind } from '../../model/schema.ts';
import { timestamp } from '../../model/timestamp.ts';
import type { DebRepository, RpmRepository, SchemaTypes, Stream } from '../../model/types.generated.ts';
import { parseYaml } from '../../model/yaml.ts';
import type { Check, Examined, Finding } from './check.ts';

/** First line that git prints; undefined when it has no answer. */
async function git(root: string, ...args: string[]): Promise<string | undefined> {
  const { exitCode, stdout } = await exec('git', ['-C', root, ...args], { accept: [0, 1, 2, 128] });
  const line = stdout.split('\n')[0]?.trim();
  return exitCode !== 0 || line === '' ? undefined : line;
}

const gitCheck: Check = {
  id: 'git',
  title: 'git',
  run: async ({ root, config }) => {
    if (root === undefined || config === undefined) return [];
    const name = config.git.name ?? (await git(root, 'config', 'user.name'));
    const email = config.git.email ?? (await git(root, 'config', 'user.email'));
    const remote = await git(root, 'remote', 'get-url', '--', config.git.remote);
    return [
      name === undefined || email === undefined
        ? {
            status: 'warning',
            title: 'git identity',
            value: 'none',
            advice: `records need one: 'git config user.name' and 'user.email', or 'git' in ${configFile}`,
          }
        : { status: 'ok', title: 'git identity', value: `${name} <${email}>` },
      remote === undefined
        ? {
            status: 'warning',
            title: 'git remote',
            value: `no ${config.git.remote}`,
            advice: `records are pushed there: 'git remote add ${config.git.remote} URL'`,
          }
        : {
            status: 'ok',
            title: 'git remote',
            value: `${config.git.remote} ${remote}, ${config.git.branch}`,
          },
    ];
  },
};

const configuration: Check = {
  id: 'configuration',
  title: 'configuration',
  run: async ({ config }) => {
    if (config === undefined) return [];
    const used = config.overrides.length === 0 ? '' : `, and ${config.overrides.join(', ')}`;
    return [
      {
        status: 'ok',
        title: 'configuration',
        value: `${config.file ?? `no ${configFile}: defaults`}${used}`,
      },
    ];
  },
};

const repositories: Check = {
  id: 'repositories',
  title: 'repositories',
  run: async (examined) => {
    const known = await readRepositoryFile('Repositories', 'releases/repositories.yaml', examined);
    const addresses = examined.config?.repositories;
    if (known === undefined || addresses === undefined) return [];
    return await Promise.all(known.repositories.map((repository) => locate(repository, addresses)));
  },
};

async function locate(
  repository: DebRepository | RpmRepository,
  addresses: NonNullable<Examined['config']>['repositories'],
): Promise<Finding> {
  const title = `repository ${repository.id}`;
  try {
    if (repository.type === 'rpm') return locateRpm(repository, addresses, title);
    const [source] = await locateRepositories([repository], addresses);
    if (source !== undefined) return { status: 'ok', title, value: `${source.uri}, from ${source.from}` };
    return { status: 'missing', title, value: 'no address' };
  } catch (error) {
    return { status: 'missing', title, value: 'no address', advice: toAperiodicError(error).located };
  }
}

/** Its address may also be in a kickstart, which is no matter of this machine. */
function locateRpm(
  { id }: RpmRepository,
  addresses: NonNullable<Examined['config']>['repositories'],
  title: string,
): Finding {
  const uri = addresses[id]?.uri;
  return {
    status: 'ok',
    title,
    value: uri === undefined ? 'as kickstarts say' : `${uri}, from configuration`,
  };
}

const mirrors: Check = {
  id: 'mirrors',
  title: 'mirrors',
  run: async (examined) => {
    const targets = await readRepositoryFile('Targets', 'releases/targets.yaml', examined);
    const addresses = examined.config?.mirrors;
    if (targets === undefined || addresses === undefined) return [];
    return targets.mirrors.map(({ id }): Finding => {
      const address = addresses[id];
      if (address !== undefined) {
        const value = 'rsync' in address ? address.rsync : address.directory;
        return { status: 'ok', title: `mirror ${id}`, value };
      }
      const variable = `APERIODIC_MIRROR_${id.toUpperCase().replaceAll('-', '_')}`;
      const advice = `releases go there: set ${variable}, or 'mirrors' in ${configFile}`;
      return { status: 'warning', title: `mirror ${id}`, value: 'no address', advice };
    });
  },
};

/** Milliseconds before the end of a key when doctor begins to speak of it. */
const soon = 30 * 86_400_000;

const signing: Check = {
  id: 'signing',
  title: 'signing key',
  run: async ({ config }) => {
    if (config === undefined) return [];
    const title = 'signing key';
    try {
      const { createSigner } = await import('../../adapters/openpgp/signer.ts');
      const { loadSecret } = await import('../../adapters/openpgp/secret.ts');
      const keys = await createSigner(() => loadSecret(config.signing)).keys();
      return keys.map(({ fingerprint, userId, expiresAt }): Finding => {
        const value = `${fingerprint} (${userId}), ${expiresAt === undefined ? 'never expires' : `expires ${timestamp(expiresAt)}`}`;
        if (expiresAt === undefined || expiresAt.getTime() > Date.now() + soon)
          return { status: 'ok', title, value };
        return {
          status: 'warning',
          title,
          value,
          advice: 'make a new one now: docs/signing.md says how to change keys',
        };
      });
    } catch (error) {
      return [{ status: 'warning', title, value: 'none', advice: toAperiodicError(error).located }];
    }
  },
};

/** A file of the repository; undefined outside one, and when the repository has no such file. */
export async function readRepositoryFile<K extends Kind>(
  kind: K,
  file: string,
  { root }: Examined,
): Promise<SchemaTypes[K] | undefined> {
  if (root === undefined) return undefined;
  const text = await readFile(path.join(root, file), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseYaml(kind, text, file);
}

/** The streams of the repository; none outside one. A folder without a stream.yaml is left out. */
export async function readStreams(examined: Examined): Promise<Stream[]> {
  if (examined.root === undefined) return [];
  const base = path.join(examined.root, 'releases');
  const streams: Stream[] = [];
  for (const distribution of await listFolders(base)) {
    for (const image of await listFolders(path.join(base, distribution))) {
      const file = `releases/${distribution}/${image}/stream.yaml`;
      const stream = await readRepositoryFile('Stream', file, examined);
      if (stream !== undefined) streams.push(stream);
    }
  }
  return streams;
}

async function listFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

export const repositoryChecks: readonly Check[] = [gitCheck, configuration, repositories, mirrors, signing];
