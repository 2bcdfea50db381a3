// A filter's value: of an attribute with options one of them is chosen, where the condition compares all of it.

export default function filterValue(form) {
  const { attribute, test } = form.elements;
  const fields = [...form.querySelectorAll("[data-value-of]")];
  const show = () => {
    const wanted = fields.find((field) => field.dataset.valueOf === attribute.value && test.value === "is") ?? fields[0];
    for (const field of fields) {
      field.hidden = field !== wanted;
      field.querySelector("[name=value]").disabled = field !== wanted;
    }
  };
  form.addEventListener("change", show);
  show();
}
