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
func ReadJSON(w http.ResponseWriter, r *http.Request, limit int64, others ...string) ([]byte, error) {
	allowed := append([]string{"application/json"}, others...)
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := params["charset"]
	if err != nil || !slices.Contains(allowed, mediaType) || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return nil, &Refusal{
			Status: http.StatusUnsupportedMediaType,
			Detail: "Send the body with the Content-Type " + strings.Join(allowed, " or ") + ".",
		}
	}
	if r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, tooLarge(limit)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, &Refusal{Status: http.StatusBadRequest, Detail: "The body ended early."}
	case err != nil:
		return nil, fmt.Errorf("reading the body: %w", err)
	}
	return body, nil
}

func tooLarge(limit int64) error {
	return &Refusal{
		Status: http.StatusRequestEntityTooLarge,
		Detail: fmt.Sprintf("The body is too large; at most %d bytes are allowed.", limit),
	}
}
