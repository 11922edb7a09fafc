/** A script in a real container, of an image that is a shell and a few programs of the host. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { createContainers } from '../../../../scripts/adapters/container/containers.ts';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import { smallRequest } from '../../../adapters/image/small-spec.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { runBehindWalls } from '../image/walls.ts';

test('an image is described, and runs a script without network, rights of the host, or traces', async (t) => {
  const folder = await temporaryFolder(t);
  const base = smallRequest({ kind: 'container', partitions: [] });
  const end = await runBehindWalls(folder, { ...base, formats: ['docker-archive', 'oci'] }, 'container');
  assert.equal(end.code, undefined, end.stack);
  const containers = createContainers();
  const archive = path.join(end.out, 'small.oci.tar');
  const facts = await containers.describe(archive, 'oci');
  assert.equal(facts.config, end.container?.config);
  assert.equal(facts.architecture, 'amd64');
  assert.deepEqual(
    await containers.describe(path.join(end.out, 'small.docker.tar'), 'docker-archive'),
    facts,
  );

  const work = path.join(folder, 'work');
  await mkdir(work);
  const script = `echo "lang=$LANG user=$(id -u)"
while read -r line; do case $line in *:*) echo "link \${line%%:*}"; esac; done < /proc/net/dev
ls ${folder} >/dev/null 2>&1 && echo "sees the host"
echo told >&2
exit 7`;
  const lines: string[] = [];
  const result = await containers.run({
    archive,
    architecture: 'amd64',
    folder: work,
    script,
    seconds: 120,
    onLine: (line) => lines.push(line),
  });
  assert.equal(result.exitCode, 7, result.stderr);
  assert.deepEqual(lines, ['lang=C.UTF-8 user=0', 'link lo']);
  assert.match(result.stderr, /^told$/m);

  const broken = path.join(folder, 'broken.oci.tar');
  await writeFile(broken, 'not an archive');
  const isCode = (code: string) => (error: unknown) => error instanceof AperiodicError && error.code === code;
  await assert.rejects(containers.describe(broken, 'oci'), isCode('invalid'));
  await assert.rejects(
    containers.run({ archive: broken, architecture: 'amd64', folder: work, script, seconds: 120 }),
    isCode('qa-failed'),
  );
});
