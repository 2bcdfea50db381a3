// A filter form: empty fields stay out of the URL, other filters of the address are kept, paging starts anew.

const PAGING = ["cursor", "after", "before", "page"];

export default function filters(form) {
  form.addEventListener("submit", (event) => {
    if (form.method !== "get") return;
    event.preventDefault();
    const address = new URL(form.action || location.href, location.href);
    const kept = new URLSearchParams(location.search);
    for (const name of [...PAGING, ...[...form.elements].map((field) => field.name)]) kept.delete(name);
    for (const [name, value] of new FormData(form, event.submitter)) if (value !== "") kept.append(name, value);
    address.search = kept;
    location.assign(address);
  });
}
