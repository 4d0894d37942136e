package media

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"image"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// libwebp is Google's library, made by libwebp/make.sh. It runs in a sandbox:
// it can neither crash the program nor read its memory.
//
//go:embed libwebp/libwebp.wasm
var libwebp []byte

// machine is libwebp, compiled when it is first needed.
type machine struct {
	once    sync.Once
	runtime wazero.Runtime
	code    wazero.CompiledModule
	err     error
}

func (m *machine) close() error {
	if m.runtime == nil {
		return nil
	}
	return m.runtime.Close(context.Background())
}

// call is one use of libwebp, with memory of its own.
type call struct {
	ctx context.Context
	mod api.Module
}

var errWebP = errors.New("libwebp could not do it")

func (m *machine) begin(ctx context.Context) (*call, error) {
	m.once.Do(func() {
		// It does not watch the context while it works, which would make it
		// three times slower: a picture takes it a second at most.
		m.runtime = wazero.NewRuntimeWithConfig(context.Background(), wazero.NewRuntimeConfig().WithMemoryLimitPages(1<<14))
		// Its C library asks for the world's functions; it is given an empty one.
		if _, m.err = wasi_snapshot_preview1.Instantiate(context.Background(), m.runtime); m.err == nil {
			m.code, m.err = m.runtime.CompileModule(context.Background(), libwebp)
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if m.err != nil {
		return nil, fmt.Errorf("media: libwebp: %w", m.err)
	}
	mod, err := m.runtime.InstantiateModule(ctx, m.code, wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize"))
	if err != nil {
		return nil, fmt.Errorf("media: libwebp: %w", err)
	}
	return &call{ctx, mod}, nil
}

func (c *call) end() { c.mod.Close(context.WithoutCancel(c.ctx)) }

// do calls a function, which must answer something.
func (c *call) do(name string, args ...uint64) (uint64, error) {
	out, err := c.mod.ExportedFunction(name).Call(c.ctx, args...)
	if err != nil {
		return 0, fmt.Errorf("media: libwebp: %s: %w", name, err)
	}
	if len(out) == 0 {
		return 0, nil
	}
	if uint32(out[0]) == 0 {
		return 0, fmt.Errorf("media: %s: %w", name, errWebP)
	}
	return out[0], nil
}

// put copies bytes in.
func (c *call) put(data []byte) (uint64, error) {
	at, err := c.do("take", uint64(len(data)))
	if err != nil {
		return 0, err
	}
	if !c.mod.Memory().Write(uint32(at), data) {
		return 0, fmt.Errorf("media: libwebp: %d bytes do not fit at %d", len(data), at)
	}
	return at, nil
}

// result copies the bytes out that a function answered with.
func (c *call) result(at uint64) ([]byte, error) {
	size, err := c.do("result_size")
	if err != nil {
		return nil, err
	}
	out, ok := c.mod.Memory().Read(uint32(at), uint32(size))
	if !ok {
		return nil, fmt.Errorf("media: libwebp: %d bytes at %d are outside of its memory", size, at)
	}
	return append([]byte(nil), out...), nil
}

// encode returns a picture as lossy WebP. quality is 0 to 100, method 0
// (quick) to 6 (small).
func (m *machine) encode(ctx context.Context, img *image.NRGBA, quality float32, method int) ([]byte, error) {
	c, err := m.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	pix, err := c.put(img.Pix)
	if err != nil {
		return nil, err
	}
	opaque := uint64(0)
	if img.Opaque() {
		opaque = 1
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	at, err := c.do("encode", pix, uint64(w), uint64(h), opaque, api.EncodeF32(quality), uint64(method))
	if err != nil {
		return nil, err
	}
	return c.result(at)
}
