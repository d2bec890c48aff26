import { render } from "ink";
import { type Exit, exitOf } from "../exit.ts";
import { App } from "./app.tsx";
import { type Mounting, Session } from "./session.ts";

/** Meters and clocks repaint at most this often; a key repaints at once. */
const TICK_MS = 100;
const FRAMES_PER_SECOND_MAX = 30;

/** Shows the full screen until it is left; resolves to the exit of the last apply, or 0. */
export async function mountTui(mounting: Mounting): Promise<Exit> {
  const session = new Session(mounting);
  const deafen = listen(session);
  try {
    await showUntilLeft(session, mounting.context.style.color);
  } catch (error) {
    // A run that goes on ends in good order before the failure is told.
    await session.finish();
    throw error;
  } finally {
    deafen();
  }
  return await session.finish();
}

/** The terminal is given back whatever happens; Ink itself does it when the process exits. */
async function showUntilLeft(session: Session, hasColor: boolean): Promise<void> {
  const screen = render(<App store={session} hasColor={hasColor} />, {
    stdout: process.stdout,
    stdin: process.stdin,
    exitOnCtrlC: false,
    alternateScreen: true,
    incrementalRendering: true,
    interactive: true,
    maxFps: FRAMES_PER_SECOND_MAX,
    patchConsole: false,
  });
  const timer = setInterval(() => session.tick(), TICK_MS);
  const gone = screen.waitUntilExit();
  try {
    // Ink ends by itself only when a frame cannot be made.
    await Promise.race([session.left, gone]);
  } finally {
    clearInterval(timer);
    screen.unmount();
    await gone.catch(() => undefined);
  }
}

/** Signals and exceptions end the interface in order; returns what stops the listening. */
function listen(session: Session): () => void {
  const onTerminate = (): void => session.signal(exitOf(143));
  const onInterrupt = (): void => session.signal(exitOf(130));
  const onException = (error: unknown): void => session.fail(error);
  process.on("SIGTERM", onTerminate);
  process.on("SIGINT", onInterrupt);
  process.on("uncaughtException", onException);
  return () => {
    process.off("SIGTERM", onTerminate);
    process.off("SIGINT", onInterrupt);
    process.off("uncaughtException", onException);
  };
}
