import { readFile } from 'node:fs/promises';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { pictureFiles } from '../../core/graph/picture-files.ts';
import { encodePng } from './encode-png.ts';

/** What drawing needs beside code: the renderer and the font, which lie beside the functions' code. */
export interface GraphAssets {
  readonly renderer: URL;
  readonly font: URL;
}

/** Assets below a directory, as a bundled function has them. */
export const assetsIn = (directory: URL): GraphAssets => ({
  renderer: new URL(pictureFiles.renderer.name, directory),
  font: new URL(pictureFiles.font.name, directory),
});

/** Assets of the installed packages. */
export const installedAssets = (): GraphAssets => ({
  renderer: new URL(import.meta.resolve(pictureFiles.renderer.module)),
  font: new URL(import.meta.resolve(pictureFiles.font.module)),
});

export type RenderPng = (svg: string, zoom: number) => Promise<Buffer>;

/** The renderer is a module of one process; made ready twice it throws. */
let ready: Promise<void> | undefined;

/**
 * Makes a renderer of SVG. It reads its files at the first picture; it has no other font and loads nothing that a
 * picture names. The same picture gives the same bytes.
 */
export function createPngRenderer(assets: GraphAssets): RenderPng {
  let font: Promise<Buffer> | undefined;
  return async (svg, zoom) => {
    ready ??= readFile(assets.renderer)
      .then((module) => initWasm(module))
      .catch((error: unknown) => {
        ready = undefined;
        throw error;
      });
    font ??= readFile(assets.font);
    try {
      const [fontFile] = await Promise.all([font, ready]);
      const picture = new Resvg(svg, {
        font: { fontBuffers: [fontFile], defaultFontFamily: 'Noto Sans JP' },
        fitTo: { mode: 'zoom', value: zoom },
        background: '#ffffff',
      });
      try {
        const image = picture.render();
        try {
          return encodePng(image.pixels, image.width, image.height);
        } finally {
          image.free();
        }
      } finally {
        picture.free();
      }
    } catch (error) {
      // A file that could not be read now may be read the next time.
      font = undefined;
      throw error;
    }
  };
}
