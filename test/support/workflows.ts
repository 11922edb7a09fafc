/** Reads our workflows as data. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';

export const checkout = fileURLToPath(new URL('../..', import.meta.url));
export const workflowFolder = path.join(checkout, '.github/workflows');

export interface Step {
  id?: string;
  uses?: string;
  run?: string;
  if?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}

export interface Job {
  name?: string;
  environment?: string;
  permissions?: Record<string, string>;
  'timeout-minutes'?: number;
  env?: Record<string, string>;
  steps: Step[];
}

export interface Workflow {
  file: string;
  text: string;
  permissions: unknown;
  concurrency: { group: string; 'cancel-in-progress': unknown };
  jobs: Record<string, Job>;
}

/** A YAML file of GitHub, as loosely typed as its readers need. */
export function readYaml<T>(text: string, is: (value: unknown) => value is T): T {
  const value: unknown = load(text);
  if (is(value)) return value;
  throw new Error('the file is not of the form that is looked for');
}

function isWorkflow(value: unknown): value is Omit<Workflow, 'file' | 'text'> {
  return typeof value === 'object' && value !== null && 'jobs' in value && 'permissions' in value;
}

export async function readWorkflows(): Promise<Workflow[]> {
  const files = (await readdir(workflowFolder)).sort();
  return await Promise.all(
    files.map(async (file) => {
      const text = await readFile(path.join(workflowFolder, file), 'utf8');
      return { file, text, ...readYaml(text, isWorkflow) };
    }),
  );
}

/** Steps of all jobs, each with where it is. */
export function stepsOf({ file, jobs }: Workflow): { at: string; job: Job; step: Step }[] {
  return Object.entries(jobs).flatMap(([name, job]) =>
    job.steps.map((step, index) => ({ at: `${file} ${name} ${index + 1}`, job, step })),
  );
}
