/** Markdown as GitHub reads it (CommonMark with GFM), to see what of a text became markup. */
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

export interface MarkdownNode {
  type: string;
  value?: string;
  url?: string;
  children?: MarkdownNode[];
}

/** Every node, parents first. */
export function markdownNodes(text: string): MarkdownNode[] {
  const root: MarkdownNode = fromMarkdown(text, {
    extensions: [gfm()],
    mdastExtensions: [gfmFromMarkdown()],
  });
  const all: MarkdownNode[] = [];
  const walk = (node: MarkdownNode) => {
    all.push(node);
    for (const child of node.children ?? []) walk(child);
  };
  walk(root);
  return all;
}

/** Kinds in which text means nothing. */
const code = ['code', 'inlineCode'];

/** HTML that is ours. */
const ours =
  /^(<!-- aperiodic: (preview|update [0-9a-f]{64}) -->|<\/?details>|<details><summary>[A-Za-z0-9 ,.:]+<\/summary>|)$/;

/**
 * What got loose in a comment: nodes that only we may write, or text with any of these words outside of code.
 * @param links addresses that are ours
 */
export function findLoose(text: string, words: readonly string[], links: readonly string[] = []): string[] {
  return markdownNodes(text).flatMap((node) => {
    const value = node.value ?? '';
    if (code.includes(node.type)) return [];
    if (node.type === 'link' && links.includes(node.url ?? '')) return [];
    if (
      [
        'link',
        'image',
        'imageReference',
        'linkReference',
        'definition',
        'footnoteReference',
        'footnoteDefinition',
        'blockquote',
      ].includes(node.type)
    )
      return [`${node.type} ${node.url ?? ''}`];
    if (node.type === 'html')
      return value.split('\n').every((line) => ours.test(line)) ? [] : [`html ${value}`];
    if (node.type !== 'text') return [];
    const found = words.filter((word) => value.includes(word));
    return [...found, ...(/[@#]\w|https?:|www\./.test(value) ? [value] : [])];
  });
}
