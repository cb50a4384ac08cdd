/*
 * Sets something right in one frame after the other, until it stays so.
 * Top floor. Cells get their heights only when they are drawn, and the bar of the guard goes a moment after.
 */

/* It is at rest if nothing had to be set right for so many frames; in the end it is left as it is. */
const QUIET = 6;
const MOST = 20;

/**
 * It is right when this is done, not only when it was last drawn.
 *
 * @param setRight - does it, and says whether there was anything to do.
 * @param nextFrame - resolves when the page is drawn next.
 */
export async function untilAtRest(
  setRight: () => boolean,
  nextFrame: () => Promise<void> = frameOfPage
): Promise<void> {
  let quiet = 0;
  for (let frame = 0; frame < MOST && quiet < QUIET; frame++) {
    quiet = setRight() ? 0 : quiet + 1;
    await nextFrame();
  }
  setRight();
}

/* A page that is not shown has no frames. */
async function frameOfPage(): Promise<void> {
  await new Promise<void>(resolve => {
    const done = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      resolve();
    };
    const frame = requestAnimationFrame(done);
    const timer = setTimeout(done, 100);
  });
}
