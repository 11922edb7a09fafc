/** The web site as people use it, in Debian's Chromium: with and without scripts, by keyboard, in the dark, on a phone. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { promisify } from 'node:util';
import { readKey } from 'openpgp';
import type { Browser } from 'playwright-core';
import { createSigner } from '../../scripts/adapters/openpgp/signer.ts';
import { renderChecksums } from '../../scripts/render/checksum.ts';
import { makeKey } from '../support/openpgp.ts';
import {
  findBarriers,
  keepScreenshot,
  openPage,
  serveSite,
  startChromium,
  watchPage,
} from '../support/site/browser.ts';
import { makeFixtureStreams } from '../support/site/fixture-catalog.ts';
import { fixtureSettings, renderWholeFixtureSite } from '../support/site/fixture-site.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);
const release = 'testix-1/cloud-base/20261101.0';
const image = 'Testix-Cloud-Base-1-20261101.0.amd64.qcow2';
const checksum = 'Testix-Cloud-Base-1-20261101.0-CHECKSUM';

let browser: Browser;
let address: string;
/** Holds keyring.gpg. */
let home: string;

const endings: (() => unknown)[] = [];
after(async () => {
  for (const end of endings.reverse()) await end();
});

before(async () => {
  const t = { after: (end: () => unknown) => void endings.push(end) };
  const folder = await temporaryFolder(t);
  home = path.join(folder, 'home');
  const [site, mirror] = [path.join(folder, 'site'), path.join(folder, `site/mirror/${release}`)];
  for (const name of [home, site, mirror]) await mkdir(name, { recursive: true });
  address = await serveSite(t, site);
  // A release whose files are really there, and signed.
  const streams = makeFixtureStreams();
  const content = Buffer.from('no disk image, but what is checked is a digest');
  const digest = createHash('sha256').update(content).digest('hex');
  for (const { record } of streams.flatMap(({ releases }) => releases))
    for (const { artifacts } of record?.architectures ?? [])
      for (const artifact of artifacts)
        if (artifact.name === image) Object.assign(artifact, { sha256: digest, size: content.length });
  const key = await makeKey('A key of tests, do not trust', new Date('2020-01-01'));
  const signer = createSigner(async () => ({ armored: key.armored }));
  const sums = renderChecksums([{ name: image, sha256: digest, size: content.length }]);
  await writeFile(path.join(mirror, image), content);
  await writeFile(path.join(mirror, checksum), await signer.clearSign(sums, new Date('2026-11-01')));
  await writeFile(path.join(home, 'keyring.gpg'), (await readKey({ armoredKey: key.publicArmored })).write());
  const settings = { ...fixtureSettings, address, downloads: `${address}/mirror` };
  for (const file of await renderWholeFixtureSite(settings, streams)) {
    await mkdir(path.dirname(path.join(site, file.path)), { recursive: true });
    await writeFile(path.join(site, file.path), file.content);
  }
  await writeFile(path.join(site, 'CHECKSUM'), '');
  browser = await startChromium(t);
});

test('an AMI of a region is found on the home page, and copied', async () => {
  const page = await openPage(browser);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const complaints = watchPage(page);
  await page.goto(`${address}/index.html`);
  await page.getByLabel('Distribution', { exact: true }).selectOption('Testix 1');
  await page.getByLabel('Image', { exact: true }).selectOption('Cloud Base');
  await page.getByLabel('Architecture', { exact: true }).selectOption('arm64');
  await page.getByLabel('For', { exact: true }).selectOption('eu-west-1');
  const ami = await page.locator('#finder-answer .large code').textContent();
  assert.match(ami ?? '', /^ami-[0-9a-f]{17}$/);
  await page.getByRole('button', { name: 'Copy AMI of eu-west-1' }).click();
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), ami);
  await page.getByRole('status').getByText('copied').waitFor({ state: 'attached' });
  await page.getByRole('button', { name: 'Copy AWS CLI of eu-west-1' }).click();
  assert.match(
    String(await page.evaluate('navigator.clipboard.readText()')),
    new RegExp(`^aws ec2 run-instances --region eu-west-1 --image-id ${ami} --instance-type t4g.small `),
  );
  await keepScreenshot(page, 'home-answer');
  await page.getByRole('link', { name: 'Everything about 20261101.0' }).click();
  const row = page.locator('tr', { has: page.locator('[id="eu-west-1-arm64"]') });
  assert.ok((await row.textContent())?.includes(ami ?? 'none'));
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('a container is pulled by digest, and a file comes with its checksum', async () => {
  const page = await openPage(browser);
  const complaints = watchPage(page);
  await page.goto(`${address}/index.html`);
  const answer = page.locator('#finder-answer');
  assert.match((await answer.textContent()) ?? '', /Download qcow2.*SHA-256 [0-9a-f]{64}/);
  await page.getByLabel('Image', { exact: true }).selectOption('Container Base');
  await page.getByLabel('For', { exact: true }).selectOption('Container pull');
  assert.match(
    (await answer.locator('code').textContent()) ?? '',
    /^podman pull registry\.example\.org\/images\/testix-1\/container-base@sha256:[0-9a-f]{64}$/,
  );
  await keepScreenshot(page, 'home-pull');
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('feed readers find the feeds of releases', async () => {
  const page = await openPage(browser);
  await page.goto(`${address}/testix-1/cloud-base/index.html`);
  const feeds: string[] = await page.evaluate(
    '[...document.querySelectorAll("link[rel=alternate]")].map((link) => link.href)',
  );
  const ours = feeds.filter((feed) => feed.endsWith('/releases.atom'));
  assert.deepEqual(ours, [`${address}/releases.atom`, `${address}/testix-1/cloud-base/releases.atom`]);
  for (const feed of ours) {
    const response = await page.request.get(feed);
    assert.match(response.headers()['content-type'] ?? '', /atom/);
    const [, link = ''] = /<link rel="alternate" [^>]*href="([^"]+)"/.exec(await response.text()) ?? [];
    assert.equal((await page.request.get(link)).status(), 200, link);
  }
  await page.context().close();
});

