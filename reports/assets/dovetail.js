/* Search and filters, on the page and without a server. Every page can be read and every table used without this. */
(function () {
  "use strict";

  var words = document.documentElement.dataset;

  function plain(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/\s+/g, " ").trim();
  }

  function field(id, label, className) {
    var group = document.createElement("div");
    group.className = "govuk-form-group " + className;
    var named = document.createElement("label");
    named.className = "govuk-label";
    named.htmlFor = id;
    named.textContent = label;
    var input = document.createElement("input");
    input.className = "govuk-input";
    input.type = "search";
    input.id = id;
    input.autocomplete = "off";
    var said = document.createElement("p");
    said.className = "govuk-body-s dv-count";
    said.setAttribute("role", "status");
    group.append(named, input, said);
    return { group: group, input: input, said: said };
  }

  function count(pattern, shown, all) {
    return pattern.replace("{shown}", shown).replace("{all}", all);
  }

  /* A filter above each list or table that asks for one: by text, and by the choices of its chips. */
  document.querySelectorAll("[data-filter]").forEach(function (place, number) {
    var items = Array.from(place.matches("ul") ? place.children : place.querySelectorAll("tbody tr"));
    if (items.length < 8) { return; }
    var texts = items.map(function (item) { return plain(item.textContent); });
    var made = field("filter-" + number, place.dataset.filter, "dv-filter");
    var chosen = null;

    function apply() {
      var asked = plain(made.input.value).split(" ").filter(Boolean);
      var shown = 0;
      items.forEach(function (item, at) {
        var holds = asked.every(function (word) { return texts[at].indexOf(word) >= 0; }) &&
          (!chosen || texts[at].indexOf(chosen) >= 0);
        item.hidden = !holds;
        shown += holds ? 1 : 0;
      });
      made.said.textContent = asked.length || chosen ? count(words.shown, shown, items.length) : "";
    }

    (place.dataset.chips || "").split("|").filter(Boolean).forEach(function (chip) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "dv-chip";
      button.textContent = chip;
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", function () {
        var on = button.getAttribute("aria-pressed") !== "true";
        made.group.querySelectorAll(".dv-chip").forEach(function (other) { other.setAttribute("aria-pressed", "false"); });
        button.setAttribute("aria-pressed", on ? "true" : "false");
        chosen = on ? plain(chip) : null;
        apply();
      });
      made.group.insertBefore(button, made.said);
    });
    made.input.addEventListener("input", apply);
    place.parentNode.insertBefore(made.group, place);
  });

  /* The search over all pages. */
  var home = document.querySelector("[data-search]");
  if (!home || !window.dovetailIndex) { return; }
  var root = home.dataset.root;
  var search = field("search", home.dataset.search, "dv-search");
  var results = document.createElement("ul");
  results.className = "govuk-list dv-results";
  search.group.append(results);
  home.append(search.group);
  home.hidden = false;
  var index = window.dovetailIndex.map(function (entry) {
    return { title: plain(entry[0]), text: plain(entry.slice(0, 2).concat(entry[3]).join(" ")), entry: entry };
  });

  search.input.addEventListener("input", function () {
    var asked = plain(search.input.value).split(" ").filter(Boolean);
    results.textContent = "";
    if (!asked.length) { search.said.textContent = ""; return; }
    var found = index.filter(function (one) {
      return asked.every(function (word) { return one.text.indexOf(word) >= 0; });
    });
    found.sort(function (a, b) { return (b.title.indexOf(asked[0]) === 0) - (a.title.indexOf(asked[0]) === 0); });
    found.slice(0, 12).forEach(function (one) {
      var item = document.createElement("li");
      var link = document.createElement("a");
      link.className = "govuk-link";
      link.href = root + one.entry[2];
      link.textContent = one.entry[0];
      var kind = document.createElement("span");
      kind.className = "dv-kind";
      kind.textContent = one.entry[1];
      item.append(link, " ", kind);
      results.append(item);
    });
    search.said.textContent = count(words.found, Math.min(found.length, 12), found.length);
  });
}());
