/**
 * updateinfo.xml of rpm repositories, read piece by piece: `<updates><update type="security">…`. Written by createrepo_c's
 * cr_xml_dump_updateinfo and by Bodhi.
 */
import sax, { type QualifiedTag, type Tag } from 'sax';
import { AperiodicError } from '../errors.ts';
import { Flaws } from './flaws.ts';
import type { Read, ReadOptions } from './reading.ts';
import { finishUpdate, type UpdateDraft } from './updateinfo-entry.ts';

export interface UpdateinfoReader {
  /** Takes the next piece of the text. @throws AperiodicError `invalid` for what is not well-formed, or has a document type */
  write(text: string): void;
  /** @throws AperiodicError `invalid` for a text that ends too early */
  end(): Read;
}

const maxText = 20_000;
const maxPackages = 20_000;
const maxReferences = 2000;
const maxDepth = 20;
/** Elements whose text is kept. */
const texts = ['id', 'title', 'severity', 'summary', 'description'] as const;

/**
 * Only updates of type security are kept. A document type is refused, so that no entity can be defined: sax knows the characters
 * that XML and HTML name, and nothing else.
 */
export function createUpdateinfoReader(options: ReadOptions): UpdateinfoReader {
  const read: Read = { advisories: [], flaws: new Flaws() };
  const parser = new sax.SAXParser(true, { position: true });
  const path: string[] = [];
  let draft: UpdateDraft | undefined;
  let text = '';
  let begun = false;
  const refuse = (what: string) =>
    new AperiodicError('invalid', `line ${parser.line + 1} of the updateinfo ${what}`);
  parser.onerror = (cause) => {
    throw new AperiodicError('invalid', `line ${parser.line + 1} of the updateinfo is not XML`, { cause });
  };
  parser.ondoctype = () => {
    throw refuse('holds a document type, which is refused');
  };
  parser.onopentag = (tag) => {
    path.push(tag.name);
    text = '';
    begun = true;
    if (path.length > maxDepth) throw refuse('is nested too deeply');
    if (path.length === 1 && tag.name !== 'updates') throw refuse(`begins with <${tag.name.slice(0, 40)}>`);
    if (path.length === 2 && tag.name === 'update') draft = newDraft(attribute(tag, 'type'));
    else if (draft !== undefined) take(draft, path, tag);
  };
  const onText = (piece: string) => {
    if (draft !== undefined && text.length < maxText) text += piece.slice(0, maxText);
  };
  parser.ontext = onText;
  parser.oncdata = onText;
  parser.onclosetag = (name) => {
    if (draft !== undefined && path.length === 3) keepText(draft, name, text);
    if (path.length === 2 && draft !== undefined) {
      if (draft.type === 'security') finishUpdate(draft, options, read);
      draft = undefined;
    }
    path.pop();
    text = '';
  };
  return {
    write: (piece) => void parser.write(piece),
    end() {
      parser.close();
      if (!begun) throw new AperiodicError('invalid', 'the updateinfo is empty');
      return read;
    },
  };
}

function newDraft(type: string): UpdateDraft {
  return { type, references: [], packages: [], tooMany: false, modules: false };
}

function attribute(tag: Tag | QualifiedTag, name: string): string {
  const value = Object.hasOwn(tag.attributes, name) ? tag.attributes[name] : undefined;
  return typeof value === 'string' ? value : (value?.value ?? '');
}

function take(draft: UpdateDraft, path: readonly string[], tag: Tag | QualifiedTag): void {
  const parent = path.at(-2);
  if (path.length === 3 && tag.name === 'issued') draft.issued = attribute(tag, 'date');
  else if (path.length === 3 && tag.name === 'updated') draft.updated = attribute(tag, 'date');
  else if (tag.name === 'module') draft.modules = true;
  else if (tag.name === 'reference' && parent === 'references') {
    if (draft.references.length < maxReferences)
      draft.references.push({
        href: attribute(tag, 'href'),
        texts: [attribute(tag, 'id'), attribute(tag, 'title')],
      });
  } else if (tag.name === 'package' && parent === 'collection') {
    if (draft.packages.length >= maxPackages) draft.tooMany = true;
    else
      draft.packages.push({
        name: attribute(tag, 'name'),
        epoch: attribute(tag, 'epoch'),
        version: attribute(tag, 'version'),
        release: attribute(tag, 'release'),
        architecture: attribute(tag, 'arch'),
      });
  }
}

function keepText(draft: UpdateDraft, name: string, text: string): void {
  const known = texts.find((one) => one === name);
  if (known !== undefined) draft[known] ??= text;
}
