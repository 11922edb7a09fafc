/** What QA said of a release. */

import type { CheckResult, PublishedRecord } from '../../model/types.generated.ts';
import { table } from './blocks.ts';
import { type Html, html } from './html.ts';
import { plural } from './words.ts';

type Recorded = PublishedRecord['architectures'][number];

const places: Readonly<Record<CheckResult['where'], string>> = {
  image: 'The image before it boots',
  bios: 'Booted by BIOS',
  uefi: 'Booted by UEFI',
  container: 'In a container',
  ec2: 'Launched as an AMI',
};

const accelerators = {
  kvm: 'Guests ran under KVM.',
  tcg: 'Guests ran in emulation, so times are long.',
  none: 'A container has no machine to boot.',
} as const;

export function renderQuality({ architectures }: PublishedRecord): Html {
  return html`${architectures.map(renderArchitecture)}`;
}

function renderArchitecture({ architecture, qa, launch, comparison }: Recorded): Html {
  const results = [...qa.results, ...(launch?.results ?? [])];
  const failed = results.filter(({ result }) => result === 'failed').length;
  const count = `${results.length - failed} of ${plural(results.length, 'check')} passed`;
  const retries = [...(qa.retries ?? []), ...(launch?.retries ?? [])];
  return html`<h3>On ${architecture}</h3>
<p><strong>${count}</strong>, ${plural(qa.boots, 'boot')}. ${accelerators[qa.accelerator]}${launch !== undefined && html` An instance of <code>${launch.ami}</code> (${launch.instanceType}) was launched in ${launch.region} and tested before it was public.`}</p>
${retries.length > 0 && html`<ul>${retries.map(({ where, reason }) => html`<li>Tested once more, ${places[where].toLowerCase()}: ${reason}</li>`)}</ul>\n`}${comparison !== undefined && renderReplacement(comparison.previous, comparison.replacement)}${groupByPlace(
  results,
).map(
  ([where, group]) => html`<details><summary>${places[where]}: ${plural(group.length, 'check')}</summary>
${table(
  `${places[where]}, on ${architecture}`,
  [{ title: 'Check' }, { title: 'Result' }, { title: 'Seen' }],
  group.map(({ id, result, seen }) => [
    html`<a href="../../qa.html#check-${id}">${id}</a>`,
    html`<span class="result result-${result}">${result}</span>`,
    seen,
  ]),
)}</details>
`,
)}`;
}

function renderReplacement(
  previous: string,
  { result, reason, now, previous: before }: NonNullable<Recorded['comparison']>['replacement'],
): Html {
  const times =
    now === undefined || before === undefined
      ? ''
      : ` A login took ${now.login} s, ${before.login} s with ${previous}.`;
  return html`<p>An instance of ${previous} was replaced by one of this release, with the same user data and data volume: <span class="result result-${result}">${result.replace('-', ' ')}</span>.${times}${reason !== undefined && ` ${reason}`}</p>\n`;
}

function groupByPlace(results: readonly CheckResult[]): [CheckResult['where'], CheckResult[]][] {
  const groups = new Map<CheckResult['where'], CheckResult[]>();
  for (const result of results) {
    const group = groups.get(result.where) ?? [];
    group.push(result);
    groups.set(result.where, group);
  }
  return [...groups];
}
