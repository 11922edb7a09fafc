/** Policy, QA expectations and how to verify as pages, from the same sources as the documents of the repository. */
import type { PublishedFile } from '../../model/site/file.ts';
import type { DocumentsView, SiteSettings } from '../../model/site/part.ts';
import { renderPolicyDoc, renderPolicyTables } from '../policy-doc.ts';
import { renderQaExpectations } from '../qa-expectations.ts';
import { html } from './html.ts';
import { renderMarkdown } from './markdown-html.ts';
import { renderPage } from './page.ts';
import { sourceAddress } from './paths.ts';

interface Document {
  path: string;
  title: string;
  description: string;
  markdown: string;
}

/** Documents that have a page here; links to others lead to the source. */
const pages: Readonly<Record<string, string>> = {
  'policy.md': 'policy.html',
  'qa-expectations.md': 'qa.html',
  'verify.md': 'verify.html',
};

export function renderDocumentPages(
  { policy, policyProse, verifyProse }: DocumentsView,
  site: SiteSettings,
): PublishedFile[] {
  const documents: Document[] = [
    {
      path: 'qa.html',
      title: 'QA expectations',
      description: 'What every image must pass before it is published.',
      markdown: renderQaExpectations(),
    },
    {
      path: 'policy.html',
      title: 'When an update may not wait',
      description: 'The policy for updates out of cycle: which rule decides, and how soon the image is due.',
      markdown: policyMarkdown(policy, policyProse),
    },
    {
      path: 'verify.html',
      title: 'Verifying a release',
      description: 'How to check with public tools that files and AMIs are what was tested and signed.',
      markdown: verifyProse ?? '# Verifying a release\n\nThis repository has no docs/verify.md.\n',
    },
  ];
  return documents.map((document) => renderDocument(document, site));
}

function policyMarkdown(policy: DocumentsView['policy'], prose: string | undefined): string {
  if (policy === undefined)
    return '# When an update may not wait\n\nThis repository has no policy: every update comes with the next regular release.\n';
  if (prose !== undefined) return renderPolicyDoc(prose, policy);
  return `# When an update may not wait\n${renderPolicyTables(policy)}`;
}

function renderDocument({ path, title, description, markdown }: Document, site: SiteSettings): PublishedFile {
  const linkTo = (target: string) => {
    const [file = '', fragment] = target.split('#', 2);
    const page = Object.hasOwn(pages, file) ? pages[file] : undefined;
    if (page !== undefined) return fragment === undefined ? page : `${page}#${fragment}`;
    return /^[a-z0-9-]+\.md$/.test(file) ? sourceAddress('main', `docs/${file}`, site) : undefined;
  };
  const body = html`<div class="prose">\n${renderMarkdown(markdown, { linkTo })}</div>\n`;
  return renderPage({ path, title, description, body }, site);
}
