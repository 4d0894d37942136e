//go:build !race

package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// runFront moves stories on the front by the keyboard and by dragging, in a real
// browser, and makes it live.
func (n *deskSample) runFront(t *testing.T) {
	ctx := openBrowser(t, 2*time.Minute)
	look(t, ctx, views[2])
	n.as(t, ctx, "anna")
	n.visit(t, ctx, "/desk/front?lang=en")
	story := func(slot int) string {
		t.Helper()
		return ask[string](t, ctx, fmt.Sprintf(`document.querySelector("#slot%d .slot-story a").textContent`, slot))
	}
	settled := func(condition string) {
		t.Helper()
		if _, err := chromedp.Run(ctx, chromedp.Poll[bool](condition)); err != nil {
			t.Fatalf("%s: %v", condition, err)
		}
	}
	was := story(5)
	// By the keyboard: the arrow button, then Alt with the arrow.
	if err := chromedp.Do(ctx, chromedp.SendKeys(`#slot5 button[value="up 5"]`, "\r")); err != nil {
		t.Fatal(err)
	}
	settled(`document.querySelector("#slot4 [name=pin4]") !== null`)
	if on := ask[string](t, ctx, `document.activeElement.closest(".slot")?.id ?? ""`); story(4) != was || on != "slot4" {
		t.Errorf("%q stands in slot 4, and the keyboard is at %q", story(4), on)
	}
	ask[bool](t, ctx, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", altKey: true, bubbles: true }))`)
	settled(`document.querySelector("#slot5 [name=pin5]") !== null`)
	if story(5) != was {
		t.Errorf("%q stands in slot 5", story(5))
	}

	// By the mouse: from where it stands to the seventh slot.
	type point struct{ X, Y float64 }
	middle := func(slot int) point {
		return ask[point](t, ctx, fmt.Sprintf(`(() => { const r = document.querySelector("#slot%d .slot-number").getBoundingClientRect(); return { X: r.x + 4, Y: r.y + 4 } })()`, slot))
	}
	ask[bool](t, ctx, `document.getElementById("slot5").scrollIntoView({ block: "start" }), true`)
	from, to := middle(5), middle(7)
	mouse := func(kind input.DispatchMouseEventType, at point) {
		t.Helper()
		if _, err := call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: at.X, Y: at.Y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1}); err != nil {
			t.Fatal(err)
		}
	}
	// A browser without a window has no system to drag with: it begins the drag as
	// the mouse moves, and is told where it goes.
	if _, err := call(ctx, input.SetInterceptDrags, input.SetInterceptDragsParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	mouse(input.DispatchMouseEventTypeMousePressed, from)
	for i := range 5 {
		mouse(input.DispatchMouseEventTypeMouseMoved, point{from.X + float64(4*i), from.Y + float64(4*i)})
	}
	settled(`document.querySelector("#slot5.dragged") !== null`)
	const move = 16
	data := &input.DragData{Items: []*input.DragDataItem{{MimeType: "text/plain", Data: "5"}}, DragOperationsMask: move}
	for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		if _, err := call(ctx, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: to.X, Y: to.Y, Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	mouse(input.DispatchMouseEventTypeMouseReleased, to)
	settled(`document.querySelector("#slot7 [name=pin7]") !== null`)
	if story(7) != was {
		t.Errorf("%q stands in slot 7", story(7))
	}

	// Live: readers have it so when the desk says so.
	if err := chromedp.Do(ctx, chromedp.Click(`button[value="live"]`), chromedp.WaitVisible(`.did`)); err != nil {
		t.Fatal(err)
	}
	f, err := n.server.db.Front(t.Context(), "en", "")
	if err != nil || f.Number != 2 || f.Pins[6].Story == "" || f.Pins[4].Story != "" {
		t.Errorf("%+v, %v", f, err)
	}
	n.visit(t, ctx, "/en/")
	if got := ask[string](t, ctx, `document.querySelectorAll("main .second h2")[5].textContent`); got != was {
		t.Errorf("readers have %q in slot 7, want %q", got, was)
	}
}
