/** Runs every case of golden/. `UPDATE_GOLDEN=1` writes out.json anew: read the difference before it is committed. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { planLifecycle } from '../../../scripts/model/plan/lifecycle.ts';
import { planRepository } from '../../../scripts/model/plan.ts';
import { planToJson, renderPlan } from '../../../scripts/render/plan.ts';
import { type GoldenCase, repositoryOf } from './golden-case.ts';

const golden = fileURLToPath(new URL('golden', import.meta.url));

for (const name of readdirSync(golden).sort()) {
  test(`golden: ${name}`, () => {
    const input = JSON.parse(readFileSync(path.join(golden, name, 'in.json'), 'utf8')) as GoldenCase;
    const repository = repositoryOf(input);
    const plans = planRepository(repository, { mergedAt: new Date(input.mergedAt) });
    const lifecycle = input.now === undefined ? undefined : planLifecycle(repository, new Date(input.now));
    const text = renderPlan(plans, lifecycle).trimEnd().split('\n');
    const output = `${JSON.stringify({ plans: planToJson(plans), lifecycle, text }, undefined, 2)}\n`;
    const file = path.join(golden, name, 'out.json');
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, output);
    assert.equal(output, readFileSync(file, 'utf8'));
  });
}
