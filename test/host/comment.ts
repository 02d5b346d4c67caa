import type { Locator, Page } from 'playwright-core';

/** Says something at the line with that text, as the editor's comments are made. */
export async function comment(page: Page, at: string, words: string): Promise<void> {
  const line = page.locator('.modified .view-line', { hasText: at }).first();
  // Where a line has one, it can be commented on.
  const sign = page.locator('.modified .comment-range-glyph').first();
  await line.waitFor();
  await sign.waitFor();
  const [{ y, height }, { x, width }] = [await boxOf(line), await boxOf(sign)];
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.up();
  // The new thread has the focus; those that are there have a box to answer in as well.
  await page.locator('.review-widget .comment-form .monaco-editor.focused').waitFor();
  await page.keyboard.insertText(words);
  await page.locator('.review-widget .monaco-button:visible', { hasText: 'Add Comment' }).click();
  await page.locator('.review-widget .review-comment', { hasText: words }).waitFor();
}

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('it is not to be seen');
  return box;
}
