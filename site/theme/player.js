// A link to an embed that has a player shows it on a plain click or Enter, in a
// frame over the link; the link stays and leads to the page. Without this script,
// and with a key held or another button, the link is a link.
addEventListener("click", e => {
	const link = e.target.closest?.("a[data-player]");
	if (!link || e.defaultPrevented || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
	e.preventDefault();
	const { player, shape, referrer } = link.dataset;
	const frame = document.createElement("iframe");
	frame.className = shape;
	frame.title = link.textContent;
	frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-presentation");
	frame.referrerPolicy = referrer || "no-referrer";
	frame.allow = "fullscreen";
	frame.loading = "lazy";
	frame.src = player;
	delete link.dataset.player;
	link.parentNode.querySelector(".note")?.remove();
	link.before(frame);
	frame.focus();
});
