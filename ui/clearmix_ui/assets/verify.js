/* The page Verify: takes a dropped file, sends it to the service, and shows what it answers. */
(() => {
  "use strict";
  const clearmix = window.clearmix;
  if (!clearmix || clearmix.verify) return;

  const MEGABYTE = 2 ** 20;

  clearmix.verify = (root) => {
    const page = root.querySelector(".cm-verify");
    const form = page.querySelector("form");
    const field = form.elements.file;
    const sending = page.querySelector(".cm-sending");
    const bar = sending.querySelector("progress");
    const doing = sending.querySelector("[data-doing]");
    const found = page.querySelector(".cm-found");
    const most = Number(page.dataset.mostBytes);
    let asked = null;

    const refuse = (words) => {
      const said = document.createElement("p");
      said.className = "cm-trouble";
      said.setAttribute("role", "alert");
      said.textContent = words;
      found.replaceChildren(said);
    };

    const send = (file) => {
      if (!file) return;
      if (asked) asked.abort();
      if (file.size > most) {
        return refuse(`${file.name} is larger than ${most / MEGABYTE} MB. Cut out 15 seconds or more of it.`);
      }
      const request = (asked = new XMLHttpRequest());
      sending.querySelector("[data-file]").textContent = file.name;
      doing.textContent = "is being sent…";
      bar.value = 0;
      sending.hidden = false;
      page.classList.add("is-busy");
      found.replaceChildren();
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) bar.value = event.loaded / event.total;
      };
      request.upload.onload = () => {
        bar.removeAttribute("value");
        doing.textContent = "is being read: its marks, and its sound…";
      };
      const done = () => {
        sending.hidden = true;
        page.classList.remove("is-busy");
        asked = null;
        field.value = "";
      };
      request.onload = () => {
        done();
        if (!(request.getResponseHeader("content-type") || "").startsWith("text/html")) {
          return refuse("You are not signed in any more. Sign in and drop the file again.");
        }
        found.innerHTML = request.responseText;
        found.focus({ preventScroll: true });
        found.scrollIntoView({ block: "start", behavior: "auto" });
      };
      request.onerror = () => {
        done();
        refuse("The service cannot be reached. Try again in a moment.");
      };
      request.onabort = () => {};
      request.open("POST", `/app/verify/file?name=${encodeURIComponent(file.name)}`);
      request.send(file);
    };

    field.addEventListener("change", () => send(field.files[0]));
    form.addEventListener("submit", (event) => event.preventDefault());
    for (const name of ["dragenter", "dragover"]) {
      page.addEventListener(name, (event) => {
        event.preventDefault();
        page.classList.add("is-over");
      });
    }
    page.addEventListener("dragleave", (event) => {
      if (!page.contains(event.relatedTarget)) page.classList.remove("is-over");
    });
    page.addEventListener("drop", (event) => {
      event.preventDefault();
      page.classList.remove("is-over");
      send(event.dataTransfer.files[0]);
    });
  };
})();
