import childProcess, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

/**
 * Imports files of unit tests one after another, so that this process runs all of their tests. A file that does not load
 * is a failure that names it, and so is a test that starts a program.
 */
export async function importTests(files: readonly string[]): Promise<void> {
  refusePrograms();
  for (const file of files) {
    try {
      await import(pathToFileURL(file).href);
    } catch (error) {
      test(file, () => {
        throw error;
      });
    }
  }
}

function refusePrograms(): void {
  const refuse = (file: string): never => {
    throw new Error(`a unit test starts no program (${file}): move its file to test/integration`);
  };
  const start: unknown = Reflect.get(ChildProcess.prototype, 'spawn');
  if (typeof start !== 'function') throw new Error('this Node starts programs in another way');
  Object.assign(ChildProcess.prototype, {
    spawn(this: ChildProcess, options: { file: string }) {
      // What tsx compiles TypeScript with.
      return /[\\/]esbuild[^\\/]*$/.test(options.file) ? start.call(this, options) : refuse(options.file);
    },
  });
  Object.assign(childProcess, { spawnSync: refuse, execSync: refuse, execFileSync: refuse });
  syncBuiltinESMExports();
}
