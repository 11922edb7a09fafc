/**
 * The ordered table of stages: what a release goes through, and what each step hands to the next.
 *
 *     per architecture:                   Job → fetch → build → qa → compare → upload → launch → Launched
 *     per release, architectures joined:  Candidate → sign → mirror → publish → record → promote → announce → Announced
 *
 * A stage is a function of the value before and the ports; the values are valid by schemas/values.schema.json, so that
 * a CI job can hand them to the next as a file, and any stage can be run again alone.
 */
import { createHash } from 'node:crypto';
import { assertValid, type Kind } from './model/schema.ts';
import type {
  Built,
  Compared,
  Fetched,
  FileRef,
  Job,
  Launched,
  SchemaTypes,
  Tested,
} from './model/types.generated.ts';
import type { Ports } from './ports.ts';
import { announceRelease } from './stages/announce.ts';
import { buildImage } from './stages/build.ts';
import { compareImage } from './stages/compare.ts';
import { fetchPackages } from './stages/fetch.ts';
import { launchImage } from './stages/launch.ts';
import { mirrorRelease } from './stages/mirror.ts';
import { promoteRelease } from './stages/promote.ts';
import { publishRelease } from './stages/publish.ts';
import { testImage } from './stages/qa.ts';
import { recordRelease } from './stages/record.ts';
import { signRelease } from './stages/sign.ts';
import { uploadImage } from './stages/upload.ts';

/** A stage with the schemas of what goes in and what comes out. */
export interface Stage<In extends Kind, Out extends Kind> {
  name: string;
  input: In;
  output: Out;
  run(input: SchemaTypes[In], ports: Ports): Promise<SchemaTypes[Out]>;
}

function stage<In extends Kind, Out extends Kind>(
  name: string,
  input: In,
  output: Out,
  run: Stage<In, Out>['run'],
): Stage<In, Out> {
  return { name, input, output, run };
}

export const stages = {
  fetch: stage('fetch', 'Job', 'Fetched', fetchPackages),
  build: stage('build', 'Fetched', 'Built', buildImage),
  qa: stage('qa', 'Built', 'Tested', testImage),
  compare: stage('compare', 'Tested', 'Compared', compareImage),
  upload: stage('upload', 'Compared', 'Uploaded', uploadImage),
  launch: stage('launch', 'Uploaded', 'Launched', launchImage),
  sign: stage('sign', 'Candidate', 'Signed', signRelease),
  mirror: stage('mirror', 'Signed', 'Mirrored', mirrorRelease),
  publish: stage('publish', 'Mirrored', 'Published', publishRelease),
  record: stage('record', 'Published', 'Recorded', recordRelease),
  promote: stage('promote', 'Recorded', 'Promoted', promoteRelease),
  announce: stage('announce', 'Promoted', 'Announced', announceRelease),
} as const;

/** One architecture from packages that are there to its image, which nobody looked at yet. */
export async function makeBuilt(fetched: Fetched, ports: Ports): Promise<Built> {
  const filesOf = (value: Built) => [value.raw, ...artifactsOf(value)];
  return await resume(stages.build, fetched, fetched.job, ports, filesOf);
}

/** One architecture from its pins to a tested image. Goes on after the last stage that ended, if its files are there. */
export async function makeTested(job: Job, ports: Ports): Promise<Tested> {
  const built = await makeBuilt(await stages.fetch.run(job, ports), ports);
  const tested = await resume(stages.qa, built, job, ports, () => []);
  // A kept value has the job of the run that made it, which may lack what only compare looks at.
  return { ...tested, built: { ...tested.built, job: { ...job, commit: tested.built.job.commit } } };
}

/** One architecture from its pins to an image that was held against the release before. */
export async function makeCompared(job: Job, ports: Ports): Promise<Compared> {
  return await resume(stages.compare, await makeTested(job, ports), job, ports, () => []);
}

/**
 * One architecture from its pins to its image in the cloud, which is looked at again each time, and to what an instance of it
 * showed, which holds as long as it is the same image.
 */
export async function makeLaunched(job: Job, ports: Ports): Promise<Launched> {
  return await launchCompared(await makeCompared(job, ports), ports);
}

/** A tested and compared image from its upload to its launch. */
export async function launchCompared(compared: Compared, ports: Ports): Promise<Launched> {
  const { job } = compared.built;
  const uploaded = await stages.upload.run(compared, ports);
  if (uploaded.image === undefined) return uploaded;
  return await resume(stages.launch, uploaded, job, ports, () => []);
}

function artifactsOf(built: Built): FileRef[] {
  return built.artifacts.map(({ file }) => file);
}

/** Runs a stage, or takes its kept value when the input is the same and the files that it names are still there. */
async function resume<In extends Kind, Out extends Kind>(
  { name, input, output, run }: Stage<In, Out>,
  value: SchemaTypes[In],
  job: Job,
  ports: Ports,
  filesOf: (value: SchemaTypes[Out]) => FileRef[],
): Promise<SchemaTypes[Out]> {
  const key = `${job.stream}/${job.version}/${job.architecture}/${name}`;
  const digest = digestOf(name, assertValid(input, value));
  const kept = await ports.values.load(key);
  const earlier = isKept(kept) && kept.input === digest ? readKept(output, kept.output) : undefined;
  if (earlier !== undefined && (await allThere(filesOf(earlier), ports))) {
    ports.log.info(`${name} ${job.stream} ${job.version} ${job.architecture}: done before`);
    return earlier;
  }
  const made = assertValid(output, await run(value, ports));
  await ports.values.save(key, { input: digest, output: made });
  return made;
}

/** Of the job: what only compare looks at, so that a line that accepts a gate is no reason to build again. */
const onlyCompared = ['previous', 'gates', 'accepted'];

/**
 * The commit is left out: a push that changes nothing of the stream is no reason to build again. So is how an image is
 * launched: another type of instance is none either.
 */
function digestOf(stage: string, value: unknown): string {
  const ignored = new Set(['commit', 'launch', ...(stage === 'compare' ? [] : onlyCompared)]);
  const text = JSON.stringify(value, (key, part: unknown) => (ignored.has(key) ? undefined : part));
  return createHash('sha256').update(text).digest('hex');
}

function isKept(value: unknown): value is { input: string; output: unknown } {
  return typeof value === 'object' && value !== null && 'input' in value && 'output' in value;
}

/** One that does not fit was kept by another version of Aperiodic, or damaged: the stage runs again. */
function readKept<K extends Kind>(kind: K, value: unknown): SchemaTypes[K] | undefined {
  try {
    return assertValid(kind, value);
  } catch {
    return undefined;
  }
}

async function allThere(files: readonly FileRef[], ports: Ports): Promise<boolean> {
  for (const file of files) {
    const there = await ports.artifacts.get(file).then(
      () => true,
      () => false,
    );
    if (!there) return false;
  }
  return true;
}
