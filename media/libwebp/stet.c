// What Stet asks of libwebp. Pixels are RGBA with straight alpha, times are
// milliseconds. What cannot be done answers 0; a result lies at the returned
// address and is result_size bytes long.

#include <stdint.h>
#include <stdlib.h>

#include "src/webp/encode.h"
#include "src/webp/mux.h"

#define EXPORT(name) __attribute__((export_name(#name))) name

static uint32_t size;

uint32_t EXPORT(result_size)(void) { return size; }

void* EXPORT(take)(uint32_t n) { return malloc(n); }
void EXPORT(give)(void* p) { free(p); }

static int configure(WebPConfig* c, float quality, int method) {
  if (!WebPConfigPreset(c, WEBP_PRESET_DEFAULT, quality)) return 0;
  c->method = method;
  c->alpha_quality = 90;
  return WebPValidateConfig(c);
}

const uint8_t* EXPORT(encode)(const uint8_t* pix, int width, int height, int opaque, float quality, int method) {
  WebPConfig config;
  WebPPicture picture;
  WebPMemoryWriter out;
  if (!configure(&config, quality, method) || !WebPPictureInit(&picture)) return 0;
  picture.width = width;
  picture.height = height;
  WebPMemoryWriterInit(&out);
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &out;
  int ok = opaque ? WebPPictureImportRGBX(&picture, pix, 4 * width) : WebPPictureImportRGBA(&picture, pix, 4 * width);
  ok = ok && WebPEncode(&config, &picture);
  WebPPictureFree(&picture);
  if (!ok) {
    WebPMemoryWriterClear(&out);
    return 0;
  }
  size = out.size;
  return out.mem;
}

// A film being made.

WebPAnimEncoder* EXPORT(film_new)(int width, int height) {
  WebPAnimEncoderOptions options;
  if (!WebPAnimEncoderOptionsInit(&options)) return 0;
  options.kmin = 9;
  options.kmax = 17;
  return WebPAnimEncoderNew(width, height, &options);
}

int EXPORT(film_add)(WebPAnimEncoder* film, const uint8_t* pix, int width, int height, int at, float quality, int method) {
  WebPConfig config;
  WebPPicture picture;
  if (!configure(&config, quality, method) || !WebPPictureInit(&picture)) return 0;
  picture.width = width;
  picture.height = height;
  picture.use_argb = 1;
  int ok = WebPPictureImportRGBA(&picture, pix, 4 * width) && WebPAnimEncoderAdd(film, &picture, at, &config);
  WebPPictureFree(&picture);
  return ok;
}

const uint8_t* EXPORT(film_end)(WebPAnimEncoder* film, int at, int loops) {
  WebPData out, once;
  WebPDataInit(&out);
  WebPDataInit(&once);
  if (!WebPAnimEncoderAdd(film, NULL, at, NULL) || !WebPAnimEncoderAssemble(film, &once)) return 0;
  WebPMux* mux = WebPMuxCreate(&once, 0);
  WebPMuxAnimParams params;
  if (WebPMuxGetAnimationParams(mux, &params) == WEBP_MUX_OK) { // not if nothing moved
    params.bgcolor = 0;
    params.loop_count = loops;
    if (WebPMuxSetAnimationParams(mux, &params) != WEBP_MUX_OK) return 0;
  }
  if (WebPMuxAssemble(mux, &out) != WEBP_MUX_OK) return 0;
  size = out.size;
  return out.bytes;
}
