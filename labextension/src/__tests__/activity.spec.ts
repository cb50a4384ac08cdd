import { beforeEach, expect, it } from 'vitest';

import { OwnActivity } from '../activity';
import { parseActivity } from '../states';
import { FakeDocument } from './editor-room';

let document: FakeDocument;
let activity: OwnActivity;

beforeEach(() => {
  document = new FakeDocument();
  activity = OwnActivity.of(document);
});

it('is one per document', () => {
  expect(OwnActivity.of(document)).toBe(activity);
  expect(OwnActivity.of(new FakeDocument())).not.toBe(activity);
});

it('is typing, and nothing afterwards', () => {
  activity.typing = true;
  activity.typing = true;
  activity.typing = false;
  expect(document.published).toEqual([
    ['activity', 'typing'],
    ['activity', undefined]
  ]);
});

it('is running cells, and typing besides', () => {
  activity.running = [{ cell: 'a' }, { cell: 'b' }];
  expect(document.last('activity')).toEqual({ running: ['a', 'b'] });
  activity.typing = true;
  expect(document.last('activity')).toEqual({ running: ['a', 'b'], typing: true });
  activity.running = [];
  expect(document.last('activity')).toBe('typing');
});

it('is read as it was meant', () => {
  const running = [{ cell: 'a', index: 3 }, { cell: 'b' }];
  activity.running = running;
  activity.typing = true;
  expect(parseActivity(document.last('activity'))).toEqual({ typing: true, running });
});

it('is no longer than people can use', () => {
  activity.running = Array.from({ length: 500 }, (_, at) => ({ cell: `id-${at}` }));
  expect(parseActivity(document.last('activity'))?.running).toHaveLength(32);
});
