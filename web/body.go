package web

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// ReadJSON reads a body of at most limit bytes whose media type is
// application/json or one of the others given. The error is a *Refusal (413,
// 415, 400) or that of the connection. What the bytes say is not looked at.
func ReadJSON(r *http.Request, limit int64, others ...string) ([]byte, error) {
	allowed := append([]string{"application/json"}, others...)
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := params["charset"]
	if err != nil || !slices.Contains(allowed, mediaType) || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return nil, &Refusal{
			Status: http.StatusUnsupportedMediaType,
			Detail: "Send the body with the Content-Type " + strings.Join(allowed, " or ") + ".",
		}
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	switch {
	case int64(len(body)) > limit:
		// Many clients look for an answer only when they have sent everything, and
		// take a connection that closes before for a broken one.
		io.CopyN(io.Discard, r.Body, maxDiscard)
		return nil, tooLarge(limit)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, &Refusal{Status: http.StatusBadRequest, Detail: "The body ended early."}
	case err != nil:
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	return body, nil
}

// maxDiscard is how much of a body that is too large is read all the same.
const maxDiscard = 64 << 20

func tooLarge(limit int64) error {
	return &Refusal{
		Status: http.StatusRequestEntityTooLarge,
		Detail: fmt.Sprintf("The body is too large; at most %d bytes are allowed.", limit),
	}
}
