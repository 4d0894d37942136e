package site

import (
	"bytes"
	"context"
	"fmt"

	"stet"
)

// Preview makes the page that readers would get of a story now, if it were
// published. The press hears nothing of it. A language that is none of the
// site's is an Error of kind Invalid.
func (s *Site) Preview(ctx context.Context, st *stet.Story) ([]byte, error) {
	paper, err := s.site(ctx)
	if err != nil {
		return nil, err
	}
	e, ok := s.edition(paper, st.Lang)
	if !ok {
		return nil, stet.Errorf(stet.Invalid, "lang", "%q is none of the site's languages", st.Lang)
	}
	v, err := e.articleView(ctx, st)
	if err != nil {
		return nil, err
	}
	v.Head.NoIndex, v.Head.Script = true, "" // the desk shows it where no script runs
	parts, err := e.theme.Page("article", string(e.lang), v)
	if err != nil {
		return nil, fmt.Errorf("the preview of %s: %w", st.ID, err)
	}
	var page bytes.Buffer
	for _, p := range parts {
		if p.Block != "" {
			block, err := e.print(ctx, p.Block)
			if err != nil {
				return nil, fmt.Errorf("the preview of %s: %w", st.ID, err)
			}
			p.HTML = block.HTML
		}
		page.Write(p.HTML)
	}
	return page.Bytes(), nil
}
