/** Resolving against apt's own: lists refreshed and the same question asked by apt-get alone, in a state of its own. */
import path from 'node:path';
import { prepareAptState } from '../../scripts/adapters/deb/apt-state.ts';
import { createDebPayload } from '../../scripts/adapters/deb/payload.ts';
import { locateRepositories } from '../../scripts/adapters/deb/sources.ts';
import { exec } from '../../scripts/adapters/host/exec.ts';
import { compare } from './measure.ts';
import type { Bench } from './prepare.ts';

export async function benchResolve(
  { folder, repositories, spec, opened }: Bench,
  rounds: number,
): Promise<void> {
  const sources = await locateRepositories(repositories, {});
  const state = await prepareAptState(path.join(folder, 'apt-alone'), sources, 'amd64');
  const payload = createDebPayload({ repositories, addresses: {}, cache: path.join(folder, 'ours') });
  const { request } = spec;
  const apt = async () => {
    await exec('apt-get', ['-q', 'update'], { env: state.env });
    const question = [
      '-qq',
      '-y',
      '--print-uris',
      '--no-install-recommends',
      'install',
      '?essential',
      'apt',
      ...request.packages,
    ];
    await exec('apt-get', question, { env: state.env });
  };
  const ours = async () => {
    await payload.solve(request, 'amd64', opened.ports.log.task('resolve'));
  };
  await apt();
  await ours();
  await compare(
    'resolve, warm lists',
    { name: 'apt-get update, apt-get --print-uris', run: apt },
    { name: 'aperiodic resolve', run: ours },
    rounds,
  );
}
