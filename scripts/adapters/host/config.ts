/** Configuration of this machine: a YAML file outside git, overridden by the environment. See docs/configuration.md. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type {
  Config,
  FeedAddress,
  MirrorAddress,
  RegistryAddress,
  RepositoryAddress,
} from '../../model/types.generated.ts';
import { maxYamlBytes, parseYaml } from '../../model/yaml.ts';
import type { MailSettings } from '../mail/smtp.ts';
import type { SigningSettings } from '../openpgp/secret.ts';
import { type Environment, readConfigEnvironment } from './config-environment.ts';

/** Where configuration is looked for, from the root of the repository. */
export const configFile = '.aperiodic/config.yaml';

/** Configuration with defaults filled in and every path absolute. */
export interface ResolvedConfig {
  /** The file that was read, absolute; undefined when there is none. */
  file: string | undefined;
  /** Folder of the package store. */
  store: string;
  /** Folder for builds and stage values. */
  work: string;
  /** By repository id. */
  repositories: Record<string, RepositoryAddress>;
  /** By mirror id. */
  mirrors: Record<string, MirrorAddress>;
  /** By id of the container registry. */
  registries: Record<string, RegistryAddress>;
  /** By id of releases/advisories.yaml. */
  feeds: Record<string, FeedAddress>;
  git: { remote: string; branch: string; via: 'git' | 'api'; name?: string; email?: string };
  aws: { endpoint?: string };
  signing: SigningSettings;
  mail: MailSettings;
  /** Folder of the web site, absolute; undefined when none is tended here. */
  site?: string | undefined;
  /** For all registries, when the environment gives it. */
  registryLogin(): RegistryLogin | undefined;
  /** Names of the environment's variables that were used. */
  overrides: string[];
}

/**
 * Reads the configuration of a repository's checkout.
 * @param root the repository's root: relative paths start there
 * @param file a file to read instead of the one named by APERIODIC_CONFIG or `.aperiodic/config.yaml`
 * @throws AperiodicError `invalid` with file and line, or naming the variable; `not-found` for a named file
 */
export async function loadConfig(root: string, env: Environment, file?: string): Promise<ResolvedConfig> {
  const named = file ?? (env.APERIODIC_CONFIG === '' ? undefined : env.APERIODIC_CONFIG);
  const location = path.resolve(root, named ?? configFile);
  const text = await readText(location, named !== undefined);
  const shown = path.relative(root, location).startsWith('..') ? location : path.relative(root, location);
  const written = text === undefined ? {} : parseConfig(text, shown);
  refuseTrackedSecrets(root, written, shown);
  const { config, overrides } = readConfigEnvironment(env);
  return {
    file: text === undefined ? undefined : location,
    store: path.resolve(root, config.store ?? written.store ?? '.aperiodic/store'),
    work: path.resolve(root, config.work ?? written.work ?? '.aperiodic/work'),
    repositories: joinById(written.repositories, config.repositories, (old, now) => ({ ...old, ...now })),
    mirrors: resolveDirectories(root, joinById(written.mirrors, config.mirrors, joinMirror)),
    registries: joinById(written.registries, config.registries, (old, now) => ({ ...old, ...now })),
    feeds: resolvePaths(
      root,
      joinById(written.feeds, config.feeds, (_, now) => now),
    ),
    git: { remote: 'origin', branch: 'main', via: 'git', ...written.git, ...config.git },
    aws: { ...written.aws, ...config.aws },
    signing: readSigning(root, written.signing, env),
    mail: { server: config.mail?.server ?? written.mail?.server, login: () => readLogin(env, 'SMTP') },
    ...resolveSite(root, config.site ?? written.site),
    registryLogin: () => readLogin(env, 'REGISTRY'),
    overrides: [...overrides, ...secretVariables.filter((name) => isGiven(env[name]))],
  };
}

export interface RegistryLogin {
  user: string;
  password: string;
}

const secretVariables = [
  'APERIODIC_SIGNING_KEY',
  'APERIODIC_SIGNING_PASSPHRASE',
  'APERIODIC_REGISTRY_USER',
  'APERIODIC_REGISTRY_PASSWORD',
  'APERIODIC_SMTP_USER',
  'APERIODIC_SMTP_PASSWORD',
];

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

/** For all registries, or the mail server. @throws AperiodicError `usage` where there is a half of it */
function readLogin(env: Environment, kind: 'REGISTRY' | 'SMTP'): RegistryLogin | undefined {
  const [user, password] = [env[`APERIODIC_${kind}_USER`], env[`APERIODIC_${kind}_PASSWORD`]];
  if (isGiven(user) && isGiven(password)) return { user, password };
  if (!isGiven(user) && !isGiven(password)) return undefined;
  throw new AperiodicError('usage', `set both APERIODIC_${kind}_USER and APERIODIC_${kind}_PASSWORD`);
}

