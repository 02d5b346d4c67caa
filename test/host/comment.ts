import type { Page } from 'playwright-core';

/** Says something at the line with that text, as the editor's comments are made. */
export async function comment(page: Page, at: string, words: string): Promise<void> {
  const line = await page.locator('.modified .view-line', { hasText: at }).first().boundingBox();
  const gutter = await page.locator('.modified .comment-range-glyph').first().boundingBox();
  if (line === null || gutter === null) throw new Error(`no line with ${at}, or none that can be commented on`);
  await page.mouse.move(gutter.x + gutter.width / 2, line.y + line.height / 2);
  await page.mouse.down();
  await page.mouse.up();
  // The new thread has the focus; those that are there have a box to answer in as well.
  await page.locator('.review-widget .comment-form .monaco-editor.focused').waitFor();
  await page.keyboard.insertText(words);
  await page.locator('.review-widget .monaco-button:visible', { hasText: 'Add Comment' }).click();
  await page.locator('.review-widget .review-comment', { hasText: words }).waitFor();
}
