// What datasette's own pages leave unsaid to a screen reader: their language, their main part, the names of fields.
(() => {
  "use strict";
  document.documentElement.lang ||= "en";
  document.querySelector("section.content")?.setAttribute("role", "main");

  const names = {
    "select[name=_sort]": "Sort by",
    "select[name^=_filter_column]": "Column",
    "select[name^=_filter_op]": "Comparison",
    "input.filter-value": "Value",
  };
  for (const [fields, name] of Object.entries(names)) {
    for (const field of document.querySelectorAll(fields)) field.setAttribute("aria-label", name);
  }
  // The editor comes after this script, in a shape of its own on either line of datasette.
  const nameEditor = () => {
    for (const field of document.querySelectorAll(".cm-content, .CodeMirror textarea, form.sql textarea")) {
      field.setAttribute("aria-label", "SQL");
    }
  };
  nameEditor();
  addEventListener("load", nameEditor);
})();
