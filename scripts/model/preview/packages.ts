/** Packages that a pull request adds, removes and changes. */
import { compareText } from '../order.ts';
import { diffPins } from '../pins.ts';
import type { Pins, PreviewPackages } from '../types.generated.ts';

const most = 2000;

export function previewPackages(before: Pins | undefined, after: Pins): PreviewPackages {
  const { added, removed, changed } = diffPins(before, after);
  // Of a new stream every package is new: the number says that.
  const list = before === undefined ? [] : [...added, ...removed, ...changed];
  return {
    total: after.packages.length,
    added: added.length,
    removed: removed.length,
    changed: changed.length,
    list: list
      .sort((a, b) => compareText(a.name, b.name) || compareText(a.architecture, b.architecture))
      .slice(0, most),
  };
}
