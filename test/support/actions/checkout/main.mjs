import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { input, output, setting } from './inputs.mjs';

const workspace = process.env.GITHUB_WORKSPACE;
const git = (...args) => execFileSync('git', ['-C', workspace, ...args], { encoding: 'utf8' }).trim();
for (const name of readdirSync(workspace)) rmSync(`${workspace}/${name}`, { recursive: true, force: true });
git('init', '-q', '-b', 'checkout');
git('remote', 'add', 'origin', setting('TEST_ORIGIN'));
git('fetch', '-q', 'origin', '+refs/heads/*:refs/remotes/origin/*', '+refs/pull/*:refs/remotes/pull/*');
const wanted = input('ref') || process.env.TEST_SHA || process.env.GITHUB_SHA;
const commit = /^[0-9a-f]{40}$/.test(wanted) ? wanted : git('rev-parse', `origin/${wanted}`);
git('checkout', '-q', '--detach', commit);
output('commit', commit);
console.log(`checked out ${commit}`);
