/** A process that builds the jobs of a list, as many at once as a release of their streams does: FOLDER STORE AT_ONCE JOB... Prints digests of the raw images. */
import { readFile } from 'node:fs/promises';
import { createPlainLog } from '../../scripts/adapters/log/plain-log.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import { stages } from '../../scripts/pipeline.ts';
import { openBench } from './prepare.ts';

const [folder = '', store = '', atOnce = '1', ...files] = process.argv.slice(2);
const log = createPlainLog({ write: () => true }, () => performance.now());
const { opened } = await openBench(folder, store, log);
const queue = files.values();
const work = async () => {
  for (const file of queue) {
    const job = assertValid('Job', JSON.parse(await readFile(file, 'utf8')));
    const built = await stages.build.run(await stages.fetch.run(job, opened.ports), opened.ports);
    console.log(`${job.stream} ${built.raw.sha256}`);
  }
};
await Promise.all(Array.from({ length: Number(atOnce) }, work));
