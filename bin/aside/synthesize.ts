import { buildApp } from '../../lib/app.ts';

/** Writes the cloud assembly for one machine into a directory. */
export default function synthesize(directory: unknown): void {
  buildApp({
    metricStore: 'sqlite',
    // The desk phone, which rings on a page.
    calls: 'connect',
    connectInstanceArn: 'arn:aws:connect:ap-northeast-1:000000000000:instance/desk-phone',
    connectSourcePhone: '+81300000000',
    outdir: String(directory),
  }).synth();
}
