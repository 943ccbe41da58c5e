import { useLayoutEffect, useState, type RefObject } from 'react';

/** The inner width of an element, in pixels, as it changes. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    setWidth(current.clientWidth);
    const sizes = new ResizeObserver(() => setWidth(current.clientWidth));
    sizes.observe(current);
    return () => sizes.disconnect();
  }, [element]);
  return width;
}
