/* Clearmix pages: the middle of the feed and the desk. The server writes it, this sends what is
   done in it. Nothing here decides anything. */
(() => {
  "use strict";
  const clearmix = window.clearmix;
  if (clearmix.panel) return;

  clearmix.panel = (root, props, watch, trigger) => {
    const panel = root.querySelector(".cm-panel");
    const status = root.querySelector("[role=status]");
    clearmix.send = clearmix.line.through((message) => trigger("act", message));
    clearmix.line.onNews(() => {
      if (panel.querySelector("[data-view=feed]")) trigger("act", { kind: "look" });
    });
    const draw = () => {
      if (!props.value) return;
      const fresh = document.createElement("div");
      fresh.className = "cm-panel";
      fresh.innerHTML = props.value;
      const same = panel.firstElementChild?.dataset.view === fresh.firstElementChild?.dataset.view;
      if (same) clearmix.patch(panel, fresh);
      else {
        const first = panel.firstElementChild === null;
        panel.replaceChildren(...fresh.childNodes);
        if (!first) panel.querySelector("h2")?.focus();
      }
      panel
        .querySelector(".cm-sections-of [aria-current]")
        ?.scrollIntoView({ block: "nearest", inline: "center" });
      const said = panel.querySelector("[data-said]");
      if (said && status.textContent !== said.textContent) status.textContent = said.textContent;
      // Patching sets attributes; what was touched before needs its state as well.
      for (const field of panel.querySelectorAll("[data-now]")) {
        if (document.activeElement !== field) field.value = field.dataset.now;
      }
      for (const field of panel.querySelectorAll("[type=radio]")) {
        field.checked = field.hasAttribute("checked");
      }
    };
    watch("value", draw);
    draw();

    const send = (form, submitter) => {
      const fields = Object.fromEntries(new FormData(form, submitter));
      clearmix.send({ kind: form.dataset.act, ...fields });
    };
    root.addEventListener("submit", (event) => {
      event.preventDefault();
      send(event.target, event.submitter);
    });
    // A form that shows what it would do is asked again whenever a field of it changes.
    root.addEventListener("change", (event) => {
      const form = event.target.closest("form[data-live]");
      if (form) clearmix.send({ ...Object.fromEntries(new FormData(form)), kind: form.dataset.live });
    });
    root.addEventListener("click", async (event) => {
      const button = event.target.closest("[data-copy]");
      if (!button) return;
      const link = new URL(button.dataset.copy, location.origin).href;
      try {
        await navigator.clipboard.writeText(link);
        status.textContent = "The link is copied";
        button.querySelector("span").textContent = "Copied";
      } catch {
        window.prompt("Copy this link", link);
      }
    });
  };
})();
