import { useEffect, useRef, useState } from 'react';

/**
 * Whether bars may move: false from a page's opening until its first new snapshot has been painted. A page opens with
 * what it last showed, and the way from there to now is no event.
 */
export function useMoves(view: unknown): boolean {
  const first = useRef(view);
  const [moves, setMoves] = useState(false);
  const arrived = view !== first.current;
  useEffect(() => {
    if (!arrived) return undefined;
    // The first frame paints the snapshot, the second one may begin to move.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setMoves(true));
    });
    return () => cancelAnimationFrame(frame);
  }, [arrived]);
  return moves;
}
