/** The Builders port: images come by skopeo, lie in the store, and are unpacked once by umoci; no container engine, no root. */
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseBuilderReference } from '../../model/container/builder-reference.ts';
import { blobName } from '../../model/container/oci.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { Builder, Builders } from '../../ports/builders.ts';
import type { Store, Task } from '../../ports.ts';
import { exec } from '../host/exec.ts';
import { hasCode, statOf } from '../host/files.ts';
import { makeTemporaryFolder } from '../store/temporary.ts';
import { pullBuilder, type RegistryLogins } from './pull.ts';
import { assertProgram, runTool } from './run-tool.ts';
import { findStored, machine } from './stored.ts';
import { unpackImage } from './unpack.ts';

/** What installs and checks packages; dnf's modules are looked for when they are needed. */
const programs = ['rpm', 'rpmdb', 'rpmkeys'];

export interface BuildersOptions {
  /** Folder for what is unpacked, kept between runs. */
  cache: string;
  logins: RegistryLogins;
}

export function createBuilders({ cache, logins }: BuildersOptions): Builders {
  const folder = path.join(path.resolve(cache), 'builders');

  const fetch = async (reference: string, store: Store, task: Task): Promise<void> => {
    if ((await findStored(reference, store)) !== undefined) return;
    task.note('downloading the builder image');
    await pullBuilder(reference, store, logins);
    if ((await findStored(reference, store)) === undefined)
      throw new AperiodicError(
        'digest-mismatch',
        `the builder image ${reference} is not in the store after its download`,
      );
  };

  const open = async (reference: string, store: Store, task: Task): Promise<Builder> => {
    const { digest } = parseBuilderReference(reference);
    const root = path.join(folder, `${blobName(digest)}-${machine}`);
    if ((await statOf(root)) === undefined) await unpack(reference, store, task, root);
    for (const program of programs) await assertProgram({ root, reference }, program);
    const builder = { reference, digest, root, rpm: '' };
    return { ...builder, rpm: await askVersion(builder) };
  };

  const unpack = async (reference: string, store: Store, task: Task, root: string): Promise<void> => {
    const image = await findStored(reference, store);
    if (image === undefined)
      throw new AperiodicError(
        'not-found',
        `the builder image ${reference} is not in the store: run fetch first`,
      );
    task.note('unpacking the builder image');
    await mkdir(folder, { recursive: true });
    const work = await makeTemporaryFolder(path.join(folder, 'tmp'));
    try {
      await rename(await unpackImage(image, reference, work), root);
    } catch (error) {
      // Another run was here first with the same files.
      if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
    } finally {
      // Where it ended early, folders of the image may be closed to their owner.
      await exec('chmod', ['--recursive', 'u+rwX', '--', work], { accept: [0, 1] });
      await rm(work, { recursive: true, force: true });
    }
  };

  return { fetch, open };
}

async function askVersion(builder: Builder): Promise<string> {
  const { stdout } = await runTool(builder, 'rpm', ['--version'], {
    failure: 'missing-tool',
    what: `rpm of the builder image ${builder.reference} does not run`,
  });
  const [, version] = /^RPM version (\S{1,100})$/m.exec(stdout) ?? [];
  if (version !== undefined) return version;
  throw new AperiodicError(
    'missing-tool',
    `rpm of the builder image ${builder.reference} does not say its version`,
  );
}
