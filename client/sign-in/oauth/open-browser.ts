/**
 * Opens a page in the user's browser. No shell sees the URL.
 *
 * @param url http or https; anything else is not opened, whoever named it
 * @returns whether a browser was started, as far as can be told
 */
export async function openBrowser(url: string): Promise<boolean> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return false;
  const { default: open } = await import("open");
  try {
    const child = await open(url);
    return await new Promise((resolve) => {
      // A launcher that finds no browser says so at once; one that has found one may stay.
      const timer = setTimeout(() => resolve(true), 1_500);
      const end = (isOpen: boolean) => {
        clearTimeout(timer);
        resolve(isOpen);
      };
      child.once("error", () => end(false));
      child.once("exit", (code) => end(code === 0));
    });
  } catch {
    return false;
  }
}
