/** Decides when the screen is painted; there is one listener, the app. */
export interface Painter {
  /** Paints once what one turn of the loop changes: a chunk of keys is one frame. */
  now(): void;
  /** Paints with the next `flush`. */
  soon(): void;
  flush(): void;
  /** Returns what ends it. */
  readonly subscribe: (heard: () => void) => () => void;
}

export function openPainter(): Painter {
  let listener: (() => void) | undefined;
  let isDirty = false;
  let isQueued = false;
  const flush = (): void => {
    isQueued = false;
    if (isDirty) listener?.();
    isDirty = false;
  };
  return {
    now: () => {
      isDirty = true;
      if (!isQueued) queueMicrotask(flush);
      isQueued = true;
    },
    soon: () => {
      isDirty = true;
    },
    flush,
    subscribe: (heard) => {
      listener = heard;
      return () => {
        listener = undefined;
      };
    },
  };
}
