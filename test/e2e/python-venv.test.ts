import assert from 'node:assert/strict';
import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import {
  checkVenv,
  createVenv,
  installRequirements,
  testVenv,
  venvPython,
} from '../../scripts/adapters/host/python-venv.ts';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { createFakeTask } from '../support/fake-log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A checkout whose requirements name no package, so that no network is needed. */
async function writeRequirements(root: string, text = '# none\n'): Promise<void> {
  await writeFile(path.join(root, 'requirements-build.txt'), '# none\n');
  await writeFile(path.join(root, 'requirements.txt'), text);
}

describe('the Python environment', () => {
  it('is made once, again when left half made or for other requirements, and only of pinned packages', async (t) => {
    const root = await temporaryFolder(t);
    await writeRequirements(root);
    assert.equal(await checkVenv(root), 'missing');
    await mkdir(path.join(root, '.venv/bin'), { recursive: true });
    await writeFile(path.join(root, '.venv/half-made'), '');
    assert.equal(await checkVenv(root), 'missing');
    await createVenv(createFakeTask(), root);
    await access(venvPython(root));
    await assert.rejects(access(path.join(root, '.venv/half-made')));
    assert.equal(await checkVenv(root), 'current');
    await writeFile(path.join(root, 'requirements-test.txt'), '# none\n');
    assert.equal(await checkVenv(root, testVenv), 'missing');
    await writeRequirements(root, '# others\n');
    assert.equal(await checkVenv(root), 'outdated');
    // A folder has no hash: pip refuses it without asking an index.
    await writeRequirements(root, `${root}\n`);
    await writeFile(path.join(root, 'setup.py'), 'raise SystemExit("must not run")\n');
    await assert.rejects(
      installRequirements(root, 'requirements.txt', createFakeTask()),
      (error: unknown) => {
        assert.ok(error instanceof AperiodicError);
        assert.match(error.detail ?? '', /hash/);
        return true;
      },
    );
  });
});
