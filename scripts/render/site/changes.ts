/** What changed since the release before: packages, figures, security updates. */

import { unitOf } from '../../model/gates/describe.ts';
import type { PinChange } from '../../model/pins.ts';
import type { ReleaseView } from '../../model/site/part.ts';
import type { Comparison, ReleasedFix } from '../../model/types.generated.ts';
import { table } from './blocks.ts';
import { type Html, html, webLink } from './html.ts';
import { plural } from './words.ts';

export function renderChanges({ release, previous, changes }: ReleaseView): Html {
  const comparisons = release.record.architectures.flatMap(({ architecture, comparison }) =>
    comparison === undefined ? [] : [{ architecture, comparison }],
  );
  const { accept = [] } = release.release;
  return html`${renderFixes(release.release.fixes ?? [])}${previous === undefined && html`<p>This is the first release of the stream.</p>\n`}${previous !== undefined && changes.length === 0 && html`<p>Which packages changed is not known here: the commits of the two releases are not in the history that this site was made from.</p>\n`}${changes.map(
    ({ architecture, packages }) =>
      previous === undefined
        ? html`<p>${plural(packages.total, 'package')} on ${architecture}.</p>\n`
        : renderPackages(architecture, previous.version, packages),
  )}${comparisons.map(({ architecture, comparison }) => renderFigures(architecture, comparison))}${accept.length > 0 && html`<h3>Accepted beyond a limit</h3>\n<ul>${accept.map(({ gate, reason }) => html`<li><code>${gate}</code>: ${reason}</li>`)}</ul>\n`}`;
}

function renderPackages(
  architecture: string,
  previous: string,
  packages: { total: number; added: PinChange[]; removed: PinChange[]; changed: PinChange[] },
): Html {
  const { total, added, removed, changed } = packages;
  const rows = [
    ...changed.map((change) => [change, 'upgraded'] as const),
    ...added.map((change) => [change, 'added'] as const),
    ...removed.map((change) => [change, 'removed'] as const),
  ];
  const words = html`<p>${changed.length} upgraded, ${added.length} added, ${removed.length} removed; ${plural(total, 'package')} now.</p>`;
  if (rows.length === 0)
    return html`<h3>Packages on ${architecture}</h3>\n<p>The same ${plural(total, 'package')} as in ${previous}.</p>\n`;
  const list = table(
    `Packages that changed since ${previous}, on ${architecture}`,
    [{ title: 'Package' }, { title: 'What' }, { title: `In ${previous}` }, { title: 'Now' }],
    rows.map(([{ name, from, to }, what]) => [
      name,
      html`<span class="change change-${what}">${what}</span>`,
      html`<code>${from ?? '–'}</code>`,
      html`<code>${from !== undefined && from === to ? `${to} (rebuilt)` : (to ?? '–')}</code>`,
    ]),
  );
  return html`<h3>Packages on ${architecture}</h3>
${words}
${rows.length > 30 ? html`<details><summary>All ${rows.length} changes</summary>\n${list}</details>\n` : list}`;
}

function renderFixes(fixes: readonly ReleasedFix[]): Html | false {
  if (fixes.length === 0) return false;
  const rows = fixes.map(({ advisory, title, severity, cves, packages, reference }) => {
    const link = reference === undefined ? undefined : webLink(reference);
    return [
      link === undefined ? advisory : html`<a href="${link}">${advisory}</a>`,
      html`<span class="severity severity-${severity}">${severity}</span>`,
      html`${title}${cves.length > 0 && html`<br><span class="small">${cves.join(', ')}</span>`}`,
      html`${packages.map(({ name, from, to }) => html`<span class="upgrade"><b>${name}</b> <code>${from}</code> → <code>${to}</code></span>`)}`,
    ];
  });
  const columns = ['Advisory', 'Severity', 'What', 'Packages'].map((title) => ({ title }));
  return html`<h3>Security updates</h3>\n${table('Security updates that this release brings', columns, rows)}`;
}

/** `325 MiB`; lists have lengths. */
function withUnit(value: number | undefined, id: string): string {
  return value === undefined ? '–' : `${Math.round(value * 10) / 10} ${unitOf(id)}`;
}

/** The expectations page explains each. */
function renderFigures(architecture: string, { previous, gates }: Comparison): Html | false {
  const measured = gates.filter(({ now }) => now !== undefined);
  if (measured.length === 0) return false;
  return html`<h3>Figures on ${architecture}</h3>
${table(
  `Figures beside those of ${previous}, on ${architecture}`,
  [
    { title: 'Figure' },
    { title: `In ${previous}`, kind: 'number' },
    { title: 'Now', kind: 'number' },
    { title: 'Limit', kind: 'number' },
    { title: 'Verdict' },
  ],
  measured.map(({ id, subject, previous: before, now, limit, result, added = [], removed = [] }) => [
    html`${id.replaceAll('-', ' ')}${subject !== undefined && html` <span class="small">${subject}</span>`}${added.length + removed.length > 0 && html`<br><span class="small">${[...added.map((line) => `+ ${line}`), ...removed.map((line) => `− ${line}`)].join(', ')}</span>`}`,
    withUnit(before, id),
    withUnit(now, id),
    withUnit(limit, id),
    html`<span class="result result-${result}">${result.replace('-', ' ')}</span>`,
  ]),
)}`;
}
