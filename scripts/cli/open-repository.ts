/** Wires the adapters to the ports for one repository and its configuration. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDirectoryArtifacts } from '../adapters/artifacts/directory.ts';
import { createDirectoryValues } from '../adapters/artifacts/values.ts';
import type { Credentials } from '../adapters/aws/clients.ts';
import { createAwsCloud } from '../adapters/aws/cloud.ts';
import { createBuilders } from '../adapters/builder-image/builders.ts';
import { createContainers } from '../adapters/container/containers.ts';
import { createDebPayload } from '../adapters/deb/payload.ts';
import { createDiskReader } from '../adapters/disk/reader.ts';
import { createAdvisories } from '../adapters/feeds/advisories.ts';
import { createGitForge } from '../adapters/git/forge.ts';
import { createGit } from '../adapters/git/git.ts';
import { createGitProposals } from '../adapters/git/proposals.ts';
import { createWorkTree } from '../adapters/git/work-tree.ts';
import { createGithubClient } from '../adapters/github/client.ts';
import { readGithubAccess } from '../adapters/github/context.ts';
import { createGithubForge } from '../adapters/github/forge.ts';
import { createGithubProposals } from '../adapters/github/proposals.ts';
import { createGithubReleasePages } from '../adapters/github/release-pages.ts';
import type { ResolvedConfig } from '../adapters/host/config.ts';
import { venvPython } from '../adapters/host/python-venv.ts';
import { createImageBuilder } from '../adapters/image/builder.ts';
import { createKickstartParser } from '../adapters/kickstart/parser.ts';
import { createMail } from '../adapters/mail/smtp.ts';
import { createMirror } from '../adapters/mirror/mirror.ts';
import { loadSecret } from '../adapters/openpgp/secret.ts';
import { createSigner } from '../adapters/openpgp/signer.ts';
import { createVerifier } from '../adapters/openpgp/verifier.ts';
import { createMachines } from '../adapters/qemu/machines.ts';
import { createRegistry } from '../adapters/registry/skopeo.ts';
import { createRpmPayload } from '../adapters/rpm/payload.ts';
import { createUpdateinfoFinder } from '../adapters/rpm/updateinfo.ts';
import { createLogins } from '../adapters/ssh/logins.ts';
import { createDirectoryStore } from '../adapters/store/directory.ts';
import { AperiodicError } from '../model/errors.ts';
import { assertKind } from '../model/image-formats.ts';
import { flattenKickstart } from '../model/kickstart/flatten.ts';
import { interpretKickstart } from '../model/kickstart/interpret.ts';
import { type Loaded, loadRepository } from '../model/load.ts';
import { debRepositories, rpmRepositories } from '../model/repositories.ts';
import { kickstartPathOf } from '../model/streams.ts';
import type { Tree } from '../model/tree.ts';
import type { Architecture, KickstartLine, PackageRequest, Stream } from '../model/types.generated.ts';
import type { Proposals } from '../ports/proposals.ts';
import type { ReleasePages } from '../ports/release-pages.ts';
import type { Advisories, Clock, Forge, Log, Mirror, Ports, Registry } from '../ports.ts';
import { tendSite } from './site/tend-site.ts';

export interface Opened {
  root: string;
  config: ResolvedConfig;
  ports: Ports;
  /** What the feeds of releases/advisories.yaml and the streams' rpm repositories say. */
  advisories: Advisories;
  /** Pull requests that are kept up to date. */
  proposals: Proposals;
  /** The files before the person's eyes, committed or not. */
  workTree: Tree;
  /** Reads a tree with its kickstarts parsed, so that pins are compared with them. */
  load(tree: Tree): Promise<Loaded>;
  /** What a kickstart asks the solver for, as pykickstart reads it. */
  requestOf(lines: KickstartLine[], stream: Stream, architecture: Architecture): Promise<PackageRequest>;
  /** Brings the work tree to the head of main where nothing would be lost: a run may have been killed before it did. */
  catchUp(): Promise<void>;
}

const clock: Clock = { now: () => new Date(), sleep: async (ms) => await sleep(ms) };

export interface OpenOptions {
  /** For the cloud, instead of those that the SDK finds. */
  credentials?: Credentials;
  /** As in Ports. Default: a signal ends nothing. */
  onInterrupt?: Ports['onInterrupt'];
}

/**
 * @throws AperiodicError `invalid` for releases/repositories.yaml that cannot be read
 */
