/** `npm run generate`: files that are made from others. With --check, fails when a committed one differs. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parsePolicy } from '../model/policy/load-policy.ts';
import { renderKickstartDoc } from '../render/kickstart-doc.ts';
import { renderPolicyDoc } from '../render/policy-doc.ts';
import { renderQaExpectations } from '../render/qa-expectations.ts';
import { generateTypes } from './generate-types.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const generated: Record<string, (current: string) => string | Promise<string>> = {
  'scripts/model/types.generated.ts': generateTypes,
  'docs/kickstart.md': renderKickstartDoc,
  'docs/policy.md': (current) => {
    const file = 'releases/policy.yaml';
    const { policy, problems } = parsePolicy(readFileSync(path.join(root, file), 'utf8'), file);
    if (problems[0] !== undefined) throw problems[0];
    return renderPolicyDoc(current, policy);
  },
  'docs/qa-expectations.md': renderQaExpectations,
};

for (const [file, render] of Object.entries(generated)) {
  const full = path.join(root, file);
  const current = readFileSync(full, 'utf8');
  const text = await render(current);
  if (text === current) continue;
  if (process.argv.includes('--check')) {
    console.error(`${file} is not what its sources say: run npm run generate`);
    process.exitCode = 1;
  } else {
    writeFileSync(full, text);
    console.error(`wrote ${file}`);
  }
}
