import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { renderNoticeFiles } from '../../../scripts/render/notices/files.ts';
import { renderMarkdown } from '../../../scripts/render/notices/markdown.ts';
import { assertGolden } from '../../support/golden.ts';
import { noticesOf, noticeTargets, states, withdrawnStates } from '../../support/notices.ts';

const folder = fileURLToPath(new URL('golden/', import.meta.url));

for (const [name, releases] of Object.entries({ security: states, withdrawn: withdrawnStates })) {
  test(`the files of ${name} notices are as they were read`, () => {
    const notices = noticesOf(releases);
    const files = renderNoticeFiles(notices, noticeTargets);
    for (const notice of notices) files.set(`${notice.id}.md`, renderMarkdown(notice, noticeTargets));
    for (const [file, text] of files) assertGolden(path.join(folder, name, file), text);
    assert.deepEqual(
      renderNoticeFiles(noticesOf(releases), noticeTargets).get('feed.atom'),
      files.get('feed.atom'),
    );
  });
}