test('the verify command is copied and ends well, and badly for a file that was changed', async () => {
  const page = await openPage(browser);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${address}/${release}.html`);
  await page.getByRole('button', { name: `Copy Commands that download and verify ${image}` }).click();
  const command = String(await page.evaluate('navigator.clipboard.readText()'));
  const script = (more: string) => ['-c', `set -o pipefail\n${command}\n${more}`];
  const { stdout } = await run('bash', script(''), { cwd: home });
  assert.match(stdout, new RegExp(`^${image}: OK$`, 'm'));
  const tampered = command.split('\n').slice(4).join('\n');
  await assert.rejects(
    run('bash', ['-c', `echo x >> ${image}; set -o pipefail\n${tampered}`], { cwd: home }),
  );
  await page.context().close();
});

test('by keyboard alone: a filter finds a region, and the commands speak of it', async () => {
  const page = await openPage(browser);
  const complaints = watchPage(page);
  await page.goto(`${address}/${release}.html`);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to content');
  await page.keyboard.press('Enter');
  await page.keyboard.press('/');
  await page.keyboard.type('tokyo amd64');
  const rows = page.locator('table.amis tbody tr:visible');
  assert.equal(await rows.count(), 1);
  assert.match((await rows.textContent()) ?? '', /ap-northeast-1/);
  assert.match((await page.locator('.snippets code').first().textContent()) ?? '', /--region ap-northeast-1/);
  await keepScreenshot(page, 'release-filtered');
  await page.keyboard.press('Escape');
  await page.keyboard.type('eu-west-1 arm64');
  const ami = await rows.locator('.value code').textContent();
  const [command = '', terraform = ''] = await page.locator('.snippets code').allTextContents();
  for (const word of ['--region eu-west-1 ', `--image-id ${ami} `, '--instance-type t4g.small '])
    assert.ok(command.includes(word), `${word} in ${command}`);
  for (const word of ['region = "eu-west-1"', `ami           = "${ami}"`, 'instance_type = "t4g.small"'])
    assert.ok(terraform.includes(word), `${word} in ${terraform}`);
  // Words for who cannot see them name no other region.
  const labels = page.locator('.snippets [data-copy], .snippets [aria-label]');
  for (const holder of await labels.all()) {
    const said = `${await holder.getAttribute('data-copy')} ${await holder.getAttribute('aria-label')}`;
    assert.doesNotMatch(said, /\w-\d/);
  }
  assert.notEqual(await labels.count(), 0);
  await page.keyboard.press('Escape');
  assert.equal(await rows.count(), 14);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('without scripts everything is there, and nothing that needs one', async () => {
  const page = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(`${address}/index.html`);
  assert.equal(await page.locator('#finder').isVisible(), false);
  assert.equal(await page.locator('button').count(), 0);
  await keepScreenshot(page, 'home-without-scripts');
  await page.getByRole('link', { name: 'AMIs', exact: true }).click();
  const ami = await page
    .getByRole('table', { name: 'AMIs of eu-west-1' })
    .locator('code')
    .first()
    .textContent();
  assert.match(ami ?? '', /^ami-/);
  await page.goto(`${address}/index.html`);
  await page.getByRole('link', { name: 'Download amd64' }).first().click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download qcow2' }).first().click(),
  ]);
  assert.equal(download.suggestedFilename(), image);
  await page.context().close();
});

const pages = [
  'index.html',
  '404.html',
  'amis.html',
  'data.html',
  'verify.html',
  'qa.html',
  'policy.html',
  'testix-1/cloud-base/index.html',
  `${release}.html`,
  'testix-1/cloud-base/20261001.0.html',
  'testix-0/cloud-base/index.html',
  'testix-1/container-base/20261101.0.html',
  'testix-1/docker-host/index.html',
  'nowhere-2/cloud-base/index.html',
];

const looks = [
  { name: 'light', options: { colorScheme: 'light' } },
  { name: 'dark', options: { colorScheme: 'dark' } },
  { name: 'phone', options: { viewport: { width: 360, height: 740 }, colorScheme: 'light' } },
] as const;

for (const { name, options } of looks) {
  test(`no page has barriers, complaints or a page wider than the screen: ${name}`, async () => {
    const page = await openPage(browser, options);
    const complaints = watchPage(page);
    for (const path of pages) {
      await page.goto(`${address}/${path}`);
      if (path === 'index.html') await page.locator('#finder').waitFor();
      await page.evaluate('for (const closed of document.querySelectorAll("details")) closed.open = true');
      assert.deepEqual(await findBarriers(page), [], path);
      const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      assert.ok(Number(wide) <= 0, `${path} is ${wide} pixels wider than the screen`);
      await keepScreenshot(page, `${path.replaceAll('/', '-').replace('.html', '')}-${name}`);
    }
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
}
