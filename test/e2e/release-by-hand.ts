/** What is due on main is released by the commands of docs/release-process.md, on two machines, with CI down. */
import assert from 'node:assert/strict';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DEFAULT_IDENTITY } from '../../scripts/localcloud/identities.ts';
import { startLocalCloud } from '../../scripts/localcloud/start-local-cloud.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { lastWords } from '../support/cli.ts';
import { readCommands, runCommands } from '../support/documented-commands.ts';
import { cloneOf, git } from '../support/git.ts';
import type { Ending } from '../support/temporary-folder.ts';

export interface ByHand {
  /** Folder of a demo: its mirror, its key and its cloud are used. */
  demo: string;
  /** Repository whose main has a release that is due. */
  origin: string;
  /** For clones; exists. */
  folder: string;
}

/** What was done, seen from outside: a second look finds whether anything was done since. */
export interface Looked {
  head: string;
  /** Calls to AWS that change something. */
  writes: number;
}

/** @returns a function that releases the stream once more, in one command, and what was to be seen before and after it */
export async function releaseByHand(t: Ending, { demo, origin, folder }: ByHand) {
  const [prepare = '', inOne = '', build = '', publish = '', ...more] = await readCommands(
    'docs/release-process.md',
    'By hand, when CI is down',
  );
  assert.deepEqual(more, []);
  const file = 'releases/targets.yaml';
  const { aws } = parseYaml('Targets', await git(origin, 'show', `main:${file}`), file);
  const regions = aws?.regions.map(({ id }) => id) ?? [];
  const cloud = await startLocalCloud({ folder: path.join(demo, 'cloud'), regions });
  t.after(() => cloud.stop());
  const begun = cloud.log().length;

  const { accessKeyId, secretAccessKey } = DEFAULT_IDENTITY;
  const credentials = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
  const settings = {
    store: path.join(demo, 'store'),
    mirrors: { primary: { directory: path.join(demo, 'mirror') } },
  };
  const builder = await machine('builder', settings);
  const publisher = await machine('publisher', {
    ...settings,
    aws: { endpoint: cloud.endpoint },
    signing: { keyFiles: [path.join(demo, 'signing-key.asc')] },
    git: { name: 'A release engineer', email: 'release@example.org' },
  });

  async function machine(name: string, config: unknown): Promise<string> {
    const clone = await cloneOf(origin, path.join(folder, name));
    await mkdir(path.join(clone, '.aperiodic'));
    // JSON is YAML.
    await writeFile(path.join(clone, '.aperiodic/config.yaml'), JSON.stringify(config));
    await carryOut(prepare, clone);
    return clone;
  }

  async function carryOut(block: string, clone: string, env: Record<string, string> = {}): Promise<void> {
    const { code, output } = await runCommands(block, clone, env);
    assert.equal(code, 0, lastWords(output));
  }

  await carryOut(build, builder);
  assert.equal(cloud.log().length, begun, 'a machine without rights calls no cloud');
  await cp(path.join(builder, 'packed'), path.join(publisher, 'packed'), { recursive: true });
  await carryOut(publish, publisher, credentials);

  const look = async (): Promise<Looked> => ({
    head: await git(origin, 'rev-parse', 'main'),
    writes: cloud.log().filter(({ access }) => access === 'write').length,
  });
  return async (): Promise<[Looked, Looked]> => {
    const before = await look();
    await carryOut(inOne, publisher, credentials);
    return [before, await look()];
  };
}
