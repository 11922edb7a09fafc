/** What stages left in a folder: values of build and QA, and reports of tests that failed. All of it untrusted. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../adapters/host/files.ts';
import { AperiodicError } from '../model/errors.ts';
import { type Evidence, evidenceKey } from '../model/preview.ts';
import { assertValid } from '../model/schema.ts';
import type { Built, QaReport } from '../model/types.generated.ts';

const limits = { files: 20_000, bytes: 64 * 1024 * 1024 } as const;
/** As QA's log folder is named: `<distribution>/<image>/<version>/qa-<architecture>/qa.json`. */
const report = /(?:^|\/)([a-z0-9-]+\/[a-z0-9-]+)\/[^/]+\/qa-([a-z0-9_]+)\/qa\.json$/;

/**
 * Looks for `built*.json`, `tested*.json` and reports, at any depth. Links are not followed.
 * @throws AperiodicError `invalid` for a value that breaks its schema, `not-found`
 */
export async function readEvidence(folder: string | undefined): Promise<Evidence> {
  const built = new Map<string, Built>();
  const qa = new Map<string, QaReport>();
  if (folder === undefined) return { built, qa };
  const take = (value: Built) => built.set(evidenceKey(value.job.stream, value.job.architecture), value);
  for (const file of await listFiles(folder)) {
    const [, stream = '', architecture = ''] = report.exec(file) ?? [];
    const name = path.basename(file);
    if (/^built[^/]*\.json$/.test(name)) take(assertValid('Built', await readJson(folder, file), { file }));
    else if (/^tested[^/]*\.json$/.test(name)) {
      const tested = assertValid('Tested', await readJson(folder, file), { file });
      take(tested.built);
      qa.set(evidenceKey(tested.built.job.stream, tested.built.job.architecture), tested.qa);
    } else if (stream !== '') {
      const key = evidenceKey(stream, architecture);
      if (!qa.has(key)) qa.set(key, assertValid('QaReport', await readJson(folder, file), { file }));
    }
  }
  return { built, qa };
}

/** Relative paths with forward slashes, sorted, so that what wins does not depend on the file system. */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    // Where nothing was built nothing was downloaded.
    if (hasCode(cause, 'ENOENT')) return [];
    throw new AperiodicError('not-found', 'the folder of values cannot be read', { file: folder, cause });
  });
  if (entries.length > limits.files)
    throw new AperiodicError('invalid', 'holds too many files', { file: folder });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

async function readJson(folder: string, file: string): Promise<unknown> {
  const full = path.join(folder, file);
  const { size } = await stat(full);
  if (size > limits.bytes)
    throw new AperiodicError('invalid', `is larger than ${limits.bytes} bytes`, { file });
  try {
    return JSON.parse(await readFile(full, 'utf8'));
  } catch (cause) {
    throw new AperiodicError('invalid', 'is not JSON', { file, cause });
  }
}