/** Secrets stay in the environment until they are asked for. */
function readSigning(root: string, written: Config['signing'], env: Environment): SigningSettings {
  const of = (name: string) => (isGiven(env[name]) ? env[name] : undefined);
  const { keyFiles = [], passphraseFile } = written ?? {};
  return {
    keyFiles: keyFiles.map((file) => path.resolve(root, file)),
    ...(passphraseFile === undefined ? {} : { passphraseFile: path.resolve(root, passphraseFile) }),
    given: () => ({ key: of('APERIODIC_SIGNING_KEY'), passphrase: of('APERIODIC_SIGNING_PASSPHRASE') }),
  };
}

async function readText(file: string, required: boolean): Promise<string | undefined> {
  try {
    const found = await stat(file);
    if (!found.isFile()) throw new AperiodicError('invalid', 'is not a file', { file });
    if (found.size > maxYamlBytes) {
      throw new AperiodicError('invalid', `is larger than ${maxYamlBytes} bytes`, { file });
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof AperiodicError) throw error;
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing && !required) return undefined;
    throw new AperiodicError(
      'not-found',
      'the configuration cannot be read: create it or unset APERIODIC_CONFIG',
      { file, cause: error },
    );
  }
}

function parseConfig(text: string, file: string): Config {
  if (text.split('\n').every((line) => /^\s*(#|$)/.test(line))) return {};
  const config = parseYaml('Config', text, file);
  for (const [id, { uri }] of Object.entries(config.repositories ?? {})) {
    if (/:\/\/[^/]*@/.test(uri)) {
      throw new AperiodicError(
        'invalid',
        `the address of repository '${id}' holds a user or password: put it into /etc/apt/auth.conf.d`,
        { file },
      );
    }
  }
  return config;
}

/** A password file inside the checkout is one `git add` away from being published. */
function refuseTrackedSecrets(root: string, config: Config, file: string): void {
  const refuse = (secret: string | undefined, what: string) => {
    const inside = path.relative(root, path.resolve(root, secret ?? '..'));
    if (inside.startsWith('..') || inside.startsWith(`.aperiodic${path.sep}`)) return;
    throw new AperiodicError(
      'invalid',
      `${what} is inside the repository: keep it elsewhere or under .aperiodic/`,
      { file },
    );
  };
  for (const [id, mirror] of Object.entries(config.mirrors ?? {}))
    if ('rsync' in mirror) refuse(mirror.passwordFile, `the password file of mirror '${id}'`);
  for (const [id, { authFile }] of Object.entries(config.registries ?? {}))
    refuse(authFile, `the file of logins of registry '${id}'`);
  for (const key of config.signing?.keyFiles ?? []) refuse(key, 'the signing key');
  refuse(config.signing?.passphraseFile, 'the passphrase file of the signing key');
}

function joinById<T>(
  written: Record<string, T> = {},
  given: Record<string, T> = {},
  join: (old: T | undefined, now: T) => T,
): Record<string, T> {
  const joined = { ...written };
  for (const [id, value] of Object.entries(given)) joined[id] = join(written[id], value);
  return joined;
}

function joinMirror(old: MirrorAddress | undefined, now: MirrorAddress): MirrorAddress {
  const sameKind = old !== undefined && 'rsync' in old === 'rsync' in now;
  return sameKind ? { ...old, ...now } : now;
}

function resolveDirectories(
  root: string,
  mirrors: Record<string, MirrorAddress>,
): Record<string, MirrorAddress> {
  const entries = Object.entries(mirrors).map(([id, mirror]): [string, MirrorAddress] => [
    id,
    'directory' in mirror ? { directory: path.resolve(root, mirror.directory) } : mirror,
  ]);
  return Object.fromEntries(entries);
}

function resolveSite(root: string, site: Config['site']): Pick<ResolvedConfig, 'site'> {
  return site === undefined ? {} : { site: path.resolve(root, site.directory) };
}

function resolvePaths(root: string, feeds: Record<string, FeedAddress>): Record<string, FeedAddress> {
  const entries = Object.entries(feeds).map(([id, feed]): [string, FeedAddress] => [
    id,
    'path' in feed ? { path: path.resolve(root, feed.path) } : feed,
  ]);
  return Object.fromEntries(entries);
}
