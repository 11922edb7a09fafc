/** What doctor looks at on AWS, where releases/targets.yaml has 'aws'. Only reads. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createAwsCloud } from '../../adapters/aws/cloud.ts';
import { configFile } from '../../adapters/host/config.ts';
import { publicImagesNeeded } from '../../model/plan/retention.ts';
import { inspectCloud } from '../../stages/preflight.ts';
import type { Check, Finding } from './check.ts';
import { readRepositoryFile, readStreams } from './repository-checks.ts';

/** Seconds that a call may keep failing: somebody waits for the answer. */
const patience = 5;

const aws: Check = {
  id: 'aws',
  title: 'AWS',
  run: async (examined) => {
    const targets = await readRepositoryFile('Targets', 'releases/targets.yaml', examined);
    const { config } = examined;
    if (targets?.aws === undefined || config === undefined) return [];
    const { account, home, regions } = targets.aws;
    const idsOf = (bestEffort: boolean) =>
      regions.filter((region) => (region.bestEffort ?? false) === bestEffort).map(({ id }) => id);
    const clock = { now: () => new Date(), sleep: async (ms: number) => await sleep(ms) };
    const cloud = createAwsCloud({ clock, home, endpoint: config.aws.endpoint, patience });
    const publicAtOnce = publicImagesNeeded(await readStreams(examined));
    const wish = { account, home, regions: idsOf(false), bestEffort: idsOf(true), publicAtOnce };
    const report = await inspectCloud(wish, { cloud });
    const bad = [...report.problems, ...report.warnings];
    const good = regions.filter(({ id }) => !bad.some(({ region }) => region === id));
    const at =
      config.aws.endpoint === undefined
        ? ''
        : `, at ${config.aws.endpoint} (AWS_ENDPOINT_URL or ${configFile})`;
    const findings: Finding[] = [
      report.account === undefined
        ? { status: 'warning', title: 'AWS account', value: `not known${at}` }
        : { status: 'ok', title: 'AWS account', value: `${report.account}${at}` },
    ];
    for (const { region, error } of bad)
      findings.push({
        status: 'warning',
        title: `AWS ${region}`,
        value: 'not usable',
        advice: error.message,
      });
    if (report.account !== undefined && good.length > 0)
      findings.push({ status: 'ok', title: 'AWS regions', value: good.map(({ id }) => id).join(', ') });
    return findings;
  },
};

export const cloudChecks: readonly Check[] = [aws];
