/** What is published for users, written to a folder and signed as it would be. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { signingDate } from '../../scripts/model/signing-date.ts';
import type { PublishedFile } from '../../scripts/model/site/file.ts';
import { signerOf, type TestKey } from './openpgp.ts';

export async function writePublished(
  folder: string,
  files: Iterable<PublishedFile>,
  key: TestKey,
): Promise<void> {
  const signer = signerOf(key);
  const keys = await signer.keys();
  for (const { path: name, content, signed } of files) {
    await put(folder, name, content);
    if (signed !== undefined)
      await put(
        folder,
        signed.path,
        await signer.clearSign(signed.text, signingDate(new Date(signed.at), keys)),
      );
  }
}

export async function put(folder: string, name: string, content: string): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}
