function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "stage";
  box.textContent = "…";
  el.appendChild(box);
  let n = 0;
  model.on("msg:custom", (message, buffers) => {
    n += 1;
    if (message.kind === "frame") {
      box.textContent = `month ${message.month} frames ${n} ` + JSON.stringify(message.plans.map((p) => [p.first, p.rows])) + " " + buffers.map((b) => b.byteLength).join(",");
      requestAnimationFrame(() => model.send({ kind: "drawn", month: message.month }));
    }
  });
  model.send({ kind: "ready" });
}
export default { render };
