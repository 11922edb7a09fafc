import { cpSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fail, input, setting } from './inputs.mjs';

const workspace = process.env.GITHUB_WORKSPACE;
const target = path.join(setting('TEST_ARTIFACTS'), input('name'));
const given = input('path')
  .split('\n')
  .map((line) => line.trim())
  .filter(Boolean);
const found = given.filter((file) => existsSync(path.join(workspace, file)));
if (found.length === 0 && input('if-no-files-found') === 'error') fail(`no files at ${given.join(', ')}`);
rmSync(target, { recursive: true, force: true });
if (found.length > 0) mkdirSync(target, { recursive: true });
// As the real one: paths count from the folder that all of them share, and one folder gives its content.
const [only = ''] = given;
const shared = given.length > 1 ? '' : statOf(only)?.isDirectory() ? only : path.dirname(only);
for (const file of found)
  cpSync(path.join(workspace, file), path.join(target, path.relative(shared, file)), { recursive: true });
console.log(`${input('name')}: ${found.join(', ')}`);

function statOf(file) {
  return statSync(path.join(workspace, file), { throwIfNoEntry: false });
}
