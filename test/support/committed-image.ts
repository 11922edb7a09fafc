/** The image of this repository's own stream, as if it had been built and tested: its real kickstart and pins, no real files. */
import { createWorkTree } from '../../scripts/adapters/git/work-tree.ts';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { flattenKickstart } from '../../scripts/model/kickstart/flatten.ts';
import type { Tested } from '../../scripts/model/types.generated.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { makeTested, stream } from './candidate.ts';

export const pinsFile = `releases/${stream}/pins.amd64.yaml`;

export async function readCommitted(file: string): Promise<string> {
  const text = await (await createWorkTree(toolRoot)).read(file);
  if (text === undefined) throw new Error(`${file} is not in the repository`);
  return text;
}

export async function makeCommittedImage(): Promise<Tested> {
  const tree = await createWorkTree(toolRoot);
  const pins = parseYaml('Pins', await readCommitted(pinsFile), pinsFile);
  const { kickstart } = parseYaml(
    'Stream',
    await readCommitted(`releases/${stream}/stream.yaml`),
    'stream.yaml',
  );
  const tested = makeTested();
  const job = { ...tested.built.job, pins, kickstart: await flattenKickstart(kickstart, tree.read) };
  return { ...tested, built: { ...tested.built, job } };
}
