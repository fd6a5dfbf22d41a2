/**
 * What pictures and documents need beside code. The files lie beside the functions' code under `name`; `module` is where
 * the packages have them.
 */
export const pictureFiles = {
  renderer: { name: 'resvg.wasm', module: '@resvg/resvg-wasm/index_bg.wasm' },
  font: {
    name: 'NotoSansJP-Regular.ttf',
    module: '@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf',
  },
  fontLicence: { name: 'NotoSansJP-LICENSE.txt', module: '@expo-google-fonts/noto-sans-jp/LICENSE_FONT' },
} as const;