export async function openRepository(
  root: string,
  config: ResolvedConfig,
  log: Log,
  { credentials, onInterrupt = () => () => undefined }: OpenOptions = {},
): Promise<Opened> {
  const workTree = await createWorkTree(root);
  const kickstarts = createKickstartParser({ python: venvPython() });
  const requestOf = async (lines: KickstartLine[], stream: Stream, architecture: Architecture) => {
    const { payload, repositories } = stream;
    const entry = kickstartPathOf(stream, architecture);
    const context = { payload, repositories, entry, architecture };
    const { spec } = interpretKickstart(await kickstarts.parse(lines), lines, context);
    assertKind(spec.kind, stream.formats, entry);
    return spec.request;
  };
  const load = (tree: Tree) => loadRepository(tree, { flatten: flattenKickstart, requestOf });
  const { forge, proposals, releasePages, catchUp } =
    config.git.via === 'api' ? openByApi(root, config) : openByGit(root, config);
  const shared = await loadShared(workTree, load);
  const rpms = {
    repositories: rpmRepositories(shared.repositories),
    addresses: config.repositories,
    cache: path.join(config.work, 'cache'),
  };
  const advisories = createAdvisories({
    feeds: shared.advisories?.feeds ?? [],
    addresses: config.feeds,
    cache: rpms.cache,
    clock,
    findUpdateinfo: createUpdateinfoFinder(rpms),
  });
  const ports: Ports = {
    log,
    clock,
    store: createDirectoryStore(config.store, log),
    artifacts: createDirectoryArtifacts(config.work),
    values: createDirectoryValues(path.join(config.work, 'values')),
    kickstarts,
    payloads: {
      deb: createDebPayload({
        repositories: debRepositories(shared.repositories),
        addresses: config.repositories,
        cache: path.join(config.work, 'cache'),
      }),
      rpm: createRpmPayload(rpms),
    },
    builders: createBuilders({
      cache: path.join(config.work, 'cache'),
      logins: { registries: config.registries, given: config.registryLogin() },
    }),
    images: createImageBuilder({ storeFolder: config.store }),
    machines: createMachines(),
    disks: createDiskReader(),
    containers: createContainers(),
    mirror: (id) => openMirror(id, config),
    registry: (id) => openRegistry(id, config),
    forge,
    ...(releasePages === undefined ? {} : { releasePages }),
    cloud: createAwsCloud({
      clock,
      endpoint: config.aws.endpoint,
      credentials,
      home: shared.targets?.aws?.home ?? fallbackRegion,
    }),
    signer: createSigner(() => loadSecret(config.signing)),
    verifier: createVerifier(),
    logins: createLogins(),
    mail: createMail(config.mail, log),
    onInterrupt,
  };
  const site = shared.targets?.site === undefined ? undefined : config.site;
  const { signer } = ports;
  if (site !== undefined)
    ports.site = {
      publish: async (tree) => void (await tendSite(tree, site, { root, config, log, signer })),
    };
  return { root, config, ports, advisories, proposals, workTree, load, requestOf, catchUp };
}

interface OpenedForge {
  forge: Forge;
  proposals: Proposals;
  releasePages?: ReleasePages;
  catchUp(): Promise<void>;
}

function openByGit(folder: string, { git }: ResolvedConfig): OpenedForge {
  const identity = { name: git.name ?? 'Aperiodic', email: git.email ?? 'aperiodic@localhost' };
  const forge = createGitForge({ folder, remote: git.remote, branch: git.branch, identity });
  const proposals = createGitProposals({ folder, remote: git.remote, identity });
  return { forge, proposals, catchUp: () => forge.catchUp() };
}

/** The clone is left as it is: a job that commits by the API has no right to fetch what is private. */
function openByApi(folder: string, { git }: ResolvedConfig): OpenedForge {
  const { owner, repo, token, apiUrl } = readGithubAccess(process.env);
  const client = createGithubClient({ token, apiUrl, clock });
  const repository = { owner, repo };
  const clone = createGit(folder);
  const forge = createGithubForge({ client, repository, branch: git.branch, clock, clone });
  const proposals = createGithubProposals({ client, repository, main: git.branch, clone });
  const releasePages = createGithubReleasePages({ client, repository, branch: git.branch });
  return { forge, proposals, releasePages, catchUp: async () => undefined };
}

/** Region of calls about the account, where releases/targets.yaml names no home. */
const fallbackRegion = 'us-east-1';

async function loadShared(tree: Tree, load: (tree: Tree) => Promise<Loaded>) {
  // Only the shared files are of interest here: streams are left out, so that no kickstart is parsed.
  const shared: Tree = { ...tree, list: async () => [] };
  return (await load(shared)).repository;
}

/** @throws AperiodicError `not-found` naming how to configure the mirror */
function openMirror(id: string, config: ResolvedConfig): Mirror {
  const address = config.mirrors[id];
  if (address !== undefined) return createMirror(id, address);
  const variable = `APERIODIC_MIRROR_${id.toUpperCase().replaceAll('-', '_')}`;
  throw new AperiodicError(
    'not-found',
    `mirror '${id}' has no address: set ${variable} or 'mirrors' in .aperiodic/config.yaml`,
  );
}

/** @throws AperiodicError `not-found` naming how to configure the registry */
function openRegistry(id: string, config: ResolvedConfig): Registry {
  const address = config.registries[id];
  if (address !== undefined) return createRegistry(id, address, config.registryLogin());
  const variable = `APERIODIC_REGISTRY_${id.toUpperCase().replaceAll('-', '_')}`;
  throw new AperiodicError(
    'not-found',
    `registry '${id}' has no address: set ${variable} or 'registries' in .aperiodic/config.yaml`,
  );
}
