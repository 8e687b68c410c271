// What a customer system does with the softphone: follows its calls, fills its own form, and acts by its own buttons.
const form = document.getElementById("customer");
const events = document.getElementById("events");

function tell(text) {
  const line = document.createElement("li");
  line.textContent = text;
  events.prepend(line);
}

function show({ call }) {
  form.elements.name.value = call.customer ? call.customer.name : "";
  form.elements.level.value = call.customer ? call.customer.level : "";
  form.elements.number.value = call.number;
  form.elements.reason.value = [call.reason, call.from?.name].filter(Boolean).join(" · ");
  form.elements.order.value = call.data.order || "";
}

function attempt(promise) {
  promise.catch((error) => tell(`refused: ${error.code} ${error.message}`));
}

callbase.on("*", (event) => tell(JSON.stringify(event)));
callbase.on("calling", show);
callbase.on("ringing", show);
callbase.on("data", show);
callbase.on("to_pick_up", ({ waiting }) => {
  const buttons = waiting.map((it) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = it.call ? `Pick up ${it.number}` : `Pick up for ${it.name}`;
    button.addEventListener("click", () => attempt(callbase.pickUp(it.call ? { call: it.call } : { agent: it.agent })));
    return button;
  });
  document.getElementById("waiting").replaceChildren(...buttons);
});
callbase.on("finished", () => form.reset());

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(callbase.setData({ order: form.elements.order.value || null }));
});
document.getElementById("others").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(callbase[event.submitter.value](event.target.elements.to.value));
});
for (const button of document.querySelectorAll("[data-do]")) {
  button.addEventListener("click", () => attempt(callbase[button.dataset.do]()));
}
