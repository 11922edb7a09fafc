/** Carries out `aperiodic localcloud`: serves until it is interrupted. */
import path from 'node:path';
import { DEFAULT_IDENTITY } from '../../localcloud/identities.ts';
import { startLocalCloud } from '../../localcloud/start-local-cloud.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { Context, Outcome } from '../command.ts';

const usualRegions = 'eu-central-1,eu-west-1,us-east-1,us-west-2,ap-northeast-1,ap-southeast-2,sa-east-1';

export async function runLocalCloud({ given, log, signal }: Context): Promise<Outcome> {
  const folder = path.resolve(given.text('folder') ?? '.aperiodic/localcloud');
  const cloud = await startLocalCloud({
    folder,
    regions: (given.text('regions') ?? usualRegions).split(','),
    port: readPort(given.text('port')),
    controlPort: 0,
  });
  const { accessKeyId, secretAccessKey } = DEFAULT_IDENTITY;
  log.info(
    [
      `AWS_ENDPOINT_URL=${cloud.endpoint}`,
      `AWS_ACCESS_KEY_ID=${accessKeyId}`,
      `AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
      `control: ${cloud.controlEndpoint}`,
      `state: ${folder}`,
      'Serving until interrupted.',
    ].join('\n'),
  );
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await cloud.stop();
  return { json: { folder, calls: cloud.log().length }, text: 'stopped' };
}

function readPort(text: string | undefined): number {
  const port = Number(text ?? '0');
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new AperiodicError('usage', `'${text}' is not a port`);
}
