/* The page Rules: an editor whose colours and mistakes the server finds, and the panels beside it.
   Nothing here decides anything: every answer comes from the server as it is shown. */
(() => {
  "use strict";
  const clearmix = window.clearmix;
  if (!clearmix || clearmix.rules) return;

  const WAIT_MS = 220; // after the last keystroke, before the server is asked
  const escaped = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
  const plain = (text) => text.replace(/[&<>]/g, (sign) => escaped[sign]);

  // --- editor: a text field over its own drawing ----------------------------------------------

  class Editor {
    constructor(root, typed) {
      this.field = root.querySelector("textarea");
      this.drawn = root.querySelector("pre");
      this.text = "";
      this.stretches = [];
      this.underlines = [];
      this.lines = [];
      this.field.addEventListener("input", () => {
        this.carry();
        this.draw();
        typed();
      });
    }

    // What is typed moves the colours behind it; the server finds the new ones.
    carry() {
      const [old, now] = [this.text, this.field.value];
      let head = 0;
      const most = Math.min(old.length, now.length);
      while (head < most && old[head] === now[head]) head += 1;
      let tail = 0;
      while (tail < most - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
      const moved = now.length - old.length;
      const carried = (all) =>
        all.flatMap(([start, end, kind]) => {
          if (end <= head) return [[start, end, kind]];
          if (start >= old.length - tail) return [[start + moved, end + moved, kind]];
          return [];
        });
      this.stretches = carried(this.stretches);
      this.underlines = carried(this.underlines);
      this.text = now;
    }

    // Puts another text in the place of what was written, which an undo brings back.
    set(text) {
      if (text === this.field.value) return;
      const before = document.activeElement;
      if (this.field.value) this.replace(0, this.field.value.length, text);
      if (before !== this.field) before?.focus({ preventScroll: true });
      this.field.value = text;
      this.carry();
      this.draw();
    }

    colour(stretches, underlines) {
      this.stretches = stretches;
      this.underlines = underlines || [];
      this.draw();
    }

    // Replaces a stretch as if it were typed, so that it can be undone.
    replace(start, end, text) {
      this.field.focus();
      this.field.setSelectionRange(start, end);
      const there = document.activeElement === this.field; // and not in a panel that is closed
      if (!there || !document.execCommand("insertText", false, text)) {
        this.field.setRangeText(text, start, end, "end");
        this.field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }

    select(start, end) {
      this.field.focus();
      this.field.setSelectionRange(start, end);
      const line = this.text.slice(0, start).split("\n").length - 1;
      const row = this.drawn.children[line];
      if (row) row.scrollIntoView({ block: "center", inline: "nearest" });
    }

    // Keeps the line of the caret in sight, also when a message below makes the sheet smaller.
    reveal() {
      if (document.activeElement !== this.field) return;
      const line = this.text.slice(0, this.field.selectionEnd).split("\n").length - 1;
      const row = this.drawn.children[line];
      if (!row) return;
      const sheet = this.drawn.parentElement;
      const [seen, at] = [sheet.getBoundingClientRect(), row.getBoundingClientRect()];
      if (at.bottom > seen.bottom) sheet.scrollTop += at.bottom - seen.bottom + at.height;
      else if (at.top < seen.top) sheet.scrollTop -= seen.top - at.top + at.height;
    }

    draw() {
      const edges = [...this.stretches, ...this.underlines].flatMap(([start, end]) => [start, end]);
      const text = this.text;
      for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) edges.push(at, at + 1);
      const cuts = [...new Set([0, ...edges, text.length])]
        .filter((at) => at <= text.length)
        .sort((one, other) => one - other);
      const rows = [];
      let row = "";
      let [coloured, marked] = [0, 0];
      const { stretches, underlines } = this;
      for (let place = 0; place + 1 < cuts.length; place += 1) {
        const [start, end] = [cuts[place], cuts[place + 1]];
        const piece = text.slice(start, end);
        if (piece === "\n") {
          rows.push(row);
          row = "";
          continue;
        }
        while (coloured < stretches.length && stretches[coloured][1] <= start) coloured += 1;
        while (marked < underlines.length && underlines[marked][1] <= start) marked += 1;
        const names = [];
        const colour = stretches[coloured];
        if (colour && colour[0] <= start) names.push(`is-${colour[2]}`);
        const mark = underlines[marked];
        if (mark && mark[0] <= start) names.push(`has-${mark[2]}`);
        row += names.length ? `<span class="${names.join(" ")}">${plain(piece)}</span>` : plain(piece);
      }
      rows.push(row);
      let head = 0;
      while (head < rows.length && head < this.lines.length && rows[head] === this.lines[head]) head += 1;
      let tail = 0;
      while (
        tail < Math.min(rows.length, this.lines.length) - head &&
        rows.at(-1 - tail) === this.lines.at(-1 - tail)
      ) tail += 1;
      for (let gone = this.lines.length - head - tail; gone > 0; gone -= 1) {
        this.drawn.children[head].remove();
      }
      const before = this.drawn.children[head] || null;
      for (const html of rows.slice(head, rows.length - tail)) {
        const line = document.createElement("span");
        line.className = "cm-line";
        line.innerHTML = `${html}\n`;
        this.drawn.insertBefore(line, before);
      }
      this.lines = rows;
    }
  }

  // --- page -----------------------------------------------------------------------------------

  const rules = (clearmix.rules = {
    root: null,
    early: [],
    stamp: 0,
    latest: {},
    name: "",

    mount(root, trigger) {
      this.root = root;
      this.trigger = trigger;
      this.policy = new Editor(root.querySelector('[data-editor="text"]'), () => this.typed());
      this.tests = new Editor(root.querySelector('[data-editor="tests"]'), () => this.soon("test"));
      root.addEventListener("click", (event) => this.clicked(event));
      root.addEventListener("change", (event) => {
        if (event.target.dataset.do === "start" && event.target.value) {
          this.send("ask", "start", { value: event.target.value });
        }
      });
      this.slot("form").addEventListener("input", () => {
        this.labelled();
        this.soon("try");
      });
      this.slot("form").addEventListener("submit", (event) => event.preventDefault());
      this.policy.field.addEventListener("keydown", (event) => {
        if (event.key !== "F8" || !this.policy.underlines.length) return;
        event.preventDefault();
        const at = this.policy.field.selectionStart;
        const next = this.policy.underlines.find(([start]) => start > at) || this.policy.underlines[0];
        this.policy.select(next[0], next[1]);
      });
      root.querySelector("[role=tablist]").addEventListener("keydown", (event) => this.moved(event));
      this.before = JSON.parse(clearmix.kept("policy", () => this.written()) || "{}");
      this.early.splice(0).forEach((answer) => this.show(answer));
      clearmix.line.onNews((wasAway) => wasAway && this.send("read", "read"));
    },

    listen(props, watch) {
      const told = () => {
        const answer = props.value;
        if (!answer || !answer.slots) return;
        if (this.root) this.show(answer);
        else this.early.push(answer);
      };
      watch("value", told);
      told();
    },

    written() {
      const [text, tests] = [this.policy.field.value, this.tests.field.value];
      return text + tests === this.opened ? "" : JSON.stringify({ text, tests, name: this.name });
    },

    // What was written here before the page began anew.
    restored({ text, tests, name }) {
      this.before = {};
      this.name = name;
      this.policy.set(text);
      this.tests.set(tests);
      this.send("read", "read");
    },

    slot(name) {
      return this.root.querySelector(`[data-slot="${name}"]`);
    },

    // An answer to an older question of the same kind says nothing any more.
    show(answer) {
      const { kind, stamp } = answer;
      if (kind && Number(stamp) < (this.latest[kind] || 0)) return;
      if (answer.name) this.name = answer.name;
      if (answer.opened) this.opened = answer.text + answer.tests;
      if ("text" in answer) this.policy.set(answer.text);
      if ("tests" in answer) this.tests.set(answer.tests);
      if (answer.stretches) this.policy.colour(answer.stretches, answer.underlines);
      if (answer.test_stretches) this.tests.colour(answer.test_stretches);
      for (const [name, html] of Object.entries(answer.slots)) {
        const slot = this.slot(name);
        if (slot && slot.innerHTML !== html) slot.innerHTML = html;
        if (slot) slot.removeAttribute("aria-busy");
      }
      if (kind === "read") this.policy.reveal();
      if (answer.slots.form) this.labelled();
      if (answer.opened) {
        this.policy.field.setSelectionRange(0, 0);
        this.root.querySelector(".cm-code").scrollTop = 0;
      }
      if (answer.dialog) this.slot("confirm").showModal();
      if (kind === "read" || kind === "start" || kind === "format") this.refresh();
      if (answer.opened && this.before.text) this.restored(this.before);
    },

    send(channel, kind, more = {}) {
      if (clearmix.line.state !== "here") return void clearmix.line.check(); // then it is read anew
      this.stamp += 1;
      this.latest[kind] = this.stamp;
      const text = this.policy.field.value;
      this.trigger(channel, { kind, stamp: String(this.stamp), text, name: this.name, ...more });
    },

    typed() {
      const said = this.slot("said");
      if (said.innerHTML) said.innerHTML = "";
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.send("read", "read"), WAIT_MS);
    },

    soon(kind) {
      clearTimeout(this[`${kind}Soon`]);
      this[`${kind}Soon`] = setTimeout(() => this.panel(kind), WAIT_MS);
    },

    // The open panel follows the text.
    refresh() {
      this.panel(this.root.querySelector(".cm-rulebook").dataset.tab);
    },

    panel(kind) {
      if (kind === "try") {
        this.send("ask", "try", Object.fromEntries(new FormData(this.slot("form"))));
      } else if (kind === "test") {
        this.send("ask", "test", { tests: this.tests.field.value });
      } else if (kind === "compare") {
        this.slot("changes").setAttribute("aria-busy", "true");
        this.send("compare", "compare");
      }
    },

    open(tab) {
      this.root.querySelector(".cm-rulebook").dataset.tab = tab.dataset.tab;
      for (const one of this.root.querySelectorAll("[role=tab]")) {
        const here = one === tab;
        one.setAttribute("aria-selected", String(here));
        one.tabIndex = here ? 0 : -1;
        document.getElementById(one.getAttribute("aria-controls")).hidden = !here;
      }
      this.panel(tab.dataset.tab);
    },

    moved(event) {
      const tabs = [...this.root.querySelectorAll("[role=tab]")];
      const at = tabs.indexOf(document.activeElement);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (at < 0 || to === undefined) return;
      event.preventDefault();
      const tab = tabs[(to + tabs.length) % tabs.length];
      tab.focus();
      this.open(tab);
    },

    labelled() {
      for (const range of this.slot("form").querySelectorAll("input[type=range]")) {
        const value = Number(range.value);
        const said = range.dataset.unit === "percent"
          ? `${value} %`
          : `${Math.floor(value / 60)}:${String(value % 60).padStart(2, "0")}`;
        range.parentElement.querySelector("output").textContent = said;
        range.setAttribute("aria-valuetext", said);
      }
    },

    clicked(event) {
      const target = event.target.closest("button");
      if (!target) return;
      if (target.getAttribute("role") === "tab") return void this.open(target);
      const { start, end, text, line } = target.dataset;
      const act = {
        format: () => this.send("ask", "format", { tests: this.tests.field.value }),
        go: () => this.policy.select(Number(start), Number(end)),
        fix: () => this.policy.replace(Number(start), Number(end), text),
        line: () => {
          const at = this.policy.text.split("\n").slice(0, Number(line) - 1).join("\n").length;
          const begin = Number(line) > 1 ? at + 1 : 0;
          const stop = this.policy.text.indexOf("\n", begin);
          this.policy.select(begin, stop < 0 ? this.policy.text.length : stop);
        },
        instead: () => {
          const form = this.slot("form");
          for (const [name, value] of Object.entries(JSON.parse(target.dataset.wish))) {
            if (form.elements[name]) form.elements[name].value = value;
          }
          this.labelled();
          this.panel("try");
        },
        keep: () => {
          const written = this.tests.field.value.trimEnd();
          this.tests.set(`${written}\n\n${text}`);
          this.open(document.getElementById("cm-tab-test"));
        },
        confirm: () => this.send("ask", "confirm"),
        put: () => {
          this.slot("confirm").close();
          this.send("ask", "put", { digest: target.dataset.digest });
        },
      }[target.dataset.do];
      if (act) act();
    },
  });
})();
