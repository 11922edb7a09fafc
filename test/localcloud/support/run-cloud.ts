/** Serves a localcloud until it is killed. Arguments: folder. Writes its endpoint as the first line. */
import { startLocalCloud } from '../../../scripts/localcloud/start-local-cloud.ts';

const [folder = ''] = process.argv.slice(2);
const cloud = await startLocalCloud({ folder, regions: ['eu-west-1', 'us-east-1'] });
process.stdout.write(`${cloud.endpoint}\n`);
