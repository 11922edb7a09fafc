import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { input, setting } from './inputs.mjs';

const target = path.join(setting('TEST_ARTIFACTS'), input('name'));
mkdirSync(target, { recursive: true });
// Its own options: links are followed, and nothing hidden is taken along.
const options = ['--dereference', '--hard-dereference', '--directory', input('path')];
const left = ['--exclude=.git', '--exclude=.github', '--exclude=.[^/]*'];
execFileSync('tar', [...options, '-cf', path.join(target, 'artifact.tar'), ...left, '.'], {
  cwd: process.env.GITHUB_WORKSPACE,
});
console.log(`${input('name')}: ${input('path')}`);
