import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fail, input, setting } from './inputs.mjs';

const from = setting('TEST_ARTIFACTS');
const to = path.resolve(process.env.GITHUB_WORKSPACE, input('path') || '.');
const [name, pattern] = [input('name'), input('pattern')];
if (name !== '' && !existsSync(path.join(from, name))) fail(`there is no artifact ${name}`);
const prefix = pattern.replace(/\*$/, '');
const names = name !== '' ? [name] : readdirSync(from).filter((one) => one.startsWith(prefix));
mkdirSync(to, { recursive: true });
for (const one of names) {
  const folder = name !== '' || input('merge-multiple') === 'true' ? to : path.join(to, one);
  cpSync(path.join(from, one), folder, { recursive: true });
  console.log(`${one} to ${folder}`);
}
