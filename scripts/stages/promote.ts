/**
 * In: a release whose record is on the main branch. Out: the same, with the pointers that name its AMIs, and the stream's signed
 * document and simplestreams on the mirrors. Tags of containers are pointers, too, and so is the web site where one is tended.
 *
 * What pointers should say follows from the records of the newest main branch: `latest` names the newest live release, so
 * it goes back only when that one was withdrawn. Safe to run twice: a pointer that is right is not written.
 */
import type { Pointer, PointerPlan } from '../model/cloud.ts';
import { AperiodicError } from '../model/errors.ts';
import { loadReleasesOf } from '../model/load-releases-of.ts';
import { wantPointers } from '../model/plan/pointers.ts';
import type { Tree } from '../model/tree.ts';
import type { AwsTargets, Promoted, Recorded } from '../model/types.generated.ts';
import { parseYaml } from '../model/yaml.ts';
import type { CloudRegion, Ports } from '../ports.ts';
import { settle } from './cloud/settle.ts';
import { listFailures, type Tried, tryAll } from './cloud/try-all.ts';
import { showSimplestreams } from './show-simplestreams.ts';
import { type SitePorts, showSite } from './show-site.ts';
import { type ShowPorts, showStream } from './show-stream.ts';
import { type TagPorts, tagStream } from './tag-stream.ts';

type PromotePorts = Pick<Ports, 'clock' | 'cloud'> & ShowPorts & SitePorts & TagPorts;

/** Milliseconds until a parameter must show: AWS checks that its AMI is there first. */
const limit = 20 * 60_000;
/** Seconds that a region of best effort gets for a call that keeps failing. */
const bestEffortPatience = 120;
/** Each time that somebody changes the releases meanwhile costs one. */
const attempts = 5;

/** @throws AperiodicError of the first required region whose pointers could not be moved, after all were tried */
export async function promoteRelease(recorded: Recorded, ports: PromotePorts): Promise<Promoted> {
  const { stream, version, images = [], containers = [] } = recorded.record;
  const pointers = images.length === 0 ? [] : await moveAllPointers(recorded, ports);
  if (containers.length > 0) await tagStream(stream, ports, { version });
  await showStream(stream, ports);
  await showSite(ports);
  await showSimplestreams(ports);
  return { recorded, pointers };
}

async function moveAllPointers(recorded: Recorded, ports: PromotePorts): Promise<Pointer[]> {
  const { stream, version } = recorded.record;
  const task = ports.log.task(`promote ${stream} ${version}`);
  try {
    let pointers: Pointer[] | undefined;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const wanted = await readWanted(recorded, await ports.forge.head());
      // What the main branch said while pointers moved is what they must say in the end.
      if (pointers !== undefined && JSON.stringify(pointers) === JSON.stringify(wanted.pointers)) {
        task.done(`${pointers.length} pointers`);
        return pointers;
      }
      pointers = wanted.pointers;
      await moveAll(pointers, wanted.aws, `${stream} ${version}`, ports);
    }
    throw new AperiodicError('conflict', `releases of ${stream} keep changing on the main branch: run again`);
  } catch (error) {
    task.failed(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/**
 * Makes parameters what the plan says; versions before `latest`, so that nobody is led to what cannot be found again.
 * All regions are tried; never throws for one that fails. Gives the regions that are as the plan says.
 * @param patience by region, seconds that a call may keep failing
 */
export async function movePointers(
  { put, remove }: PointerPlan,
  { cloud, clock }: Pick<Ports, 'cloud' | 'clock'>,
  patience: (region: string) => number | undefined = () => undefined,
): Promise<Tried<string>> {
  const regions = [...new Set([...put, ...remove].map(({ region }) => region))].sort();
  return await tryAll(
    regions,
    (id) => id,
    async (id) => {
      const region = cloud.region(id, patience(id));
      const values = new Map<string, string | undefined>([
        ...remove.filter((one) => one.region === id).map(({ name }) => [name, undefined] as const),
        ...put.filter((one) => one.region === id).map(({ name, ami }) => [name, ami] as const),
      ]);
      const names = [...values.keys()].sort((a, b) => Number(isLatest(a)) - Number(isLatest(b)));
      await setParameters(region, names, values, clock);
      return id;
    },
  );
}

function isLatest(name: string): boolean {
  return name.endsWith('/latest');
}

async function setParameters(
  region: CloudRegion,
  names: readonly string[],
  values: ReadonlyMap<string, string | undefined>,
  clock: Ports['clock'],
): Promise<void> {
  const wrongIn = (seen: ReadonlyMap<string, string>) =>
    names.filter((name) => seen.get(name) !== values.get(name));
  let wrong: string[] = [];
  await settle({
    what: `the parameters ${names.join(', ')} show in ${region.id}`,
    read: async () => {
      const seen = await region.parameters(names);
      wrong = wrongIn(seen);
      return wrong;
    },
    accept: (left) => left.length === 0,
    write: async () => {
      for (const name of wrong) {
        const ami = values.get(name);
        if (ami === undefined) await region.deleteParameter(name);
        else await region.putImageParameter(name, ami);
      }
    },
    limit,
    clock,
  });
}

/** The pointers of the stream's newest release and of this version, in the regions that this record names. */
async function readWanted(
  { record }: Recorded,
  tree: Tree,
): Promise<{ pointers: Pointer[]; aws: AwsTargets }> {
  const file = 'releases/targets.yaml';
  const text = await tree.read(file);
  const { aws } = text === undefined ? { aws: undefined } : parseYaml('Targets', text, file);
  if (aws === undefined)
    throw new AperiodicError('conflict', "has no 'aws' any more: no pointer was moved", { file });
  const regions = new Set((record.images ?? []).map(({ region }) => region));
  const pointers = wantPointers(await loadReleasesOf(record.stream, tree), aws.pointers).filter(
    ({ region, name }) => regions.has(region) && (isLatest(name) || name.includes(`/${record.version}/`)),
  );
  return { pointers, aws };
}

async function moveAll(
  pointers: readonly Pointer[],
  aws: AwsTargets,
  release: string,
  ports: PromotePorts,
): Promise<void> {
  const bestEffort = new Set(aws.regions.filter((region) => region.bestEffort === true).map(({ id }) => id));
  const { failures } = await movePointers({ put: [...pointers], remove: [] }, ports, (region) =>
    bestEffort.has(region) ? bestEffortPatience : undefined,
  );
  const [first] = failures.filter(({ region }) => !bestEffort.has(region));
  if (first !== undefined) {
    throw new AperiodicError(
      first.error.code,
      `the pointers of ${release} could not be moved in ${first.region}. Run it again. ${first.error.message}`,
      { detail: listFailures(failures), cause: first.error },
    );
  }
  for (const { region, error } of failures)
    ports.log.warn(`the pointers of ${release} were not moved in ${region}: ${error.message}`);
}
