package desk

import (
	"cmp"
	"errors"
	"fmt"

	"stet"
	"stet/web"
)

// inOwnWords says what the law refused in the person's language, with times by
// the person's clocks. What the desk has no words for stays as it is.
func (v *visit) inOwnWords(err error) error {
	var all stet.Errors
	var one *stet.Error
	var refusal *web.Refusal
	switch {
	case errors.As(err, &refusal):
		return err
	case errors.As(err, &all):
	case errors.As(err, &one):
		all = stet.Errors{one}
	default:
		return err
	}
	out := make(stet.Errors, len(all))
	for i, e := range all {
		out[i] = &stet.Error{Kind: e.Kind, Field: e.Field, Message: cmp.Or(v.refusal(e.Words()), e.Message)}
	}
	return out
}

// refusal says one sentence of the law; nothing where there are no words for it.
func (v *visit) refusal(format string, args []any) string {
	said, ok := refusals[format]
	if !ok {
		return ""
	}
	in := make([]any, len(args))
	for i, arg := range args {
		switch arg := arg.(type) {
		case stet.Moment:
			in[i] = v.l.DateTime(arg.Time.In(v.zone))
		case stet.Role:
			in[i] = v.in(text{string(arg), v.role(arg), v.role(arg)})
		case stet.Act:
			in[i] = v.in(text{string(arg), acts[arg][0], acts[arg][1]})
		case stet.WorkState:
			in[i] = v.T(workTexts[arg])
		default:
			in[i] = arg
		}
	}
	return fmt.Sprintf(v.in(text{format, said[0], said[1]}), in...)
}
