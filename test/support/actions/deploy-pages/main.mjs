import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { input, output, setting } from './inputs.mjs';

const artifacts = setting('TEST_ARTIFACTS');
const pages = path.join(artifacts, 'pages');
mkdirSync(pages, { recursive: true });
execFileSync('tar', ['-xf', path.join(artifacts, input('artifact_name'), 'artifact.tar'), '-C', pages]);
output('page_url', `file://${pages}/`);
