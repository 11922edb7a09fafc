/** Debian's Chromium, and a server with the headers that docs/site.md tells operators to send. */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { contentPolicy } from '../../../scripts/render/site/page.ts';
import { serveOnLoopback } from '../serve-on-loopback.ts';
import type { Ending } from '../temporary-folder.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.atom': 'application/atom+xml',
};

/** @returns address of the folder, below a path of its own, without a slash at its end */
export async function serveSite(t: Ending, folder: string): Promise<string> {
  const base = '/some/where';
  const address = await serveOnLoopback(t, (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const name = decodeURIComponent(pathname).slice(base.length);
    try {
      const file = path.join(folder, name.endsWith('/') ? `${name}index.html` : name);
      const bytes = readFileSync(file);
      response.writeHead(200, {
        'content-type': types[path.extname(file)] ?? 'application/octet-stream',
        'content-security-policy': `${contentPolicy}; frame-ancestors 'none'`,
        'x-content-type-options': 'nosniff',
      });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  return address + base;
}

/** Milliseconds: on a machine with other work a page may take long, and that is no failure of the page. */
const patience = 180_000;

export async function startChromium(t: Ending): Promise<Browser> {
  // Chromium's own walls need user namespaces that a test as root, or in a container, may not have; it sees our pages only.
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox'],
    timeout: patience,
  });
  t.after(() => browser.close());
  return browser;
}

/** A page of a context of its own, which the caller closes. */
export async function openPage(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Page> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(patience);
  return await context.newPage();
}

/** What a page complained of, gathered as it is used. */
export function watchPage(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
  return complaints;
}

const axeSource = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** Rules that the page breaks, with the first place of each. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found: string[] = await page.evaluate(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200) + ' ' + nodes[0].failureSummary))`,
  );
  return found;
}

const artifacts = fileURLToPath(new URL('../../artifacts/site', import.meta.url));

/** For people to look at: test/artifacts/site, which git ignores. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await mkdir(artifacts, { recursive: true });
  await page.screenshot({ path: path.join(artifacts, `${name}.png`), fullPage: true, timeout: patience });
}
