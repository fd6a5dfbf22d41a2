import { buildApp } from '../../lib/app.ts';

/** Writes the cloud assembly for one machine into a directory. */
export default function synthesize(directory: unknown): void {
  buildApp({ metricStore: 'sqlite', outdir: String(directory) }).synth();
}
