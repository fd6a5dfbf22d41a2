import { useEffect, useState } from 'preact/hooks';

const wide = matchMedia('(min-width: 64rem)');

/** Whether there is room for a rail beside the page. */
export function useIsWide(): boolean {
  const [isWide, setWide] = useState(wide.matches);
  useEffect(() => {
    const look = () => setWide(wide.matches);
    wide.addEventListener('change', look);
    return () => wide.removeEventListener('change', look);
  }, []);
  return isWide;
}
