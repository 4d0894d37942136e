// What Stet asks of libwebp. Pixels are RGBA with straight alpha, times are
// milliseconds. What cannot be done answers 0; a result lies at the returned
// address and is result_size bytes long.

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/webp/decode.h"
#include "src/webp/demux.h"
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

WebPAnimEncoder* EXPORT(film_new)(int width, int height, int loops) {
  WebPAnimEncoderOptions options;
  if (!WebPAnimEncoderOptionsInit(&options)) return 0;
  options.anim_params.loop_count = loops;
  options.anim_params.bgcolor = 0;
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

const uint8_t* EXPORT(film_end)(WebPAnimEncoder* film, int at) {
  WebPData out;
  WebPDataInit(&out);
  if (!WebPAnimEncoderAdd(film, NULL, at, NULL) || !WebPAnimEncoderAssemble(film, &out)) return 0;
  size = out.size;
  return out.bytes;
}

// A film being read.

WebPAnimDecoder* EXPORT(reel_open)(const uint8_t* data, uint32_t n) {
  WebPAnimDecoderOptions options;
  if (!WebPAnimDecoderOptionsInit(&options)) return 0;
  options.color_mode = MODE_RGBA;
  WebPData in = {data, n};
  return WebPAnimDecoderNew(&in, &options);
}

uint32_t EXPORT(reel_loops)(const WebPAnimDecoder* reel) {
  WebPAnimInfo info;
  return WebPAnimDecoderGetInfo(reel, &info) ? info.loop_count : 0;
}

// reel_next answers the next frame, whole; it ends to be shown at reel_until.
static int until;

const uint8_t* EXPORT(reel_next)(WebPAnimDecoder* reel) {
  uint8_t* pix;
  if (!WebPAnimDecoderHasMoreFrames(reel) || !WebPAnimDecoderGetNext(reel, &pix, &until)) return 0;
  return pix;
}

int EXPORT(reel_until)(void) { return until; }
