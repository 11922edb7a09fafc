import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderReleasePage } from '../../scripts/render/release-page.ts';
import { readGolden } from '../support/golden.ts';
