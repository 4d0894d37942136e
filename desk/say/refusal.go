package say

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"stet"
)

// Refused says what the law and storage refused in these words, with times by
// the clocks of a zone. What there are no words for stays as it is.
func (w *Words) Refused(err error, zone *time.Location) error {
	var all stet.Errors
	var one *stet.Error
	switch {
	case errors.As(err, &all):
	case errors.As(err, &one):
		all = stet.Errors{one}
	default:
		return err
	}
	out := make(stet.Errors, len(all))
	for i, e := range all {
		out[i] = &stet.Error{Kind: e.Kind, Field: e.Field, Message: cmp.Or(w.refusal(e, zone), e.Message)}
	}
	return out
}

// refusal says one sentence of the law; nothing where there are no words for it.
func (w *Words) refusal(e *stet.Error, zone *time.Location) string {
	format, args := e.Words()
	said, ok := refusals[format]
	if !ok {
		return ""
	}
	in := make([]any, len(args))
	for i, arg := range args {
		switch arg := arg.(type) {
		case stet.Moment:
			in[i] = w.Language.DateTime(arg.In(zone))
		case stet.Role:
			in[i] = w.in(Text{string(arg), w.Role(arg), w.Role(arg)})
		case stet.Act:
			in[i] = w.in(Text{string(arg), acts[arg][0], acts[arg][1]})
		case stet.WorkState:
			in[i] = w.Work(arg)
		default:
			in[i] = arg
		}
	}
	return fmt.Sprintf(w.in(Text{format, said[0], said[1]}), in...)
}
