/** The part of the configuration that the environment gives. */
import { AperiodicError } from '../../model/errors.ts';
import { findViolation } from '../../model/schema.ts';
import type { Config, MirrorAddress } from '../../model/types.generated.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads APERIODIC_STORE, APERIODIC_WORK, APERIODIC_GIT_VIA, APERIODIC_SITE, APERIODIC_MAIL_SERVER, AWS_ENDPOINT_URL, APERIODIC_REPOSITORY_<ID>,
 * APERIODIC_MIRROR_<ID>, APERIODIC_REGISTRY_<ID> and APERIODIC_FEED_<ID>. An id is written in
 * capitals with `_` for `-`; ids hold no `_`, so the way back is unique. An empty variable counts as unset.
 * @throws AperiodicError `invalid`, naming the variable and never its value
 */
export function readConfigEnvironment(env: Environment): { config: Config; overrides: string[] } {
  const config: Config = {};
  const overrides: string[] = [];
  for (const name of Object.keys(env).sort()) {
    const value = env[name];
    const part = value === undefined || value === '' ? undefined : readVariable(name, value);
    if (part === undefined) continue;
    refuseInvalid(name, part);
    overrides.push(name);
    Object.assign(config, part, {
      ...(part.repositories && { repositories: { ...config.repositories, ...part.repositories } }),
      ...(part.registries && { registries: { ...config.registries, ...part.registries } }),
      ...(part.feeds && { feeds: { ...config.feeds, ...part.feeds } }),
      ...(part.mirrors && { mirrors: { ...config.mirrors, ...part.mirrors } }),
    });
  }
  return { config, overrides };
}

function readVariable(name: string, value: string): Config | undefined {
  if (name === 'APERIODIC_STORE') return { store: value };
  if (name === 'APERIODIC_WORK') return { work: value };
  if (name === 'APERIODIC_GIT_VIA') return { git: { via: readVia(value) } };
  if (name === 'APERIODIC_SITE') return { site: { directory: value } };
  if (name === 'APERIODIC_MAIL_SERVER') return { mail: { server: value } };
  if (name === 'AWS_ENDPOINT_URL') return { aws: { endpoint: value } };
  // Secrets: they are read when they are needed (config.ts).
  if (name === 'APERIODIC_REGISTRY_USER' || name === 'APERIODIC_REGISTRY_PASSWORD') return undefined;
  const [, kind, id] = /^APERIODIC_(REPOSITORY|MIRROR|REGISTRY|FEED)_(.+)$/.exec(name) ?? [];
  if (kind === undefined || id === undefined) return undefined;
  const key = id.toLowerCase().replaceAll('_', '-');
  if (kind === 'REPOSITORY') return { repositories: { [key]: { uri: value } } };
  if (kind === 'FEED') return { feeds: { [key]: /^https?:/.test(value) ? { url: value } : { path: value } } };
  if (kind === 'REGISTRY') return { registries: { [key]: { uri: value } } };
  const mirror: MirrorAddress = value.startsWith('rsync:') ? { rsync: value } : { directory: value };
  return { mirrors: { [key]: mirror } };
}

function readVia(value: string): 'git' | 'api' {
  if (value === 'git' || value === 'api') return value;
  throw new AperiodicError(
    'invalid',
    "the environment's APERIODIC_GIT_VIA is not valid: it must be git or api",
  );
}

/** What variables without an id must be. */
const others: Record<string, string | undefined> = {
  AWS_ENDPOINT_URL: 'an address such as http://127.0.0.1:4566',
  APERIODIC_MAIL_SERVER: 'smtps://HOST[:PORT] or smtp://HOST[:PORT]',
};

function refuseInvalid(name: string, part: Config): void {
  const uris = Object.values(part.repositories ?? {}).map((repository) => repository.uri);
  if (uris.some((uri) => /:\/\/[^/]*@/.test(uri))) {
    throw new AperiodicError('invalid', `${name} holds a user or password: put it into /etc/apt/auth.conf.d`);
  }
  if (findViolation('Config', part) === undefined) return;
  const wanted = name.startsWith('APERIODIC_REPOSITORY_')
    ? 'an address such as https://HOST/FOLDER or file:///FOLDER, and ID as in releases/repositories.yaml'
    : name.startsWith('APERIODIC_MIRROR_')
      ? 'a folder or rsync://HOST[:PORT]/MODULE[/FOLDER], and ID as in releases/targets.yaml'
      : name.startsWith('APERIODIC_REGISTRY_')
        ? 'https://HOST[:PORT][/PREFIX], and ID as in releases/targets.yaml'
        : name.startsWith('APERIODIC_FEED_')
          ? 'a path or https://HOST/PATH, and ID as in releases/advisories.yaml'
          : (others[name] ?? 'the path of a folder');
  throw new AperiodicError('invalid', `the environment's ${name} is not valid: it must be ${wanted}`);
}
